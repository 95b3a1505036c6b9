"""aw-wait: three mirrors are asked; one fails first, one is good, one is too slow."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

T = TypeVar("T")


def failed(task: asyncio.Future[T]) -> bool:
    return task.cancelled() or task.exception() is not None


async def first_success(operations: Iterable[Awaitable[T]]) -> T:
    """The first result, the others cancelled. When all fail: the error of one."""
    tasks: list[asyncio.Future[T]] = []
    try:  # in here: what fails to start ends those that did
        tasks.extend(asyncio.ensure_future(each) for each in operations)
        pending = set(tasks)
        while True:
            done, pending = await asyncio.wait(
                pending, return_when=asyncio.FIRST_COMPLETED
            )
            for task in sorted(done, key=failed):
                if not (pending and failed(task)):
                    return task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def ask(mirror: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    if mirror == "broken":
        raise ConnectionError(mirror)
    return mirror


async def main() -> None:
    times = {"broken": 0.1, "good": 0.2, "slow": 60}
    mirrors = [asyncio.create_task(ask(one, times[one]), name=one) for one in times]
    print(await first_success(mirrors))


asyncio.run(main())
