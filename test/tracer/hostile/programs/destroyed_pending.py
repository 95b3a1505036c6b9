"""Tasks destroyed while they are pending, and all that asyncio shows of them.

Whether a destroyed task shows its coroutine as running or as done depends on which of the two the
garbage collector meets first, and that on whether a collection passed over them earlier: so on how
much was allocated, in a plain run as well. Without automatic collections nothing may differ.
"""
import asyncio
import gc
import re

gc.disable()


async def waits(future):
    await future


async def passes(future):
    await waits(future)


async def generates(future):
    await future
    yield


async def iterates(future):
    async for _ in generates(future):
        pass


async def gathers(*futures):
    await asyncio.gather(*map(waits, futures))


async def tries(future):
    try:
        await future
    finally:
        print("finally")


def show(loop, context):
    task = context.get("task")
    words = [context["message"]]
    if task is not None:
        words += [task, task.get_coro(), task.get_coro().cr_frame, task.get_stack()]
    print(re.sub(r"0x[0-9a-f]+|Task-\d+", "_", " ".join(map(str, words))))


def make(loop):
    future = loop.create_future
    for one in (waits, passes, iterates, tries):
        loop.create_task(one(future()))
    loop.create_task(gathers(future(), future()))
    loop.create_task(asyncio.Event().wait())


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(show)
    make(loop)
    await asyncio.sleep(0.01)
    gc.collect()
    make(loop)
    await asyncio.sleep(0.01)


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
loop.close()
del loop
gc.collect()
