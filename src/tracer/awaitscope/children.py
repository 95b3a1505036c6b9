"""Child processes of a traced program, when asked: each writes a trace of its own beside the first.

Asked by AWAITSCOPE_CHILDREN=1, or by the launcher's `--children`. What children inherit are two
variables: PYTHONPATH begins with our folder, as for the first process, and AWAITSCOPE_CHILDREN
tells of the nearest process above that has a trace, as `pid:length:path`; the first `length`
characters of the path are the stem that the names of all traces share. A process that was forked
gets its own trace right after the fork.

The file of process 4711 is `<stem>.4711.awaitscope`, or `<stem>.4711-2.awaitscope` if there is one
already: no file is ever written anew. It is made with the first record of a loop, so that the many
processes that never run one leave none. Its header names the parent, and a parent that ends in the
regular way looks for its children's files and names them.

A child is not seen that gets neither our environment nor a fork: one with an environment of its
own, with -S, -E or -I, or without Python. Where `subprocess` starts such a Python, a note says so.
"""

import os
import sys
from marshal import loads

from . import record

VARIABLE = "AWAITSCOPE_CHILDREN"
ENDING = ".awaitscope"
INJECT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inject")
AUDIT = 'sys.audit("subprocess.Popen", executable, args, cwd, env)'  # where both are known
MOST = 10_000  # children that a parent names
HEAD = 1 << 16  # bytes at the beginning of a file, in which its header is


def pass_on(parent: str) -> None:
    """Lets the children of this process find the tracer; `parent` is the variable's value."""
    rest = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = INJECT if rest is None else INJECT + os.pathsep + rest
    os.environ[VARIABLE] = parent


class FirstFile(record.TraceFile):
    """The trace file of the first process, which its children's lie beside."""

    def __init__(self, path: str):
        super().__init__(path)
        self.stem = path[: -len(ENDING)] if path.endswith(ENDING) else path

    def as_parent(self) -> str:
        """The variable's value for the children of this process."""
        return "%d:%d:%s" % (self.pid, len(self.stem), self.path)


class ChildFile(FirstFile):
    """The trace file of a child, which is made when there is something to write."""

    def __init__(self, parent: str, script: str):
        """`parent` is the variable's value. Raises ValueError where it is not one."""
        pid, length, path = parent.split(":", 2)
        super().__init__("")
        self.stem = path[: int(length)]
        self._facts = {"parent": int(pid), "parentTrace": record.text(path, record.MAX_PATH)}
        self._script = script

    def open(self) -> None:
        """Does nothing yet."""

    def write(self, stream: int, values: list) -> None:
        if self.identity is None and not self.broken and self.is_ours():
            if values[0] == record.THREAD and record.count(values) == 1:
                return  # nothing has happened in that thread
            self._make()
        super().write(stream, values)

    def finish(self, stream: int, values: list) -> None:
        if self.identity is not None:
            super().finish(stream, values)

    def _make(self):
        number, mark = 1, ""
        while self.identity is None:
            self.path = "%s.%d%s%s" % (self.stem, self.pid, mark, ENDING)
            try:
                self.create(self._script, self._facts, new=True)
                super().open()
            except FileExistsError:
                number += 1
                mark = "-%d" % number
            except OSError:
                self.broken = True  # the program must not be told: it may be anybody's child
                return
        if VARIABLE in os.environ:
            os.environ[VARIABLE] = self.as_parent()


def install(trace) -> None:
    """Has a session note which Pythons that `subprocess` starts cannot be traced."""
    from .seams import Seams  # only now: a program may start without what that needs

    told = set()

    def starts(executable, args, env):
        try:
            why = _out_of_sight(executable, args, env)
            if why and why not in told and trace.file.identity is not None:
                told.add(why)
                trace.streams.current().extend((record.NOTE, "not-traced", why))
        except Exception as error:
            trace.step_out(error)

    seams = Seams(trace)
    words = {AUDIT: AUDIT + "; $starts(executable, args, env)"}
    seams.add({"/subprocess": {"Popen._execute_child": words}}, starts=starts)
    seams.sew()


def _out_of_sight(executable, args, env) -> str:
    """Why a process that is about to be started cannot be traced; "" if it can, or is no Python."""
    words = args.split() if type(args) is str else args  # one text on Windows
    if type(executable) is not str or type(words) is not list:
        return ""
    if executable != sys.executable and not os.path.basename(executable).startswith("python"):
        return ""
    if _hides(words[1:]):
        return "child processes: a Python was started with -S, -E or -I"
    if type(env) is dict and VARIABLE not in env and VARIABLE.encode() not in env:
        return "child processes: a Python was started with an environment of its own"
    return ""


def _hides(words) -> bool:
    """Whether a command line's flags keep Python from looking for us."""
    words = iter(words)
    for word in words:
        if type(word) is not str or word[:1] != "-" or word[:2] == "--":
            return False
        for place, letter in enumerate(word[1:], 2):
            if letter in "SEI":
                return True
            if letter in "cm":
                return False  # what follows is the program's
            if letter in "WX":  # with a value, here or in the next word
                if place == len(word):
                    next(words, None)
                break
    return False


def found(file: FirstFile) -> list:
    """The records of this process's children, as one flat list: those that have written a file."""
    if file.identity is None or not file.is_ours():
        return []
    import re  # only now: a program need not have it

    folder, stem = os.path.split(file.stem)
    pattern = re.compile(r"%s\.\d+(-\d+)?%s" % (re.escape(stem), re.escape(ENDING)))
    children = []
    try:
        entries = os.listdir(folder)
    except OSError:
        return []
    for entry in sorted(filter(pattern.fullmatch, entries))[:MOST]:
        path = os.path.join(folder, entry)
        facts = _header(path)
        if facts.get("parent") == file.pid and facts.get("parentTrace") == file.path:
            began = file.began[1] + facts["wall"] - file.began[0]
            children.append((began, facts["pid"], path))
    return [value for child in sorted(children) for value in (record.CHILD, *child)]


def _header(path):
    try:
        with open(path, "rb") as file:
            data = file.read(HEAD)
        size = len(record.MAGIC)
        facts = loads(data[size + 4 :]) if data[:size] == record.MAGIC else {}
        return facts if {"pid", "wall"} <= set(facts) else {}
    except (OSError, ValueError, EOFError, TypeError):
        return {}
