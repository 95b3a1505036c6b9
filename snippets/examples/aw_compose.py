"""aw-compose: a request goes through two layers, out of them in the other order."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def compose(
    handler: Callable[[A], Awaitable[B]],
    *middleware: Callable[[A, Callable[[A], Awaitable[B]]], Awaitable[B]],
) -> Callable[[A], Awaitable[B]]:
    """The first of `middleware` is the outermost: it starts first and ends last.

    Each is called with the request and the next handler, to await it or not."""
    for layer in reversed(middleware):
        handler = _around(layer, handler)
    return handler


def _around(
    layer: Callable[[A, Callable[[A], Awaitable[B]]], Awaitable[B]],
    handler: Callable[[A], Awaitable[B]],
) -> Callable[[A], Awaitable[B]]:
    @functools.wraps(handler)
    async def call(request: A) -> B:
        return await layer(request, handler)

    return call


Handler = Callable[[str], Awaitable[str]]


async def timed(request: str, handler: Handler) -> str:
    began = asyncio.get_running_loop().time()
    response = await handler(request)
    took = asyncio.get_running_loop().time() - began
    return f"{response} ({took:.1f} s)"


async def limited(request: str, handler: Handler) -> str:
    return await asyncio.wait_for(handler(request), 1.0)


async def answer(request: str) -> str:
    await asyncio.sleep(0.2)
    return f"{request} answered"


async def main() -> None:
    print(await compose(answer, timed, limited)("hello"))


asyncio.run(main())
