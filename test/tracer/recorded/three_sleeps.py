"""Three tasks that sleep at the same time: the waits overlap."""

import asyncio


async def pause(seconds):
    await asyncio.sleep(seconds)


async def main():
    async with asyncio.TaskGroup() as group:
        for seconds in (0.3, 0.3, 0.3):
            group.create_task(pause(seconds))


asyncio.run(main())
