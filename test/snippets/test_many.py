"""aw-gather, aw-taskgroup, aw-as-completed, aw-wait, aw-semaphore-map, aw-queue-workers: many at once."""

import asyncio
import sys
from typing import Any, List

import popular_many as popular
from aw_as_completed import as_they_come
from aw_gather import gather_all
from aw_queue_workers import process
from aw_semaphore_map import map_bounded
from aw_taskgroup import run_all
from aw_wait import first_success
from checks import MustHold, Sleeper, wait_for
from virtual import drive

#: The tools for all results that this Python can run.
ALL_RESULTS = [gather_all] + ([run_all] if sys.version_info >= (3, 11) else [])


async def failing(seconds: float = 1) -> Any:
    await asyncio.sleep(seconds)
    raise ConnectionError("refused")


def reason(error: BaseException) -> str:
    """The error's text, out of its group."""
    return str(getattr(error, "exceptions", [error])[0])


class AllResults(MustHold):
    def test_takes_as_long_as_the_longest_and_keeps_the_order(self) -> None:
        def check(tool: Any) -> None:
            async def main(loop: Any) -> None:
                began = loop.time()
                sleepers = [Sleeper(seconds, seconds) for seconds in (3, 1, 2)]
                assert await tool([sleeper() for sleeper in sleepers]) == [3, 1, 2]
                assert loop.time() - began == 3, f"took {loop.time() - began} s"

            drive(main)

        for tool in ALL_RESULTS:
            self.holds(check, tool, (popular.one_by_one, "took 6.0 s"))

    def test_after_an_error_nothing_runs_on(self) -> None:
        def check(tool: Any) -> None:
            async def main(loop: Any) -> None:
                try:
                    await tool([failing(1), other()])
                except Exception as error:
                    assert reason(error) == "refused"
                assert other.cancelled == 1, "the other one runs on"

            other = Sleeper(9)
            drive(main)

        for tool in ALL_RESULTS:
            self.holds(check, tool, (popular.gather_only, "the other one runs on"))

    def test_after_a_cancel_nothing_runs_on(self) -> None:
        async def main(_: Any) -> None:
            for tool in ALL_RESULTS:
                operation = Sleeper(9)
                task = asyncio.ensure_future(wait_for(tool([operation(), operation()])))
                await asyncio.sleep(1)
                task.cancel()
                await asyncio.wait([task])
                self.assertEqual(operation.cancelled, 2)

        drive(main)

    def test_nothing_gives_nothing(self) -> None:
        async def main(_: Any) -> None:
            for tool in ALL_RESULTS:
                self.assertEqual(await tool([]), [])

        drive(main)


async def each_as_it_comes(operations: Any) -> List[Any]:
    return [result async for result in as_they_come(operations)]


class Starting(MustHold):
    def test_what_cannot_start_leaves_nothing_running(self) -> None:
        def check(tool: Any) -> None:
            def operations() -> Any:
                yield other()
                raise KeyError("the list is broken")

            async def main(_: Any) -> None:
                for given in (operations(), iter([other(), "no awaitable"])):
                    try:
                        await tool(given)
                    except Exception as error:
                        assert isinstance(error, (KeyError, TypeError, groups)), repr(error)
                    await asyncio.sleep(0)
                running = other.calls - other.cancelled
                assert running == 0, f"{running} of {other.calls} run on"

            other = Sleeper(9)
            drive(main)

        groups = BaseExceptionGroup if sys.version_info >= (3, 11) else TypeError
        for tool in [*ALL_RESULTS, each_as_it_comes, first_success]:
            with self.subTest(tool.__name__):
                self.holds(check, tool, (popular.gather_only, "1 of 1 run on|2 of 2 run on"))

    def test_items_that_end_with_an_error_leave_nothing_running(self) -> None:
        def check(tool: Any) -> None:
            def items() -> Any:
                yield 1
                raise KeyError("the list is broken")

            async def main(_: Any) -> None:
                try:
                    await tool(other, items())
                except KeyError:
                    await asyncio.sleep(1)
                running = other.calls - other.cancelled
                assert running == 0, f"{running} of {other.calls} run on"

            other = Sleeper(9)
            drive(main)

        self.holds(check, map_bounded, (popular.map_by_list, "1 of 1 run on"))


class AsTheyCome(MustHold):
    def test_the_quickest_is_first(self) -> None:
        async def main(loop: Any) -> None:
            began, got = loop.time(), []
            sleepers = [Sleeper(seconds, seconds) for seconds in (3, 1, 2)]
            async for result in as_they_come(sleeper() for sleeper in sleepers):
                got.append((loop.time() - began, result))
            self.assertEqual(got, [(1, 1), (2, 2), (3, 3)])

        drive(main)

    def test_who_leaves_early_leaves_nothing_behind(self) -> None:
        def check(tool: Any) -> None:
            async def main(_: Any) -> None:
                results = tool([Sleeper(1)(), slow()])
                async for _result in results:
                    break
                await results.aclose()
                assert slow.cancelled == 1, "the slow one runs on"

            slow = Sleeper(9)
            drive(main)

        self.holds(check, as_they_come, (popular.completed_and_left, "the slow one runs on"))

    def test_after_an_error_nothing_runs_on(self) -> None:
        async def main(_: Any) -> None:
            with self.assertRaisesRegex(ConnectionError, "refused"):
                async for _result in as_they_come([failing(), slow()]):
                    pass
            self.assertEqual(slow.cancelled, 1)

        slow = Sleeper(9)
        drive(main)


