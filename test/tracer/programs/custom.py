"""Awaitables of one's own: `__await__` as a generator, by delegation, as an iterator, and bare."""

import asyncio
import types


class Gate:
    """Opens after a while: `__await__` is a generator that yields the future's own protocol."""

    def __init__(self):
        self.future = asyncio.get_running_loop().create_future()

    def __await__(self):
        yield from self.future.__await__()


class Delegate:
    """`__await__` hands over to a coroutine."""

    def __init__(self, coro):
        self.coro = coro

    def __await__(self):
        return self.coro.__await__()


class Countdown:
    """`__await__` gives an iterator that gives way a few times."""

    def __init__(self, turns):
        self.turns = turns

    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        self.turns -= 1
        if self.turns < 0:
            raise StopIteration(None)


@types.coroutine
def bare():
    yield


class Bad:
    def __await__(self):
        yield 1


async def numbers():
    await asyncio.sleep(0.04)
    yield 1


async def main():
    gate = Gate()
    asyncio.get_running_loop().call_later(0.04, gate.future.set_result, None)
    await gate
    await Delegate(asyncio.sleep(0.04))
    await Countdown(2)
    await bare()
    async for _ in numbers():
        pass
    try:
        await Bad()
    except RuntimeError:
        pass


asyncio.run(main())
