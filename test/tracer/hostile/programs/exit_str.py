"""Leaves a coroutine by sys.exit with a message."""
import asyncio
import sys


async def main():
    sys.exit("bye")


asyncio.run(main())
