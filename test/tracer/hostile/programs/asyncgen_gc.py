"""Leaves an async generator half way: the loop's own hook must close it."""
import asyncio
import gc
import sys


async def numbers():
    try:
        yield 1
        yield 2
    finally:
        await asyncio.sleep(0)
        print("closed")


async def main():
    print([hook is not None for hook in sys.get_asyncgen_hooks()])
    async for _ in numbers():
        break
    gc.collect()
    await asyncio.sleep(0.01)


asyncio.run(main())
print(sys.get_asyncgen_hooks())
