# Conditions that tell what a value is.
import asyncio
import inspect
from typing import Awaitable, Callable, Union


class Client:
    async def get(self): ...


class Other:
    def get(self) -> "asyncio.Future[int]": ...


class Holder:
    def __init__(self, client: Client | None, callback: Callable[[int], None] = None):
        self.client = client
        self.callback = callback

    async def run(self):
        if self.client is None:
            return
        await self.client.get()
        #  ^ coroutine Client.get
        given = self.callback(1)
        if inspect.isawaitable(given):
            await given
            #  ^ abstract typing.Awaitable
        await self.callback(1)
        #  ^ unknown · because it is None as far as the code tells


async def main(either: Union[Client, Other], value, text: str):
    if isinstance(either, Client):
        await either.get()
        #  ^ coroutine Client.get
    else:
        await either.get()
        #  ^ future asyncio.Future
    await either.get()
    #  ^ union · and coroutine Client.get, future asyncio.Future
    await (either.get() if isinstance(either, Other) else either.get())
    #  ^ union · and future asyncio.Future, coroutine Client.get
    if isinstance(value, (asyncio.Future, asyncio.Task)) and await value:
        #                                                       ^ union · and future asyncio.Future, task asyncio.Task
        pass
    if asyncio.iscoroutine(value):
        await value
        #  ^ coroutine
    if hasattr(text, "__await__"):
        await text
        #  ^ abstract typing.Awaitable
    if not inspect.isawaitable(text):
        return
    await text
    #  ^ abstract typing.Awaitable


async def rebound(value: Client | None, other):
    if value is not None:
        value = other
        await value.get()
        #  ^ unknown
    assert isinstance(other, Client)
    await other.get()
    #  ^ coroutine Client.get
    while isinstance(value, Awaitable):
        await value
        #  ^ abstract typing.Awaitable
        value = other
