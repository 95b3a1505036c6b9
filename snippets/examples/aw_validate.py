"""aw-validate: one answer is a number, the other is not."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar

S = TypeVar("S")
T = TypeVar("T")


class InvalidResult(ValueError):
    """The operation went well, and its result is not what was agreed."""


class Validated(Generic[S, T]):
    """Gives `parse(result)`; what `parse` raises becomes `InvalidResult`."""

    def __init__(
        self, operation: Callable[[], Awaitable[S]], parse: Callable[[S], T]
    ) -> None:
        self.operation = operation
        self.parse = parse

    def __await__(self) -> Generator[Any, None, T]:
        return self._run().__await__()

    async def _run(self) -> T:
        result = await self.operation()  # its own errors and a cancel pass as they are
        try:
            return self.parse(result)
        except Exception as error:
            raise InvalidResult(f"{result!r}: {error}") from error


async def ask(answer: str) -> str:
    await asyncio.sleep(0.1)
    return answer


async def main() -> None:
    print(await Validated(lambda: ask("42"), int))
    try:
        await Validated(lambda: ask("many"), int)
    except InvalidResult as error:
        print(error)


asyncio.run(main())
