"""Runs two thousand loops, one after the other: no descriptor may stay open."""
import asyncio
import os


async def main():
    await asyncio.sleep(0)


for _ in range(2000):
    asyncio.run(main())
print(len(os.listdir("/proc/self/fd")) < 10)
