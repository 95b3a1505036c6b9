"""An event loop whose clock jumps to the next timer instead of waiting, and `drive` to run on it.

Hours of backoff take no time, and every time measured is exact and the same on every machine.
"""

import asyncio
import asyncio.constants
import contextlib
import gc
import selectors
import sys
from typing import Any, Callable, Coroutine, Iterator, List
from unittest import mock


class _Selector(selectors.DefaultSelector):
    """Moves its loop's clock on by the time that a real selector would have waited."""

    #: So many turns without a pause are a task that spins: nothing here has more tasks than this.
    spin_limit = 2_000

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000.0
        self._turns = 0

    def select(self, timeout: Any = None) -> Any:
        ready = super().select(0)
        if timeout is None and not ready:
            raise AssertionError("the loop waits for ever: nobody is left to wake a task")
        self._turns = 0 if timeout else self._turns + 1
        if self._turns > self.spin_limit:
            self._turns = 0
            raise AssertionError("the loop spins: a task asks for its next turn again and again")
        self.now += timeout or 0.0
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.selector = _Selector()
        super().__init__(self.selector)

    def time(self) -> float:
        return self.selector.now

    def stall(self, seconds: float) -> None:
        """What a blocking call does: time passes and no task gets a turn."""
        self.selector.now += seconds


def drive(
    main: Callable[[Any], Coroutine[Any, Any, Any]], loop: Any = None, debug: bool = True
) -> Any:
    """Runs `main(loop)` in asyncio's debug mode, on a virtual loop unless one is given; its result.

    Fails when something is left behind: a running task, an exception that nobody retrieved, a
    coroutine that nobody awaited. An exception of `main` itself goes before that.
    """
    loop = loop or VirtualLoop()
    loop.set_debug(debug)
    loop.slow_callback_duration = float("inf")  # debug mode would report every `stall`
    left: List[str] = []
    loop.set_exception_handler(lambda _, context: left.append(context["message"]))
    hook = mock.patch("sys.unraisablehook", lambda report: left.append(repr(report.exc_value)))
    with hook, _short_stacks():
        try:
            result = loop.run_until_complete(main(loop))
            left += [f"task still running: {task!r}" for task in asyncio.all_tasks(loop)]
        finally:
            _end_tasks(loop)
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(_end_threads(loop))
            loop.close()
            gc.collect()
    assert not left, f"left behind: {left}"
    return result


@contextlib.contextmanager
def _short_stacks() -> Iterator[None]:
    """Debug mode notes the stack at every callback, future and task: most of the time went there."""
    sys.tracebacklimit = 1
    try:
        with mock.patch.object(asyncio.constants, "DEBUG_STACK_DEPTH", 1):
            yield
    finally:
        del sys.tracebacklimit


def _end_tasks(loop: Any) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks))


async def _end_threads(loop: Any) -> None:
    if getattr(loop, "_default_executor", None) is not None:
        await loop.shutdown_default_executor()
