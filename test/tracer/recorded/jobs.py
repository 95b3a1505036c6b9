"""Jobs of a pool that is too small, and a step that takes long."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


def load(seconds):
    time.sleep(seconds)


async def fetch(pool):
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(pool, load, 0.1)


def blocks():
    time.sleep(0.3)


async def main():
    with ThreadPoolExecutor(1, thread_name_prefix="small") as pool:
        await asyncio.gather(*(asyncio.create_task(fetch(pool), name=name) for name in "ab"))
    await asyncio.to_thread(load, 0.1)
    blocks()


asyncio.run(main())
