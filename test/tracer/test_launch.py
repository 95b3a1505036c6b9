"""A traced program cannot tell that it is one: what it can see of its start is as in a plain run.

Both ways of starting are held against `python [flags] program args`: the final form, with the two
environment variables set as the extension and the command line set them ("environment"), and
`python [flags] awaitscope --out FILE program args` ("command").
"""

import glob
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
from concurrent.futures import ThreadPoolExecutor

import reading

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILT = os.path.join(ROOT, "dist", "tracer", "awaitscope")
TRACER = BUILT if os.path.isdir(BUILT) else os.path.join(ROOT, "src", "tracer", "awaitscope")
POSIX = os.name == "posix"

FORMS = ("environment", "command")

# What may differ from a plain run, and why: before or after asyncio was imported, and the fact.
EXPECTED = {
    ("before", "find_spec"): "tells us that asyncio is being imported; then it is put back",
    ("after", "descriptors"): "the trace file",
    ("after", "atexit"): "writes the last records; the registered function is the tracer's only one",
}

if importlib.util.find_spec("trio"):
    EXPECTED["after", "find_spec"] = "trio is installed: it tells us when that is imported as well"

# Under -I, -E and -S no sitecustomize is run: the program runs inside the launcher's process.
EXPECTED_INSIDE = {
    **EXPECTED,
    ("before", "frames"): "the launcher's frames lie below the program's",
    ("after", "frames"): "the same",
    ("before", "modules"): "Python runs the launcher, which is a folder, by runpy",
    ("after", "modules"): "the same",
    ("before", "path_importer_cache"): "where runpy was found",
    ("after", "path_importer_cache"): "the same",
}

PROGRAMS = {
    "script": ["program.py", "a", "--out", "-m"],
    "folder": ["folder", "a"],
    "zip": ["program.zip", "a"],
    "module": ["-m", "module", "a", "-c"],
    "package": ["-m", "package", "a"],
    "code": ["-c", None, "a", "-m"],
    "stdin": ["-", "a"],
}

# What is started: what is special about it, the program, flags, environment.
STARTS = [
    *[("plain", program, [], {}) for program in PROGRAMS],
    ("-O", "script", ["-O"], {}),
    ("-X dev", "script", ["-X", "dev"], {}),
    ("-X dev", "module", ["-X", "dev"], {}),
    ("-W error", "script", ["-W", "error"], {}),
    ("several flags", "script", ["-bb", "-q", "-X", "utf8=1"], {}),
    ("empty PYTHONPATH", "script", [], {"PYTHONPATH": ""}),
    ("empty PYTHONPATH", "module", [], {"PYTHONPATH": ""}),
    ("PYTHONPATH", "script", [], {"PYTHONPATH": os.pathsep.join(["one", "", "two"])}),
    ("PYTHONPATH", "code", [], {"PYTHONPATH": "one"}),
    ("own sitecustomize", "script", [], {"PYTHONPATH": "customized"}),
    ("own sitecustomize", "module", [], {"PYTHONPATH": "customized"}),
    ("sitecustomize that imports asyncio", "script", [], {"PYTHONPATH": "eager"}),
    ("C locale", "script", [], {"LC_ALL": "C"}),
    ("POSIX locale by default", "script", [], {"LC_ALL": "", "LC_CTYPE": "", "LANG": ""}),
]

# With `python awaitscope` the launcher itself is a Python that runs the program's sitecustomize first:
# what that one says is said twice.
FAILING = ("sitecustomize that fails", "script", [], {"PYTHONPATH": "failing"})

# Each flag with each kind of program.
FLAGS = ["-O", "-X dev", "-W error", "-B", "-u", *(["-P"] if sys.version_info >= (3, 11) else [])]
MATRIX = [(flag, name, flag.split(), {}) for flag in FLAGS for name in PROGRAMS]
INSIDE_STARTS = [
    (flag, name, [flag], {"PYTHONPATH": "one"}) for flag in ("-I", "-E", "-S") for name in PROGRAMS
]


def setUpModule():
    """Makes a folder with each kind of program, in which all of them run."""
    global folder, source
    # Run in the background we may ignore Ctrl+C, and what we start would as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = os.path.realpath(tempfile.mkdtemp())
    with open(os.path.join(HERE, "launched", "dump.py"), encoding="utf-8") as file:
        source = file.read()
    for name in ("program.py", "module.py", "folder/__main__.py", "package/__main__.py"):
        _write(name, source)
    _write("package/__init__.py", "")
    _write("customized/sitecustomize.py", "import sys\nsys.customized = True\n")
    _write("customized/usercustomize.py", "import sys\nsys.user = True\n")
    _write("eager/sitecustomize.py", "import asyncio\n")
    _write("failing/sitecustomize.py", "raise ValueError('own')\n")
    _write("wrong.py", "async def main(:\n    pass\n")
    with zipfile.ZipFile(os.path.join(folder, "program.zip"), "w") as archive:
        archive.writestr("__main__.py", source)


