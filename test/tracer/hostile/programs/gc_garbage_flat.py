"""Makes two thousand tasks: nothing may stay behind for each."""
import asyncio
import gc


async def pause():
    await asyncio.sleep(0)


async def make_tasks(amount):
    for _ in range(amount):
        await asyncio.create_task(pause())
    gc.collect()
    return len(gc.get_objects())


async def main():
    before = await make_tasks(50)
    print(await make_tasks(2000) - before < 200)


asyncio.run(main())
