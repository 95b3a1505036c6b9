"""aw-queue-workers: three workers share nine items."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def process(
    items: Iterable[T], work: Callable[[T], Awaitable[object]], workers: int = 4
) -> None:
    """Awaits `work(item)` of each item, `workers` at once; the first error ends it."""
    if workers < 1:
        raise ValueError(f"workers must be 1 or more, not {workers}")
    queue: asyncio.Queue[T] = asyncio.Queue(maxsize=workers)  # full: the feeder waits

    async def feed() -> None:
        for item in items:
            await queue.put(item)
        await queue.join()

    async def worker() -> None:
        while True:
            item = await queue.get()
            try:
                await work(item)
            finally:
                queue.task_done()

    tasks = [asyncio.create_task(job()) for job in (feed, *[worker] * workers)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:  # a worker only ends with an error, and join would hang
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def work(item: int) -> None:
    await asyncio.sleep(0.05 * (1 + item % 3))
    print("done with", item)


async def main() -> None:
    await process(range(9), work, workers=3)


asyncio.run(main())
