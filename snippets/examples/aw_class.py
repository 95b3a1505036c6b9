"""aw-class: two tasks await one object, and each await runs its coroutine anew."""

import asyncio
from collections.abc import Generator
from typing import Any


class Operation:
    """Awaiting it runs `_run` in the awaiting task, anew each time."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __await__(self) -> Generator[Any, None, str]:
        return self._run().__await__()

    async def _run(self) -> str:
        await asyncio.sleep(0)
        return self.name


async def order(operation: Operation) -> str:
    return await operation


async def main() -> None:
    tea = Operation("tea")
    print(await tea)
    print(await asyncio.gather(order(tea), order(tea)))


asyncio.run(main())
