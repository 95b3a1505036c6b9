"""`wait_for` that runs out of time, and one that does not, through a coroutine of one's own."""

import asyncio


async def answer():
    await asyncio.sleep(0.04)
    return 42


async def guarded(seconds):
    try:
        return await asyncio.wait_for(answer(), seconds)
    except asyncio.TimeoutError:
        return None


async def main():
    await guarded(0.02)
    await guarded(1)


asyncio.run(main())
