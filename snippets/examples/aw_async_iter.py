"""aw-async-iter: two loops over one clock, each with ticks of its own."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator


class Ticker(AsyncIterable[int]):
    """`async for` gives 0, 1, … `interval` s apart; each loop has ticks of its own."""

    def __init__(self, interval: float = 1.0) -> None:
        self.interval = interval

    def __aiter__(self) -> "Ticks":
        return Ticks(self.interval)


class Ticks(AsyncIterator[int]):  # unlike a generator it needs no closing after a break
    def __init__(self, interval: float) -> None:
        self.interval, self.number, self.due = interval, -1, float("-inf")

    async def __anext__(self) -> int:
        loop = asyncio.get_running_loop()
        due = max(self.due + self.interval, loop.time())  # no tick is made up for
        await asyncio.sleep(due - loop.time())
        self.due, self.number = due, self.number + 1  # a cancelled wait counts none
        return self.number


async def watch(name: str, ticker: Ticker) -> None:
    async for number in ticker:
        print(name, number)
        if number == 3:
            break


async def main() -> None:
    ticker = Ticker(0.1)
    tasks = [asyncio.create_task(watch(name, ticker), name=name) for name in "ab"]
    await asyncio.gather(*tasks)


asyncio.run(main())
