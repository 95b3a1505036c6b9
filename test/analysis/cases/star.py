# `from asyncio import *` brings every public name; another star may bring any.
from asyncio import *


async def known():
    await sleep(1)
    # ^ coroutine asyncio.sleep
    await Lock().acquire()
    # ^ coroutine asyncio.Lock.acquire
    await gather(sleep(1))
    # ^ future asyncio.gather


async def own():
    await helper()
    # ^ coroutine helper


async def helper():
    pass


async def later():
    from elsewhere import *

    await sleep(1)
    # ^ unknown · because sleep may come from elsewhere
