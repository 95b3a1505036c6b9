"""aw-cached: five ask for two keys: two loads; a cancelled asker does no harm."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Cached(Generic[K, T]):
    """`await cached(key)`: callers of a key at the same time share one call of `load`.

    A value lasts `ttl` seconds, an error not at all. For several arguments: a tuple."""

    def __init__(self, load: Callable[[K], Awaitable[T]], ttl: float = 60.0) -> None:
        self.load = load
        self.ttl = ttl
        self._running: dict[K, asyncio.Future[T]] = {}
        self._values: dict[K, T] = {}
        self._expiry: deque[tuple[float, K]] = deque()  # the next to expire is first

    async def __call__(self, key: K) -> T:
        now = asyncio.get_running_loop().time()
        while self._expiry and self._expiry[0][0] <= now:
            del self._values[self._expiry.popleft()[1]]
        if key in self._values:
            return self._values[key]
        run = self._running.get(key)
        if run is None:
            run = self._running[key] = asyncio.ensure_future(self.load(key))
            run.add_done_callback(lambda done: self._keep(key, done))
        await asyncio.wait({run})  # awaits it, but passes no cancel on
        return run.result()

    def _keep(self, key: K, run: asyncio.Future[T]) -> None:
        del self._running[key]
        if not run.cancelled() and run.exception() is None:
            self._values[key] = run.result()
            self._expiry.append((run.get_loop().time() + self.ttl, key))


async def load(key: str) -> str:
    await asyncio.sleep(0.2)
    return key.upper()


async def main() -> None:
    cached = Cached(load, ttl=1.0)
    askers = enumerate(("a", "b", "a", "b", "a"), 1)
    tasks = [
        asyncio.create_task(cached(key), name=f"asker {number} of {key}")
        for number, key in askers
    ]
    await asyncio.sleep(0.1)
    tasks[0].cancel()
    print(await asyncio.gather(*tasks, return_exceptions=True))
    print(await cached("a"), "without a wait")


asyncio.run(main())
