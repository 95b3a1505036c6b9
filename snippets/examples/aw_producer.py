"""aw-producer: each await reads the sensor again."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Producer(Generic[T]):
    """Each await calls `produce` anew: nothing is kept, so nothing is awaited twice."""

    def __init__(self, produce: Callable[[], Awaitable[T]]) -> None:
        self.produce = produce

    def __await__(self) -> Generator[Any, None, T]:
        return self._next().__await__()

    async def _next(self) -> T:
        return await self.produce()


async def read() -> float:
    await asyncio.sleep(0.1)
    return asyncio.get_running_loop().time()


async def main() -> None:
    reading = Producer(read)
    first, second = await reading, await reading
    print(f"{second - first:.1f} s apart")


asyncio.run(main())
