"""What the snippets must hold, checked on the texts that they insert: `python -W error behaviour.py FOLDER`.

FOLDER holds one module for each snippet (`aw_class.py` …). Everything runs in asyncio's debug mode, on a clock that
jumps (`virtual.py`). A check is a function of a class; `holds` shows that ours passes it and, where a popular version is
named (`popular.py`), that this one fails it, and why.
"""

import asyncio
import functools
import gc
import inspect
import os
import random
import sys
import types
import unittest
from collections.abc import Awaitable
from typing import Any, Callable, List, NamedTuple
from unittest import mock

FOLDER = sys.argv.pop(1)
sys.path.insert(0, FOLDER)

import popular
from aw_class import Operation
from aw_countdown import Countdown
from aw_ratelimit import RateLimit
from aw_retry import Retry
from aw_timed import Timed
from virtual import drive


def ignore(_: object) -> None:
    pass


async def answer() -> str:
    await asyncio.sleep(1)
    return "result"


async def wait_for(awaitable: Any) -> Any:
    """A coroutine that awaits: what tasks are made of."""
    return await awaitable


class Pattern(NamedTuple):
    """A snippet for the checks that every awaitable must pass."""

    make: Callable[[], Any]
    value: object
    #: The first await may end without a suspension, so the checks get an object that was awaited once.
    primed: bool = False


PATTERNS = {
    "aw-class": Pattern(lambda: Operation("result"), "result"),
    "aw-timed": Pattern(lambda: Timed("result", 1.0), "result"),
    "aw-countdown": Pattern(lambda: Countdown(3, ignore, 1.0), 3.0),
    "aw-retry": Pattern(lambda: Retry(answer), "result"),
    "aw-ratelimit": Pattern(lambda: RateLimit(1.0), None, primed=True),
}


class EveryPattern(unittest.TestCase):
    """Awaited once, twice, by 100 at once, cancelled before, during and after, with a time limit of zero."""

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
        modules = {name[:-3].replace("_", "-") for name in os.listdir(FOLDER) if name.startswith("aw_")}
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
                Operation("a"), Timed("b", 0.01), Countdown(2, ignore, 0.01), Retry(flaky(2)), limit, wait_for(limit)
            )
            self.assertEqual([results[0], results[1], results[3]], ["a", "b", "ok"])
            self.assertGreaterEqual(results[2], 0.02 - 1e-6)
            self.assertGreaterEqual(loop.time() - began, 0.01)

        with mock.patch("random.uniform", return_value=0.001):
            drive(main, asyncio.new_event_loop())


class MustHold(unittest.TestCase):
    def holds(self, check: Callable[[Any], None], ours: Any, *others: Any) -> None:
        """Ours passes; each other, a pair of a class and a pattern, fails with a message that the pattern finds."""
        check(ours)
        for other, symptom in others:
            with self.subTest(other.__name__), mock.patch("sys.unraisablehook", ignore):
                with self.assertRaisesRegex(Exception, symptom):
                    check(other)
                gc.collect()


