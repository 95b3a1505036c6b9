"""Popular ways to run many things, each with one defect or more. Never use these."""

import asyncio
import time


async def gather_only(operations):
    """After the first error the others run on, and nobody waits for them."""
    return await asyncio.gather(*operations)


async def one_by_one(operations):
    """Sequential: each starts when the one before is done."""
    return [await operation for operation in operations]


async def completed_and_left(operations):
    """Who leaves the loop early leaves the other tasks behind."""
    for quickest in asyncio.as_completed([asyncio.ensure_future(one) for one in operations]):
        yield await quickest


async def first_done(operations):
    """Takes the first that is done, though it failed, and leaves the others."""
    tasks = [asyncio.ensure_future(one) for one in operations]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    return done.pop().result()


async def map_unbounded(operation, items, limit=10):
    """All at once, whatever the limit."""
    return await asyncio.gather(*(operation(item) for item in items))


async def map_unchecked(operation, items, limit=10):
    """A limit of zero waits for ever."""
    semaphore = asyncio.Semaphore(limit)

    async def run(item):
        async with semaphore:
            return await operation(item)

    return await asyncio.gather(*map(run, items))


async def map_by_list(operation, items, limit=10):
    """When the items end with an error, tasks run already and nobody ends them."""
    semaphore = asyncio.Semaphore(limit)

    async def run(item):
        async with semaphore:
            return await operation(item)

    tasks = [asyncio.create_task(run(item)) for item in items]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


async def map_in_batches(operation, items, limit=10):
    """The slowest of each batch holds up the next."""
    items, results = list(items), []
    for start in range(0, len(items), limit):
        results += await asyncio.gather(*map(operation, items[start : start + limit]))
    return results


async def join_only(items, work, workers=4):
    """A worker that fails is gone, and `join` waits for ever."""
    queue = asyncio.Queue()
    for item in items:
        queue.put_nowait(item)

    async def worker():
        while True:
            await work(await queue.get())
            queue.task_done()

    tasks = [asyncio.ensure_future(worker()) for _ in range(workers)]
    await queue.join()
    for task in tasks:
        task.cancel()


async def shield_only(work):
    """The work goes on behind the cancel, and nobody waits for it."""
    return await asyncio.shield(work)


def lost_task(work):
    """Nobody keeps the task, and nobody asks for its error."""
    asyncio.ensure_future(work)


class SharedTicks:
    """Counts on self: two loops over it share one count."""

    def __init__(self, interval=1.0):
        self.interval, self.number = interval, -1

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.number += 1
        await asyncio.sleep(self.interval)
        return self.number


class DriftingTicks:
    """Sleeps the interval after each round, so the round's own time is added."""

    def __init__(self, interval=1.0):
        self.interval = interval

    async def __aiter__(self):
        number = 0
        while True:
            yield number
            number += 1
            await asyncio.sleep(self.interval)


async def blocking_read(path):
    """The whole loop waits for the disk."""
    return path.read_bytes()


class BlockingCall:
    """The call holds the event loop."""

    def __init__(self, function):
        self.function = function

    def __await__(self):
        result = self.function()
        yield
        return result


def blocking_sleep():
    time.sleep(0.25)
    return "result"


async def until_killed(service):
    """Knows Ctrl+C only as KeyboardInterrupt, and SIGTERM not at all."""
    return await service
