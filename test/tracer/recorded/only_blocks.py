"""Three tasks that never await: each holds the loop for its whole time."""

import asyncio
import time


async def crunch(seconds):
    time.sleep(seconds)


async def main():
    await asyncio.gather(crunch(0.2), crunch(0.12), crunch(0.12))


asyncio.run(main())
