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
            with self.subTest(other.__name__), mock.patch("sys.unraisablehook", ignore):
                with self.assertRaisesRegex(Exception, symptom):
                    check(other)
                gc.collect()
