"""aw-run, aw-task, aw-shield, aw-to-thread, aw-async-iter, aw-async-context, aw-signal-shutdown."""

import asyncio
import contextlib
import gc
import os
import runpy
import signal
import sys
import unittest
import weakref
from typing import Any, List
from unittest import mock

import aw_run
import aw_task
import popular_many as popular
from aw_async_context import connected
from aw_async_iter import Ticker
from aw_nonblocking import InThread
from aw_shield import finish
from aw_signal_shutdown import until_stopped
from aw_to_thread import read_file
from checks import Flaky, MustHold, Sleeper, answer, wait_for
from patterns import SlowFile, address
from virtual import drive


class Program(unittest.TestCase):
    def test_runs_when_started_and_not_when_imported(self) -> None:
        with self.assertRaises(SystemExit) as caught:
            runpy.run_path(aw_run.__file__, run_name="__main__")
        self.assertEqual(caught.exception.code, 0)
        runpy.run_path(aw_run.__file__, run_name="imported")


class Spawned(MustHold):
    def test_is_kept_to_its_end(self) -> None:
        def check(spawn: Any) -> None:
            async def main(loop: Any) -> None:
                async def work() -> None:
                    waiting = loop.create_future()
                    futures.append(weakref.ref(waiting))
                    await waiting

                spawn(work())
                await asyncio.sleep(0)
                gc.collect()
                future = futures[0]()
                assert future is not None, "the task is gone, half done"
                future.set_result(None)
                await asyncio.sleep(1)

            futures: List[Any] = []
            drive(main)

        self.holds(check, aw_task.spawn, (popular.lost_task, "gone, half done|left behind"))
        self.assertEqual(aw_task.background, set())

    def test_its_error_is_logged(self) -> None:
        def check(spawn: Any) -> None:
            async def main(_: Any) -> None:
                spawn(Flaky(1)())
                await asyncio.sleep(1)
                gc.collect()

            with mock.patch("logging.Logger.error") as error:
                drive(main)
            assert error.call_count == 1

        self.holds(check, aw_task.spawn, (popular.lost_task, "exception was never retrieved"))

    def test_gives_its_result_and_a_cancel_is_no_error(self) -> None:
        async def main(_: Any) -> None:
            self.assertEqual(await aw_task.spawn(answer()), "result")
            task = aw_task.spawn(answer())
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])

        with mock.patch("logging.Logger.error") as error:
            drive(main)
        self.assertEqual(error.call_count, 0)


class Finished(MustHold):
    def test_the_work_is_done_before_the_cancel_goes_on(self) -> None:
        def check(tool: Any) -> None:
            async def main(loop: Any) -> None:
                began = loop.time()
                task = asyncio.ensure_future(wait_for(tool(work())))
                await asyncio.sleep(1)
                task.cancel()
                await asyncio.sleep(1)
                task.cancel()
                await asyncio.wait([task])
                assert task.cancelled()
                assert work.ended == 1, "the work is not done yet"
                assert loop.time() - began == 5

            work = Sleeper(5)
            drive(main)

        self.holds(check, finish, (popular.shield_only, "the work is not done yet"))

    def test_an_error_behind_a_cancel_is_logged(self) -> None:
        async def failing() -> None:
            await asyncio.sleep(2)
            raise OSError

        async def main(_: Any) -> None:
            task = asyncio.ensure_future(wait_for(finish(failing())))
            await asyncio.sleep(1)
            task.cancel()
            await asyncio.wait([task])
            self.assertTrue(task.cancelled())

        with mock.patch("logging.Logger.error") as error:
            try:
                drive(main)
            except AssertionError as reported:  # from 3.14 on shield tells the loop too
                self.assertGreaterEqual(sys.version_info, (3, 14))
                self.assertIn("['OSError exception in shielded future']", str(reported))
        self.assertEqual(error.call_count, 1)


class Threads(MustHold):
    """On real loops: a thread takes real time."""

    def turns_while(self, make: Any) -> int:
        """How many turns of 5 ms another task gets while that is awaited."""

        async def main(_: Any) -> int:
            turns = 0

            async def other() -> None:
                nonlocal turns
                while True:
                    await asyncio.sleep(0.005)
                    turns += 1

            task = asyncio.ensure_future(other())
            await asyncio.sleep(0)
            self.assertEqual(await make(), "result")
            task.cancel()
            return turns

        turns: int = drive(main, asyncio.new_event_loop())
        return turns

    def test_others_run_meanwhile(self) -> None:
        def check(make: Any) -> None:
            turns = self.turns_while(make)
            assert turns >= 2, f"{turns} turns for others"

        blocked = (lambda: wait_for(popular.BlockingCall(popular.blocking_sleep)), "0 turns|1 turns")
        read = (lambda: popular.blocking_read(SlowFile(0.25)), "0 turns")
        self.holds(check, lambda: wait_for(InThread(popular.blocking_sleep)), blocked)
        self.holds(check, lambda: read_file(SlowFile(0.25)), read)  # type: ignore[arg-type, return-value]


