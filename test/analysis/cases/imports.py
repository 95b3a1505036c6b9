# Every way to get at asyncio's names.
import asyncio
import asyncio as aio
import asyncio.locks
import asyncio.tasks as tasks
from asyncio import Lock as Mutex
from asyncio import events, sleep, sleep as zzz
from asyncio.locks import Semaphore
from concurrent.futures import Future
from contextlib import asynccontextmanager as acm, suppress


async def functions():
    await asyncio.sleep(1)
    # ^ coroutine asyncio.sleep · suspends always · gives None · woken by a timer
    await aio.sleep(1)
    # ^ coroutine asyncio.sleep
    await sleep(1)
    # ^ coroutine asyncio.sleep
    await zzz(1)
    # ^ coroutine asyncio.sleep
    await tasks.sleep(1)
    # ^ coroutine asyncio.sleep
    await asyncio.tasks.wait_for(zzz(1), 2)
    # ^ coroutine asyncio.wait_for · gives None
    nap = aio.sleep
    await nap(1)
    # ^ coroutine asyncio.sleep


async def classes():
    await Mutex().acquire()
    # ^ coroutine asyncio.Lock.acquire · suspends maybe · because not when it is free
    await asyncio.locks.Lock().acquire()
    # ^ coroutine asyncio.Lock.acquire
    await Semaphore(3).acquire()
    # ^ coroutine asyncio.Semaphore.acquire
    await asyncio.BoundedSemaphore(3).acquire()
    # ^ coroutine asyncio.BoundedSemaphore.acquire
    await events.get_running_loop().create_future()
    # ^ future asyncio.Future
    await Future()
    # ^ not-awaitable concurrent.futures.Future · fails · caution asyncio.wrap_future


async def inside():
    from asyncio import Event as E, to_thread

    await E().wait()
    # ^ coroutine asyncio.Event.wait
    result = await to_thread(sum, [1])
    #        ^ coroutine asyncio.to_thread · suspends maybe · woken by helper thread
    import asyncio.subprocess

    process = await asyncio.subprocess.create_subprocess_exec("true")
    #         ^ coroutine asyncio.create_subprocess_exec · gives Process
    await process.wait()
    # ^ coroutine asyncio.subprocess.Process.wait · gives int


@acm
async def manager():
    yield zzz(1)


async def managed():
    async with manager() as nap:
        # ^ coroutine contextlib._AsyncGeneratorContextManager.__aenter__
        await nap
        # ^ coroutine asyncio.sleep
