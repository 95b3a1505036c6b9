"""Cancels: asked by timeouts, task groups, gathers, the end of the run and other tasks; obeyed and not."""

import asyncio


async def sleeps():
    await asyncio.sleep(5)


async def cleans_up():
    try:
        await asyncio.sleep(5)
    finally:
        await asyncio.sleep(0.1)


async def swallows():
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        pass
    await asyncio.sleep(0.1)


async def times_out():
    try:
        async with asyncio.timeout(0.1):
            await asyncio.sleep(5)
    except TimeoutError:
        await asyncio.sleep(0.1)


async def fails():
    await asyncio.sleep(0.1)
    raise ValueError("no")


async def grouped():
    async with asyncio.TaskGroup() as group:
        group.create_task(sleeps(), name="member")
        group.create_task(fails(), name="fails")


async def main():
    tasks = [
        asyncio.create_task(function(), name=function.__name__)
        for function in (sleeps, cleans_up, swallows)
    ]
    await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await asyncio.create_task(times_out(), name="times_out")
    try:
        await asyncio.create_task(grouped(), name="grouped")
    except ExceptionGroup:
        pass
    gathering = asyncio.gather(sleeps(), sleeps())
    await asyncio.sleep(0.1)
    gathering.cancel()
    try:
        await gathering
    except asyncio.CancelledError:
        pass
    asyncio.create_task(sleeps(), name="left")
    await asyncio.sleep(0.1)


asyncio.run(main())
