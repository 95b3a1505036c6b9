"""aw-retry: the first two calls fail; the waits between grow and are not all alike."""

import asyncio
import inspect
import random
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(eq=False)  # compared by identity, so hashable: asyncio.gather needs that
class Retry(Generic[T]):
    """Calls `operation` until it succeeds; raises the error of the last attempt."""

    operation: Callable[[], Awaitable[T]]
    attempts: int = 3
    base: float = 0.1
    cap: float = 30.0
    errors: tuple[type[Exception], ...] = (Exception,)

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError(f"attempts must be 1 or more, not {self.attempts}")

    def __await__(self) -> Generator[Any, None, T]:
        return self._run().__await__()

    async def _run(self) -> T:
        attempt, ceiling = 1, self.base
        while True:
            try:
                # The result tells, not the function: partials and lambdas work too.
                given: Any = self.operation()
                result: T = await given if inspect.isawaitable(given) else given
                return result
            except Exception as error:  # not CancelledError: it is a BaseException
                if attempt >= self.attempts or not isinstance(error, self.errors):
                    raise
            # Jitter: callers that failed together do not come back together.
            await asyncio.sleep(random.uniform(0, min(ceiling, self.cap)))
            attempt, ceiling = attempt + 1, ceiling * 2


calls = 0


async def fetch() -> str:
    global calls
    calls += 1
    await asyncio.sleep(0.05)
    if calls < 3:
        raise ConnectionError(f"call {calls} failed")
    return f"call {calls} went well"


async def main() -> None:
    print(await Retry(fetch))


asyncio.run(main())
