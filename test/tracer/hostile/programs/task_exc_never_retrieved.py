"""Loses a task that failed, together with its exception."""
import asyncio
import gc


async def fail():
    1 / 0


async def main():
    task = asyncio.create_task(fail(), name="failed")
    await asyncio.sleep(0)
    del task
    gc.collect()
    print("collected", flush=True)
    await asyncio.sleep(0)


asyncio.run(main())
