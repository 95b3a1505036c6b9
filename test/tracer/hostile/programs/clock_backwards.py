"""Replaces the nanosecond clocks by one that runs backwards, and shows how often it was read."""
import asyncio
import itertools
import time

count = itertools.count(10**9, -1000)
time.monotonic_ns = time.perf_counter_ns = lambda: next(count)


async def main():
    for _ in range(100):
        await asyncio.sleep(0)


asyncio.run(main())
print(next(count))
