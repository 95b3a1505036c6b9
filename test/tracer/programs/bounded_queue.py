"""A producer and a consumer with a bounded queue between them, and a lock."""

import asyncio


async def produce(queue, lock):
    for item in range(3):
        async with lock:
            await asyncio.sleep(0.04)
        await queue.put(item)
    await queue.put(None)


async def consume(queue, lock):
    while await queue.get() is not None:
        async with lock:
            pass


async def main():
    queue, lock = asyncio.Queue(maxsize=1), asyncio.Lock()
    await asyncio.gather(produce(queue, lock), consume(queue, lock))


asyncio.run(main())
