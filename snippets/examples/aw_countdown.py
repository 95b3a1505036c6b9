"""aw-countdown: two tasks await one countdown, each with ticks of its own."""

import asyncio
from collections.abc import Callable, Generator
from typing import Any


class Countdown:
    """Calls `on_tick` with start … 1, `interval` s apart; gives the seconds it took."""

    def __init__(
        self, start: int, on_tick: Callable[[int], None], interval: float = 1.0
    ) -> None:
        self.start = start
        self.on_tick = on_tick
        self.interval = interval

    def __await__(self) -> Generator[Any, None, float]:
        loop = asyncio.get_running_loop()
        began = due = loop.time()
        for remaining in range(self.start, 0, -1):  # a local: each await has its own
            self.on_tick(remaining)
            due += self.interval
            yield from asyncio.sleep(due - loop.time()).__await__()
        return loop.time() - began


async def count(countdown: Countdown) -> float:
    return await countdown


async def main() -> None:
    countdown = Countdown(3, print, 0.1)
    one = asyncio.create_task(count(countdown), name="one")
    other = asyncio.create_task(count(countdown), name="other")
    first, second = await asyncio.gather(one, other)
    print(f"took {first:.1f} s and {second:.1f} s")


asyncio.run(main())
