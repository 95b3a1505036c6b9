"""aw-compose, aw-progress, aw-context, aw-cancellable, aw-validate, aw-timeout: around an operation."""

import asyncio
import contextvars
import functools
import json
import sys
from typing import Any, List, Tuple
from unittest import mock

import aw_timeout
import aw_timeout_block
import aw_timeout_block_py39
import aw_timeout_py39
import popular_around as popular
from aw_cancellable import Cancellable
from aw_compose import compose
from aw_context import WithRequestId, request_id
from aw_progress import Progress
from aw_validate import InvalidResult, Validated
from checks import MustHold, Sleeper, wait_for
from virtual import drive

#: The forms of a time limit that this Python can run: each is held to the same.
LIMITS = [aw_timeout_py39] + ([aw_timeout] if sys.version_info >= (3, 11) else [])
BLOCKS = [aw_timeout_block_py39] + ([aw_timeout_block] if sys.version_info >= (3, 11) else [])


class Composing(MustHold):
    def test_the_first_is_the_outermost(self) -> None:
        def check(composed: Any) -> None:
            def layer(name: str) -> Any:
                async def around(request: str, handler: Any) -> str:
                    order.append(f"{name} in")
                    response: str = await handler(request)
                    order.append(f"{name} out")
                    return response

                return around

            async def handler(request: str) -> str:
                order.append(request)
                return request

            async def main(_: Any) -> None:
                await composed(handler, layer("a"), layer("b"))("request")

            order: List[str] = []
            drive(main)
            assert order == ["a in", "b in", "request", "b out", "a out"], f"order {order}"

        self.holds(check, compose, (popular.compose_inside_out, "order .'b in', 'a in'"))

    def test_keeps_the_handlers_name_and_text(self) -> None:
        def check(composed: Any) -> None:
            async def find_user(request: str) -> str:
                """Finds a user."""
                return request

            async def same(request: str, handler: Any) -> Any:
                return await handler(request)

            handler = composed(find_user, same, same)
            assert handler.__name__ == "find_user", f"called {handler.__name__}"
            assert handler.__doc__ == "Finds a user."
            assert handler.__wrapped__.__wrapped__ is find_user

        self.holds(check, compose, (popular.compose_nameless, "called call"))

    def test_takes_every_callable_that_gives_an_awaitable(self) -> None:
        def check(composed: Any) -> None:
            async def fetch(_: Any, key: str) -> str:
                return key

            async def length(request: Any, handler: Any) -> int:
                return len(await handler(request))

            class Client:
                async def __call__(self, request: str) -> str:
                    return request

            handlers = [
                functools.partial(fetch, None),
                lambda key: asyncio.ensure_future(fetch(None, key)),
                Client(),
            ]

            async def main(_: Any) -> None:
                for handler in handlers:
                    assert await composed(handler, length)("four") == 4

            drive(main)

        symptom = "iscoroutinefunction" if sys.version_info >= (3, 14) else "has no len"
        self.holds(check, compose, (popular.compose_by_kind, symptom))

    def test_a_layer_may_answer_itself_and_no_layer_is_none(self) -> None:
        async def refuse(_: str, __: Any) -> str:
            return "refused"

        async def handler(request: str) -> str:
            return request

        async def main(_: Any) -> None:
            self.assertEqual(await compose(handler, refuse)("request"), "refused")
            self.assertEqual(await compose(handler)("request"), "request")

        drive(main)


class Reporting(MustHold):
    def test_tells_what_the_operation_tells(self) -> None:
        def check(cls: Any) -> None:
            async def operation(report: Any) -> str:
                for done in range(1, 4):
                    await asyncio.sleep(1)
                    report(done, 3)
                return "result"

            def note(done: int, total: int) -> None:
                told.append((asyncio.get_running_loop().time(), done, total))

            async def main(loop: Any) -> None:
                began = loop.time()
                assert await cls(operation, note) == "result"
                assert told == [(began + n, n, 3) for n in (1, 2, 3)], f"told {told}"

            told: List[Tuple[float, int, int]] = []
            drive(main)

        self.holds(check, Progress, (popular.SimulatedProgress, "told .*33, 100"))

    def test_a_broken_callback_stops_nothing(self) -> None:
        def check(cls: Any) -> None:
            async def operation(report: Any) -> str:
                report(1, 2)
                report(2, 2)
                return "result"

            def broken(done: int, total: int) -> None:
                raise ZeroDivisionError(f"{done} of {total}")

            async def main(_: Any) -> None:
                with mock.patch("logging.Logger.exception") as logged:
                    assert await cls(operation, broken) == "result"
                assert logged.call_count == 2

            drive(main)

        self.holds(check, Progress, (popular.FragileProgress, "1 of 2"))


