"""aw-task: two letters are sent in the background; the one that fails is logged."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

background: set[asyncio.Task[Any]] = set()  # the loop keeps no reference to its tasks


def spawn(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Starts `work` in a task that is kept to its end; an error is logged."""
    task = asyncio.create_task(work)
    background.add(task)
    task.add_done_callback(ended)
    return task


def ended(task: asyncio.Task[Any]) -> None:
    background.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        logging.getLogger(__name__).error("%r failed", task, exc_info=error)


async def send(letter: str) -> None:
    await asyncio.sleep(0.1)
    if letter == "b":
        raise ConnectionError("the post is closed")
    print(f"sent {letter}")


async def main() -> None:
    spawn(send("a"))
    spawn(send("b"))
    await asyncio.sleep(0.2)


asyncio.run(main())
