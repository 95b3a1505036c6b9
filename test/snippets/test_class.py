"""aw-class: every await runs the coroutine anew, in the awaiting task."""

import asyncio
import types
from typing import Any, List

import popular
from aw_class import Operation
from checks import MustHold
from virtual import drive


class Delegating(MustHold):
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
        inner = [
            constant.co_name for constant in code.co_consts if isinstance(constant, types.CodeType)
        ]
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
