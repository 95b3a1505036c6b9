"""Leaves a coroutine by os._exit, past everything that runs at exit."""
import asyncio
import os


async def main():
    print("a", flush=True)
    os._exit(3)


asyncio.run(main())
