"""A task group of which one task fails: the others are cancelled. Needs Python 3.11."""

import asyncio


async def works():
    await asyncio.sleep(0.04)


async def fails():
    await asyncio.sleep(0.08)
    raise ValueError("no")


async def waits(event):
    async with asyncio.timeout(10):
        await event.wait()


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(works(), name="works")
            group.create_task(fails(), name="fails")
            group.create_task(waits(asyncio.Event()), name="waits")
    except BaseException as error:
        assert type(error).__name__ == "ExceptionGroup"


asyncio.run(main())
