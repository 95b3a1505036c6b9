# Type variables of classes and functions in another file.
import asyncio

from base import Box, Client, ClientBox, Pair, first, keep, pick, ready, register

Boxed = Box[asyncio.Task[int]]


@ready
def number() -> int:
    return 1


@register("name")
async def handler() -> str: ...


@register("class")
class Registered:
    async def run(self): ...


async def main(boxed: Boxed, pair: Pair[int, Client], any_box: Box):
    await Box(Client()).open().get()
    #  ^ coroutine Client.get
    await Box(Client()).content.get()
    #  ^ coroutine Client.get
    await Box(Client()).copy().open().get()
    #  ^ coroutine Client.get
    await Box.of(Client()).open().get()
    #  ^ coroutine Client.get
    await Box[Client](make()).open().get()
    #  ^ coroutine Client.get
    await ClientBox(make()).open().get()
    #  ^ coroutine Client.get
    await boxed.open()
    #  ^ task asyncio.Task · gives int
    await boxed.spare
    #  ^ task asyncio.Task
    await any_box.open()
    #  ^ unknown · because its type is a type variable
    await pair.second().get()
    #  ^ coroutine Client.get
    await keep(asyncio.sleep(1))
    #  ^ coroutine asyncio.sleep
    await first([Client()]).get()
    #  ^ coroutine Client.get
    await number()
    #  ^ abstract typing.Awaitable · gives int
    await handler()
    #  ^ coroutine handler · gives str
    await Registered().run()
    #  ^ coroutine Registered.run
    await pick(1).get()
    #  ^ coroutine Client.get
    await pick("a")
    #  ^ abstract typing.Awaitable · gives str


def make(): ...
