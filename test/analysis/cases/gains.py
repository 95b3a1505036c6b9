# A class that gets its `__await__` from outside is not said to have none.
import asyncio


class GainsOne:
    pass


GainsOne.__await__ = lambda self: asyncio.sleep(1).__await__()


async def use():
    await GainsOne()
    # ^ unknown · because GainsOne shows no __await__
