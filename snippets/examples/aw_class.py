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
    guests = [asyncio.create_task(order(tea), name=f"guest {n}") for n in (1, 2)]
    print(await asyncio.gather(*guests))


asyncio.run(main())
