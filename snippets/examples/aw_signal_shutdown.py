"""aw-signal-shutdown: a service is told to stop after a while; Ctrl+C does the same."""

import asyncio
import signal
from collections.abc import Awaitable
from typing import Optional, TypeVar

T = TypeVar("T")


async def until_stopped(service: Awaitable[T]) -> Optional[T]:
    """Awaits `service`; SIGINT and SIGTERM cancel it, and its clean-up is awaited."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(service)

    def stop(*_: object) -> None:  # runs between any two lines: it only tells the loop
        loop.call_soon_threadsafe(task.cancel)

    # Not add_signal_handler: Windows has none.
    signals = (signal.SIGINT, signal.SIGTERM)
    handlers = {number: signal.signal(number, stop) for number in signals}
    try:
        await asyncio.wait({task})
        return None if task.cancelled() else task.result()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def service() -> None:
    try:
        while True:
            await asyncio.sleep(0.1)
            print("at work")
    finally:
        await asyncio.sleep(0.1)
        print("all is put away")


async def main() -> None:
    # What the system does to a service: here a timer does it to us.
    asyncio.get_running_loop().call_later(0.35, signal.raise_signal, signal.SIGINT)
    await until_stopped(service())


asyncio.run(main())
