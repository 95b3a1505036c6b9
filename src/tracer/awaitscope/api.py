"""Tracing from inside a program, for as long as a block runs.

    import awaitscope

    with awaitscope.trace("requests.awaitscope"):
        asyncio.run(main())

    async with awaitscope.trace("requests.awaitscope"):     # inside a loop that runs
        await main()

    @awaitscope.trace("requests.awaitscope")                # each call writes the file anew
    async def main(): …

A loop that runs already is traced from its next turn on, its tasks with the places where they wait;
`async with` takes that turn, and one more at its end, so that what the block does is there in full.
Runs of trio are traced too where the program has trio before the trace starts: those that begin
then, and the one that the trace is started in.
One trace is written at a time. In a program that was started traced, its trace goes on as it is: it
has everything, and the block's file only says where.

Invariant: after a trace asyncio is as it was before.
"""

import asyncio
import atexit
import os
import sys
from _thread import RLock
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from types import TracebackType
from typing import Any, Callable, Optional, Type, TypeVar, Union, cast

from . import instrument, record, session, trio_runs, unfit

Function = TypeVar("Function", bound=Callable[..., Any])

_lock = RLock()  # a signal's handler may start and stop too
_current: "Optional[Trace]" = None  # the trace that is being written
_registered = False  # whether it is ended with the interpreter


def trace(
    path: "Union[str, os.PathLike[str]]",
    *,
    limit: int = record.LIMIT,
    slow_step: float = record.SLOW_STEP,
) -> "Trace":
    """A trace to be written to the file `path`, which is made anew when it starts.

    The file grows no larger than `limit` bytes: what is dropped then is counted in it. A step that
    takes longer than `slow_step` seconds is looked into while it runs.
    """
    return Trace(path, limit, slow_step)


class Trace:
    """A trace of what asyncio does in this process, from `start` to `stop`; it can start again.

    Starting raises OSError where the file cannot be written, and RuntimeError while another trace
    is being written; nothing is traced then. Stopping raises nothing, from whatever thread or task.
    """

    def __init__(
        self,
        path: "Union[str, os.PathLike[str]]",
        limit: int = record.LIMIT,
        slow_step: float = record.SLOW_STEP,
    ) -> None:
        self.path = os.fspath(path)
        if not isinstance(self.path, str):
            raise TypeError("the path of a trace must be text, not %s" % type(self.path).__name__)
        if not 0 < slow_step < record.SLOWEST_STEP:  # NaN neither
            raise ValueError("slow_step is a time in seconds, not %r" % (slow_step,))
        self._limit = limit
        self._slow_step = float(slow_step)
        self._pid = 0  # the process that it was started in
        self._session: "Optional[session.Session]" = None  # one of our own
        self._trio: "Optional[trio_runs.Runs]" = None
        self._around: Any = None  # the session of the launcher, which traces this process anyway

    def start(self) -> "Trace":
        """Traces from here on."""
        global _current
        with _lock:
            _forget_the_parents()
            if _current is not None:
                raise RuntimeError("a trace is being written already, to %s" % _current.path)
            file = record.TraceFile(os.path.abspath(self.path), self._limit)
            file.slow_step = self._slow_step
            file.create(record.program_name())
            self._begin(file)
            self._pid = os.getpid()
            _current = self
        return self

    def _begin(self, file: record.TraceFile) -> None:
        why = unfit()
        if why:
            file.note("not-traced", why)
            return
        self._around = _session_of_launcher()
        if self._around is not None:
            file.note("traced-elsewhere", self._around.file.path)
            _tell(self._around, "block", file.path)
            return
        self._session = instrument.install(file, late=True)
        _register_once()
        if trio_runs.MODULE in sys.modules:
            self._trio = trio_runs.install(file)

    def stop(self) -> None:
        """Ends the trace; does nothing if it is not on."""
        global _current
        with _lock:
            if _current is not self:
                return
            _current = None
            own, self._session = self._session, None
            around, self._around = self._around, None
            trio, self._trio = self._trio, None
            if own is not None:
                if trio is not None:
                    trio.leave()
                elif trio_runs.MODULE in sys.modules and not own.file.broken:
                    own.file.note("not-traced", "trio, which came after the trace began")
                own.end()
            elif around is not None:
                _tell(around, "block-end", os.path.abspath(self.path))

    def __enter__(self) -> "Trace":
        return self.start()

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        where: Optional[TracebackType],
    ) -> None:
        self.stop()

    async def __aenter__(self) -> "Trace":
        self.start()
        try:
            await _turn()
        except BaseException:
            self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        where: Optional[TracebackType],
    ) -> None:
        try:
            if kind is None:
                await _turn()
        finally:
            self.stop()

    def __call__(self, function: Function) -> Function:
        """The function, traced whenever it is called."""
        if isgeneratorfunction(function) or isasyncgenfunction(function):
            raise TypeError("a decorator cannot trace a generator: it ends at no certain time")
        if iscoroutinefunction(function):

            @wraps(function)
            async def traced(*args: Any, **options: Any) -> Any:
                async with self:
                    return await function(*args, **options)

        else:

            @wraps(function)
            def traced(*args: Any, **options: Any) -> Any:
                with self:
                    return function(*args, **options)

        return cast(Function, traced)


async def _turn() -> None:
    """Lets the loop that runs here make a turn: trio's, or asyncio's."""
    trio = sys.modules.get("trio")
    if trio is not None and hasattr(sys.modules[trio_runs.MODULE].GLOBAL_RUN_CONTEXT, "task"):
        await trio.lowlevel.cancel_shielded_checkpoint()
    elif asyncio._get_running_loop() is not None:
        await asyncio.sleep(0)


def _session_of_launcher() -> Any:
    """The session that another copy of this package, the launcher's, has at work, or None."""
    for hook in vars(session.Loop).values():
        for cell in getattr(hook, "__closure__", None) or ():
            found = cell.cell_contents
            if type(found).__module__ == session.__name__ and hasattr(found, "file"):
                if found.file.pid == os.getpid() and not found.file.broken:
                    return found
                found.unhook()  # it has ended, or is a parent's
                return None
    return None


def _tell(around: Any, kind: str, path: str) -> None:
    """Marks the place in the launcher's trace; its package may be of another version."""
    try:
        around.streams.current().extend((record.NOTE, kind, record.text(path, record.MAX_PATH)))
    except Exception as error:
        around.step_out(error)


def _forget_the_parents() -> None:
    """Brings asyncio back as it was in a process that was forked while a trace was written."""
    global _current
    if _current is not None and _current._pid != os.getpid():
        if _current._session is not None:
            _current._session.unhook()
        if _current._trio is not None:
            _current._trio.leave()
        _current = None


def _register_once() -> None:
    """A trace that is still on when the interpreter ends is ended with it."""
    global _registered
    if not _registered:
        _registered = True
        atexit.register(_stop_current)


def _stop_current() -> None:
    if _current is not None:
        _current.stop()
