"""What asyncio complains about: coroutines never awaited, tasks destroyed, errors nobody heard of.

Most complaints come out of finalizers, at any moment and in any thread, even in the middle of a
record of ours. So a trouble says in plain values what it is, and refers to no site.

Texts of asyncio's that show arguments or results of the program's functions are cut before them.
"""

import sys
from types import AsyncGeneratorType, CoroutineType

from .awaits import message
from .record import MAX_PATH, TROUBLE, clock, text
from .seams import Seams

_type_name = type.__dict__["__name__"].__get__

# From Python 3.14 on `warnings` is written there.
WARNINGS = "/_py_warnings" if "_py_warnings" in sys.modules else "/warnings"
WARN_LINE = 'msg = "".join(msg_lines).rstrip("\\n")'
WARNING_SEAMS = {
    WARNINGS: {"_warn_unawaited_coroutine": {WARN_LINE: WARN_LINE + "; $never_awaited(coro)"}}
}
LOOP_SEAMS = {
    "base_events": {
        # Behind the docstring: before anything is done.
        "BaseEventLoop.call_exception_handler": {'"""': '"""; $complaint(context)'},
        "BaseEventLoop._asyncgen_finalizer_hook": {
            "self._asyncgens.discard(agen)": "self._asyncgens.discard(agen); $unclosed(agen)"
        },
        "BaseEventLoop._asyncgen_firstiter_hook": {
            "self._asyncgens.add(agen)": (
                "self._asyncgens.add(agen); self._asyncgens_shutdown_called and $begun_late(agen)"
            )
        },
    },
}
# How asyncio's messages begin -> what the trouble is.
KINDS = {
    "Task was destroyed but it is pending": "destroyed-pending",
    "Task exception was never retrieved": "never-retrieved",
    "Future exception was never retrieved": "never-retrieved",
    "_GatheringFuture exception was never retrieved": "never-retrieved",
}


def install(trace) -> None:
    """Puts the hooks in."""
    helpers = _helpers(trace)
    at_once = Seams(trace)  # a program may forget to await all it has
    at_once.add(WARNING_SEAMS, never_awaited=helpers.pop("never_awaited"))
    at_once.sew()
    trace.seams.add(LOOP_SEAMS, **helpers)


def _helpers(trace):
    task_types = trace.asyncio.task_types

    def guarded(helper):
        def tell(thing):
            try:
                record = helper(thing)
                if record is not None:
                    kind, task, words, file, line = record
                    values = TROUBLE, clock(), kind, task, text(words), text(file, MAX_PATH), line
                    trace.streams.current().extend(values)
            except Exception as error:
                trace.step_out(error)

        return tell

    def never_awaited(coro):
        """Where it was made is known if the program tracks origins, else where its function is."""
        if type(coro) is not CoroutineType:
            return None
        code, origin = coro.cr_code, coro.cr_origin
        if origin:
            file, line, function = origin[0]
            return "never-awaited", -1, "%s, made in %s" % (coro.__qualname__, function), file, line
        return "never-awaited", -1, coro.__qualname__, code.co_filename, code.co_firstlineno

    def unclosed(generator):
        return _of_generator("unclosed-generator", generator)

    def begun_late(generator):
        return _of_generator("late-generator", generator)

    def complaint(context):
        if type(context) is not dict:
            return "unhandled", -1, "", "", 0
        words = text(context.get("message"))
        task = -1
        for key in ("task", "future"):
            if issubclass(type(context.get(key)), task_types):
                task = id(context[key])
        kind = next((KINDS[start] for start in KINDS if words.startswith(start)), "unhandled")
        if kind == "destroyed-pending":
            trace.destroyed(task)
        error = context.get("exception")
        if isinstance(error, BaseException):
            shown = text(_type_name(type(error)))
            said = message(error)
            shown = shown + ": " + said if said else shown
            if kind == "unhandled":
                shown = _bare(words) + ": " + shown
            return (kind, task, shown, *_place(error))
        return kind, task, _bare(words), "", 0

    helpers = never_awaited, unclosed, begun_late, complaint
    return {helper.__name__: guarded(helper) for helper in helpers}


def _of_generator(kind, generator):
    """What there is to say of an async generator: where it is suspended, or where it begins."""
    if type(generator) is not AsyncGeneratorType:
        return None
    code, frame = generator.ag_code, generator.ag_frame
    line = code.co_firstlineno if frame is None else frame.f_lineno or 0
    return kind, -1, generator.__qualname__, code.co_filename, line


def _bare(words: str) -> str:
    """A message without the arguments and objects that it shows."""
    return min(words.partition("(")[0], words.partition("<")[0], key=len).rstrip()


def _place(error):
    """File and line where an exception was raised."""
    trace = BaseException.__traceback__.__get__(error)
    if trace is None:
        return "", 0
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno or 0
