"""Awaits five thousand coroutines deep."""
import asyncio
import sys
import threading

sys.setrecursionlimit(20_000)


async def descend(levels):
    if levels == 0:
        await asyncio.sleep(0)
        return 0
    return await descend(levels - 1) + 1


async def main():
    print(await descend(5000))


threading.stack_size(512 * 1024 * 1024)
thread = threading.Thread(target=lambda: asyncio.run(main()))
thread.start()
thread.join()
