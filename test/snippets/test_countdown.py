"""aw-countdown: each await has its own count, and ticks on time."""

import asyncio
from typing import Any, List

import popular
from aw_countdown import Countdown
from checks import MustHold, ignore, wait_for
from virtual import drive


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
                await Countdown(3, lambda _: ignore(1 // 0), 1)
            ticks: List[int] = []
            task = asyncio.ensure_future(wait_for(Countdown(5, ticks.append, 1)))
            await asyncio.sleep(1.5)
            task.cancel()
            await asyncio.sleep(10)
            self.assertEqual(ticks, [5, 4])

        drive(main)
