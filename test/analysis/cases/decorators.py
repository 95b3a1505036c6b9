# A decorator decides what a call gives, so it is resolved; its name means nothing.
import asyncio
import contextlib
import functools
import types
from functools import lru_cache, partial, wraps
from typing import Any, Awaitable, Callable, Coroutine, ParamSpec, TypeVar, overload

import pytest
from elsewhere import mystery


def same(function):
    return function


def wrapping(function):
    @wraps(function)
    async def inner(*args, **kwargs):
        return await function(*args, **kwargs)
        #      ^ unknown · because function comes from an untyped parameter

    return inner


def with_arguments(times):
    def decorate(function):
        @functools.wraps(function)
        async def inner(*args):
            return await function(*args)
            #      ^ unknown

        return inner

    return decorate


def starting(function):
    def start(*args):
        return asyncio.create_task(function(*args))

    return start


def contextmanager(function):
    """Not contextlib's: a package may have its own."""
    return function


@same
async def plain():
    return 1


@wrapping
def synchronous():
    return 1


@with_arguments(3)
async def repeated():
    pass


@starting
async def background():
    pass


@contextmanager
async def named_alike():
    pass


@contextlib.contextmanager
def context():
    yield


@contextlib.asynccontextmanager
async def async_context():
    yield 3


@lru_cache(maxsize=3)
async def cached(x):
    return x


@functools.cache
async def cached_too():
    pass


@types.coroutine
def turns():
    yield


@types.coroutine
def wrapped():
    return turns()


@mystery
async def foreign():
    pass


@mystery.method(3)
async def foreign_too():
    pass


@pytest.mark.asyncio
async def test_marked():
    pass


@overload
def loaded(x: int) -> int: ...
@overload
def loaded(x: str) -> str: ...
async def loaded(x):
    return x


async def use():
    await plain()
    # ^ coroutine plain
    await synchronous()
    # ^ coroutine inner
    await repeated()
    # ^ coroutine inner
    await background()
    # ^ task asyncio.Task
    await named_alike()
    # ^ coroutine named_alike
    await context()
    # ^ not-awaitable contextlib._GeneratorContextManager · fails
    await async_context()
    # ^ not-awaitable contextlib._AsyncGeneratorContextManager · fails · caution async with
    await cached(1)
    # ^ coroutine cached · caution cannot reuse already awaited coroutine
    await cached_too()
    # ^ coroutine cached_too · caution cached
    await turns()
    # ^ generator turns · suspends always
    await wrapped()
    # ^ generator turns
    await foreign()
    # ^ unknown · because foreign is decorated with mystery, and mystery comes from elsewhere
    await foreign_too()
    # ^ unknown · because foreign_too is decorated with mystery.method(3)
    await test_marked()
    # ^ coroutine test_marked
    await loaded(1)
    # ^ coroutine loaded
    await partial(cached, 1)()
    # ^ coroutine cached
    nap = functools.partial(asyncio.sleep, 1)
    await nap()
    # ^ coroutine asyncio.sleep
    await foreign
    # ^ unknown


P = ParamSpec("P")
R = TypeVar("R")


def retried(function: Callable[P, Awaitable[R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    @wraps(function)
    async def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        return await function(*args, **kwargs)
        #      ^ abstract typing.Awaitable

    return inner


@retried
async def fetched(key: str) -> bytes:
    return key.encode()


async def with_parameters():
    await fetched("a")
    # ^ coroutine · gives bytes


def registered(cls: "type[Job]") -> "type[Job]":
    kinds.append(cls)
    return cls


@registered
class Job:
    async def run(self):
        return self


async def decorator_that_names_the_class(job: Job, jobs: list[Job]):
    await job.run()
    # ^ coroutine Job.run
    await jobs[-1].run()
    # ^ coroutine Job.run
    await Job().run()
    # ^ coroutine Job.run
