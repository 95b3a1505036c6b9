"""Tasks that wait for a lock, a semaphore, a condition and a queue, and who holds them meanwhile."""

import asyncio


async def locked(lock, seconds):
    async with lock:
        await asyncio.sleep(seconds)


async def limited(semaphore, seconds):
    async with semaphore:
        await asyncio.sleep(seconds)


async def listens(condition):
    async with condition:
        await condition.wait()


async def notifies(condition):
    async with condition:
        condition.notify_all()
        await asyncio.sleep(0.1)


async def consumes(queue):
    for _ in range(3):
        await queue.get()
        await asyncio.sleep(0.1)
        queue.task_done()


async def main():
    lock, semaphore, queue = asyncio.Lock(), asyncio.Semaphore(2), asyncio.Queue(1)
    names = ["first", "second", "third"]
    await asyncio.gather(*(asyncio.create_task(locked(lock, 0.1), name=name) for name in names))
    tasks = [asyncio.create_task(limited(semaphore, 0.1), name=name) for name in names]
    await asyncio.wait(tasks)
    condition = asyncio.Condition(lock)
    waits = asyncio.create_task(listens(condition), name="listens")
    await asyncio.sleep(0.1)
    await asyncio.create_task(notifies(condition), name="notifies")
    await waits
    consumer = asyncio.create_task(consumes(queue), name="consumer")
    for number in range(3):
        await queue.put(number)
    await queue.join()
    await consumer


asyncio.run(main())
