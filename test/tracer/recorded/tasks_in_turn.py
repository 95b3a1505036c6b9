"""Three tasks, each awaited before the next is made: nothing overlaps, though there are tasks."""

import asyncio


async def fetch(seconds):
    await asyncio.sleep(seconds)


async def main():
    first = asyncio.create_task(fetch(0.1))
    await first
    second = asyncio.create_task(fetch(0.2))
    await second
    for _ in range(2):
        await fetch(0.1)


asyncio.run(main())
