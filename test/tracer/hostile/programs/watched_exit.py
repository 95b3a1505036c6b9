"""Ends in the middle of a long step, with a daemon thread that is in one as well."""

import asyncio
import sys
import threading
import time


async def block(seconds):
    time.sleep(seconds)


def forever():
    asyncio.run(block(60))


async def main():
    threading.Thread(target=forever, daemon=True).start()
    time.sleep(0.3)
    sys.exit(5)


asyncio.run(main())
