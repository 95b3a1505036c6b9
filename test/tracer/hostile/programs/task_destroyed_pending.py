"""Loses a task that still waits."""
import asyncio
import gc

gc.disable()  # see destroyed_pending: an earlier collection changes what asyncio writes


async def wait(future):
    await future


async def main():
    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(wait(future), name="lost")
    await asyncio.sleep(0)
    del task, future
    gc.collect()
    print("after gc", flush=True)


asyncio.run(main())
