# What no await accepts. Said only where it is certain.
import asyncio
import threading
import time


async def job():
    pass


async def numbers():
    yield 1


def plain():
    return 3


def nothing():
    print("x")


def generator():
    yield 1


class Plain:
    pass


class Meta(type):
    def __call__(cls):
        return asyncio.sleep(1)


class Odd(metaclass=Meta):
    pass


async def literals():
    await 3
    # ^ not-awaitable int · fails · because TypeError: object int can't be used in 'await' expression
    await "text"
    # ^ not-awaitable str · fails · because 'str' object can't be awaited
    await None
    # ^ not-awaitable None · fails · because object NoneType
    await [job()]
    # ^ not-awaitable list · fails
    await (job(), job())
    # ^ not-awaitable tuple · fails
    await {"a": job()}
    # ^ not-awaitable dict · fails
    await f"{3}"
    # ^ not-awaitable str · fails
    await (1 + 2)
    # ^ not-awaitable int · fails
    await (x for x in [])
    # ^ not-awaitable generator · fails
    await [job() for _ in range(3)]
    # ^ not-awaitable list · fails


async def results():
    await plain()
    # ^ not-awaitable int · fails
    await nothing()
    # ^ not-awaitable None · fails
    await generator()
    # ^ not-awaitable generator · fails
    await numbers()
    # ^ not-awaitable types.AsyncGeneratorType · fails · caution async for
    await len([])
    # ^ not-awaitable int · fails
    await time.sleep(1)
    # ^ not-awaitable None · fails
    await Plain()
    # ^ not-awaitable Plain · fails · because has no __await__
    await Odd()
    # ^ unknown · because metaclass
    event = asyncio.Event()
    await event
    # ^ not-awaitable asyncio.Event · fails
    await event.set()
    # ^ not-awaitable None · fails
    await threading.Lock()
    # ^ not-awaitable threading._Lock · fails


async def uncalled():
    await job
    # ^ not-awaitable job · fails · because await job() calls it
    await asyncio.sleep
    # ^ not-awaitable asyncio.sleep · fails
    await plain
    # ^ not-awaitable function · fails
    await (lambda: job())
    # ^ not-awaitable function · fails


async def unsure(flag, number: int):
    x = 3 if flag else job()
    await x
    # ^ union · and not-awaitable int, coroutine job
    await number
    # ^ unknown · because it is an int as far as the code tells
    for each in [asyncio.Lock(), asyncio.Event()]:
        await each
        # ^ union · fails · because none of them can be awaited
