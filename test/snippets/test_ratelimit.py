"""aw-ratelimit: the spacing holds whatever the waiters, the clock and the loop do."""

import asyncio
from typing import Any, List
from unittest import mock

import popular
from aw_ratelimit import RateLimit
from checks import MustHold, wait_for
from virtual import drive


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
                shift = 0.0

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