def tearDownModule():
    shutil.rmtree(folder)


def _write(name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def environment_of(extra):
    """Our own environment without what steers Python, but `extra`; an empty value that is not
    PYTHONPATH's means none."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment.update(extra)
    return {name: value for name, value in environment.items() if value or name == "PYTHONPATH"}


def started(form, out, command, flags=(), extra=None, python=sys.executable):
    """The command line and environment of one form of starting; "plain" is the one without us."""
    environment = environment_of(extra or {})
    if form == "command":
        return [python, *flags, TRACER, "--out", out, *command], environment
    if form == "environment":
        old = environment.get("PYTHONPATH")
        inject = os.path.join(TRACER, "inject")
        environment["PYTHONPATH"] = inject if old is None else inject + os.pathsep + old
        environment["AWAITSCOPE_OUT"] = out
    return [python, *flags, *command], environment


def run(form, out, command, flags=(), extra=None, stdin="", python=sys.executable):
    """Runs a program to its end."""
    arguments, environment = started(form, out, command, flags, extra, python)
    pipe = subprocess.PIPE
    return subprocess.run(
        arguments, input=stdin.encode(), stdout=pipe, stderr=pipe, env=environment, cwd=folder, timeout=60
    )


def start(form, out, command):
    """Starts a program and waits until it is READY."""
    arguments, environment = started(form, out, command)
    pipe = subprocess.PIPE
    process = subprocess.Popen(arguments, stdout=pipe, stderr=pipe, env=environment, cwd=folder)
    line = process.stdout.readline()
    if line != b"READY\n":
        raise AssertionError("not ready: %r" % (line + process.stderr.read()))
    return process


def program(name):
    return os.path.join(HERE, "launched", name)


class Transparency(unittest.TestCase):
    """What a program can see is what it sees without us."""

    maxDiff = None

    def test_environment_of_the_program(self):
        cases = [(start, form) for start in STARTS for form in FORMS]
        cases.append((FAILING, "environment"))
        self.hold(cases, EXPECTED)

    def test_environment_of_the_program_with_each_flag(self):
        self.hold([(start, form) for start in MATRIX for form in FORMS], EXPECTED)

    def test_environment_of_a_program_inside_the_launcher(self):
        self.hold([(start, "command") for start in INSIDE_STARTS], EXPECTED_INSIDE)

    def hold(self, cases, expected):
        plain = {}
        with ThreadPoolExecutor(2) as pool:
            for start in dict.fromkeys(self.key(start) for start, _ in cases):
                plain[start] = pool.submit(self.dump, "plain", start)
            dumps = [(start, form, pool.submit(self.dump, form, self.key(start))) for start, form in cases]
            for start, form, traced in dumps:
                what, name = start[:2]
                with self.subTest(what, program=name, form=form):
                    self.compare(plain[self.key(start)].result(), traced.result(), expected)

    @staticmethod
    def key(start):
        return json.dumps(start)

    @staticmethod
    def dump(form, start):
        what, name, flags, extra = json.loads(start)
        command = [source if part is None else part for part in PROGRAMS[name]]
        with tempfile.TemporaryDirectory() as outside:
            out = os.path.join(outside, "trace.awaitscope")
            result = run(form, out, command, flags, extra, source if name == "stdin" else "")
            names = [record[1] for record in reading.read(out)[1]] if form != "plain" else []
        return result, names

    def compare(self, plain, traced, expected):
        plain, _ = plain
        traced, names = traced
        self.assertEqual(complaints(traced), complaints(plain))
        self.assertEqual(traced.returncode, plain.returncode)
        if plain.returncode != 0:  # as -I -m module, which does not look into the current folder
            self.assertEqual(traced.stdout, plain.stdout)
            return
        theirs, ours = json.loads(plain.stdout), json.loads(traced.stdout)
        self.assertEqual(differences(theirs, ours, expected), {})
        self.assertIn("step", names)
        self.assertEqual(names[-1], "end")


def complaints(result):
    """What a program wrote to stderr, but for the debug mode's word on slow steps: that tells how busy the machine was."""
    return re.sub(rb"^Executing <.*> took [\d.]+ seconds\n", b"", result.stderr, flags=re.MULTILINE)


def differences(theirs, ours, expected):
    """The facts that differ and may not, with what is missing in ours and what is there besides."""
    found = {}
    for stage in theirs:
        there = "after" if "asyncio" in theirs[stage]["modules"] else "before"
        for fact, value in theirs[stage].items():
            if ours[stage][fact] != value and (there, fact) not in expected:
                found["%s asyncio: %s" % (stage, fact)] = apart(value, ours[stage][fact])
    return found


def apart(one, other):
    """What only one of two values has, and what only the other."""
    if isinstance(one, dict) and isinstance(other, dict):
        one, other = sorted(one.items()), sorted(other.items())
    if isinstance(one, list) and isinstance(other, list) and sorted(map(str, one)) != sorted(map(str, other)):
        return [part for part in one if part not in other], [part for part in other if part not in one]
    return one, other


class Ends(unittest.TestCase):
    """A program that cannot start, or ends in any way, does so as without us."""

    def setUp(self):
        self.out = os.path.join(tempfile.mkdtemp(), "trace.awaitscope")
        self.addCleanup(shutil.rmtree, os.path.dirname(self.out))

    def hold(self, command, flags=(), stdin=""):
        """Holds each form of starting against a plain run, and gives the latter's result."""
        plain = run("plain", self.out, command, flags, stdin=stdin)
        for form in ("command",) if "-I" in flags else FORMS:
            with self.subTest(form, command=command, flags=flags):
                traced = run(form, self.out, command, flags, stdin=stdin)
                self.assertEqual(traced.stdout, plain.stdout)
                self.assertEqual(traced.stderr, plain.stderr)
                self.assertEqual(traced.returncode, plain.returncode)
        return plain

    def test_missing_file(self):
        for flags in ([], ["-I"]):
            plain = self.hold(["missing.py"], flags)
            self.assertEqual(plain.returncode, 2)
            self.assertIn(b"can't open file", plain.stderr)

    def test_missing_module(self):
        for flags in ([], ["-I"]):
            self.assertEqual(self.hold(["-m", "missing"], flags).returncode, 1)

    def test_syntax_error(self):
        for flags in ([], ["-I"]):
            plain = self.hold(["wrong.py"], flags)
            self.assertEqual(plain.returncode, 1)
            self.assertIn(b"SyntaxError", plain.stderr)

    def test_exit_codes_and_tracebacks(self):
        ends = ("raise SystemExit(3)", "raise SystemExit('words')", "1 / 0", "import os; os._exit(200)")
        for number, code in enumerate((*ends, "import nowhere")):
            _write("ends%d.py" % number, code + "\n")
            for flags in ([], ["-I"]):
                self.assertNotEqual(self.hold(["ends%d.py" % number], flags).returncode, 0)

    def test_stdin_and_stdout(self):
        lines = "".join("line %d\n" % number for number in range(5000))
        code = "import asyncio, sys; asyncio.run(asyncio.sleep(0)); print(sys.stdin.read().upper(), end='')"
        plain = self.hold(["-c", code], stdin=lines)
        self.assertEqual(plain.stdout, lines.upper().encode().replace(b"\n", os.linesep.encode()))

    @unittest.skipUnless(POSIX, "Ctrl+C can only be sent to a whole console")
    def test_interrupted(self):
        ends = []
        for form in ("plain", *FORMS):
            process = start(form, self.out, [program("linger.py")])
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
            ends.append((process.returncode, errors.strip().split(b"\n")[-1]))
            if form != "plain":
                self.assertEqual(reading.read(self.out)[1][-1][1], "end")
        self.assertEqual(ends, [(-signal.SIGINT, b"KeyboardInterrupt")] * 3)

    def test_killed(self):
        outs = [self.out + form for form in FORMS]
        processes = [start(form, out, [program("linger.py")]) for form, out in zip(FORMS, outs)]
        time.sleep(1.2)
        for form, out, process in zip(FORMS, outs, processes):
            killed = time.time()
            process.kill()
            process.communicate()
            with self.subTest(form):
                header, records, _ = reading.read(out)
                steps = [fields["time"] for _, name, fields in records if name == "step"]
                last = header["wall"] + steps[-1] - header["clock"]
                self.assertLess(killed - last, 1)
                self.assertGreater(len(steps), 10)
                self.assertNotIn("end", [name for _, name, _ in records])

    @unittest.skipUnless(hasattr(os, "fork"), "needs fork")
    def test_forked_child_writes_nothing(self):
        for form in FORMS:
            with self.subTest(form):
                result = run(form, self.out, [program("forks.py")])
                self.assertEqual((result.returncode, result.stdout, result.stderr), (0, b"4\n", b""))
                _, records, whole = reading.read(self.out)
                self.assertTrue(whole)
                functions = [fields["name"] for _, name, fields in records if name == "code"]
                self.assertIn("after", functions)
                self.assertNotIn("of_child", functions)
                names = [name for _, name, _ in records]
                self.assertEqual((names.count("end"), names[-1]), (1, "end"))

    def test_unwritable_trace(self):
        """The final form runs the program without a trace; the command, which was told to write
        one, does not begin."""
        out = os.path.join(os.path.dirname(self.out), "missing", "trace.awaitscope")
        code = "import asyncio; print(asyncio.run(asyncio.sleep(0, 'ran')))"
        for form, exit_code, output in (("environment", 0, [b"ran"]), ("command", 2, [])):
            with self.subTest(form):
                result = run(form, out, ["-c", code])
                self.assertEqual((result.returncode, result.stdout.split()), (exit_code, output))
                line = rb"\Aawaitscope: cannot write [^\n]*trace.awaitscope: [^\n]+\n\Z"
                self.assertRegex(result.stderr, line)

    @unittest.skipUnless(POSIX, "has no such files")
    def test_places_that_are_no_files(self):
        """Neither form waits, or writes where a trace makes no sense."""
        folder = os.path.dirname(self.out)
        pipe, read_pipe = os.path.join(folder, "pipe"), os.path.join(folder, "read")
        for path in (pipe, read_pipe):
            os.mkfifo(path)
        reader = os.open(read_pipe, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        code = "import asyncio; print(asyncio.run(asyncio.sleep(0, 'ran')))"
        reasons = {
            pipe: "No such device or address|Device not configured",
            read_pipe: "Not a regular file",
            folder: "Is a directory",
            folder + "/": "Is a directory",
            os.path.join(self.out, "x"): "No such file or directory",
        }
        if os.path.exists("/dev/full"):
            reasons["/dev/full"] = "No space left on device"
        for path, reason in reasons.items():
            for form, exit_code, output in (("environment", 0, [b"ran"]), ("command", 2, [])):
                with self.subTest(form, path=path):
                    result = run(form, path, ["-c", code])
                    self.assertEqual((result.returncode, result.stdout.split()), (exit_code, output))
                    line = r"\Aawaitscope: cannot write [^\n]*: (%s)\n\Z" % reason
                    self.assertRegex(result.stderr.decode(), line)
        self.assertEqual(b"", os.read(reader, 100))

    def test_a_trace_that_is_thrown_away(self):
        for form in FORMS:
            with self.subTest(form):
                result = run(form, os.devnull, ["-c", "import asyncio; print(asyncio.run(asyncio.sleep(0, 'ran')))"])
                self.assertEqual((result.returncode, result.stdout.split(), result.stderr), (0, [b"ran"], b""))

    @unittest.skipUnless(POSIX, "needs a limit for files")
    def test_a_file_that_cannot_grow(self):
        """What could be written is readable, and the program goes on."""
        code = (
            "import asyncio, resource, signal\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
            "async def main():\n"
            "    for _ in range(20000): await asyncio.create_task(asyncio.sleep(0))\n"
            "asyncio.run(main()); print('ran')\n"
        )
        for form in FORMS:
            with self.subTest(form):
                result = run(form, self.out, ["-c", code])
                self.assertEqual((result.returncode, result.stdout.split(), result.stderr), (0, [b"ran"], b""))
                self.assertIn("step", [name for _, name, _ in reading.read(self.out)[1]])
                self.assertLessEqual(os.path.getsize(self.out), 300_000)


def old_pythons():
    """Pythons that are too old for us, from PATH and from where pyenv keeps them."""
    root = os.environ.get("PYENV_ROOT") or os.path.join(os.path.expanduser("~"), ".pyenv")
    found = [shutil.which("python" + version) for version in ("2.7", "3.6", "3.7", "3.8")]
    for version in ("2.7*", "3.[678].*"):
        found += glob.glob(os.path.join(root, "versions", version, "bin", "python"))
    answers = {}
    for python in filter(None, found):
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        answer = subprocess.run([python, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if answer.returncode == 0:  # pyenv's shims on PATH may lead nowhere
            answers.setdefault(answer.stdout.decode().strip(), python)
    return answers


class OldPythons(unittest.TestCase):
    """Pythons before 3.9 say in one line what they lack."""

    def test_refused(self):
        pythons = old_pythons()
        if not pythons:
            self.skipTest("no Python before 3.9 was found")
        for version, python in pythons.items():
            for form, code, output in (("command", 2, []), ("environment", 0, [b"ran"])):
                if form == "environment" and version == "2.7":
                    continue  # it swallows whatever a sitecustomize says
                with self.subTest(form, python=version), tempfile.TemporaryDirectory() as outside:
                    out = os.path.join(outside, "trace.awaitscope")
                    extra = {"PYTHONDONTWRITEBYTECODE": "1"}  # Python 2 would write it beside the source
                    result = run(form, out, ["-c", "print('ran')"], extra=extra, python=python)
                    self.assertEqual((result.returncode, result.stdout.split()), (code, output))
                    line = r"\Aawaitscope: [^\n]*3\.9[^\n]*%s\n\Z" % re.escape(version)
                    self.assertRegex(result.stderr.decode(), line)
                    self.assertEqual(os.listdir(outside), [])


if __name__ == "__main__":
    unittest.main()
