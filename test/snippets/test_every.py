"""Every pattern: awaited once, twice, by 100 at once, cancelled, under a time limit of zero."""

import asyncio
import inspect
import os
import sys
import unittest
from collections.abc import Awaitable
from typing import Any, Callable, NamedTuple
from unittest import mock

import aw_class
from aw_class import Operation
from aw_countdown import Countdown
from aw_ratelimit import RateLimit
from aw_retry import Retry
from aw_timed import Timed
from checks import Flaky, answer, ignore, wait_for
from virtual import drive


class Pattern(NamedTuple):
    """A snippet for the checks that every awaitable must pass."""

    make: Callable[[], Any]
    value: object
    #: The first await may not suspend, so the checks get an object that was awaited once.
    primed: bool = False


PATTERNS = {
    "aw-class": Pattern(lambda: Operation("result"), "result"),
    "aw-timed": Pattern(lambda: Timed("result", 1.0), "result"),
    "aw-countdown": Pattern(lambda: Countdown(3, ignore, 1.0), 3.0),
    "aw-retry": Pattern(lambda: Retry(answer), "result"),
    "aw-ratelimit": Pattern(lambda: RateLimit(1.0), None, primed=True),
}


class EveryPattern(unittest.TestCase):
    def each(self, check: Callable[[Any, Any], Any]) -> None:
        """Drives `check(awaitable, expected value)` for every pattern."""
        for prefix, pattern in PATTERNS.items():

            async def main(_: Any, pattern: Pattern = pattern) -> None:
                awaitable = pattern.make()
                if pattern.primed:
                    await awaitable
                await check(awaitable, pattern.value)

            with self.subTest(prefix):
                drive(main)

    def test_no_snippet_is_forgotten(self) -> None:
        names = os.listdir(os.path.dirname(aw_class.__file__))
        modules = {name[:-3].replace("_", "-") for name in names if name.startswith("aw_")}
        self.assertEqual(modules, set(PATTERNS))

    def test_is_awaitable(self) -> None:
        async def check(awaitable: Any, value: object) -> None:
            self.assertIsInstance(awaitable, Awaitable)
            self.assertTrue(inspect.isawaitable(awaitable))
            self.assertFalse(asyncio.iscoroutine(awaitable))

        self.each(check)

    def test_awaited_once_and_again(self) -> None:
        async def check(awaitable: Any, value: object) -> None:
            self.assertEqual([await awaitable, await awaitable], [value, value])

        self.each(check)

    def test_awaited_by_100_at_once(self) -> None:
        async def check(awaitable: Any, value: object) -> None:
            results = await asyncio.gather(*(wait_for(awaitable) for _ in range(100)))
            self.assertEqual(results, [value] * 100)

        self.each(check)

    def test_taken_by_gather_and_ensure_future(self) -> None:
        async def check(awaitable: Any, value: object) -> None:
            # gather keeps its arguments in a dict: an awaitable that cannot be hashed is refused.
            self.assertEqual(await asyncio.gather(awaitable, awaitable), [value, value])
            self.assertEqual(await asyncio.ensure_future(awaitable), value)

        self.each(check)

    def test_cancelled_before_during_and_after(self) -> None:
        async def check(awaitable: Any, value: object) -> None:
            before = asyncio.ensure_future(wait_for(awaitable))
            before.cancel()
            during = asyncio.ensure_future(wait_for(awaitable))
            await asyncio.sleep(0)
            self.assertFalse(during.done(), "the second case needs a suspended task")
            during.cancel()
            for task in (before, during):
                with self.assertRaises(asyncio.CancelledError):
                    await task
                self.assertTrue(task.cancelled())
            after = asyncio.ensure_future(wait_for(awaitable))
            self.assertEqual(await after, value, "an earlier cancel must not spoil the next await")
            self.assertFalse(after.cancel())

        self.each(check)

    def test_one_of_100_cancelled(self) -> None:
        async def check(awaitable: Any, value: object) -> None:
            tasks = [asyncio.ensure_future(wait_for(awaitable)) for _ in range(100)]
            await asyncio.sleep(0)
            tasks[50].cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            self.assertIsInstance(results.pop(50), asyncio.CancelledError)
            self.assertEqual(results, [value] * 99)

        self.each(check)

    def test_time_limits(self) -> None:
        async def check(awaitable: Any, value: object) -> None:
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(awaitable, 0)
            self.assertEqual(await asyncio.wait_for(awaitable, 60), value)

        self.each(check)

    @unittest.skipIf(sys.version_info < (3, 11), "asyncio.timeout came with 3.11")
    def test_timeout_block_of_zero(self) -> None:
        async def check(awaitable: Any, value: object) -> None:
            with self.assertRaises(TimeoutError):
                async with asyncio.timeout(0):
                    await awaitable
                    await awaitable  # one turn is enough for a short one

        self.each(check)

    def test_on_a_real_loop_and_clock(self) -> None:
        async def main(loop: Any) -> None:
            began = loop.time()
            limit = RateLimit(0.01)
            results = await asyncio.gather(
                Operation("a"),
                Timed("b", 0.01),
                Countdown(2, ignore, 0.01),
                Retry(Flaky(2)),
                limit,
                wait_for(limit),
            )
            self.assertEqual([results[0], results[1], results[3]], ["a", "b", "ok"])
            self.assertGreaterEqual(results[2], 0.02 - 1e-6)
            self.assertGreaterEqual(loop.time() - began, 0.01)

        with mock.patch("random.uniform", return_value=0.001):
            drive(main, asyncio.new_event_loop())
