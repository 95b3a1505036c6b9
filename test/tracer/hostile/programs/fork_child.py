"""Forks inside a coroutine; the child runs a loop of its own."""
import asyncio
import os


async def main():
    child = os.fork()
    if child == 0:
        asyncio.events._set_running_loop(None)
        asyncio.run(asyncio.sleep(0))
        os._exit(9)
    print("child", os.WEXITSTATUS(os.waitpid(child, 0)[1]))


asyncio.run(main())
