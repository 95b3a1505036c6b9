"""Runs a loop when the interpreter ends."""
import asyncio
import atexit


async def say_goodbye():
    await asyncio.sleep(0)
    print("goodbye")


atexit.register(lambda: asyncio.run(say_goodbye()))
asyncio.run(asyncio.sleep(0))
