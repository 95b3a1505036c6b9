"""Leaves a coroutine by sys.exit with a number."""
import asyncio
import sys


async def main():
    sys.exit(7)


asyncio.run(main())
