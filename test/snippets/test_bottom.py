"""aw-iterator, aw-types-coroutine, aw-future, aw-object: what passes between an await and the loop."""

import asyncio
import threading
from typing import Any, List

import popular_bottom as popular
from aw_future import Reply
from aw_iterator import Counted
from aw_object import Job
from aw_types_coroutine import loop_lag
from checks import MustHold, Sleeper, wait_for
from virtual import drive


class ByHand(MustHold):
    def test_each_await_has_an_iterator_of_its_own(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                counted = cls(lambda: Sleeper(1)())
                given = [await counted, await counted]
                assert given == [("result", 1)] * 2, f"gave {given}"

            drive(main)

        self.holds(
            check,
            Counted,
            (popular.SelfIterator, r"gave .*None, 1|cannot reuse"),
            (popular.ValuesForTheLoop, "Task got bad yield: 'started'"),
        )

    def test_counts_each_suspension(self) -> None:
        async def operation() -> str:
            for _ in range(5):
                await asyncio.sleep(1)
            return "result"

        async def never() -> str:
            return "result"

        async def main(_: Any) -> None:
            self.assertEqual(await Counted(operation), ("result", 5))
            self.assertEqual(await Counted(never), ("result", 0))

        drive(main)

    def test_a_throw_reaches_the_operation(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                task = asyncio.ensure_future(wait_for(cls(operation)))
                await asyncio.sleep(1)
                task.cancel()
                await asyncio.wait([task])
                assert operation.cancelled == 1, "never learns of the cancel"

            operation = Sleeper(9)
            drive(main)

        self.holds(check, Counted, (popular.NoThrow, "never learns of the cancel"))

    def test_what_catches_the_cancel_gives_a_value(self) -> None:
        async def stubborn() -> str:
            try:
                await asyncio.sleep(9)
            except asyncio.CancelledError:
                pass
            return "still here"

        async def main(_: Any) -> None:
            task = asyncio.ensure_future(wait_for(Counted(stubborn)))
            await asyncio.sleep(1)
            task.cancel()
            self.assertEqual(await task, ("still here", 1))

        drive(main)

    def test_is_a_whole_iterator(self) -> None:
        steps = Counted(Sleeper(0)).__await__()
        self.assertIs(iter(steps), steps)
        self.assertIsNone(next(steps))
        steps.close()
        with self.assertRaises(RuntimeError):  # closed
            steps.send(None)
        with self.assertRaises(StopIteration) as end:
            Counted(_nothing).__await__().send(None)
        self.assertEqual(end.exception.value, ("nothing", 0))


async def _nothing() -> str:
    return "nothing"


class Bottom(MustHold):
    def test_gives_the_others_one_turn(self) -> None:
        async def main(_: Any) -> None:
            order: List[str] = []

            async def other() -> None:
                order.append("other")

            asyncio.ensure_future(other())
            lag = await loop_lag()
            order.append("ours")
            self.assertEqual(order, ["other", "ours"])
            self.assertGreaterEqual(lag, 0)

        drive(main)

    def test_yields_only_what_the_loop_understands(self) -> None:
        def check(coroutine: Any) -> None:
            async def main(_: Any) -> None:
                await coroutine()

            drive(main)

        self.holds(
            check,
            loop_lag,
            (popular.yields_a_number, "Task got bad yield: 1"),
            (popular.yields_a_future, "yield was used instead of yield from"),
            (popular.not_a_coroutine, "can't be used in 'await' expression|can't be awaited"),
        )


class Replies(MustHold):
    def test_a_thread_may_answer(self) -> None:
        def check(cls: Any) -> None:
            def start(on_result: Any, _: Any) -> None:
                threads.append(threading.Timer(0.01, on_result, ["result"]))
                threads[-1].start()

            async def main(loop: Any) -> None:
                began = loop.time()
                timer = asyncio.ensure_future(asyncio.sleep(0.5))
                assert await cls(start) == "result"
                late = loop.time() - began > 0.45
                timer.cancel()
                assert not late, "nobody woke the loop"

            threads: List[threading.Thread] = []
            # Not in debug mode: there the loop refuses a call from a thread, and the await never ends.
            drive(main, asyncio.new_event_loop(), debug=False)
            threads[0].join()

        self.holds(check, Reply, (popular.SetFromThread, "nobody woke the loop"))

    def test_a_second_answer_and_a_late_one_do_nothing(self) -> None:
        def check(cls: Any) -> None:
            def start(on_result: Any, on_error: Any) -> None:
                for answer, given in ((on_result, "one"), (on_result, "two"), (on_error, OSError())):
                    asyncio.get_running_loop().call_later(1, answer, given)

            async def main(_: Any) -> None:
                assert await cls(start) == "one"
                task = asyncio.ensure_future(wait_for(cls(start)))
                await asyncio.sleep(0)
                task.cancel()
                await asyncio.sleep(2)

            drive(main)

        self.holds(check, Reply, (popular.UnguardedReply, "left behind"))

    def test_an_answer_after_the_loops_end_does_nothing(self) -> None:
        def check(cls: Any) -> None:
            def start(*answers: Any) -> None:
                late.extend(answers)

            async def main(_: Any) -> None:
                task = asyncio.ensure_future(wait_for(cls(start)))
                await asyncio.sleep(1)
                task.cancel()
                await asyncio.wait([task])

            late: List[Any] = []
            drive(main)
            on_result, on_error = late
            on_result("result")
            on_error(OSError())

        self.holds(check, Reply, (popular.ReplyToAnyLoop, "Event loop is closed"))

    def test_belongs_to_the_loop_that_awaits_it(self) -> None:
        def check(cls: Any) -> None:
            def start(on_result: Any, _: Any) -> None:
                asyncio.get_running_loop().call_later(1, on_result, "result")

            async def main(_: Any) -> None:
                assert [await reply, await reply] == ["result"] * 2

            reply = cls(start)
            try:
                drive(main)
                drive(main)
            finally:
                getattr(reply, "loop", asyncio.new_event_loop()).close()

        self.holds(check, Reply, (popular.EarlyFuture, "attached to a different loop"))

    def test_an_error_comes_out(self) -> None:
        def start(_: Any, on_error: Any) -> None:
            on_error(OSError("refused"))

        async def main(_: Any) -> None:
            with self.assertRaisesRegex(OSError, "refused"):
                await Reply(start)

        drive(main)


class Jobs(MustHold):
    def test_is_awaited_and_run_as_often_as_one_likes(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                job = cls("job").add(Sleeper(1, 1)).add(Sleeper(1, 2))
                assert await job == [1, 2]
                assert await job.run() == "job: [1, 2]"
                assert await asyncio.ensure_future(job.run()) == "job: [1, 2]"

            drive(main)

        self.holds(check, Job, (popular.HeldWork, "cannot reuse already awaited coroutine"))

    def test_what_is_added_while_it_runs_is_for_the_next_time(self) -> None:
        async def main(_: Any) -> None:
            job = Job("job").add(Sleeper(1, 1))  # type: ignore[var-annotated]
            first = asyncio.ensure_future(wait_for(job))
            await asyncio.sleep(0.5)
            job.add(Sleeper(1, 2))
            self.assertEqual([await first, await job], [[1], [1, 2]])

        drive(main)
