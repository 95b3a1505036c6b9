"""aw-progress: a download tells how far it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Progress(Generic[T]):
    """Awaits `operation(report)`, which calls `report(done, total)` as it goes on.

    An error of `on_progress` is logged and stops nothing."""

    def __init__(
        self,
        operation: Callable[[Callable[[int, int], None]], Awaitable[T]],
        on_progress: Callable[[int, int], object],
    ) -> None:
        self.operation = operation
        self.on_progress = on_progress

    def __await__(self) -> Generator[Any, None, T]:
        return self._run().__await__()

    async def _run(self) -> T:
        return await self.operation(self._report)

    def _report(self, done: int, total: int) -> None:
        try:
            self.on_progress(done, total)
        except Exception:
            logging.getLogger(__name__).exception("progress of %r", self.operation)


async def download(report: Callable[[int, int], None]) -> str:
    for done in range(1, 5):
        await asyncio.sleep(0.05)
        report(done, 4)
    return "downloaded"


async def main() -> None:
    print(await Progress(download, lambda done, total: print(f"{done} of {total}")))


asyncio.run(main())