class Contexts(MustHold):
    def test_it_is_set_for_all_that_runs_below_and_nowhere_else(self) -> None:
        async def below() -> str:
            await asyncio.sleep(1)
            deeper = asyncio.ensure_future(asyncio.sleep(1))
            await deeper
            return request_id.get()

        async def main(_: Any) -> None:
            under = [WithRequestId(str(number), below) for number in range(100)]
            values = await asyncio.gather(*(wait_for(one) for one in under))
            self.assertEqual(values, [str(number) for number in range(100)])
            self.assertEqual(await WithRequestId("outer", lambda: WithRequestId("in", below)), "in")
            self.assertEqual(request_id.get(), "-")

        drive(main)

    def test_it_is_what_it_was_after_an_error_and_a_cancel(self) -> None:
        def check(cls: Any) -> None:
            async def failing() -> None:
                await asyncio.sleep(0)
                raise OSError

            async def cancelled() -> None:
                try:
                    await cls("new", Sleeper(9))
                except asyncio.CancelledError:
                    seen.append(request_id.get())

            async def main(_: Any) -> None:
                request_id.set("old")
                try:
                    await cls("new", failing)
                except OSError:
                    seen.append(request_id.get())
                task = asyncio.ensure_future(cancelled())
                await asyncio.sleep(1)
                task.cancel()
                await task

            seen: List[str] = []
            drive(main)
            assert seen == ["old", "old"], f"left as {seen}"

        self.holds(
            check,
            WithRequestId,
            (popular.context_set_back_by_hand(request_id), r"left as \['new', 'new'\]"),
            (popular.context_of_another_task(request_id), "created in a different Context"),
        )

    def test_its_default_is_shared_and_cannot_change(self) -> None:
        def check(cls: Any, variable: Any = request_id) -> None:
            async def main(_: Any) -> None:
                await cls("mine", Sleeper())

            drive(main)
            default = contextvars.Context().run(variable.get)
            assert default == "-", f"another task finds {default!r}"
            hash(default)

        check(WithRequestId)
        with self.assertRaisesRegex(AssertionError, r"another task finds \['mine'\]"):
            check(popular.MutableDefault, popular.shared_tags)


