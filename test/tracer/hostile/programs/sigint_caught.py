"""Catches Ctrl+C around asyncio.run."""
import asyncio
import sys


async def main():
    print("READY", flush=True)
    await asyncio.sleep(30)


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("caught")
    sys.exit(5)
