"""Every snippet: awaited once, twice, by 100 at once, cancelled, under a time limit of zero."""

import asyncio
import inspect
import os
import sys
import unittest
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, Set, Tuple
from unittest import mock

import aw_class
from aw_class import Operation
from aw_countdown import Countdown
from aw_ratelimit import RateLimit
from aw_retry import Retry
from aw_timed import Timed
from checks import Flaky, ignore, wait_for
from patterns import PATTERNS, RUNNABLE, Pattern
from virtual import drive

Check = Callable[[Any, Pattern], Any]

#: A program has one: signals have one handler.
ONCE = {"aw-signal-shutdown"}

#: Nothing of theirs can fail: they wait, and run nobody's code.
CANNOT_FAIL = {"aw-timed", "aw-ratelimit", "aw-types-coroutine", "aw-run", "aw-async-iter"}

#: They await nothing that a caller hands them.
NO_OPERATION = CANNOT_FAIL | {
    "aw-class",
    "aw-countdown",
    "aw-nonblocking",
    "aw-future",
    "aw-to-thread",
    "aw-async-context",
}

#: Every case, and the snippets that it cannot be asked of: all others must have been asked.
CASES: Dict[str, Set[str]] = {
    "is_awaitable": set(),
    "awaited_once_and_again": set(),
    "awaited_by_100_at_once": ONCE,
    "taken_by_gather_and_ensure_future": ONCE,
    "cancelled_before_during_and_after": set(),
    "one_of_100_cancelled": ONCE,
    "cancelled_at_every_turn": set(),
    "time_limits": set(),
    "timeout_block_of_zero": set(),
    "what_the_operation_raises_comes_out": CANNOT_FAIL,
    "operations_that_are_no_coroutines": NO_OPERATION,
    "an_operation_that_gives_no_awaitable_is_an_error_at_once": NO_OPERATION,
}


#: What a task group puts errors into.
groups = [BaseExceptionGroup] if sys.version_info >= (3, 11) else []


