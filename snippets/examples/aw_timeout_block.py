"""aw-timeout-block: the price comes in time once; then an old one will do."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def in_time(operation: Callable[[], Awaitable[T]], otherwise: T) -> T:
    """Gives `otherwise` when time is up; a cancel and any error pass."""
    limit = asyncio.timeout(5.0)
    try:
        async with limit:
            return await operation()
    except TimeoutError:
        if not limit.expired():  # the operation's own
            raise
        return otherwise


async def price(seconds: float) -> int:
    await asyncio.sleep(seconds)
    return 42


async def main() -> None:
    print(await in_time(lambda: price(0.1), 40))
    print(await in_time(lambda: price(60), 40))


asyncio.run(main())
