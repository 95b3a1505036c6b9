"""aw-semaphore-map: six pages, two at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


async def map_bounded(
    operation: Callable[[A], Awaitable[B]], items: Iterable[A], limit: int = 10
) -> list[B]:
    """`operation` of each item, `limit` at once: results in order, or an error."""
    if limit < 1:
        raise ValueError(f"limit must be 1 or more, not {limit}")
    semaphore = asyncio.Semaphore(limit)

    async def run(item: A) -> B:
        async with semaphore:
            return await operation(item)

    tasks: list[asyncio.Task[B]] = []
    try:  # in here: items that end with an error end the tasks
        tasks.extend(asyncio.create_task(run(item)) for item in items)
        return list(await asyncio.gather(*tasks))
    finally:  # gather alone lets the others run on after an error
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def fetch(page: int) -> str:
    await asyncio.sleep(0.1)
    return f"page {page}"


async def main() -> None:
    print(await map_bounded(fetch, range(6), limit=2))


asyncio.run(main())