class CleaningUp(MustHold):
    def test_the_clean_up_ends_though_cancelled_again(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                began = loop.time()
                task = asyncio.ensure_future(wait_for(cls(Sleeper(9), clean_up)))
                await asyncio.sleep(1)
                for _ in range(3):
                    task.cancel()
                    await asyncio.sleep(0.5)
                await asyncio.wait([task])
                assert clean_up.ended == 1, "the clean-up was cut short"
                assert task.cancelled(), "the cancel was swallowed"
                assert loop.time() - began == 3

            clean_up = Sleeper(2)
            drive(main)

        self.holds(
            check,
            Cancellable,
            (popular.UnshieldedCleanUp, "the clean-up was cut short"),
            (popular.SwallowedCancel, "the clean-up was cut short"),
        )

    def test_a_clean_up_that_hangs_is_ended(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                began = loop.time()
                task = asyncio.ensure_future(wait_for(cls(Sleeper(9), clean_up, limit=5)))
                await asyncio.sleep(1)
                task.cancel()
                await asyncio.wait([task], timeout=600)
                took = loop.time() - began
                assert task.done() and took == 6, f"took {took} s to end"
                assert task.cancelled()
                assert clean_up.cancelled == 1

            clean_up = Sleeper(3_600)
            with mock.patch("logging.Logger.error"):
                drive(main)

        self.holds(check, Cancellable, (popular.UnboundedCleanUp, "took 601.0 s to end"))

    def test_the_cancel_goes_on_behind_the_clean_up(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                task = asyncio.ensure_future(wait_for(cls(Sleeper(9), Sleeper(1))))
                await asyncio.sleep(1)
                task.cancel()
                await asyncio.wait([task])
                assert task.cancelled(), f"ended with {task.result()}"

            drive(main)

        self.holds(check, Cancellable, (popular.SwallowedCancel, "ended with None"))

    def test_what_the_clean_up_raises_is_logged_and_no_cancel_is_lost(self) -> None:
        async def broken() -> None:
            raise OSError("disk full")

        async def main(_: Any) -> None:
            task = asyncio.ensure_future(wait_for(Cancellable(Sleeper(9), broken)))
            await asyncio.sleep(1)
            task.cancel()
            await asyncio.wait([task])
            self.assertTrue(task.cancelled())

        with mock.patch("logging.Logger.error") as error:
            drive(main)
        self.assertEqual(error.call_count, 1)

    def test_a_clean_up_that_cannot_start_loses_no_cancel(self) -> None:
        def broken() -> Any:
            raise OSError("no such folder")

        async def main(_: Any) -> None:
            for clean_up in (broken, lambda: "nothing to await"):
                task = asyncio.ensure_future(wait_for(Cancellable(Sleeper(9), clean_up)))  # type: ignore[arg-type]
                await asyncio.sleep(1)
                task.cancel()
                await asyncio.wait([task])
                self.assertTrue(task.cancelled())

        with mock.patch("logging.Logger.error") as error:
            drive(main)
        self.assertEqual(error.call_count, 2)

    def test_no_clean_up_without_a_cancel(self) -> None:
        async def failing() -> None:
            raise OSError

        async def main(_: Any) -> None:
            self.assertEqual(await Cancellable(Sleeper(), clean_up), "result")
            with self.assertRaises(OSError):
                await Cancellable(failing, clean_up)

        clean_up = Sleeper()
        drive(main)
        self.assertEqual(clean_up.calls, 0)


class Validating(MustHold):
    def test_only_what_parse_raises_is_an_invalid_result(self) -> None:
        def check(cls: Any) -> None:
            async def failing() -> str:
                raise ConnectionError("refused")

            async def main(_: Any) -> None:
                try:
                    await cls(failing, json.loads)
                except Exception as error:
                    assert type(error) is ConnectionError, f"raised {error!r}"
                task = asyncio.ensure_future(wait_for(cls(Sleeper(9), json.loads)))
                await asyncio.sleep(1)
                task.cancel()
                await asyncio.wait([task])
                assert task.cancelled()

            drive(main)

        self.holds(check, Validated, (popular.WrapsEverything, r"raised ValueError\('refused'\)"))

    def test_says_what_and_why(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                try:
                    await cls(Sleeper(result="{"), json.loads)
                except ValueError as error:
                    cause = error.__cause__
                    assert isinstance(cause, json.JSONDecodeError), f"its cause is {cause}"
                    assert type(error) is InvalidResult
                    assert "'{'" in str(error)

            drive(main)

        self.holds(check, Validated, (popular.LosesTheCause, "its cause is None"))

    def test_gives_what_parse_gives(self) -> None:
        async def main(_: Any) -> None:
            self.assertEqual(await Validated(Sleeper(result="[1]"), json.loads), [1])

        drive(main)


class Limits(MustHold):
    def test_ends_the_operation_and_says_so(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                began = loop.time()
                try:
                    await cls(operation, seconds=2)
                except asyncio.TimeoutError as error:
                    assert "2" in str(error) or "long" in str(error)
                assert operation.cancelled == 1, "it runs on"
                assert loop.time() - began == 2

            operation = Sleeper(9)
            drive(main)

        for module in LIMITS:
            self.holds(check, module.Limited, (popular.TimeoutThatLeaves, "it runs on"))

    def test_is_told_from_the_operations_own_timeout(self) -> None:
        def check(cls: Any) -> None:
            async def operation() -> None:
                await asyncio.sleep(1)
                raise asyncio.TimeoutError("the database's")

            async def main(_: Any) -> None:
                try:
                    await cls(operation, seconds=2)
                except asyncio.TimeoutError as error:
                    assert str(error) == "the database's", f"says {error}"
                    assert type(error) is asyncio.TimeoutError

            drive(main)

        for module in LIMITS:
            self.holds(check, module.Limited, (popular.TimeoutByKind, "says took too long"))

    def test_is_told_from_a_cancel_from_outside(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                task = asyncio.ensure_future(wait_for(cls(Sleeper(9), seconds=5)))
                await asyncio.sleep(1)
                task.cancel()
                await asyncio.wait([task])
                assert task.cancelled(), f"raised {task.exception()!r}"

            drive(main)

        for module in LIMITS:
            self.holds(check, module.Limited, (popular.TimeoutByCancel, "raised TimeoutError"))

    def test_a_cancel_in_the_operations_last_turn_is_not_lost(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                answer = loop.create_future()
                task = asyncio.ensure_future(wait_for(cls(lambda: answer, seconds=5)))
                await asyncio.sleep(1)
                answer.set_result("result")
                task.cancel()
                await asyncio.wait([task])
                assert task.cancelled(), f"gave {task.result()}"

            drive(main)

        others = [(popular.TimeoutByWaitFor, "gave result")] if sys.version_info < (3, 12) else []
        for module in LIMITS:
            self.holds(check, module.Limited, *others)

    def test_nothing_is_late_that_was_done_in_time(self) -> None:
        async def main(_: Any) -> None:
            for module in LIMITS:
                self.assertEqual(await module.Limited(Sleeper(1), seconds=2), "result")
                with self.assertRaises(module.TookTooLong):
                    await module.Limited(Sleeper(1), seconds=0)

        drive(main)

    def test_a_block_gives_something_else_when_time_is_up(self) -> None:
        async def own() -> str:
            raise asyncio.TimeoutError("the database's")

        async def main(_: Any) -> None:
            for module in BLOCKS:
                self.assertEqual(await module.in_time(Sleeper(4), "late"), "result")
                operation = Sleeper(6)
                self.assertEqual(await module.in_time(operation, "late"), "late")
                self.assertEqual(operation.cancelled, 1)
                with self.assertRaisesRegex(asyncio.TimeoutError, "the database's"):
                    await module.in_time(own, "late")

        drive(main)
