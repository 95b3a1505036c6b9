"""Awaits a coroutine twice."""
import asyncio


async def nothing():
    pass


async def main():
    coroutine = nothing()
    await coroutine
    try:
        await coroutine
    except RuntimeError as error:
        print(error)


asyncio.run(main())
