"""Two tasks that take two locks in a different order, and one that waits for them: a deadlock, until it is cancelled."""

import asyncio


async def move(source, target):
    async with source:
        await asyncio.sleep(0.1)
        async with target:
            pass


async def main():
    kitchen, cellar = asyncio.Lock(), asyncio.Lock()
    up = asyncio.create_task(move(cellar, kitchen), name="up")
    down = asyncio.create_task(move(kitchen, cellar), name="down")
    both = asyncio.gather(up, down)
    watcher = asyncio.create_task(asyncio.wait([both]), name="watcher")
    await asyncio.sleep(0.4)
    both.cancel()
    await asyncio.gather(both, watcher, return_exceptions=True)


asyncio.run(main())
