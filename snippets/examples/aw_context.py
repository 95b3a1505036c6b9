"""aw-context: two requests at once, and the work below knows which is which."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# The default is shared by all tasks: something that nobody can change.
request_id: ContextVar[str] = ContextVar("request_id", default="-")


class WithRequestId(Generic[T]):
    """Awaits `operation` with `request_id` set to `value`, which ends with it."""

    def __init__(self, value: str, operation: Callable[[], Awaitable[T]]) -> None:
        self.value = value
        self.operation = operation

    def __await__(self) -> Generator[Any, None, T]:
        return self._run().__await__()

    async def _run(self) -> T:
        token = request_id.set(self.value)
        try:
            return await self.operation()
        finally:  # after an error and a cancel too, in the task that set it
            request_id.reset(token)


async def work() -> str:
    await asyncio.sleep(0.1)
    return f"done for {request_id.get()}"


async def handle(request: str) -> str:
    return await WithRequestId(request, work)


async def main() -> None:
    tasks = [asyncio.create_task(handle(one), name=one) for one in ("first", "second")]
    print(await asyncio.gather(*tasks), request_id.get())


asyncio.run(main())
