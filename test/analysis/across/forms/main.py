# Values that calls, classes and modules make, in the forms that code has them.
import asyncio
import collections
import contextlib
import functools
import sys
from dataclasses import dataclass, field
from typing import (
    TYPE_CHECKING,
    Any,
    Awaitable,
    Callable,
    Coroutine,
    NamedTuple,
    NewType,
    ParamSpec,
    Protocol,
    TypedDict,
    TypeVar,
    Union,
    cast,
)

import elsewhere
from elsewhere import *

try:
    import uvloop_that_is_missing as loops
except ImportError:
    loops = None

if TYPE_CHECKING:
    from elsewhere import Client
else:
    Client = object

if sys.version_info >= (3, 11):
    from asyncio import timeout
else:
    from nowhere import timeout

P = ParamSpec("P")
T = TypeVar("T")
Handler = Callable[[int], Awaitable[str]]
Ours = NewType("Ours", elsewhere.Awaits)


class Calls(Protocol):
    async def __call__(self, number: int) -> str: ...


class Point(NamedTuple):
    task: asyncio.Task[int]
    client: "Client"


class Options(TypedDict):
    future: "asyncio.Future[int]"


@dataclass
class Job:
    handler: Callable[[int], Coroutine[Any, Any, str]]
    either: Union["asyncio.Task[int]", Coroutine[Any, Any, int]]
    tasks: list[asyncio.Task[int]] = field(default_factory=list)
    listener: "Callable[[], asyncio.Future[None]] | None" = None


class Meta(type):
    pass


class Made(metaclass=Meta):
    async def run(self): ...

    @property
    def lock(self) -> asyncio.Lock:
        return asyncio.Lock()

    @functools.cached_property
    def client(self) -> "Client": ...


class Inherits(elsewhere.Client):
    async def get(self):
        await super().post()
        #  ^ coroutine Client.post
        await self.session.get()
        #  ^ coroutine asyncio.Queue.get
        return b""


class Handed(elsewhere.Awaits):
    pass


def retried(times: int) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Coroutine[Any, Any, T]]]: ...


def logged(function):
    @functools.wraps(function)
    async def inner(*args, **kwargs):
        return await function(*args, **kwargs)
        #      ^ unknown · because function comes from an untyped parameter

    return inner


def passing(function):
    def inner(*args, **kwargs):
        return function(*args, **kwargs)

    return inner


@retried(3)
async def often() -> elsewhere.Client: ...


@logged
def blocking(): ...


@passing
async def passed() -> int: ...


@functools.singledispatch
async def dispatched(value): ...


async def calls(call: Calls, handler: Handler, job: Job, kind: type[Made], point: Point, options: Options):
    await call(1)
    #  ^ coroutine Calls.__call__ · gives str
    await handler(1)
    #  ^ abstract typing.Awaitable · gives str
    await job.handler(1)
    #  ^ coroutine · gives str
    await job.either
    #  ^ union · and task asyncio.Task, coroutine
    await job.listener()
    #  ^ future asyncio.Future
    for task in job.tasks:
        await task
        #  ^ task asyncio.Task · gives int
    await kind().run()
    #  ^ coroutine Made.run
    await kind().lock.acquire()
    #  ^ coroutine asyncio.Lock.acquire
    await Made().client.post()
    #  ^ coroutine Client.post
    await point.task
    #  ^ task asyncio.Task
    await point[1].post()
    #  ^ coroutine Client.post
    await options["future"]
    #  ^ future asyncio.Future


async def decorated():
    await (await often()).post()
    #  ^ coroutine Client.post
    #      ^ coroutine · gives Client
    await blocking()
    #  ^ coroutine inner
    await passed()
    #  ^ coroutine passed
    await dispatched(1)
    #  ^ coroutine dispatched
    await functools.partial(Made().run)()
    #  ^ coroutine Made.run


async def modules():
    await exported()
    #  ^ coroutine exported
    await hidden()
    #  ^ unknown
    await elsewhere.hidden()
    #  ^ coroutine hidden
    await elsewhere.made_up()
    #  ^ unknown
    await (await Awaits()).post()
    #  ^ coroutine Client.post
    #      ^ custom Awaits
    await Handed()
    #  ^ custom Handed
    await Ours(Awaits())
    #  ^ custom Awaits
    await elsewhere.Future()
    #  ^ future Future
    await cast("asyncio.Task[int]", None)
    #  ^ task asyncio.Task
    async with timeout(1):
        # ^ coroutine asyncio.Timeout.__aenter__
        pass


async def walks(jobs: dict[str, list[Job]]):
    if (found := jobs.get("a")) is not None:
        await found[0].tasks[0]
        #  ^ task asyncio.Task
    futures = {task: number for number, task in enumerate(found[0].tasks)}
    for task in futures:
        await task
        #  ^ task asyncio.Task
    first, *rest = found
    await rest[0].handler(1)
    #  ^ coroutine · gives str
    done, pending = await asyncio.wait(first.tasks)
    #                ^ coroutine asyncio.wait
    for task in done | pending:
        await task
        #  ^ task asyncio.Task
    async for task in pages():
        # ^ coroutine types.AsyncGeneratorType.__anext__
        await task
        #  ^ task asyncio.Task


async def pages():
    yield asyncio.create_task(exported())


class Remote:
    def __getattr__(self, name):
        async def send(**message): ...

        return send


@contextlib.asynccontextmanager
async def connected():
    yield elsewhere.Client()


async def entered(stack: contextlib.AsyncExitStack, manager: contextlib.AbstractAsyncContextManager["Client"], name):
    client = await stack.enter_async_context(connected())
    #        ^ coroutine contextlib.AsyncExitStack.enter_async_context
    await client.post()
    #  ^ coroutine Client.post
    async with manager as client:
        # ^ coroutine contextlib.AbstractAsyncContextManager.__aenter__
        await client.post()
        #  ^ coroutine Client.post
    await Remote().anything(at=1)
    #  ^ coroutine send
    events = collections.defaultdict(asyncio.Event)
    await events[name].wait()
    #  ^ coroutine asyncio.Event.wait
    found = name()
    if asyncio.iscoroutine(found):
        found = await found
        #       ^ coroutine
