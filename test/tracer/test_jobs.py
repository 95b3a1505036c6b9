"""Jobs of executors, and timers: what the trace tells of them."""

import os
import sys

from support import TracerTest, named

BEGIN = "import asyncio, concurrent.futures, functools, threading, time\n"
RUN = "asyncio.run(main())\n"


def functions(records, name, field="site"):
    """What the sites of records of one kind name."""
    sites = {(number, f["site"]): f["what"] for number, kind, f in records if kind == "site"}
    return [sites[number, f[field]] for number, kind, f in records if kind == name]


class Jobs(TracerTest):
    def run_main(self, body, before=""):
        lines = "".join("    %s\n" % line for line in body.splitlines())
        return self.traced_source(
            BEGIN + before + "async def main():\n    loop = asyncio.get_running_loop()\n" + lines + RUN
        )

    def check_job(self, records, function):
        """One job of that function, which ran in a worker's thread between its two records."""
        (job,) = named(records, "job")
        self.assertEqual([function], functions(records, "job"))
        ((begun, start),) = [(number, f) for number, name, f in records if name == "jobStart"]
        ((ended, end),) = [(number, f) for number, name, f in records if name == "jobEnd"]
        self.assertEqual([job["job"]] * 2, [start["job"], end["job"]])
        self.assertEqual(begun, ended)
        self.assertNotEqual(0, begun)
        return job, start, end, next(f for n, name, f in records if name == "thread" and n == begun)

    def test_of_the_default_pool(self):
        records = self.run_main(
            "before = time.perf_counter()\n"
            "ident = await loop.run_in_executor(None, work, 0.05)\n"
            "print(before, ident, time.perf_counter(), flush=True)",
            "def work(n): time.sleep(n); return threading.get_ident()\n",
        )
        job, start, end, thread = self.check_job(records, "work")
        self.assertTrue(thread["name"].startswith("asyncio_"))
        self.assertGreaterEqual(end["time"] - start["time"], 0.05)
        waits = [f["object"] for f in named(records, "waits")]
        self.assertIn(job["object"], waits)

    def test_of_to_thread_is_named_by_its_function(self):
        records = self.run_main("await asyncio.to_thread(work, 1, key=2)", "def work(n, key): pass\n")
        self.check_job(records, "work")

    def test_of_a_pool_whose_submit_passes_something_else_on(self):
        records = self.run_main(
            "with Own(1) as own: await loop.run_in_executor(own, work)",
            "def work(): pass\n"
            "class Own(concurrent.futures.ThreadPoolExecutor):\n"
            "    def submit(self, function): return super().submit(functools.partial(function))\n",
        )
        self.check_job(records, "work")

    def test_of_an_executor_of_ones_own(self):
        records = self.run_main(
            "assert await loop.run_in_executor(Own(), work) is work",
            "def work(): pass\n"
            "class Own(concurrent.futures.Executor):\n"
            "    def submit(self, function):\n"
            "        future = concurrent.futures.Future()\n"
            "        future.set_result(function)\n"
            "        return future\n",
        )
        self.assertEqual(["work"], functions(records, "job"))
        self.assertEqual([], named(records, "jobStart"))

    def test_of_processes_are_queued_only(self):
        path = self.write(
            "program.py",
            "import asyncio, concurrent.futures\n"
            "def work(n): return n + 1\n"
            "async def main():\n"
            "    with concurrent.futures.ProcessPoolExecutor(1) as pool:\n"
            "        print(await asyncio.get_running_loop().run_in_executor(pool, work, 1))\n"
            "if __name__ == '__main__': asyncio.run(main())\n",
        )
        done = self.traced(path)
        self.assertEqual(("2\n", 0), (done.stdout, done.returncode), done.stderr)
        records = self.trace()
        self.assertEqual(["work"], functions(records, "job"))
        self.assertEqual([], named(records, "jobStart"))

    def test_that_an_executor_refuses_leaves_no_number_behind(self):
        records = self.run_main(
            "pool = concurrent.futures.ThreadPoolExecutor(1)\n"
            "other = concurrent.futures.ThreadPoolExecutor(1)\n"
            "pool.shutdown()\n"
            "try: await loop.run_in_executor(pool, int)\n"
            "except RuntimeError: pass\n"
            "other.submit(int).result()\n"
            "other.shutdown()",
        )
        self.assertEqual([], named(records, "job") + named(records, "jobStart"))

    def test_cancelled_before_they_start(self):
        records = self.run_main(
            "with concurrent.futures.ThreadPoolExecutor(1) as pool:\n"
            "    first = loop.run_in_executor(pool, time.sleep, 0.05)\n"
            "    second = loop.run_in_executor(pool, time.sleep, 0.05)\n"
            "    await asyncio.sleep(0.01)\n"
            "    second.cancel()\n"
            "    await first",
        )
        self.assertEqual(2, len(named(records, "job")))
        first = named(records, "job")[0]["job"]
        self.assertEqual([first], [f["job"] for f in named(records, "jobStart")])
        self.assertEqual([first], [f["job"] for f in named(records, "jobEnd")])

    def test_show_their_errors_as_ever(self):
        path = self.write(
            "program.py",
            "import asyncio, traceback\n"
            "def work(): raise ValueError('x')\n"
            "async def main():\n"
            "    for call in (asyncio.to_thread(work), asyncio.get_running_loop().run_in_executor(None, work)):\n"
            "        try: await call\n"
            "        except ValueError: traceback.print_exc()\n"
            "asyncio.run(main())\n",
        )
        self.assertEqual(self.bare(path).stderr, self.traced(path).stderr)
        self.assertEqual(2, len(named(self.trace(), "jobEnd")))

    def test_are_known_in_every_loop_thread(self):
        records = self.traced_source(
            BEGIN + "def work(): pass\n"
            "async def main():\n"
            "    await asyncio.gather(*[asyncio.to_thread(work) for _ in range(20)])\n"
            "threads = [threading.Thread(target=lambda: asyncio.run(main())) for _ in range(3)]\n"
            "for thread in threads: thread.start()\n"
            "for thread in threads: thread.join()\n"
        )
        queued = sorted(f["job"] for f in named(records, "job"))
        self.assertEqual(list(range(1, 61)), queued)
        self.assertEqual(queued, sorted(f["job"] for f in named(records, "jobStart")))
        self.assertEqual(queued, sorted(f["job"] for f in named(records, "jobEnd")))


