"""Forks between two runs; the child runs a loop of its own and ends in the regular way."""
import asyncio
import os
import sys


async def pause():
    await asyncio.sleep(0)


async def before():
    for _ in range(1000):
        await asyncio.create_task(pause())


async def of_child():
    await before()


async def after():
    await before()


asyncio.run(before())
child = os.fork()
if child == 0:
    asyncio.run(of_child())
    sys.exit(4)
print(os.WEXITSTATUS(os.waitpid(child, 0)[1]))
asyncio.run(after())
