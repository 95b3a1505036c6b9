"""aw-as-completed: results are printed as they come, the quickest first."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def as_they_come(operations: Iterable[Awaitable[T]]) -> AsyncGenerator[T, None]:
    """Yields results, quickest first. Who leaves early: contextlib.aclosing (3.10)."""
    tasks: list[asyncio.Future[T]] = []
    try:  # in here: what fails to start ends those that did
        tasks.extend(asyncio.ensure_future(each) for each in operations)
        for quickest in asyncio.as_completed(tasks):
            yield await quickest
    finally:  # after an error, or a break: nobody waits for the others
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def fetch(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return seconds


async def main() -> None:
    times = (0.3, 0.1, 0.2)
    tasks = [asyncio.create_task(fetch(each), name=f"{each} s") for each in times]
    async for result in as_they_come(tasks):
        print(result)


asyncio.run(main())
