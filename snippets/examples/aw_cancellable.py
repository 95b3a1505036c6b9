"""aw-cancellable: a cancelled transfer is undone before it ends."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(eq=False)  # compared by identity, so hashable: asyncio.gather needs that
class Cancellable(Generic[T]):
    """Awaits `operation`; a cancel first awaits `clean_up`, for `limit` s at most."""

    operation: Callable[[], Awaitable[T]]
    clean_up: Callable[[], Awaitable[object]]
    limit: float = 5.0

    def __await__(self) -> Generator[Any, None, T]:
        return self._run().__await__()

    async def _run(self) -> T:
        try:
            return await self.operation()
        except asyncio.CancelledError:
            task = asyncio.create_task(self._clean_up())
            while not task.done():
                with contextlib.suppress(asyncio.CancelledError):  # the limit ends it
                    await asyncio.wait({task})
            if not task.cancelled() and (error := task.exception()) is not None:
                logging.getLogger(__name__).error("clean-up failed", exc_info=error)
            raise

    async def _clean_up(self) -> None:
        await asyncio.wait_for(self.clean_up(), self.limit)


async def transfer() -> None:
    await asyncio.sleep(60)


async def undo() -> None:
    await asyncio.sleep(0.1)
    print("undone")


async def run() -> None:
    await Cancellable(transfer, undo)


async def main() -> None:
    task = asyncio.create_task(run(), name="transfer")
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait({task})
    print("cancelled:", task.cancelled())


asyncio.run(main())
