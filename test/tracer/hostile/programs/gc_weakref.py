"""Looks whether a task and its coroutine are gone once nobody needs them."""
import asyncio
import gc
import weakref


async def pause():
    await asyncio.sleep(0)


async def main():
    task = asyncio.create_task(pause())
    of_task, of_coroutine = weakref.ref(task), weakref.ref(task.get_coro())
    await task
    del task
    await asyncio.sleep(0)
    gc.collect()
    print(of_task() is None, of_coroutine() is None, len(asyncio.all_tasks()))


asyncio.run(main())
