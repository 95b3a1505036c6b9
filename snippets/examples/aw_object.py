"""aw-object: a job with two parts, run by asyncio.run itself."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Job(Generic[T]):
    """Awaiting it does all its parts, one after another."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts: list[Callable[[], Awaitable[T]]] = []

    def add(self, part: Callable[[], Awaitable[T]]) -> "Job[T]":
        self.parts.append(part)
        return self

    def __await__(self) -> Generator[Any, None, list[T]]:
        return self._work().__await__()

    async def _work(self) -> list[T]:
        return [await part() for part in tuple(self.parts)]

    async def run(self) -> str:
        """What asyncio.run and create_task take: they want a coroutine."""
        return f"{self.name}: {await self}"


async def fetch(name: str) -> str:
    await asyncio.sleep(0.1)
    return name


job = Job[str]("breakfast").add(lambda: fetch("tea")).add(lambda: fetch("toast"))
print(asyncio.run(job.run()))
