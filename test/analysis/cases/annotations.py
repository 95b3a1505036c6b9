# A type says what may come; a default value says nothing.
import asyncio
import typing as t
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Optional, Protocol, TypeVar, Union

T = TypeVar("T")
Bound = TypeVar("Bound", bound=Awaitable)


class Loads(Protocol):
    async def load(self) -> str: ...

    def start(self) -> Awaitable[int]: ...


class Client:
    async def get(self) -> bytes:
        return b""

    def again(self) -> "Client":
        return self

    def me(self) -> t.Self:
        return self

    def maybe(self) -> Optional["Client"]:
        return None


async def parameters(
    task: asyncio.Task,
    typed_task: "asyncio.Task[int]",
    future: asyncio.Future[str],
    some: Awaitable[bytes],
    coroutine: Coroutine[Any, Any, float],
    maybe: Optional[asyncio.Task],
    either: Union[asyncio.Task, Coroutine[Any, Any, None]],
    newer: asyncio.Task | asyncio.Future | None,
    callback: Callable[[], Awaitable[None]],
    tasks: list[asyncio.Task[int]],
    client: Client,
    loads: Loads,
    anything: Any,
    variable: T,
    bound: Bound,
    default=asyncio.Lock(),
    *more: asyncio.Task,
    **named: asyncio.Task,
):
    await task
    # ^ task asyncio.Task
    await typed_task
    # ^ task asyncio.Task · gives int
    await future
    # ^ future asyncio.Future · gives str
    await some
    # ^ abstract typing.Awaitable · suspends maybe · gives bytes
    await coroutine
    # ^ coroutine · gives float
    await maybe
    # ^ task asyncio.Task
    await either
    # ^ union · and task asyncio.Task, coroutine
    await newer
    # ^ union · and task asyncio.Task, future asyncio.Future
    await callback()
    # ^ abstract typing.Awaitable · gives None
    for each in tasks:
        await each
        # ^ task asyncio.Task · gives int
    await client.get()
    # ^ coroutine Client.get · gives bytes
    await client.again().me().get()
    # ^ coroutine Client.get
    await client.maybe().get()
    # ^ coroutine Client.get
    await loads.load()
    # ^ coroutine Loads.load · gives str · suspends maybe · because as the object's own version
    await loads.start()
    # ^ abstract typing.Awaitable · gives int · suspends maybe · because nothing
    await client
    # ^ unknown · because a subclass may have one
    await anything
    # ^ unknown · because anything is a parameter, and it is annotated as Any
    await variable
    # ^ unknown · because variable is a parameter, and its type is a type variable
    await bound
    # ^ abstract typing.Awaitable
    await default.acquire()
    # ^ unknown · because default comes from an untyped parameter
    for each in more:
        await each
        # ^ task asyncio.Task
    await named["a"]
    # ^ task asyncio.Task


def declared(x) -> asyncio.Future: ...


def untyped(x):
    return x


async def iterate() -> AsyncIterator[asyncio.Task]:
    local: asyncio.Queue
    if declared:
        local = undeclared()
    await local.get()
    # ^ coroutine asyncio.Queue.get
    await declared(1)
    # ^ future asyncio.Future
    await untyped(declared(1))
    # ^ future asyncio.Future
    await untyped(local)
    # ^ unknown
    yield asyncio.create_task(asyncio.sleep(1))
