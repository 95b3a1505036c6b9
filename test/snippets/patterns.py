"""Every snippet as one awaitable, so that `test_every.py` can ask the same of all of them."""

import asyncio
import contextlib
import functools
import socket
import sys
import threading
import time
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from aw_as_completed import as_they_come
from aw_async_context import connected
from aw_async_iter import Ticker
from aw_cached import Cached
from aw_cancellable import Cancellable
from aw_class import Operation
from aw_compose import compose
from aw_context import WithRequestId
from aw_countdown import Countdown
from aw_future import Reply
from aw_gather import gather_all
from aw_iterator import Counted
from aw_lazy_task import Background
from aw_nonblocking import InThread
from aw_object import Job
from aw_once import Once
from aw_producer import Producer
from aw_progress import Progress
from aw_queue_workers import process
from aw_ratelimit import RateLimit
from aw_retry import Retry
from aw_run import main
from aw_semaphore_map import map_bounded
from aw_shield import finish
from aw_signal_shutdown import until_stopped
from aw_task import spawn
from aw_taskgroup import run_all
from aw_timed import Timed
from aw_timeout import Limited
from aw_timeout_block import in_time
from aw_timeout_block_py39 import in_time as in_time_py39
from aw_timeout_py39 import Limited as LimitedPy39
from aw_to_thread import read_file
from aw_types_coroutine import loop_lag
from aw_validate import Validated
from aw_wait import first_success
from checks import Anew, answer, ignore

Operation_ = Callable[[], Any]


class Pattern(NamedTuple):
    """A snippet for the checks that every awaitable must pass."""

    make: Callable[[], Any]
    value: object
    #: Makes one around an operation of the test's, where the pattern has one.
    around: Optional[Callable[[Operation_], Any]] = None
    #: Makes one that fails with that error, where no operation of the test's can.
    failing: Optional[Callable[[Exception], Any]] = None
    #: The first await may not suspend, so the checks get an object that was awaited once.
    primed: bool = False
    #: A cancelled await leaves a run that ends by itself: others may wait for it.
    lives_on: bool = False
    #: Threads and sockets need a real loop.
    real: bool = False
    #: A plain value is taken for a result.
    takes_values: bool = False
    #: Made from coroutines, and from no other awaitable.
    only_coroutines: bool = False
    since: int = 9


def of(around: Callable[[Operation_], Any], value: object = "result", **more: Any) -> Pattern:
    return Pattern(lambda: around(answer), value, around, **more)


def cached(operation: Operation_) -> Any:
    cache = Cached(lambda key: operation())  # type: ignore[var-annotated]
    return Anew(lambda: cache("key"))


async def all_of(operation: Operation_) -> List[Any]:
    return [result async for result in as_they_come([operation()])]


async def three_ticks() -> List[int]:
    ticks = Ticker(1.0).__aiter__()
    return [await ticks.__anext__() for _ in range(3)]


def blocking(seconds: float = 0.05) -> str:
    time.sleep(seconds)  # longer than any turn of the loop, on a busy machine too
    return "result"


def raising(error: Exception) -> Callable[..., Any]:
    """A function that fails, whatever it is called with."""

    def function(*_: object) -> Any:
        raise error

    return function


class BrokenFile:
    def __init__(self, error: Exception) -> None:
        self.read_bytes = raising(error)


class FailingOperation(Operation):
    def __init__(self, error: Exception) -> None:
        super().__init__("result")
        self._fail = raising(error)

    async def _run(self) -> str:
        await asyncio.sleep(1)
        return str(self._fail())


def failing_connection(error: Exception) -> Any:
    async def one() -> None:
        async with connected(*address()):
            raise error

    return Anew(one)


class SlowFile:
    def __init__(self, seconds: float = 0.05) -> None:
        self.seconds = seconds

    def read_bytes(self) -> str:
        return blocking(self.seconds)


