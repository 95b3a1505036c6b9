"""Awaits objects whose `__await__` yields or returns what no loop understands."""
import asyncio


class YieldsANumber:
    def __await__(self):
        yield 42


class IsNoIterator:
    def __await__(self):
        return 5


async def await_one(kind):
    await kind()


async def main():
    for kind in (YieldsANumber, IsNoIterator):
        try:
            await asyncio.create_task(await_one(kind))
        except BaseException as error:
            print(type(error).__name__, error)


asyncio.run(main())