class Ticks(MustHold):
    def test_each_loop_has_its_own(self) -> None:
        def check(cls: Any) -> None:
            async def three(ticker: Any) -> List[int]:
                numbers = []
                async for number in ticker:
                    numbers.append(number)
                    if len(numbers) == 3:
                        break
                return numbers

            async def main(_: Any) -> None:
                ticker = cls(1.0)
                numbers = await asyncio.gather(three(ticker), three(ticker))
                assert numbers == [[0, 1, 2]] * 2, f"gave {numbers}"

            drive(main)

        self.holds(check, Ticker, (popular.SharedTicks, "gave .*1, 3, 5"))

    def test_the_rounds_own_time_does_not_add_up(self) -> None:
        def check(cls: Any) -> None:
            async def main(loop: Any) -> None:
                began, times = loop.time(), []
                async with contextlib.AsyncExitStack() as stack:
                    ticks = cls(1.0).__aiter__()
                    if hasattr(ticks, "aclose"):
                        stack.push_async_callback(ticks.aclose)
                    async for number in ticks:
                        times.append(loop.time() - began)
                        await asyncio.sleep(5 if number == 2 else 0.25)
                        if number == 4:
                            break
                assert times == [0, 1, 2, 7, 8], f"at {times}"

            drive(main)

        self.holds(check, Ticker, (popular.DriftingTicks, r"at \[0.0, 1.25"))

    def test_a_cancelled_wait_counts_no_tick(self) -> None:
        async def main(loop: Any) -> None:
            ticks, began = Ticker(1.0).__aiter__(), loop.time()
            self.assertEqual(await ticks.__anext__(), 0)
            for _ in range(2):
                with self.assertRaises(asyncio.TimeoutError):
                    await asyncio.wait_for(ticks.__anext__(), 0.25)
            self.assertEqual(await ticks.__anext__(), 1)
            self.assertEqual(loop.time() - began, 1)

        drive(main)

    def test_a_loop_that_is_left_leaves_nothing_behind(self) -> None:
        def check(cls: Any) -> None:
            async def main(_: Any) -> None:
                ticks = cls(1.0).__aiter__()
                async for _number in ticks:
                    break
                assert not hasattr(ticks, "ag_frame") or ticks.ag_frame is None, "left open"

            drive(main)

        self.holds(check, Ticker, (popular.DriftingTicks, "left open"))


class Connections(unittest.TestCase):
    def test_is_closed_after_an_error_and_a_cancel(self) -> None:
        async def use(how: str) -> None:
            async with connected(*address()) as (reader, writer):
                writers.append(writer)
                if how == "error":
                    raise ZeroDivisionError
                if how == "cancel":
                    await asyncio.sleep(9)
                self.assertEqual(await reader.read(), b"result")

        async def main(_: Any) -> None:
            await use("well")
            with self.assertRaises(ZeroDivisionError):
                await use("error")
            task = asyncio.ensure_future(use("cancel"))
            while len(writers) < 3:
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            self.assertTrue(task.cancelled())
            self.assertTrue(all(writer.is_closing() for writer in writers))

        writers: List[asyncio.StreamWriter] = []
        drive(main, asyncio.new_event_loop())


@unittest.skipIf(sys.platform == "win32", "os.kill ends a process there")
class Signals(MustHold):
    def test_a_signal_cancels_and_the_clean_up_is_awaited(self) -> None:
        def check(tool: Any) -> None:
            async def service() -> str:
                try:
                    await asyncio.sleep(0.05)
                    os.kill(os.getpid(), signal.SIGTERM)
                    await asyncio.sleep(9)
                finally:
                    await asyncio.sleep(0.01)
                    cleaned.append(True)
                return "never stopped"

            async def main(_: Any) -> None:
                assert await tool(service()) is None
                assert cleaned == [True]

            def killed(*_: object) -> None:
                raise AssertionError("killed by SIGTERM")

            cleaned: List[bool] = []
            before = signal.signal(signal.SIGTERM, killed)
            try:
                drive(main, asyncio.new_event_loop())
                assert signal.getsignal(signal.SIGTERM) is killed, "its handler stays"
            finally:
                signal.signal(signal.SIGTERM, before)

        self.holds(check, until_stopped, (popular.until_killed, "killed by SIGTERM"))

    def test_a_service_that_ends_by_itself(self) -> None:
        async def main(_: Any) -> None:
            before = signal.getsignal(signal.SIGINT)
            self.assertEqual(await until_stopped(answer()), "result")
            with self.assertRaises(ConnectionError):
                await until_stopped(Flaky(1)())
            self.assertIs(signal.getsignal(signal.SIGINT), before)

        drive(main)
