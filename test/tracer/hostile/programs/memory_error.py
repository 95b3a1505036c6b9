"""Asks for more memory than it may have, inside a coroutine."""
import asyncio
import resource


async def main():
    resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
    try:
        b"x" * (2 << 30)
    except MemoryError:
        print("no memory")


asyncio.run(main())