class FirstSuccess(MustHold):
    def test_a_failure_does_not_decide(self) -> None:
        def check(tool: Any) -> None:
            async def main(_: Any) -> None:
                assert await tool([failing(1), Sleeper(2)(), slow()]) == "result"
                assert slow.cancelled == 1

            slow = Sleeper(9)
            drive(main)

        self.holds(check, first_success, (popular.first_done, "refused"))

    def test_of_those_done_together_the_good_one_counts(self) -> None:
        async def main(_: Any) -> None:
            for _ in range(20):  # a set has no order
                operations = [failing(1), failing(1), Sleeper(1)(), failing(1), Sleeper(2)()]
                self.assertEqual(await first_success(operations), "result")

        drive(main)

    def test_when_all_fail_one_error_comes_out(self) -> None:
        async def main(loop: Any) -> None:
            began = loop.time()
            with self.assertRaisesRegex(ConnectionError, "refused"):
                await first_success([failing(1), failing(3), failing(2)])
            self.assertEqual(loop.time() - began, 3)
            with self.assertRaises(ValueError):
                await first_success([])

        drive(main)


class Bounded(MustHold):
    def test_never_more_than_the_limit_and_never_fewer(self) -> None:
        def check(tool: Any) -> None:
            running = most = 0

            async def operation(item: int) -> int:
                nonlocal running, most
                running += 1
                most = max(most, running)
                await asyncio.sleep(9 if item % 3 == 0 else 1)
                running -= 1
                return item

            async def main(loop: Any) -> None:
                began = loop.time()
                assert await tool(operation, range(12), limit=3) == list(range(12))
                assert most == 3, f"{most} at once"
                assert loop.time() - began < 25, f"took {loop.time() - began} s"

            drive(main)

        self.holds(
            check,
            map_bounded,
            (popular.map_unbounded, "12 at once"),
            (popular.map_in_batches, "took 36.0 s"),
        )

    def test_a_limit_below_one_is_refused(self) -> None:
        def check(tool: Any) -> None:
            async def main(_: Any) -> None:
                try:
                    await tool(Sleeper(), range(3), limit=0)
                except ValueError as error:
                    assert "0" in str(error)

            drive(main)

        self.holds(check, map_bounded, (popular.map_unchecked, "waits for ever"))

    def test_after_an_error_nothing_runs_on(self) -> None:
        def check(tool: Any) -> None:
            async def operation(item: int) -> Any:
                return await (other() if item else failing(1))

            async def main(_: Any) -> None:
                try:
                    await tool(operation, range(9), limit=3)
                except ConnectionError:
                    pass
                await asyncio.sleep(0)
                assert other.cancelled == other.calls, "others run on"
                assert other.calls <= 3, "the rest never starts"

            other = Sleeper(9)
            drive(main)

        self.holds(check, map_bounded, (popular.map_unbounded, "others run on"))


class Workers(MustHold):
    def test_no_workers_are_refused(self) -> None:
        async def main(_: Any) -> None:
            with self.assertRaisesRegex(ValueError, "0"):
                await process(range(3), Sleeper(), workers=0)

        drive(main)

    def test_each_item_is_done_once_by_that_many(self) -> None:
        async def work(item: int) -> None:
            tasks.add(asyncio.current_task())
            await asyncio.sleep(1)
            done.append(item)

        async def main(loop: Any) -> None:
            began = loop.time()
            await process(range(100), work, workers=10)
            self.assertEqual(loop.time() - began, 10)

        tasks: Any = set()
        done: List[int] = []
        drive(main)
        self.assertEqual((sorted(done), len(tasks)), (list(range(100)), 10))

    def test_a_worker_that_fails_ends_it(self) -> None:
        def check(tool: Any) -> None:
            async def work(item: int) -> None:
                await asyncio.sleep(1)
                if item == 3:
                    raise ConnectionError("refused")

            async def main(_: Any) -> None:
                for items in (range(100), range(4)):  # in the midst, and at the very end
                    try:
                        await tool(items, work, workers=4)
                    except ConnectionError:
                        pass
                    else:
                        raise AssertionError("the error is gone")

            drive(main)

        self.holds(check, process, (popular.join_only, "waits for ever"))

    def test_items_are_taken_as_they_are_needed(self) -> None:
        def endless() -> Any:
            number = 0
            while True:
                number += 1
                taken.append(number)
                yield number

        async def work(item: int) -> None:
            await asyncio.sleep(1)
            if item == 50:
                raise ConnectionError

        async def main(_: Any) -> None:
            with self.assertRaises(ConnectionError):
                await process(endless(), work, workers=2)

        taken: List[int] = []
        drive(main)
        self.assertLess(len(taken), 60)

    def test_what_the_items_raise_comes_out(self) -> None:
        def items() -> Any:
            yield 1
            raise ZeroDivisionError

        async def main(_: Any) -> None:
            with self.assertRaises(ZeroDivisionError):
                await process(items(), Sleeper())

        drive(main)
