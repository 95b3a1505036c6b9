"""aw-retry: what is retried, when, how often, and what comes out at the end."""

import asyncio
import functools
import inspect
import sys
import types
from typing import Any, List
from unittest import mock

import popular
from aw_retry import Retry
from aw_timed import Timed
from checks import Flaky, MustHold, answer, wait_for
from virtual import drive


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
            operation = Flaky(9)
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

        self.holds(
            check, Retry, (popular.RetryWithNewError, r"raised RuntimeError\('failed after 3")
        )

    def test_attempts_are_at_least_one(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                for attempts in (0, -1):
                    try:
                        given = await cls(Flaky(0), attempts=attempts)
                    except ValueError as error:
                        assert str(attempts) in str(error)
                    else:
                        raise AssertionError(f"attempts={attempts} was taken and gave {given}")

            drive(main)

        self.holds(check, Retry, (popular.RetryUnchecked, "attempts=0 was taken and gave None"))

    def test_one_attempt_is_no_retry(self) -> None:
        async def main(loop: Any) -> None:
            operation, began = Flaky(1), loop.time()
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
        symptom = (
            "iscoroutinefunction" if sys.version_info >= (3, 14) else "lambda: gave <coroutine"
        )
        self.holds(
            check,
            Retry,
            (popular.RetryByFunctionKind, symptom),
            (popular.RetryUnchecked, "str.*await"),
        )

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
            other = Flaky(1, KeyError)
            with self.assertRaises(KeyError):
                await Retry(other, errors=(OSError,))
            self.assertEqual(len(other.calls), 1)
            self.assertEqual(await Retry(Flaky(2), errors=(OSError,)), "ok")

        drive(main)

    def test_pauses_grow_to_the_cap_and_not_beyond(self) -> None:
        async def main(_: Any) -> None:
            operation = Flaky(6)
            with mock.patch("random.uniform", side_effect=lambda low, high: high):
                await Retry(operation, attempts=7, base=1, cap=10)
            pauses = [after - before for before, after in zip(operation.calls, operation.calls[1:])]
            self.assertEqual(pauses, [1, 2, 4, 8, 10, 10])
            with mock.patch("random.uniform", side_effect=lambda low, high: low):
                await Retry(Flaky(1_200), attempts=1_201, base=0.5)  # 2.0 ** 1_200 is no float

        drive(main)

    def test_those_who_failed_together_do_not_return_together(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                operations = [Flaky(1) for _ in range(100)]
                await asyncio.gather(*(cls(operation, base=1) for operation in operations))
                returns = [operation.calls[1] - operation.calls[0] for operation in operations]
                assert all(0 <= pause <= 1 for pause in returns)
                assert len(set(returns)) > 90, (
                    f"{len(set(returns))} different moments for 100 callers"
                )

            drive(main)

        self.holds(check, Retry, (popular.RetryWithNewError, "1 different moments"))

    def test_no_pause_after_the_last_attempt(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                operation = Flaky(9)
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
