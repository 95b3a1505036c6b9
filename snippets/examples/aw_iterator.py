"""aw-iterator: three sleeps are three suspensions, and a value from StopIteration."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Counted(Generic[T]):
    """Gives the result of `operation` and how many times it suspended its task."""

    def __init__(self, operation: Callable[[], Awaitable[T]]) -> None:
        self.operation = operation

    def __await__(self) -> Generator[Any, Any, tuple[T, int]]:
        return CountedSteps(self._run().__await__())  # new for each await

    async def _run(self) -> T:
        return await self.operation()


class CountedSteps(Generator[Any, Any, tuple[T, int]]):
    def __init__(self, steps: Generator[Any, Any, T]) -> None:
        self.steps = steps
        self.suspensions = 0

    def __iter__(self) -> "CountedSteps[T]":
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        return self._resume(self.steps.send, value)

    def throw(self, *error: Any) -> Any:  # a cancel comes in here
        return self._resume(self.steps.throw, *error)

    def close(self) -> None:
        self.steps.close()

    def _resume(self, step: Callable[..., Any], *given: Any) -> Any:
        try:
            future = step(*given)  # what is yielded is for the event loop
        except StopIteration as end:  # its value is what `await` gives
            raise StopIteration((end.value, self.suspensions)) from None
        self.suspensions += 1
        return future


async def work() -> str:
    for _ in range(3):
        await asyncio.sleep(0.05)
    return "done"


async def main() -> None:
    result, suspensions = await Counted(work)
    print(f"{result} with {suspensions} suspensions")


asyncio.run(main())
