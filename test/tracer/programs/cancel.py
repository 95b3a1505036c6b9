"""Tasks that fail, are cancelled while they wait, before they begin, and one that survives it."""

import asyncio


async def forever():
    await asyncio.get_running_loop().create_future()


async def stubborn():
    try:
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        await asyncio.sleep(0.04)


async def fails():
    raise KeyError("name")


async def main():
    tasks = [asyncio.create_task(f(), name=f.__name__) for f in (forever, stubborn, fails)]
    await asyncio.sleep(0.04)
    tasks.append(asyncio.create_task(forever(), name="unborn"))
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        task.cancelled() or task.exception()
    try:
        await asyncio.wait_for(forever(), 0.04)
    except asyncio.TimeoutError:
        pass


asyncio.run(main())
