"""What a type checker must know of each snippet: strict mode finds nothing in this file.

Each line marked `type: ignore` is wrong: strict mode reports a mark that nothing needed."""

import functools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Optional

from aw_as_completed import as_they_come
from aw_async_context import connected
from aw_async_iter import Ticker
from aw_cached import Cached
from aw_cancellable import Cancellable
from aw_class import Operation
from aw_compose import compose
from aw_context import WithRequestId, request_id
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


async def fetch(key: str) -> bytes:
    return key.encode()


async def one() -> int:
    return 1


async def work(report: Callable[[int, int], None]) -> int:
    report(1, 1)
    return 1


async def logged(request: str, handler: Callable[[str], Awaitable[bytes]]) -> bytes:
    return await handler(request)


def listen(on_result: Callable[[int], object], on_error: Callable[[Exception], object]) -> None:
    on_result(1)
    on_error(OSError())


class Client:
    async def __call__(self) -> int:
        return 1


async def awaitables() -> None:
    text: str = await Operation("key")
    number: int = await Timed(3, 0.5)
    seconds: float = await Countdown(3, print, 0.1)
    from_function: int = await Retry(one)
    from_partial: bytes = await Retry(functools.partial(fetch, "key"))
    from_object: int = await Retry(Client(), attempts=5, errors=(OSError,))
    from_lambda = await Retry(lambda: fetch("key"))
    from_lambda.decode()
    await RateLimit(0.5)
    cached: bytes = await Cached(fetch, ttl=1.0)("key")
    progress: int = await Progress(work, print)
    composed: bytes = await compose(fetch, logged, logged)("key")
    under: int = await WithRequestId(request_id.get(), one)
    in_thread: bytes = await InThread(Path("x").read_bytes)
    cancellable: int = await Cancellable(one, one)
    validated: float = await Validated(one, float)
    once: int = await Once(one)
    fresh: int = await Producer(one)
    reply: int = await Reply(listen)
    counted: tuple[int, int] = await Counted(one)
    lag: float = await loop_lag()
    jobs: list[int] = await Job[int]("job").add(one).add(Client())
    job: str = await Job[int]("job").run()
    background = Background(one)
    started: int = await background.start()
    awaited: int = await background
    limited: int = await Limited(one, seconds=1)
    limited_py39: int = await LimitedPy39(one, seconds=1)


async def tools() -> None:
    code: int = await main()
    spawned: int = await spawn(one())
    gathered: list[int] = await gather_all([one(), Timed(1), Retry(one)])
    grouped: list[int] = await run_all([one(), one()])
    results: list[int] = [result async for result in as_they_come([one()])]
    first: int = await first_success([one(), Timed(1)])
    in_block: int = await in_time(one, 0)
    in_block_py39: int = await in_time_py39(one, 0)
    finished: int = await finish(one())
    data: bytes = await read_file(Path("x"))
    mapped: list[bytes] = await map_bounded(fetch, ["a", "b"], limit=2)
    await process(["a", "b"], fetch)
    async for tick in Ticker(0.1):
        ticks: int = tick
    async with connected("localhost", 80) as (reader, writer):
        writer.write(await reader.read())
    served: Optional[int] = await until_stopped(one())


async def wrong() -> None:
    text: int = await Operation("key")  # type: ignore
    number: str = await Timed(3)  # type: ignore
    await Countdown(3, fetch)  # type: ignore
    result: str = await Retry(one)  # type: ignore
    await Retry(one, errors=(BaseException,))  # type: ignore
    from_lambda = await Retry(lambda: fetch("key"))
    from_lambda.encode()  # type: ignore
    cached: str = await Cached(fetch)("key")  # type: ignore
    await Cached(fetch)(1)  # type: ignore
    progress: str = await Progress(work, print)  # type: ignore
    await Progress(one, print)  # type: ignore
    await compose(fetch, one)("key")  # type: ignore
    await compose(fetch, logged)(1)  # type: ignore
    await WithRequestId(1, one)  # type: ignore
    await InThread(fetch)  # type: ignore
    cancellable: str = await Cancellable(one, one)  # type: ignore
    await Validated(fetch, len)  # type: ignore
    once: str = await Once(one)  # type: ignore
    fresh: str = await Producer(one)  # type: ignore
    reply: str = await Reply(listen)  # type: ignore
    counted: int = await Counted(one)  # type: ignore
    jobs: list[str] = await Job[int]("job").add(one)  # type: ignore
    started: str = await Background(one).start()  # type: ignore
    limited: str = await Limited(one)  # type: ignore
    spawn(Timed(1))  # type: ignore
    gathered: list[str] = await gather_all([one()])  # type: ignore
    await run_all([Timed(1)])  # type: ignore
    mapped: list[str] = await map_bounded(fetch, ["a"])  # type: ignore
    await map_bounded(fetch, [1])  # type: ignore
    await process([1], fetch)  # type: ignore
    finished: str = await finish(one())  # type: ignore
