"""One after another, or all at once: the same three waits, twice.

Trace this file: first one task waits three times in a row, then three tasks wait at the same time.
Hover each `await` to read why.
"""

import asyncio
import time


async def brew(drink: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return drink


async def one_after_another() -> None:
    # Awaiting a coroutine runs it here and now: nothing else of this task goes on meanwhile.
    print(await brew("coffee", 0.3))
    print(await brew("tea", 0.2))
    print(await brew("cocoa", 0.1))


async def all_at_once() -> None:
    # A task runs alongside; gather makes one of each coroutine and waits for all of them.
    print(*await asyncio.gather(brew("coffee", 0.3), brew("tea", 0.2), brew("cocoa", 0.1)))


async def main() -> None:
    for way in (one_after_another, all_at_once):
        start = time.perf_counter()
        await way()
        print(f"{way.__name__}: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
