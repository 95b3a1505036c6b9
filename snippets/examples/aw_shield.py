"""aw-shield: a commit is cancelled in its midst, and is finished all the same."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def finish(work: Awaitable[T]) -> T:
    """Awaits `work` to its end even when cancelled; only then does the cancel go on."""
    task = asyncio.ensure_future(work)  # kept: shield alone would lose it
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):  # the first one goes on
                await asyncio.wait({task})
        if not task.cancelled() and (error := task.exception()) is not None:
            logging.getLogger(__name__).error("finished badly", exc_info=error)
        raise


async def commit() -> None:
    await asyncio.sleep(0.3)
    print("committed")


async def main() -> None:
    task = asyncio.create_task(finish(commit()), name="request")
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait({task})
    print("cancelled:", task.cancelled())


asyncio.run(main())
