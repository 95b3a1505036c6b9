# Methods, attributes, inheritance: what a class shows, and where it may be something else in a subclass.
import asyncio
import dataclasses
import functools
from collections.abc import Awaitable, Callable, Coroutine

from elsewhere import Foreign


class Base:
    limit: asyncio.Semaphore

    async def load(self) -> str:
        return ""

    def later(self):
        return asyncio.create_task(self.load())

    def hook(self):
        raise NotImplementedError

    def plain(self):
        return 3

    @property
    def prop(self):
        return self.load()

    @functools.cached_property
    def cached(self) -> "asyncio.Task[str]":
        return asyncio.create_task(self.load())

    @classmethod
    async def create(cls):
        await cls.create()
        # ^ coroutine Base.create
        return cls()

    @staticmethod
    async def static(x):
        await x
        # ^ unknown · because untyped parameter

    async def use(self):
        await self.load()
        # ^ coroutine Base.load · gives str · suspends maybe · defined line 13
        await self.later()
        # ^ task asyncio.Task · gives str
        await self.prop
        # ^ coroutine Base.load
        await self.cached
        # ^ task asyncio.Task
        await self.hook()
        # ^ unknown · because hook is left to subclasses
        await self.plain()
        # ^ unknown · because it is an int as far as the code tells
        await Base().plain()
        # ^ not-awaitable int · fails
        await self.limit.acquire()
        # ^ coroutine asyncio.Semaphore.acquire
        await self.static(1)
        # ^ coroutine Base.static
        await Base.create()
        # ^ coroutine Base.create
        await (await Base.create()).load()
        # ^ coroutine Base.load
        #      ^ coroutine Base.create
        await self.missing()
        # ^ unknown · because Base has no missing that its code shows
        await self.load
        # ^ unknown · because a subclass may make load a property
        await Base().load
        # ^ not-awaitable load · fails · because not called


class Child(Base):
    async def load(self) -> str:
        await super().load()
        # ^ coroutine Base.load
        await self.static(1)
        # ^ coroutine Base.static
        return ""


class Left(Base):
    def mark(self):
        return asyncio.create_task(self.load())


class Right(Base):
    async def mark(self):
        pass


class Diamond(Left, Right):
    async def use(self):
        await self.mark()
        # ^ task asyncio.Task
        await super().mark()
        # ^ task asyncio.Task
        await self.load()
        # ^ coroutine Base.load


class Partly(Base, Foreign):
    async def use(self):
        await self.load()
        # ^ coroutine Base.load
        await self.other()
        # ^ unknown · because Partly inherits from Foreign, and Foreign comes from elsewhere


class Unsure(Foreign, Base):
    async def own(self):
        pass

    async def use(self):
        await self.own()
        # ^ coroutine Unsure.own
        # `Foreign` may have its own `load`.
        await self.load()
        # ^ unknown · because Unsure inherits from Foreign


class Dynamic:
    def __getattr__(self, name):
        return asyncio.sleep

    async def use(self):
        await self.anything(1)
        # ^ coroutine asyncio.sleep


class Made:
    def __new__(cls):
        return asyncio.sleep(1)

    def __call__(self):
        return asyncio.sleep(2)


async def made():
    await Made()
    # ^ coroutine asyncio.sleep


class Caller:
    async def __call__(self) -> int:
        return 1

    async def use(self):
        await self()
        # ^ coroutine Caller.__call__ · gives int
        await Caller()()
        # ^ coroutine Caller.__call__


@dataclasses.dataclass
class Fields:
    handler: Callable[[int], Awaitable[str]]
    other: Callable[..., Coroutine[None, None, str]]
    pending: asyncio.Task | None = None

    async def use(self):
        await self.handler(1)
        # ^ abstract typing.Awaitable · gives str
        await self.other(1)
        # ^ coroutine · gives str
        await self.pending
        # ^ task asyncio.Task


class Assigned:
    def __init__(self, given, typed: asyncio.Event):
        self.given = given
        self.event = typed
        self.either = asyncio.Lock()
        self.reader, self.writer = given, asyncio.Queue()
        self.loop = asyncio.get_running_loop()

    def switch(self):
        self.either = asyncio.Semaphore()

    async def use(self):
        await self.given.close()
        # ^ unknown · because given comes from an untyped parameter
        await self.event.wait()
        # ^ coroutine asyncio.Event.wait
        await self.either.acquire()
        # ^ coroutine · and coroutine asyncio.Lock.acquire, coroutine asyncio.Semaphore.acquire
        await self.writer.get()
        # ^ coroutine asyncio.Queue.get
        await self.loop.getaddrinfo("localhost", 80)
        # ^ coroutine asyncio.AbstractEventLoop.getaddrinfo · suspends maybe
        self.given = asyncio.Queue()
        await self.given.get()
        # ^ coroutine asyncio.Queue.get


class OwnQueue(asyncio.Queue):
    async def get(self):
        return await super().get()
        #      ^ coroutine asyncio.Queue.get


async def derived():
    await OwnQueue().get()
    # ^ coroutine OwnQueue.get
    await OwnQueue().put(1)
    # ^ coroutine asyncio.Queue.put
