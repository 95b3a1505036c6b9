"""Work that could overlap: sequential-awaits."""
import asyncio


async def fetch(key):
    await asyncio.sleep(1)
    return key


async def both():
    a = await fetch(1)
    #   ^ sequential-awaits: The next await does not use this result
    b = await fetch(2)
    return a, b


async def one_by_one(keys):
    found = []
    for key in keys:
        found.append(await fetch(key))
        #            ^ sequential-awaits: Each round waits for the one before
    return found


async def needed():
    a = await fetch(1)
    return await fetch(a)
