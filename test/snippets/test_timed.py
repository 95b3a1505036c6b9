"""aw-timed: a delay that is asyncio.sleep's in every case, and carries a result."""

import asyncio
from typing import Any

import popular
from aw_timed import Timed
from checks import MustHold, wait_for
from virtual import drive


class Timing(MustHold):
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
            count = 0

            async def other() -> None:
                nonlocal count
                while True:
                    count += 1
                    await asyncio.sleep(0)

            task = asyncio.ensure_future(other())
            await awaitable
            task.cancel()
            return count

        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                for delay in (0, 0.0, -1, float("-inf")):
                    began = loop.time()
                    ours, sleep = await turns(cls(None, delay)), await turns(asyncio.sleep(delay))
                    assert ours == sleep == 1, (
                        f"delay {delay}: {ours} turns for the others, sleep gives {sleep}"
                    )
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