class Timers(TracerTest):
    def timers(self, body, before=""):
        return Jobs.run_main(self, body, before)

    def test_of_ones_own(self):
        path = os.path.join(self.folder, "due")
        records = self.timers(
            "with open(%r, 'w') as file: print(time.perf_counter(), file=file)\n"
            "loop.call_later(0.05, ring)\n"
            "await asyncio.sleep(0.1)" % path,
            "def ring(): pass\n",
        )
        (timer,) = named(records, "timer")[:1]
        self.assertEqual("ring", functions(records, "timer")[0])
        with open(path) as file:
            self.assertAlmostEqual(float(file.read()) + 0.05, timer["due"], delta=0.03)
        self.assertNotIn(timer["object"], [f["object"] for f in named(records, "timerOff")])

    def test_cancelled(self):
        records = self.timers("loop.call_later(9, print).cancel()")
        timer = named(records, "timer")[0]
        self.assertEqual(timer["object"], named(records, "timerOff")[0]["object"])

    def test_before_the_loop_runs(self):
        records = self.traced_source(
            "import asyncio\n"
            "loop = asyncio.new_event_loop()\n"
            "loop.call_later(0.01, loop.stop)\n"
            "loop.run_forever()\n"
            "loop.close()\n"
        )
        self.assertEqual(["BaseEventLoop.stop"], functions(records, "timer"))

    def test_of_sleeps_are_no_timers(self):
        records = self.timers("await asyncio.sleep(0.01)")
        self.assertNotIn("_set_result_unless_cancelled", functions(records, "timer"))
        self.assertEqual(1, len(named(records, "due")))

    def test_of_a_timeout(self):
        records = self.timers("await asyncio.wait_for(asyncio.sleep(0.01), 5)")
        name = "Timeout._on_timeout" if sys.version_info >= (3, 12) else "_release_waiter"
        self.assertEqual(name, functions(records, "timer")[0])
        timer = named(records, "timer")[0]
        self.assertIn(timer["object"], [f["object"] for f in named(records, "timerOff")])
