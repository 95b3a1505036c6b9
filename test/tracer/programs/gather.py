"""`gather` over coroutines that await coroutines, one of which gives way with `sleep(0)`."""

import asyncio


async def leaf(seconds):
    await asyncio.sleep(seconds)
    return seconds


async def branch(seconds):
    return await leaf(seconds) + await leaf(0)


async def main():
    await asyncio.gather(branch(0.04), branch(0.08))


asyncio.run(main())
