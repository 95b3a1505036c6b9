"""Forgets to await a coroutine."""
import asyncio


async def forgotten():
    pass


async def main():
    forgotten()


asyncio.run(main())
