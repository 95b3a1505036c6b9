"""aw-timeout-block-py39: the price comes in time once; then an old one will do."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def in_time(operation: Callable[[], Awaitable[T]], otherwise: T) -> T:
    """Gives `otherwise` when time is up; a cancel and any error pass."""
    task = asyncio.ensure_future(operation())
    try:  # not wait_for: before 3.12 it may take a cancel for the operation's end
        await asyncio.wait({task}, timeout=5.0)
        return task.result() if task.done() else otherwise
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def price(seconds: float) -> int:
    await asyncio.sleep(seconds)
    return 42


async def main() -> None:
    print(await in_time(lambda: price(0.1), 40))
    print(await in_time(lambda: price(60), 40))


asyncio.run(main())