class Class(MustHold):
    def test_every_await_runs_anew(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> List[str]:
                operation = cls("x")
                return [await operation, await operation]

            results = drive(main)
            assert results == ["x", "x"], f"gave {results}"

        self.holds(
            check,
            Operation,
            (popular.HeldCoroutine, "cannot reuse already awaited coroutine"),
            (popular.CoroutineAwait, "returned a coroutine|must return an iterator, not coroutine"),
            (popular.IteratorOfValues, "Task got bad yield: 1"),
            (popular.OnInstance, "can't be used in 'await' expression|can't be awaited"),
        )

    def test_what_was_never_awaited_is_no_warning(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                cls("x")

            drive(main)

        self.holds(check, Operation, (popular.HeldCoroutine, "left behind.*was never awaited"))

    def test_nothing_is_defined_again_at_each_await(self) -> None:
        code = Operation.__await__.__code__
        inner = [constant.co_name for constant in code.co_consts if isinstance(constant, types.CodeType)]
        self.assertEqual(inner, [])

    def test_runs_in_the_awaiting_task_and_raises_there(self) -> None:
        class Failing(Operation):
            async def _run(self) -> str:
                tasks.append(asyncio.current_task())
                raise error

        async def main(_: Any) -> None:
            with self.assertRaises(OSError) as caught:
                await Failing("x")
            self.assertIs(caught.exception, error)
            self.assertEqual(tasks, [asyncio.current_task()])

        tasks: List[Any] = []
        error = OSError("refused")
        drive(main)


class Delay(MustHold):
    def test_takes_its_delay_while_others_run(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                began = loop.time()
                other = asyncio.ensure_future(asyncio.sleep(1, "other"))
                assert await cls("late", 3) == "late"
                assert other.done(), "no other task had a turn"
                assert loop.time() - began == 3, f"took {loop.time() - began} s"

            drive(main)

        self.holds(
            check,
            Timed,
            (popular.BlockingSleep, "no other task had a turn"),
            (popular.BusyWait, "the loop spins"),
        )

    def test_zero_and_less_do_what_sleep_does(self) -> None:
        """Exactly one turn for the others, no time."""

        async def turns(awaitable: Any) -> int:
            async def other() -> None:
                nonlocal count
                while True:
                    count += 1
                    await asyncio.sleep(0)

            count = 0
            task = asyncio.ensure_future(other())
            await awaitable
            task.cancel()
            return count

        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                for delay in (0, 0.0, -1, float("-inf")):
                    began = loop.time()
                    ours, sleep = await turns(cls(None, delay)), await turns(asyncio.sleep(delay))
                    assert ours == sleep == 1, f"delay {delay}: {ours} turns for the others, sleep gives {sleep}"
                    assert loop.time() == began

            drive(main)

        self.holds(check, Timed, (popular.SkippedZero, "delay 0: 0 turns"))

    def test_a_cancel_ends_the_wait_at_once(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                began = loop.time()
                task = asyncio.ensure_future(wait_for(cls("late", 3)))
                await asyncio.sleep(1)
                task.cancel()
                await asyncio.wait([task])
                assert task.cancelled(), "went on after the cancel"
                assert loop.time() - began == 1

            drive(main)

        self.holds(check, Timed, (popular.SwallowedCancel, "went on after the cancel"))


class Counting(MustHold):
    def test_awaiting_again_counts_again(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                countdown = cls(3, ticks.append, 1)
                await countdown
                await countdown

            ticks: List[int] = []
            drive(main)
            assert ticks == [3, 2, 1, 3, 2, 1], f"ticks {ticks}"

        self.holds(check, Countdown, (popular.SharedCountdown, r"ticks \[3, 2, 1\]$"))

    def test_two_at_once_do_not_share_the_count(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                def tick(remaining: int) -> None:
                    ticks.append((asyncio.current_task(), remaining))

                countdown = cls(3, tick, 1)
                tasks = [asyncio.ensure_future(wait_for(countdown)) for _ in range(2)]
                assert await asyncio.gather(*tasks) == [3, 3], "took another time than alone"
                for task in tasks:
                    own = [remaining for owner, remaining in ticks if owner is task]
                    assert own == [3, 2, 1], f"ticks of one awaiter: {own}"

            ticks: List[Any] = []
            drive(main)

        self.holds(check, Countdown, (popular.SharedCountdown, "took another time than alone"))

    def test_slow_ticks_do_not_shift_the_later_ones(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                def slow(_: int) -> None:
                    times.append(loop.time())
                    loop.stall(0.25)

                assert await cls(4, slow, 1) == 4, "did not end on time"
                assert [at - times[0] for at in times] == [0, 1, 2, 3]

            times: List[float] = []
            drive(main)

        self.holds(check, Countdown, (popular.SharedCountdown, "did not end on time"))

    def test_nothing_to_count(self) -> None:
        async def main(_: Any) -> None:
            for start in (0, -1):
                self.assertEqual(await Countdown(start, self.fail, 1), 0)
            self.assertEqual(await Countdown(3, ignore, 0), 0)

        drive(main)

    def test_a_raising_tick_and_a_cancel_end_the_count(self) -> None:
        async def main(loop: Any) -> None:
            with self.assertRaises(ZeroDivisionError):
                await Countdown(3, lambda remaining: remaining // 0, 1)
            ticks: List[int] = []
            task = asyncio.ensure_future(wait_for(Countdown(5, ticks.append, 1)))
            await asyncio.sleep(1.5)
            task.cancel()
            await asyncio.sleep(10)
            self.assertEqual(ticks, [5, 4])

        drive(main)


def flaky(failures: int, error: Any = ConnectionError) -> Any:
    """An operation that raises `error` so many times, then gives "ok". Its `calls` are the loop's times."""

    async def operation() -> str:
        operation.calls.append(asyncio.get_running_loop().time())  # type: ignore[attr-defined]
        if len(operation.calls) <= failures:  # type: ignore[attr-defined]
            raise error
        return "ok"

    operation.calls = []  # type: ignore[attr-defined]
    return operation


class Retrying(MustHold):
    def test_a_cancel_is_never_retried(self) -> None:
        def check(cls: Any) -> None:
            async def operation() -> None:
                calls.append(1)
                await asyncio.sleep(1)

            async def main(_: Any) -> None:
                task = asyncio.ensure_future(wait_for(cls(operation)))
                await asyncio.sleep(0.5)
                task.cancel()
                await asyncio.wait([task])
                assert len(calls) == 1, f"the operation ran {len(calls)} times"
                assert task.cancelled()

            calls: List[int] = []
            drive(main)

        everything = functools.partial(Retry, errors=(BaseException,))
        check(everything)
        self.holds(check, Retry, (popular.RetryOnAnything, "the operation ran 2 times"))

    def test_a_cancel_during_the_pause_ends_it(self) -> None:
        async def main(_: Any) -> None:
            operation = flaky(9)
            task = asyncio.ensure_future(wait_for(Retry(operation, base=100)))
            await asyncio.sleep(0)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            self.assertEqual(len(operation.calls), 1)

        drive(main)

    def test_the_last_error_comes_out_as_it_is(self) -> None:
        def check(cls: Any) -> None:
            async def operation() -> None:
                try:
                    raise OSError("the line is down")
                except OSError as cause:
                    errors.append(ConnectionError(len(errors)))
                    raise errors[-1] from cause

            async def main(_: Any) -> None:
                try:
                    await cls(operation, attempts=3)
                except Exception as error:
                    assert error is errors[-1], f"raised {error!r}"
                    assert isinstance(error.__cause__, OSError)
                    frames = inspect.getinnerframes(error.__traceback__)  # type: ignore[arg-type]
                    assert frames[-1].function == "operation"
                assert len(errors) == 3

            errors: List[Exception] = []
            drive(main)

        self.holds(check, Retry, (popular.RetryWithNewError, r"raised RuntimeError\('failed after 3"))

    def test_attempts_are_at_least_one(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                for attempts in (0, -1):
                    try:
                        given = await cls(flaky(0), attempts=attempts)
                    except ValueError as error:
                        assert str(attempts) in str(error)
                    else:
                        raise AssertionError(f"attempts={attempts} was taken and gave {given}")

            drive(main)

        self.holds(check, Retry, (popular.RetryUnchecked, "attempts=0 was taken and gave None"))

    def test_one_attempt_is_no_retry(self) -> None:
        async def main(loop: Any) -> None:
            operation, began = flaky(1), loop.time()
            with self.assertRaises(ConnectionError):
                await Retry(operation, attempts=1)
            self.assertEqual(operation.calls, [began])

        drive(main)

    def test_any_callable_will_do(self) -> None:
        """Partials, lambdas, methods, objects, plain functions and generator-based coroutines."""

        class Client:
            async def __call__(self) -> str:
                return await answer()

            async def fetch(self, key: str) -> str:
                return await answer()

        @types.coroutine
        def generator() -> Any:
            yield
            return "result"

        def check(cls: Any) -> None:
            client = Client()
            operations = {
                "function": answer,
                "lambda": lambda: answer(),
                "partial": functools.partial(client.fetch, "key"),
                "object": client,
                "awaitable": lambda: Timed("result", 1),
                "future": lambda: asyncio.ensure_future(answer()),
                "generator": generator,
                "plain": lambda: "result",
            }

            async def main(_: Any) -> None:
                for name, operation in operations.items():
                    given = await cls(operation)
                    assert given == "result", f"{name}: gave {given}"

            drive(main)

        # From 3.14 on asking the function is deprecated, which -W error makes an error.
        symptom = "iscoroutinefunction" if sys.version_info >= (3, 14) else "lambda: gave <coroutine"
        self.holds(check, Retry, (popular.RetryByFunctionKind, symptom), (popular.RetryUnchecked, "str.*await"))

    def test_an_operation_that_raises_when_called_is_retried(self) -> None:
        def operation() -> Any:
            calls.append(1)
            if len(calls) < 3:
                raise ConnectionError
            return answer()

        async def main(_: Any) -> None:
            self.assertEqual(await Retry(operation), "result")

        calls: List[int] = []
        drive(main)

    def test_only_the_errors_named_are_retried(self) -> None:
        async def main(_: Any) -> None:
            other = flaky(1, KeyError)
            with self.assertRaises(KeyError):
                await Retry(other, errors=(OSError,))
            self.assertEqual(len(other.calls), 1)
            self.assertEqual(await Retry(flaky(2), errors=(OSError,)), "ok")

        drive(main)

    def test_pauses_grow_to_the_cap_and_not_beyond(self) -> None:
        async def main(_: Any) -> None:
            operation = flaky(6)
            with mock.patch("random.uniform", side_effect=lambda low, high: high):
                await Retry(operation, attempts=7, base=1, cap=10)
            pauses = [after - before for before, after in zip(operation.calls, operation.calls[1:])]
            self.assertEqual(pauses, [1, 2, 4, 8, 10, 10])
            with mock.patch("random.uniform", side_effect=lambda low, high: low):
                await Retry(flaky(2_000), attempts=2_001, base=0.5)  # 2.0 ** 2_000 is no float

        drive(main)

    def test_those_who_failed_together_do_not_return_together(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                operations = [flaky(1) for _ in range(100)]
                await asyncio.gather(*(cls(operation, base=1) for operation in operations))
                returns = [operation.calls[1] - operation.calls[0] for operation in operations]
                assert all(0 <= pause <= 1 for pause in returns)
                assert len(set(returns)) > 90, f"{len(set(returns))} different moments for 100 callers"

            drive(main)

        self.holds(check, Retry, (popular.RetryWithNewError, "1 different moments"))

    def test_no_pause_after_the_last_attempt(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                operation = flaky(9)
                try:
                    await cls(operation)
                except Exception:
                    idle = round(loop.time() - operation.calls[-1], 6)
                    assert idle == 0, f"raised {idle} s after the last attempt"

            drive(main)

        self.holds(check, Retry, (popular.RetryWithNewError, "raised 0.4 s after the last attempt"))

    def test_concurrent_awaits_have_their_own_attempts(self) -> None:
        async def main(_: Any) -> None:
            async def operation() -> None:
                calls.append(asyncio.current_task())
                raise ConnectionError

            retry = Retry(operation, attempts=3)
            tasks = [asyncio.ensure_future(wait_for(retry)) for _ in range(100)]
            results = await asyncio.gather(*tasks, return_exceptions=True)
            self.assertEqual({type(result) for result in results}, {ConnectionError})
            self.assertEqual([calls.count(task) for task in tasks], [3] * 100)

        calls: List[Any] = []
        drive(main)


class Limiting(MustHold):
    def gaps(self, times: List[float]) -> List[float]:
        """Seconds between neighbours, to the microsecond."""
        return [round(after - before, 6) for before, after in zip(times, times[1:])]

    def test_100_at_once_are_spaced_out_in_order(self) -> None:
        def check(cls: Any) -> None:
            async def call(number: int) -> None:
                await limit
                calls.append(number)
                times.append(asyncio.get_running_loop().time())

            async def main(_: Any) -> None:
                await asyncio.gather(*(call(number) for number in range(100)))

            limit = cls(0.5)
            calls: List[int] = []
            times: List[float] = []
            drive(main)
            assert min(self.gaps(times)) >= 0.5, f"two calls {min(self.gaps(times))} s apart"
            assert times[-1] - times[0] < 0.5 * 99 + 1e-6, "waited longer than asked"
            assert calls == list(range(100))

        self.holds(check, RateLimit, (popular.UnreservedLimit, "two calls 0.0 s apart"))

    def test_setting_the_clock_changes_nothing(self) -> None:
        for jump in (3600.0, -3600.0):

            def check(cls: Any, jump: float = jump) -> None:
                async def main(loop: Any) -> None:
                    with mock.patch("time.time", lambda: 1.7e9 + loop.time() + shift):
                        for _ in range(3):
                            await limit
                            times.append(loop.time())
                            set_clock()

                def set_clock() -> None:
                    nonlocal shift
                    shift += jump

                limit = cls(10)
                shift = 0.0
                times: List[float] = []
                drive(main)
                assert self.gaps(times) == [10, 10], f"gaps {self.gaps(times)}"

            symptom = r"gaps \[0.0, 0.0\]" if jump > 0 else r"gaps \[3610.0, 3610.0\]"
            self.holds(check, RateLimit, (popular.WallClockLimit, symptom))

    def test_no_burst_after_a_stall(self) -> None:
        def check(cls: Any) -> None:
            async def call() -> None:
                await limit
                times.append(asyncio.get_running_loop().time())

            async def main(loop: Any) -> None:
                tasks = [asyncio.ensure_future(call()) for _ in range(5)]
                await asyncio.sleep(0.5)
                loop.stall(10)
                await asyncio.gather(*tasks)

            limit = cls(1)
            times: List[float] = []
            drive(main)
            assert min(self.gaps(times)) >= 1, f"two calls {min(self.gaps(times))} s apart"

        self.holds(check, RateLimit, (popular.ReservedLimit, "two calls 0.0 s apart"))

    def test_a_cancelled_waiter_costs_no_slot(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                await limit
                began = loop.time()
                gone = [asyncio.ensure_future(wait_for(limit)) for _ in range(3)]
                last = asyncio.ensure_future(wait_for(limit))
                await asyncio.sleep(0.5)
                for task in gone:
                    task.cancel()
                await last
                assert loop.time() - began == 1, f"the next had to wait {loop.time() - began} s"

            limit = cls(1)
            drive(main)

        self.holds(check, RateLimit, (popular.ReservedLimit, "had to wait 4.0 s"))

    def test_a_timer_that_fires_early_is_not_believed(self) -> None:
        """Loops run timers up to one tick of their clock too soon: 15.6 ms on some systems."""

        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                loop._clock_resolution = 0.0156
                others = [asyncio.ensure_future(asyncio.sleep(0.01 * turn)) for turn in range(25)]
                for _ in range(5):
                    await limit
                    times.append(loop.time())
                await asyncio.wait(others)

            limit = cls(0.05)
            times: List[float] = []
            drive(main)
            assert min(self.gaps(times)) >= 0.05, f"two calls {min(self.gaps(times))} s apart"

        self.holds(check, RateLimit, (popular.UnreservedLimit, "two calls 0.04.* s apart"))

    def test_made_outside_a_loop_and_used_in_two(self) -> None:
        async def main(_: Any) -> None:
            await asyncio.gather(*(wait_for(limit) for _ in range(3)))

        limit = RateLimit(0.001)
        drive(main)
        drive(main)

    def test_an_interval_of_zero_never_waits(self) -> None:
        async def main(loop: Any) -> None:
            limit, began = RateLimit(0), loop.time()
            await asyncio.gather(*(wait_for(limit) for _ in range(100)))
            self.assertEqual(loop.time(), began)

        drive(main)

    def test_the_first_await_does_not_wait(self) -> None:
        async def main(loop: Any) -> None:
            began = loop.time()
            await RateLimit(5)
            self.assertEqual(loop.time(), began)

        drive(main)


if __name__ == "__main__":
    random.seed(1)
    unittest.main()
