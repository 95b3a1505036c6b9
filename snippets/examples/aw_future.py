"""aw-future: a thread calls back, and the await that waits for it goes on."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Reply(Generic[T]):
    """Each await calls `start(on_result, on_error)` and gives what the first one gets.

    Any thread may call them. Later calls, and those after a cancel, do nothing."""

    def __init__(
        self,
        start: Callable[[Callable[[T], object], Callable[[Exception], object]], object],
    ) -> None:
        self.start = start

    def __await__(self) -> Generator[Any, None, T]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(complete: Callable[[Any], None], outcome: object) -> None:
            if not future.done():
                complete(outcome)

        def tell(complete: Callable[[Any], None], outcome: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(settle, complete, outcome)

        def on_result(result: T) -> None:
            tell(future.set_result, result)

        def on_error(error: Exception) -> None:
            tell(future.set_exception, error)

        self.start(on_result, on_error)
        return future.__await__()


def ask(
    on_result: Callable[[str], object], on_error: Callable[[Exception], object]
) -> None:
    threading.Timer(0.2, on_result, ["answered from a thread"]).start()


async def main() -> None:
    print(await Reply(ask))


asyncio.run(main())
