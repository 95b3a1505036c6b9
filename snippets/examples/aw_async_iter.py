"""aw-async-iter: two loops over one clock, each with ticks of its own."""

import asyncio
import itertools
from collections.abc import AsyncIterator


class Ticker:
    """`async for` gives 0, 1, … `interval` s apart; each loop has ticks of its own."""

    def __init__(self, interval: float = 1.0) -> None:
        self.interval = interval

    async def __aiter__(self) -> AsyncIterator[int]:
        loop = asyncio.get_running_loop()
        due = loop.time()
        for number in itertools.count():
            yield number
            due = max(due + self.interval, loop.time())
            await asyncio.sleep(due - loop.time())


async def watch(name: str, ticker: Ticker) -> None:
    async for number in ticker:
        print(name, number)
        if number == 3:
            break


async def main() -> None:
    ticker = Ticker(0.1)
    await asyncio.gather(watch("a", ticker), watch("b", ticker))


asyncio.run(main())
