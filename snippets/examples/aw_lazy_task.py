"""aw-lazy-task: the table loads while other work goes on, and is awaited at its end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator
from typing import Any, ClassVar, Generic, Optional, TypeVar

T = TypeVar("T")


class Background(Generic[T]):
    """`start()` or the first await runs `operation` in a task; awaits give its result.

    An error is logged when it happens and raised at each await. `close()` ends it."""

    _alive: ClassVar[set[asyncio.Task[Any]]] = set()  # the loop keeps no reference

    def __init__(self, operation: Callable[[], Awaitable[T]]) -> None:
        self.operation = operation
        self._task: Optional[asyncio.Task[T]] = None

    def start(self) -> asyncio.Task[T]:
        if self._task is None:
            self._task = asyncio.create_task(self._run())
            self._alive.add(self._task)
            self._task.add_done_callback(self._ended)
        return self._task

    def __await__(self) -> Generator[Any, None, T]:
        return self._result().__await__()

    async def close(self) -> None:
        if self._task is not None and self._task.cancel():
            await asyncio.wait({self._task})

    async def _run(self) -> T:
        return await self.operation()

    async def _result(self) -> T:
        task = self.start()
        if not task.done():
            await asyncio.wait({task})  # awaits it, but passes no cancel on
        return task.result()

    def _ended(self, task: asyncio.Task[T]) -> None:
        self._alive.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logging.getLogger(__name__).error("%r failed", task, exc_info=error)


async def load() -> str:
    await asyncio.sleep(0.3)
    return "table"


async def main() -> None:
    table = Background(load)
    table.start()
    await asyncio.sleep(0.2)
    print("other work is done")
    print(await table)


asyncio.run(main())
