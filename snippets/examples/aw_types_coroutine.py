"""aw-types-coroutine: how long a ready task waits while another one computes."""

import asyncio
import time
import types
from collections.abc import Generator


@types.coroutine
def loop_lag() -> Generator[None, None, float]:
    """Gives all ready tasks one turn, and returns the seconds that this took."""
    began = time.perf_counter()
    yield  # nothing: "run me again". Any other value must be a Future's own yield.
    return time.perf_counter() - began


async def compute() -> None:
    print(sum(number * number for number in range(1_000_000)))


async def main() -> None:
    task = asyncio.create_task(compute(), name="compute")
    print(f"{await loop_lag() * 1000:.0f} ms behind")
    await task


asyncio.run(main())
