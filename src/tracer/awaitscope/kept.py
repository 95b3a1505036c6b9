"""asyncio's functions with our words in them, kept from one run of Python to the next.

To compile them takes some 6 ms, ten times what to read them takes. They lie beside Python's own
compiled files of this package, and are not written where Python would not write those: where it was
told not to, or cannot.
"""

import os
import sys
from marshal import dumps, loads

from . import __version__
from .record import OPENED_SO

# Bound now: programs mock `os`.
_open, _read, _write, _close = os.open, os.read, os.write, os.close
_replace, _unlink, _mkdir, _getpid = os.replace, os.unlink, os.mkdir, os.getpid
_dirname = os.path.dirname
READ, MAKE = os.O_RDONLY | OPENED_SO, os.O_WRONLY | os.O_CREAT | os.O_EXCL | OPENED_SO

MAKER = sys.version, __version__
MAX_SIZE = 1 << 20  # bytes


def _place() -> str:
    """The file for this very release of Python, "" if there is none."""
    compiled = getattr(__spec__, "cached", None)
    return "%s.%x" % (compiled[: -len(".pyc")], sys.hexversion) if compiled else ""


def load(words: object) -> dict:
    """What was kept of functions with these words: name -> (the function's own code, its code with
    words). `words` is anything that marshal takes."""
    try:
        fd = _open(_place(), READ)
        try:
            data = _read(fd, MAX_SIZE)
        finally:
            _close(fd)
        maker, known, codes = loads(data)
        return loads(codes) if (maker, known) == (MAKER, words) else {}
    except (OSError, EOFError, ValueError, TypeError):
        return {}


def save(words: object, codes: dict) -> None:
    """Keeps what `load` gives."""
    place = _place()
    if not place or sys.dont_write_bytecode:
        return
    made = "%s.%d" % (place, _getpid())
    data = dumps((MAKER, words, dumps(codes)))
    try:
        try:
            _mkdir(_dirname(place))
        except FileExistsError:
            pass
        fd = _open(made, MAKE, 0o644)
    except OSError:
        return
    try:
        try:
            whole = _write(fd, data) == len(data)
        finally:
            _close(fd)
        if whole:
            _replace(made, place)
            return
    except OSError:
        pass  # no room, or another process reads it, which Windows minds
    try:
        _unlink(made)
    except OSError:
        pass
