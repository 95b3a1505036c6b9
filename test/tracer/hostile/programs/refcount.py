"""Counts the references to a task and to its argument when it has ended."""
import asyncio
import gc
import sys


async def pause(argument):
    await asyncio.sleep(0)


async def main():
    argument = object()
    before = sys.getrefcount(argument)
    task = asyncio.create_task(pause(argument))
    await task
    of_task = sys.getrefcount(task)
    del task
    print(sys.getrefcount(argument) - before, of_task)


gc.disable()
asyncio.run(main())
