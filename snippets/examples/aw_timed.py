"""aw-timed: three delays at once take as long as the longest."""

import asyncio
from collections.abc import Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Timed(Generic[T]):
    """Gives `result` after `delay` seconds; zero or less gives other tasks one turn."""

    def __init__(self, result: T, delay: float = 1.0) -> None:
        self.result = result
        self.delay = delay

    def __await__(self) -> Generator[Any, None, T]:
        return asyncio.sleep(self.delay, self.result).__await__()


async def brew(name: str, seconds: float) -> str:
    return await Timed(name, seconds)


async def main() -> None:
    times = {"tea": 0.1, "coffee": 0.3, "milk": 0.2}
    cups = [asyncio.create_task(brew(cup, times[cup]), name=cup) for cup in times]
    print(await asyncio.gather(*cups))


asyncio.run(main())
