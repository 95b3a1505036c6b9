"""Stops every clock but the loop's, as freezegun does."""
import asyncio
import time

time.time = lambda: 0.0
time.time_ns = lambda: 0
time.perf_counter = lambda: 5.0
time.perf_counter_ns = lambda: 5
time.monotonic_ns = lambda: 7


async def main():
    await asyncio.sleep(0.01)
    return time.perf_counter()


print(asyncio.run(main()))
