"""Calls asyncio.run inside a running loop."""
import asyncio


async def inner():
    pass


async def main():
    coroutine = inner()
    try:
        asyncio.run(coroutine)
    except RuntimeError as error:
        print(error)
        coroutine.close()


asyncio.run(main())
