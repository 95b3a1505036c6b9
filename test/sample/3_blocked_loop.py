"""A heartbeat that skips: one task holds the event loop, and every other task pays for it.

`time.sleep` is an ordinary call: the loop cannot run anything until it returns.
The cure is `await asyncio.sleep(…)`, or `await loop.run_in_executor(None, …)` for code that cannot be changed.
"""

import asyncio
import time


async def heartbeat() -> None:
    last = time.perf_counter()
    for _ in range(10):
        await asyncio.sleep(0.05)
        now = time.perf_counter()
        print(f"beat after {(now - last) * 1000:.0f} ms")
        last = now


async def blocking() -> None:
    await asyncio.sleep(0.12)
    time.sleep(0.3)  # the mistake: nobody else runs now


async def considerate() -> None:
    await asyncio.sleep(0.12)
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.3)


async def main() -> None:
    for culprit in (blocking, considerate):
        print(f"with {culprit.__name__}:")
        await asyncio.gather(heartbeat(), culprit())


if __name__ == "__main__":
    asyncio.run(main())
