"""What suspended functions and errors can be asked without running code of the program.

Nothing here needs asyncio: it serves whatever awaits.
"""

import sys
from types import AsyncGeneratorType, CoroutineType, GeneratorType

from .record import text

# How to look into a suspended object: its code, its frame, what it awaits.
LINKS = {
    CoroutineType: ("cr_code", "cr_frame", "cr_await"),
    GeneratorType: ("gi_code", "gi_frame", "gi_yieldfrom"),
    AsyncGeneratorType: ("ag_code", "ag_frame", "ag_await"),
}

# Built-in awaitables that hide what they run: only the garbage collector sees through them.
WRAPPERS = {
    "coroutine_wrapper",
    "async_generator_asend",
    "async_generator_athrow",
    "anext_awaitable",
}


def import_gc():
    """`gc`, without making it one of the program's modules."""
    known = "gc" in sys.modules
    import gc

    if not known:
        del sys.modules["gc"]
    return gc


referents = import_gc().get_referents
type_name = type.__dict__["__name__"].__get__


def see_through(awaitable: object):
    """The coroutine or generator that a built-in wrapper runs, None for any other object."""
    if type_name(type(awaitable)) in WRAPPERS:
        for inside in referents(awaitable):
            if type(inside) in LINKS or type_name(type(inside)) in WRAPPERS:
                return inside
    return None


def suspended(coro: object, is_last=lambda coro, code: False):
    """The suspended functions from `coro` inwards, outermost first, as (object, code, frame), and
    what is below them. They end with the first one that is the last: nothing is below that."""
    stack = []
    while coro is not None:
        links = LINKS.get(type(coro))
        if links is None:
            inside = see_through(coro)
            if inside is None:
                return stack, coro
            coro = inside
            continue
        code, frame, awaited = (getattr(coro, link) for link in links)
        if frame is None:
            return stack, coro
        stack.append((coro, code, frame))
        if is_last(coro, code):
            break
        coro = awaited
    return stack, None


def has_begun(coro) -> bool:
    """Whether a coroutine or generator that no task runs just now has begun."""
    kind = LINKS.get(type(coro))
    if kind is None:
        return False
    suspended = getattr(coro, kind[0][:3] + "suspended", None)  # from Python 3.11 on
    if suspended is not None:
        return suspended
    frame = getattr(coro, kind[1])
    return frame is not None and frame.f_lasti >= 0


def message(error: BaseException) -> str:
    """The text of an exception, as far as it can be had without running code of the program."""
    args = BaseException.args.__get__(error)
    if len(args) > 2:
        return ""
    parts = []
    for part in args:
        if type(part) is str:
            parts.append(text(part))
        elif type(part) is int and abs(part) < 1 << 63:
            parts.append(str(part))
        else:
            return ""
    return text(": ".join(parts))
