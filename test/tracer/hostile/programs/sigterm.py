"""Is ended by a signal that it does not handle."""
import asyncio


async def main():
    print("READY", flush=True)
    await asyncio.sleep(30)


asyncio.run(main())