class Server(threading.Thread):
    """Says "result" to everybody who connects; knows nothing of asyncio."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=200)

    def run(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            with connection, contextlib.suppress(OSError):  # the client may be gone already
                connection.sendall(b"result")


@functools.lru_cache(maxsize=None)
def address() -> Any:
    server = Server()
    server.start()
    return server.socket.getsockname()


async def one_connection() -> bytes:
    async with connected(*address()) as (reader, _):
        return await reader.read()


async def lag() -> str:
    assert await loop_lag() >= 0
    return "result"


async def same(request: Any, handler: Callable[[Any], Any]) -> Any:
    return await handler(request)


def later(on_result: Callable[[str], object], _: object) -> None:
    asyncio.get_running_loop().call_later(1, on_result, "result")


PATTERNS: Dict[str, Pattern] = {
    "aw-class": Pattern(lambda: Operation("result"), "result", failing=FailingOperation),
    "aw-timed": Pattern(lambda: Timed("result", 1.0), "result"),
    "aw-countdown": Pattern(
        lambda: Countdown(3, ignore, 1.0),
        3.0,
        failing=lambda error: Countdown(3, raising(error), 1.0),
    ),
    "aw-retry": of(Retry, takes_values=True),
    "aw-ratelimit": Pattern(lambda: RateLimit(1.0), None, primed=True),
    "aw-cached": of(cached, lives_on=True),
    "aw-progress": of(lambda operation: Progress(lambda report: operation(), print)),
    "aw-compose": of(
        lambda operation: Anew(lambda: compose(lambda _: operation(), same, same)(None))
    ),
    "aw-context": of(lambda operation: WithRequestId("x", operation)),
    "aw-nonblocking": Pattern(
        lambda: InThread(blocking),
        "result",
        failing=lambda error: InThread(raising(error)),
        real=True,
    ),
    "aw-cancellable": of(lambda operation: Cancellable(operation, answer)),
    "aw-validate": of(lambda operation: Validated(operation, str.upper), "RESULT"),
    "aw-once": of(Once, lives_on=True),
    "aw-producer": of(Producer),
    "aw-future": Pattern(
        lambda: Reply(later),
        "result",
        failing=lambda error: Reply(lambda _, on_error: on_error(error)),
    ),
    "aw-iterator": of(Counted, ("result", 1)),
    "aw-types-coroutine": Pattern(lambda: Anew(lag), "result"),
    "aw-object": of(lambda operation: Job("job").add(operation), ["result"]),
    "aw-lazy-task": of(Background, lives_on=True),
    "aw-timeout": of(Limited, since=11),
    "aw-timeout-py39": of(LimitedPy39),
    "aw-run": Pattern(lambda: Anew(main), 0),
    "aw-task": of(lambda operation: Anew(lambda: spawn(operation())), only_coroutines=True),
    "aw-gather": of(
        lambda operation: Anew(lambda: gather_all([operation()])), ["result"]
    ),
    "aw-taskgroup": of(
        lambda operation: Anew(lambda: run_all([operation()])),
        ["result"],
        only_coroutines=True,
        since=11,
    ),
    "aw-as-completed": of(lambda operation: Anew(lambda: all_of(operation)), ["result"]),
    "aw-wait": of(lambda operation: Anew(lambda: first_success([operation()]))),
    "aw-timeout-block": of(lambda operation: Anew(lambda: in_time(operation, "late")), since=11),
    "aw-timeout-block-py39": of(lambda operation: Anew(lambda: in_time_py39(operation, "late"))),
    "aw-shield": of(lambda operation: Anew(lambda: finish(operation()))),
    "aw-to-thread": Pattern(
        lambda: Anew(lambda: read_file(SlowFile())),  # type: ignore[arg-type]
        "result",
        failing=lambda error: Anew(lambda: read_file(BrokenFile(error))),  # type: ignore[arg-type]
        real=True,
    ),
    "aw-semaphore-map": of(
        lambda operation: Anew(lambda: map_bounded(lambda _: operation(), range(3), 2)),
        ["result"] * 3,
    ),
    "aw-queue-workers": of(
        lambda operation: Anew(lambda: process(range(3), lambda _: operation())), None
    ),
    "aw-async-iter": Pattern(lambda: Anew(three_ticks), [0, 1, 2]),
    "aw-async-context": Pattern(
        lambda: Anew(one_connection), b"result", failing=failing_connection, real=True
    ),
    "aw-signal-shutdown": of(
        lambda operation: Anew(lambda: until_stopped(operation()))
    ),
}

#: Those that this Python can run.
RUNNABLE = {
    prefix: pattern
    for prefix, pattern in PATTERNS.items()
    if sys.version_info[1] >= pattern.since
}