class EveryPattern(unittest.TestCase):
    asked: Set[Tuple[str, str]] = set()

    @classmethod
    def tearDownClass(cls) -> None:
        """Nothing is left out in silence: each case was asked of each snippet, or does not apply."""
        names = {name[5:] for name in dir(cls) if name.startswith("test_")}
        if names != set(CASES):
            raise AssertionError(f"not in the table, or no test: {names ^ set(CASES)}")
        if sys.version_info < (3, 11):
            names.remove("timeout_block_of_zero")
        applies = {(case, one) for case in names for one in RUNNABLE if one not in CASES[case]}
        if cls.asked != applies:
            raise AssertionError(f"missing, or not to be asked: {sorted(cls.asked ^ applies)}")
        others = len(names) * len(RUNNABLE) - len(applies)
        told = f"{len(applies)} checked, {others} do not apply"
        print(f"{len(RUNNABLE)} snippets in {len(names)} cases: {told}", flush=True)

    def each(
        self,
        check: Check,
        make: Callable[[Pattern], Any] = lambda pattern: pattern.make(),
    ) -> None:
        """Drives `check(awaitable, its pattern)` for every pattern that the case applies to."""
        case = self._testMethodName[5:]
        for prefix, pattern in RUNNABLE.items():
            if prefix in CASES[case]:
                continue
            self.asked.add((case, prefix))

            async def main(loop: Any, pattern: Pattern = pattern) -> None:
                if pattern.real:
                    loop.set_default_executor(ThreadPoolExecutor(100))
                awaitable = make(pattern)
                if pattern.primed:
                    await awaitable
                await check(awaitable, pattern)
                if pattern.lives_on:
                    await asyncio.sleep(100)  # what goes on has come to its end then

            with self.subTest(prefix), mock.patch("builtins.print"):
                drive(main, asyncio.new_event_loop() if pattern.real else None)

    def test_is_awaitable(self) -> None:
        async def check(awaitable: Any, _: Pattern) -> None:
            self.assertIsInstance(awaitable, Awaitable)
            self.assertTrue(inspect.isawaitable(awaitable))
            self.assertFalse(asyncio.iscoroutine(awaitable))

        self.each(check)

    def test_awaited_once_and_again(self) -> None:
        async def check(awaitable: Any, pattern: Pattern) -> None:
            self.assertEqual([await awaitable, await awaitable], [pattern.value] * 2)

        self.each(check)

    def test_awaited_by_100_at_once(self) -> None:
        async def check(awaitable: Any, pattern: Pattern) -> None:
            results = await asyncio.gather(*(wait_for(awaitable) for _ in range(100)))
            self.assertEqual(results, [pattern.value] * 100)

        self.each(check)

    def test_taken_by_gather_and_ensure_future(self) -> None:
        async def check(awaitable: Any, pattern: Pattern) -> None:
            # gather keeps its arguments in a dict: an awaitable that cannot be hashed is refused.
            results = await asyncio.gather(awaitable, awaitable)
            self.assertEqual(results, [pattern.value] * 2)
            self.assertEqual(await asyncio.ensure_future(awaitable), pattern.value)

        self.each(check)

    def test_cancelled_before_during_and_after(self) -> None:
        async def check(awaitable: Any, pattern: Pattern) -> None:
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
            spoilt = "an earlier cancel must not spoil the next await"
            self.assertEqual(await after, pattern.value, spoilt)
            self.assertFalse(after.cancel())

        self.each(check)

    def test_one_of_100_cancelled(self) -> None:
        async def check(awaitable: Any, pattern: Pattern) -> None:
            tasks = [asyncio.ensure_future(wait_for(awaitable)) for _ in range(100)]
            await asyncio.sleep(0)
            tasks[50].cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            self.assertIsInstance(results.pop(50), asyncio.CancelledError)
            self.assertEqual(results, [pattern.value] * 99)

        self.each(check)

    def test_cancelled_at_every_turn(self) -> None:
        """Wherever it is when the cancel comes: it ends cancelled or with its value, at once."""

        async def check(awaitable: Any, pattern: Pattern) -> None:
            for turns in range(12):
                task = asyncio.ensure_future(wait_for(awaitable))
                for _ in range(turns):
                    await asyncio.sleep(0)
                if task.cancel():
                    await asyncio.wait([task])
                    self.assertTrue(task.cancelled(), f"a cancel in turn {turns} was lost")
                else:
                    self.assertEqual(task.result(), pattern.value)

        self.each(check)

    def test_time_limits(self) -> None:
        async def check(awaitable: Any, pattern: Pattern) -> None:
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(awaitable, 0)
            self.assertEqual(await asyncio.wait_for(awaitable, 60), pattern.value)

        self.each(check)

    @unittest.skipIf(sys.version_info < (3, 11), "asyncio.timeout came with 3.11")
    def test_timeout_block_of_zero(self) -> None:
        async def check(awaitable: Any, _: Pattern) -> None:
            with self.assertRaises(TimeoutError):
                async with asyncio.timeout(0):
                    await awaitable
                    await awaitable  # one turn is enough for a short one

        self.each(check)

    def test_what_the_operation_raises_comes_out(self) -> None:
        error = OSError("refused")

        async def operation() -> Any:
            await asyncio.sleep(1)
            raise error

        async def check(awaitable: Any, _: Pattern) -> None:
            for _ in range(2):
                with self.assertRaises(Exception) as caught:
                    await awaitable
                raised = caught.exception
                self.assertIn(error, [raised, *getattr(raised, "exceptions", [])])

        def make(pattern: Pattern) -> Any:
            return pattern.failing(error) if pattern.failing else pattern.around(operation)  # type: ignore[misc]

        with mock.patch("logging.Logger.error"):
            self.each(check, make)

    def test_operations_that_are_no_coroutines(self) -> None:
        operations = {
            "awaitable": lambda: Timed("result", 1.0),
            "future": lambda: asyncio.ensure_future(asyncio.sleep(1, "result")),
            "coroutine": lambda: asyncio.sleep(1, "result"),
        }

        async def check(awaitable: Any, pattern: Pattern) -> None:
            if not pattern.only_coroutines or name == "coroutine":
                self.assertEqual(await awaitable, pattern.value)
                return
            with self.assertRaises((TypeError, *groups)):  # what create_task says
                await awaitable
            await asyncio.sleep(1)  # the future has come to its end

        for name, operation in operations.items():
            with self.subTest(name):
                self.each(check, lambda pattern: pattern.around(operation))  # type: ignore[misc]

    def test_an_operation_that_gives_no_awaitable_is_an_error_at_once(self) -> None:
        async def check(awaitable: Any, pattern: Pattern) -> None:
            if pattern.takes_values:
                self.assertEqual(await awaitable, "result")
                return
            with self.assertRaises((TypeError, *groups)):
                await awaitable

        with mock.patch("logging.Logger.error"):
            self.each(check, lambda pattern: pattern.around(lambda: "result"))  # type: ignore[misc]


class Together(unittest.TestCase):
    def test_no_snippet_is_forgotten(self) -> None:
        names = os.listdir(os.path.dirname(aw_class.__file__))
        modules = {name[:-3].replace("_", "-") for name in names if name.startswith("aw_")}
        self.assertEqual(modules, set(PATTERNS))

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
