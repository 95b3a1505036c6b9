"""Three workers share one queue, and a lock around the one thing they may not do together.

In the timeline, look for workers that are ready (woken) but wait for their turn.
"""

import asyncio
import random


async def worker(jobs: "asyncio.Queue[int]", lock: asyncio.Lock, done: "list[int]") -> None:
    while True:
        job = await jobs.get()
        await asyncio.sleep(random.uniform(0.01, 0.05))  # the part that may overlap
        async with lock:
            await asyncio.sleep(0.01)  # the part that may not
            done.append(job)
        jobs.task_done()


async def main() -> None:
    jobs: "asyncio.Queue[int]" = asyncio.Queue()
    lock = asyncio.Lock()
    done: "list[int]" = []
    workers = [asyncio.create_task(worker(jobs, lock, done), name=f"worker {n}") for n in (1, 2, 3)]
    for job in range(12):
        await jobs.put(job)  # never suspends: the queue has no limit
    await jobs.join()
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    print("done in the order", done)


if __name__ == "__main__":
    asyncio.run(main())
