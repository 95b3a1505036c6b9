"""Spins until it is killed; for half a minute, should nobody do that."""
import asyncio
import time


async def main():
    print("READY", flush=True)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        await asyncio.sleep(0)


asyncio.run(main())
