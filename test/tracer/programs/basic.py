"""Three tasks that sleep, and one that waits for them one after the other."""

import asyncio


async def child(number):
    await asyncio.sleep(0.04 * number)
    return number


async def main():
    tasks = [asyncio.create_task(child(number)) for number in range(3)]
    for task in tasks:
        await task


asyncio.run(main())
