"""What the tests share: small operations, and a check that ours passes and others fail."""

import asyncio
import gc
import unittest
from typing import Any, Callable, List
from unittest import mock


def ignore(_: object) -> None:
    pass


async def answer() -> str:
    await asyncio.sleep(1)
    return "result"


async def wait_for(awaitable: Any) -> Any:
    """A coroutine that awaits: what tasks are made of."""
    return await awaitable


class Anew:
    """Makes an awaitable at each await: what a test needs of functions to await them again."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make

    def __await__(self) -> Any:
        return self._run().__await__()

    async def _run(self) -> Any:
        return await self.make()


class Sleeper:
    """An operation that sleeps; knows how often it was called, ended and was cancelled."""

    def __init__(self, seconds: float = 1.0, result: Any = "result") -> None:
        self.seconds, self.result = seconds, result
        self.calls = self.ended = self.cancelled = 0

    async def __call__(self, *_: Any) -> Any:
        self.calls += 1
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        self.ended += 1
        return self.result


class Flaky:
    """Raises `error` so many times, then gives "ok"; `calls` are the loop's times of all calls."""

    def __init__(self, failures: int, error: Any = ConnectionError) -> None:
        self.failures = failures
        self.error = error
        self.calls: List[float] = []

    async def __call__(self) -> str:
        self.calls.append(asyncio.get_running_loop().time())
        if len(self.calls) <= self.failures:
            raise self.error
        return "ok"


class MustHold(unittest.TestCase):
    def holds(self, check: Callable[[Any], None], ours: Any, *others: Any) -> None:
        """Ours passes; each other, a class and a pattern, fails with a message like that."""
        check(ours)
        for other, symptom in others:
            with self.subTest(getattr(other, "__name__", "popular")), mock.patch("sys.unraisablehook", ignore):
                with self.assertRaisesRegex(Exception, symptom):
                    check(other)
                gc.collect()
