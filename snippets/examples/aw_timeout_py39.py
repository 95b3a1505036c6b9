"""aw-timeout-py39: one operation is quick enough, the other is ended."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class TookTooLong(asyncio.TimeoutError):
    """The limit was reached; the operation's own TimeoutError is another thing."""


class Limited(Generic[T]):
    """Awaits `operation` for `seconds` at most; a cancel from outside remains one."""

    def __init__(
        self, operation: Callable[[], Awaitable[T]], seconds: float = 10.0
    ) -> None:
        self.operation = operation
        self.seconds = seconds

    def __await__(self) -> Generator[Any, None, T]:
        return self._run().__await__()

    async def _run(self) -> T:
        # Not wait_for: before 3.12 it may take a cancel for the operation's end.
        task = asyncio.ensure_future(self.operation())
        try:
            await asyncio.wait({task}, timeout=self.seconds)
            if task.done():
                return task.result()
            raise TookTooLong(f"over {self.seconds} s")
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def work(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return f"done in {seconds} s"


async def main() -> None:
    print(await Limited(lambda: work(0.1), seconds=0.2))
    try:
        await Limited(lambda: work(60), seconds=0.2)
    except TookTooLong as error:
        print(error)


asyncio.run(main())
