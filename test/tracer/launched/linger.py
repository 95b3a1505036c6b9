"""Runs a task that ticks every 10 ms until it is stopped, or for half a minute."""
import asyncio


async def main():
    print("READY", flush=True)
    for _ in range(3000):
        await asyncio.sleep(0.01)


asyncio.run(main())
