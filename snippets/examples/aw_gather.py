"""aw-gather: three at once; then one fails, and the others end with it."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def gather_all(operations: Iterable[Awaitable[T]]) -> list[T]:
    """Awaits all at once: their results in the order given, or the first error."""
    tasks: list[asyncio.Future[T]] = []
    try:  # in here: what fails to start ends those that did
        tasks.extend(asyncio.ensure_future(each) for each in operations)
        return list(await asyncio.gather(*tasks))
    finally:  # gather alone lets the others run on after an error
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def fetch(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    if name == "broken":
        raise ConnectionError(name)
    return name


def start(name: str, seconds: float) -> asyncio.Task[str]:
    return asyncio.create_task(fetch(name, seconds), name=name)


async def main() -> None:
    print(await gather_all(start(name, 0.2) for name in "abc"))
    try:
        await gather_all([start("slow", 60), start("broken", 0.1)])
    except ConnectionError as error:
        print("failed:", error)


asyncio.run(main())
