import asyncio
from abc import ABC, abstractmethod
from typing import Generator

__all__ = ["exported", "Awaits"]


async def exported() -> int: ...


async def hidden(): ...


class Awaits:
    def __await__(self) -> Generator[None, None, "Client"]:
        yield


class Client(ABC):
    session: "asyncio.Queue[bytes]"

    @abstractmethod
    async def get(self) -> bytes: ...

    async def post(self) -> bytes:
        return await self.get()


class Future(asyncio.Future): ...


def __getattr__(name: str): ...
