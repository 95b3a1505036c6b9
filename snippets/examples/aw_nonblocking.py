"""aw-nonblocking: two blocking calls run in threads while a task goes on ticking."""

import asyncio
import time
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class InThread(Generic[T]):
    """Calls `function` in a thread. A cancel ends the wait, never the call."""

    def __init__(self, function: Callable[[], T]) -> None:
        self.function = function

    def __await__(self) -> Generator[Any, None, T]:
        # Called here, it would stop every task: so does time.sleep in any await.
        return asyncio.to_thread(self.function).__await__()


def slow() -> str:
    time.sleep(0.3)
    return "read"


async def tick() -> None:
    while True:
        await asyncio.sleep(0.1)
        print("tick")


async def read() -> str:
    return await InThread(slow)


async def main() -> None:
    ticking = asyncio.create_task(tick(), name="clock")
    readers = [asyncio.create_task(read(), name=f"reader {n}") for n in (1, 2)]
    print(await asyncio.gather(*readers))
    ticking.cancel()


asyncio.run(main())
