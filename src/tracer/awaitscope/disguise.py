"""Functions that pass for those they stand in for: in tracebacks, debuggers, coverage."""

import sys
from types import CodeType, FunctionType

_moved = {}  # code -> the same code in another place: making it takes a millisecond


def rename(owner, module: str, file: str) -> None:
    """Gives the functions of a module, or of a class of it, another file's name.

    Python is slower with a function whose code was exchanged. That does not touch the hooks and
    what runs at each step: they are made later, out of the exchanged code.
    """
    for value in vars(owner).values():
        value = getattr(value, "__func__", value)  # of a static method
        if getattr(value, "__module__", None) != module:
            continue
        if isinstance(value, type):
            rename(value, module, file)
        elif type(value) is FunctionType:
            for function in (value, *[cell.cell_contents for cell in value.__closure__ or ()]):
                if type(function) is FunctionType:
                    function.__code__ = _renamed(function.__code__, file)


def aligned(function, name: str, original, original_name: str):
    """A function in its original's file, with its lines moved so that its first use of an attribute
    lies where the original has the last use of another: a traceback shows the source line that
    would have been there."""
    code = function.__code__
    if code not in _moved:
        _moved[code] = _aligned(code, name, original.__code__, original_name)
    moved = _moved[code]
    scope, closure = function.__globals__, function.__closure__
    aligned = FunctionType(moved, scope, function.__name__, None, closure)
    aligned.__kwdefaults__ = function.__kwdefaults__
    return aligned


def _aligned(code, name, original, original_name):
    dis = sys.modules.get("dis")  # which asyncio has imported
    here = _lines(dis, code, name) if dis else []
    there = _lines(dis, original, original_name) if dis else []
    if not here or not there:
        return code
    moved = _renamed(code, original.co_filename)
    return moved.replace(co_firstlineno=code.co_firstlineno + there[-1] - here[0])


def _lines(dis, code, name):
    """The lines on which a code object uses an attribute. `dis` would tell as well, in 5 ms."""
    if name not in code.co_names:
        return []
    number = code.co_names.index(name)
    loads = [dis.opmap[load] for load in ("LOAD_ATTR", "LOAD_METHOD") if load in dis.opmap]
    starts, lines, line = dict(dis.findlinestarts(code)), [], None
    instructions = code.co_code
    for offset in range(0, len(instructions), 2):
        line = starts.get(offset, line)
        argument = instructions[offset + 1] >> (sys.version_info >= (3, 12))
        if instructions[offset] in loads and argument == number:
            lines.append(line)
    return lines


def _renamed(code: CodeType, file: str) -> CodeType:
    consts = [_renamed(one, file) if type(one) is CodeType else one for one in code.co_consts]
    return code.replace(co_filename=file, co_consts=tuple(consts))
