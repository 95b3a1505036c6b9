"""aw-ratelimit: five calls at once wait at one lock, and go 0.1 s apart."""

import asyncio
from collections.abc import Generator
from typing import Any
from weakref import WeakKeyDictionary


class RateLimit:
    """Each await ends `interval` seconds or more after the one before it, in order."""

    def __init__(self, interval: float = 1.0) -> None:
        self.interval = interval
        self._due = 0.0  # on the loop's clock: the next await ends then or later
        # A lock serves one loop only, and a limit may outlive its loop.
        self._locks = WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]()

    def __await__(self) -> Generator[Any, None, None]:
        return self._run().__await__()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        async with self._locks.setdefault(loop, asyncio.Lock()):
            # Timers may fire a clock tick early, so look again.
            while (wait := self._due - loop.time()) > 0:
                await asyncio.sleep(wait)
            self._due = loop.time() + self.interval


limit = RateLimit(0.1)


async def call(number: int) -> None:
    await limit
    print(f"call {number} at {asyncio.get_running_loop().time():.1f}")


async def main() -> None:
    calls = [asyncio.create_task(call(n), name=f"call {n}") for n in range(5)]
    await asyncio.gather(*calls)


asyncio.run(main())
