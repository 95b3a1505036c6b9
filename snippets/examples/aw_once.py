"""aw-once: three tasks need one connection, which is made once."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, Optional, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """The first await runs `operation`; all awaits give its result or raise its error.

    A cancelled awaiter leaves the run to the others; a cancelled run is run again."""

    def __init__(self, operation: Callable[[], Awaitable[T]]) -> None:
        self.operation = operation
        self._run: Optional[asyncio.Future[T]] = None

    def __await__(self) -> Generator[Any, None, T]:
        return self._result().__await__()

    async def _result(self) -> T:
        if self._run is None or self._run.cancelled():
            self._run = asyncio.ensure_future(self.operation())
        if not self._run.done():
            await asyncio.wait({self._run})  # awaits it, but passes no cancel on
        return self._run.result()


async def connect() -> str:
    await asyncio.sleep(0.2)
    print("connected")
    return "connection"


async def use(connection: Once[str], name: str) -> None:
    print(name, "uses the", await connection)


async def main() -> None:
    connection = Once(connect)
    tasks = [asyncio.create_task(use(connection, name), name=name) for name in "abc"]
    await asyncio.gather(*tasks)


asyncio.run(main())
