"""asyncio's own functions, with words of ours on some of their lines.

Locks, groups and timeouts are written in Python. What they do is recorded where they do it: a
function's source is taken, a few words are put at the ends of lines, and the function gets the code
that comes of it. It stays the same object, in the same place, with the same name, signature, file,
lines and, because words only follow, columns: nobody who calls, copies, pickles, patches or debugs
it meets anything else, and whoever has taken hold of it earlier is recorded as well. It also fits
each release of Python, where bodies differ from patch to patch.

The words reach us by constants of the code, so that no name shows in the module.

Invariant: a function is left as it is where its source is not at hand, is not what runs, or lacks a
line that we count on; a record says so.
"""

import sys
from dis import findlinestarts  # which asyncio has imported
from types import CodeType, FunctionType

from . import kept

Changes = "dict[str, dict[str, dict[str, str]]]"


class Seams:
    """The words that are put into asyncio's functions, as long as a trace lasts. What comes of it
    is `keeping` for the next one."""

    def __init__(self, trace, keeping: bool = False):
        self._trace = trace
        self._keeping = keeping
        self._changes = {}  # module -> function -> its line -> the same line with our words
        self._helpers = {}  # what `$name` stands for in these words
        self._marks = {}  # name of a helper -> the constant that stands for it in `_codes`
        self._codes = []  # (function, its new code with marks in the place of helpers)

    def add(self, changes: Changes, **helpers) -> None:
        """Puts words aside: asyncio's module (any other has a slash before its name) -> function ->
        line -> line with words. No name of a helper begins with the name of another one."""
        for module, functions in changes.items():
            known = self._changes.setdefault(module, {})
            for name, lines in functions.items():
                known[name] = {**known.get(name, {}), **lines}
        self._helpers.update(helpers)

    def sew(self) -> None:
        """Puts them into the functions."""
        self._marks = {name: complex(0, 0.5 + n) for n, name in enumerate(self._helpers)}
        words = self._changes, self._marks
        known = kept.load(words) if self._keeping else {}
        made, missing = self._sew_all(known)
        if made and self._keeping:
            kept.save(words, {**known, **made})
        if missing:
            words = "the source does not allow it: " + ", ".join(missing)
            self._trace.file.note("not-traced", words)
        self.put_in()

    def put_in(self, **helpers) -> None:
        """Gives the functions their new code, which calls these helpers, else the known ones."""
        self._helpers.update(helpers)
        values = {self._marks[name]: helper for name, helper in self._helpers.items()}
        for function, code in self._codes:
            self._trace.exchange(function, _filled(code, values))

    def _sew_all(self, known):
        """Finds the new codes among the known ones, or makes them; gives those made, and the
        functions, or modules, for which that is not possible."""
        made, missing = {}, []
        for module_name, functions in self._changes.items():
            outside = module_name.startswith("/")
            module = sys.modules.get(module_name[1:] if outside else "asyncio." + module_name)
            lines = imports = None  # of the source, which is read where it is needed
            for name, changes in functions.items():
                function = _find(module, name)
                if function is None:
                    continue  # not in this Python, or the program has put its own there
                own, place = function.__code__, module_name + ":" + name
                before, code = known.get(place, (None, None))
                # Equal codes have the same lines and columns, but maybe another file.
                if before != own or before.co_filename != own.co_filename:
                    if lines is None:
                        lines = _source(module)
                        imports = _imports(lines) if lines else ""
                    if not lines:
                        missing.append(module_name)
                        break
                    code = _sewn(own, name, lines, imports, changes, self._marks)
                    made[place] = own, code
                if code:
                    self._codes.append((function, code))
                else:
                    missing.append(name)
        return made, missing


def _find(module, name):
    """A function of a module, or of a class in it, that is asyncio's own; else None."""
    found = module
    for part in name.split("."):
        found = getattr(found, "__dict__", {}).get(part)
    own = type(found) is FunctionType and found.__module__ == module.__name__
    return found if own and found.__qualname__ == name else None


def _source(module):
    """The lines of a module's source, None if it cannot be had."""
    try:
        spec = module.__spec__  # its `get_source` might import modules
        data = spec.loader.get_data(spec.origin)
        return data.decode("utf-8").replace("\r\n", "\n").split("\n")
    except (AttributeError, ImportError, OSError, ValueError):
        return None


def _sewn(code, name, lines, imports, changes, marks):
    """A function's code with our words, None if its source is not as expected."""
    first = code.co_firstlineno - 1
    block = _block(lines, first)
    stripped = [line.strip() for line in block]
    if not all(line in stripped for line in changes):
        return None
    owner = name.rpartition(".")[0]
    for place, line in enumerate(stripped):
        if line in changes:
            block[place] = block[place].replace(line, _marked(changes[line], marks))
    sewn = _compiled(code, owner, imports, block)
    # Where it does not fit, the file is another one by now. (To compile the file as it is as well,
    # and to compare the two, would take as long again.)
    return sewn if sewn and _fits(sewn, code) else None


def _fits(sewn, code):
    """Whether a code can be another one with words of ours."""
    lines, known = ({line for _, line in findlinestarts(each)} for each in (sewn, code))
    same = sewn.co_varnames == code.co_varnames and sewn.co_flags == code.co_flags
    return same and known - {None} <= lines


def _block(lines, first):
    """The lines of a function: down to the next one that is not indented more than its head."""
    indent = len(lines[first]) - len(lines[first].lstrip())
    end = first + 1
    while end < len(lines):
        line = lines[end].lstrip()
        if line and line[0] not in ")]}#" and len(lines[end]) - len(line) <= indent:
            break
        end += 1
    return lines[first:end]


def _marked(line, marks):
    for name, mark in marks.items():
        # A constant is not called as such: the compiler would warn.
        line = line.replace("$" + name, "(0 or %r)" % mark)
    return line


def _imports(lines):
    """A module's imports in one line: how a function is compiled depends on what is imported."""
    found = [line for line in lines if line.startswith(("import ", "from ")) and "(" not in line]
    return "; ".join(line.partition("#")[0] for line in found if "__future__" not in line)


def _compiled(code, owner, imports, block):
    """The code of a function from its lines, in its place in its file and its class."""
    head = ["class %s:" % owner] if owner else []
    empty = [""] * (code.co_firstlineno - 2 - len(head))
    source = "\n".join([imports, *empty, *head, *block])
    try:
        # 0: what the future holds for this module is not the other's.
        outer = compile(source, code.co_filename, "exec", 0, True)
        if owner:
            outer = _inside(outer, owner)
        made = _inside(outer, code.co_name)
    except (SyntaxError, ValueError, StopIteration):
        return None
    if made.co_freevars != code.co_freevars:
        return None
    return made.replace(co_flags=code.co_flags)


def _inside(code, name):
    return next(c for c in code.co_consts if type(c) is CodeType and c.co_name == name)


def _filled(code, values):
    """A code with its marks replaced by what they stand for."""
    consts = []
    for const in code.co_consts:
        if type(const) is CodeType:
            const = _filled(const, values)
        elif type(const) is complex:
            const = values[const]
        consts.append(const)
    return code.replace(co_consts=tuple(consts))
