"""aw-cached, aw-once, aw-lazy-task, aw-producer: what many awaiters get of one run."""

import asyncio
import gc
import unittest
import weakref
from typing import Any, List
from unittest import mock

import popular_shared as popular
from aw_cached import Cached
from aw_lazy_task import Background
from aw_once import Once
from aw_producer import Producer
from checks import Flaky, MustHold, Sleeper, wait_for
from virtual import drive


def together(awaitables: Any) -> Any:
    return asyncio.gather(*(wait_for(one) for one in awaitables), return_exceptions=True)


class Caching(MustHold):
    def test_100_askers_of_a_key_run_it_once(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                cache = cls(load)
                await together(cache(number % 2) for number in range(100))
                await cache(0)

            load = Sleeper()
            drive(main)
            assert load.calls == 2, f"2 keys were loaded {load.calls} times"

        self.holds(check, Cached, (popular.CacheWithoutFlight, "loaded 100 times"))

    def test_a_failure_is_for_those_who_wait_and_is_not_kept(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                cache = cls(lambda key: load())
                errors = await together(cache("key") for _ in range(3))
                assert {type(error) for error in errors} == {ConnectionError}
                await asyncio.sleep(0)
                try:
                    assert await cache("key") == "ok"
                except ConnectionError:
                    raise AssertionError("the failure was kept") from None

            load = Flaky(1)
            drive(main)

        self.holds(check, Cached, (popular.CacheOfTasks, "the failure was kept"))

    def test_a_cancelled_waiter_leaves_the_others_alone(self) -> None:
        self.holds(
            one_waiter_is_cancelled,
            lambda operation: _Asked(Cached(operation)),
            (lambda operation: _Asked(popular.CacheOfTasks(operation)), "the others were cancelled"),
        )

    def test_a_value_lasts_its_time_and_is_dropped_then(self) -> None:
        def check(cls: Any) -> None:
            class Value:
                pass

            async def load(_: str) -> Value:
                return Value()

            async def main(_: Any) -> None:
                cache = cls(load, ttl=10.0)
                first = await cache("a")
                await asyncio.sleep(9)
                assert await cache("a") is first, "dropped too early"
                gone = weakref.ref(first)
                del first
                await asyncio.sleep(2)
                await cache("b")
                gc.collect()
                assert gone() is None, "an expired value is still held"

            drive(main)

        self.holds(check, Cached, (popular.CacheWithoutFlight, "an expired value is still held"))

    def test_setting_the_clock_changes_nothing(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                cache = cls(load, ttl=10.0)
                for now in (1e9, 1e9 + 3600):
                    with mock.patch("time.time", return_value=now):
                        await cache("a")

            load = Sleeper(0)
            drive(main)
            assert load.calls == 1, f"loaded {load.calls} times"

        self.holds(check, Cached, (popular.WallClockCache, "loaded 2 times"))

    def test_keys_are_told_apart_as_keys(self) -> None:
        def check(cls: Any) -> None:
            async def load(key: Any) -> Any:
                return key

            async def main(_: Any) -> None:
                cache = cls(load)
                for key in [1, "1", (1, 2), "(1, 2)", None, "None", _Named("x"), "x"]:
                    given = await cache(key)
                    assert given is key, f"{key!r} gave {given!r}"

            drive(main)

        self.holds(check, Cached, (popular.CacheOfText, "'x' gave named x"))

    def test_each_cache_has_its_own_values(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                assert await cls(Sleeper(result="one"))("key") == "one"
                given = await cls(Sleeper(result="two"))("key")
                assert given == "two", f"another cache's value: {given}"

            drive(main)

        self.holds(check, Cached, (popular.CacheOfClass, "another cache's value: one"))

    def test_it_outlives_its_loop(self) -> None:
        load = Sleeper()
        cache = Cached(load)  # type: ignore[var-annotated]

        async def cut_short(_: Any) -> None:
            task = asyncio.ensure_future(cache("key"))
            await asyncio.sleep(0)
            for one in asyncio.all_tasks() - {asyncio.current_task()}:
                one.cancel()
            await asyncio.wait([task])

        async def again(_: Any) -> None:
            self.assertEqual(await cache("key"), "result")

        drive(cut_short)
        drive(again)
        drive(again)
        self.assertEqual(load.calls, 1, "the first was cancelled before it began")


class _Named:
    """Not a string, and its text is one."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"named {self.name}"


class _Asked:
    def __init__(self, cache: Any) -> None:
        self.cache = cache

    def __await__(self) -> Any:
        return self.cache("key").__await__()


def one_waiter_is_cancelled(cls: Any) -> None:
    """The first of three waiters, who started the run, is cancelled; two get its result."""

    async def main(_: Any) -> None:
        shared = cls(operation)
        tasks = [asyncio.ensure_future(wait_for(shared)) for _ in range(3)]
        await asyncio.sleep(0.5)
        tasks[0].cancel()
        await asyncio.wait(tasks)
        assert tasks[0].cancelled()
        assert not tasks[1].cancelled(), "the others were cancelled"
        assert [task.result() for task in tasks[1:]] == ["result"] * 2
        assert (operation.calls, operation.cancelled) == (1, 0)

    operation = Sleeper()
    drive(main)


class ComputedOnce(MustHold):
    def test_100_first_awaits_run_it_once(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                once = cls(operation)
                await together([once] * 100)
                await once

            operation = Sleeper()
            drive(main)
            assert operation.calls == 1, f"ran {operation.calls} times"

        self.holds(check, Once, (popular.OnceByFlag, "ran 100 times"))

    def test_a_cancelled_waiter_leaves_the_others_alone(self) -> None:
        self.holds(one_waiter_is_cancelled, Once, (popular.OnceByTask, "the others were cancelled"))

    def test_its_error_is_the_same_for_every_awaiter(self) -> None:
        async def main(_: Any) -> None:
            once = Once(Flaky(1))
            errors = await together([once] * 3)
            with self.assertRaises(ConnectionError) as caught:
                await once
            self.assertEqual({id(error) for error in errors}, {id(caught.exception)})

        drive(main)

    def test_a_cancelled_run_is_run_again(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                once = cls(operation)
                first = asyncio.ensure_future(wait_for(once))
                await asyncio.sleep(0.5)
                for task in asyncio.all_tasks() - {asyncio.current_task()}:
                    task.cancel()  # what the end of asyncio.run does
                await asyncio.wait([first])
                again = asyncio.ensure_future(wait_for(once))
                await asyncio.wait([again])
                assert not again.cancelled(), "poisoned by the cancel"
                assert again.result() == "result"

            operation = Sleeper()
            drive(main)

        self.holds(check, Once, (popular.OnceByShield, "poisoned by the cancel"))

    def test_an_error_that_one_waiter_left_is_no_noise(self) -> None:
        """From 3.15 on shield reports it, though another awaiter gets it."""

        async def failing() -> None:
            await asyncio.sleep(1)
            raise ConnectionError

        async def main(_: Any) -> None:
            once = Once(failing)
            tasks = [asyncio.ensure_future(wait_for(once)) for _ in range(2)]
            await asyncio.sleep(0.5)
            tasks[0].cancel()
            with self.assertRaises(ConnectionError):
                await tasks[1]

        drive(main)


class Outliving(unittest.TestCase):
    def test_the_result_is_there_for_the_next_loop_too(self) -> None:
        for shared in (Once(operation := Sleeper()), Background(operation)):  # type: ignore[var-annotated]

            async def main(_: Any, shared: Any = shared) -> None:
                self.assertEqual(await shared, "result")

            with self.subTest(type(shared).__name__):
                drive(main)
                drive(main)
        self.assertEqual(operation.calls, 2)

    def test_what_is_done_is_given_without_a_wait(self) -> None:
        async def main(_: Any) -> None:
            for shared in (Once(Sleeper()), Background(Sleeper())):  # type: ignore[var-annotated]
                await shared
                with self.assertRaises(StopIteration) as end:
                    shared.__await__().send(None)
                self.assertEqual(end.exception.value, "result")

        drive(main)


class Lazy(MustHold):
    def test_starts_before_it_is_awaited(self) -> None:
        async def main(loop: Any) -> None:
            began = loop.time()
            background = Background(Sleeper(2))
            background.start()
            await asyncio.sleep(2)
            self.assertEqual(await background, "result")
            self.assertEqual(loop.time() - began, 2)

        drive(main)

    def test_runs_once_for_all(self) -> None:
        self.holds(one_waiter_is_cancelled, Background, (popular.OnceByTask, "were cancelled"))

    def test_is_not_lost_when_nobody_keeps_it(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                async def operation() -> None:
                    waiting: Any = loop.create_future()
                    futures.append(weakref.ref(waiting))
                    await waiting
                    done.append(True)

                cls(operation).start()
                await asyncio.sleep(0)
                gc.collect()
                future = futures[0]()
                assert future is not None, "the task is gone, half done"
                future.set_result(None)
                await asyncio.sleep(1)
                assert done == [True]

            futures: List[Any] = []
            done: List[bool] = []
            drive(main)

        self.holds(check, Background, (popular.LostTask, "the task is gone, half done|left behind"))

    def test_its_error_is_logged_when_it_happens(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                cls(Flaky(1)).start()
                await asyncio.sleep(1)
                gc.collect()

            with mock.patch("logging.Logger.error") as error:
                drive(main)
            assert error.call_count == 1

        self.holds(check, Background, (popular.KeptTask, "exception was never retrieved"))

    def test_close_ends_it(self) -> None:
        async def main(_: Any) -> None:
            never_started = Background(operation)
            await never_started.close()
            background = Background(operation)
            background.start()
            await asyncio.sleep(0.5)
            await background.close()
            with self.assertRaises(asyncio.CancelledError):
                await background

        operation = Sleeper()
        drive(main)
        self.assertEqual((operation.calls, operation.cancelled), (1, 1))


class Producing(MustHold):
    def test_each_await_gets_a_fresh_value(self) -> None:
        def check(cls: Any) -> None:
            async def produce() -> int:
                await asyncio.sleep(1)
                return len(made) if made.append(1) is None else 0  # type: ignore[func-returns-value]

            async def main(_: Any) -> None:
                producer = cls(produce)
                values = [await producer, await producer, await producer]
                assert values == [1, 2, 3], f"gave {values}"

            made: List[int] = []
            drive(main)

        self.holds(
            check,
            Producer,
            (popular.HeldValue, "cannot reuse already awaited coroutine"),
            (popular.StaleValue, r"gave \[1, 1, 1\]"),
        )
