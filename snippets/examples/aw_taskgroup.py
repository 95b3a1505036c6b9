"""aw-taskgroup: three at once; then one fails, and the group ends the others."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Awaits all at once: their results in the order given, or an ExceptionGroup."""
    async with asyncio.TaskGroup() as group:  # the first error cancels the others
        tasks = [group.create_task(each) for each in work]
    return [task.result() for task in tasks]


async def fetch(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    if name == "broken":
        raise ConnectionError(name)
    return name


async def main() -> None:
    print(await run_all(fetch(name, 0.2) for name in "abc"))
    try:
        await run_all([fetch("slow", 60), fetch("broken", 0.1)])
    except BaseException as group:
        print("failed:", repr(group))


asyncio.run(main())
