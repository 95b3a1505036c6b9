"""Eager tasks: the first step runs inside `create_task`. Needs Python 3.12."""

import asyncio


async def at_once():
    return 1


async def later(event):
    await asyncio.sleep(0)
    await event.wait()


async def parent(event):
    await asyncio.create_task(later(event), name="later")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    event = asyncio.Event()
    tasks = [
        asyncio.create_task(at_once(), name="at once"),
        asyncio.create_task(parent(event), name="parent"),
    ]
    await asyncio.sleep(0.04)
    event.set()
    for task in tasks:
        await task
    loop.set_task_factory(None)


asyncio.run(main())
