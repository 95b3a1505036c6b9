# What Python's own containers hold, as their stubs tell.
import asyncio
import random
from collections import defaultdict, deque
from contextlib import AsyncExitStack, contextmanager
from typing import Iterator


class Client:
    async def get(self) -> bytes: ...


@contextmanager
def opened() -> Iterator[Client]:
    yield Client()


async def main(named: dict[str, Client], tasks: "asyncio.Queue[asyncio.Task[int]]"):
    clients = [Client(), Client()]
    await clients.pop().get()
    #  ^ coroutine Client.get
    await random.choice(clients).get()
    #  ^ coroutine Client.get
    await max(clients, key=id).get()
    #  ^ coroutine Client.get
    await next(iter(clients)).get()
    #  ^ coroutine Client.get
    await named.get("a").get()
    #  ^ coroutine Client.get
    await named.pop("a").get()
    #  ^ coroutine Client.get
    await named.setdefault("a", Client()).get()
    #  ^ coroutine Client.get
    for name, client in named.items():
        await client.get()
        #  ^ coroutine Client.get
    for client in named.values():
        await client.get()
        #  ^ coroutine Client.get
    for number, client in enumerate(clients):
        await client.get()
        #  ^ coroutine Client.get
    for number, client in zip([1], clients):
        await client.get()
        #  ^ coroutine Client.get
    for client in sorted(clients, key=lambda each: id(each)):
        await client.get()
        #  ^ coroutine Client.get
    for client in reversed(clients):
        await client.get()
        #  ^ coroutine Client.get
    waiting: deque[asyncio.Future[int]] = deque()
    await waiting.popleft()
    #  ^ future asyncio.Future · gives int
    groups: defaultdict[str, list[Client]] = defaultdict(list)
    await groups["a"][0].get()
    #  ^ coroutine Client.get
    task = await tasks.get()
    #      ^ coroutine asyncio.Queue.get
    await task
    #  ^ task asyncio.Task · gives int
    with opened() as client:
        await client.get()
        #  ^ coroutine Client.get
    async with AsyncExitStack() as stack:
        # ^ coroutine contextlib.AsyncExitStack.__aenter__
        lock = asyncio.Lock()
        await stack.enter_async_context(lock)
        #  ^ coroutine contextlib.AsyncExitStack.enter_async_context
    text = "a b".split()
    await text[0]
    #  ^ unknown · because it is a str as far as the code tells
