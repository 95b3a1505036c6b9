"""The watchdog: looks into long steps while they run, and writes what would else be lost."""

import os
import subprocess
import sys
import time

import reading
from support import TRACER, TracerTest, environment, named

BEGIN = "import asyncio, time\n"
RUN = "asyncio.run(main())\n"


def stack(records, stream, site):
    """The functions and lines of a site, outermost first."""
    sites = {f["site"]: f for number, name, f in records if name == "site" and number == stream}
    codes = {f["code"]: f for number, name, f in records if name == "code" and number == stream}
    places = []
    while site >= 0:
        code = codes[sites[site]["code"]]
        places.append("%s:%d" % (code["name"].rpartition(".")[2], sites[site]["line"]))
        site = sites[site]["parent"]
    return places[::-1]


def samples(records):
    """(stream, fields, stack) of each sample."""
    found = [(number, f) for number, name, f in records if name == "sample"]
    return [(number, f, stack(records, number, f["site"])) for number, f in found]


class Samples(TracerTest):
    def test_of_a_blocking_call_deep_inside(self):
        records = self.traced_source(
            BEGIN
            + "def deep(n):\n"
            "    if n: return deep(n - 1)\n"
            "    time.sleep(0.4)\n"
            "async def child(): deep(2)\n"
            "async def main(): await asyncio.create_task(child())\n" + RUN
        )
        found = samples(records)
        self.assertIn(len(found), (2, 3, 4))
        child = named(records, "task")[1]["task"]
        for _, fields, places in found:
            self.assertEqual(child, fields["task"])
            self.assertEqual(["child:5", "deep:3", "deep:3", "deep:4"], places)
        times = [fields["time"] for _, fields, _ in found]
        steps = named(records, "step")
        at = next(at for at, fields in enumerate(steps) if fields["task"] == child)
        begun = steps[at - 1]["time"]  # when the step that made it ended
        self.assertGreater(times[0], begun + 0.04)
        self.assertLess(times[0], begun + 0.35)
        self.assertGreater(times[1] - begun, 1.5 * (times[0] - begun))

    def test_of_a_busy_step(self):
        records = self.traced_source(
            BEGIN
            + "def spin():\n"
            "    end = time.perf_counter() + 0.3\n"
            "    while time.perf_counter() < end: pass\n"
            "async def main(): spin()\n" + RUN
        )
        self.assertTrue(samples(records))
        self.assertEqual({"main:5 spin:4"}, {" ".join(places) for _, _, places in samples(records)})

    def test_of_a_step_that_goes_on_making_tasks(self):
        records = self.traced_source(
            BEGIN
            + "async def child(): pass\n"
            "async def main():\n"
            "    for _ in range(30):\n"
            "        asyncio.create_task(child())\n"
            "        time.sleep(0.01)\n" + RUN
        )
        self.assertTrue(samples(records))
        for _, _, places in samples(records):
            self.assertIn(places[0], ("main:5", "main:6"))

    def test_never_of_what_the_tracer_does(self):
        own = os.path.join(TRACER, "record.py")
        records = self.traced_source(
            BEGIN
            + "exec(compile('def write(): time.sleep(0.2)', %r, 'exec'))\n" % own
            + "async def main(): write()\n"
            + RUN
        )
        self.assertEqual({"main:3"}, {" ".join(places) for _, _, places in samples(records)})

    def test_of_callbacks(self):
        records = self.traced_source(
            BEGIN
            + "def call(): time.sleep(0.15)\n"
            "async def main():\n"
            "    loop = asyncio.get_running_loop()\n"
            "    loop.call_soon(call)\n"
            "    loop.call_soon(time.sleep, 0.15)\n"
            "    await asyncio.sleep(0.01)\n" + RUN
        )
        found = samples(records)
        self.assertEqual({-1}, {fields["task"] for _, fields, _ in found})
        self.assertEqual({"call:2", ""}, {" ".join(places) for _, _, places in found})

    def test_of_loops_in_threads_lie_in_their_own_streams(self):
        records = self.traced_source(
            BEGIN
            + "import threading\n"
            "async def main(): time.sleep(0.2)\n"
            "threads = [threading.Thread(target=lambda: asyncio.run(main())) for _ in range(3)]\n"
            "for thread in threads: thread.start()\n"
            "for thread in threads: thread.join()\n"
        )
        self.assertEqual({0, 1, 2}, {number for number, _, _ in samples(records)})
        for number, fields, places in samples(records):
            own = [f["task"] for n, name, f in records if name == "task" and n == number]
            self.assertIn(fields["task"], own)
            self.assertEqual(["main:3"], places)

    def test_of_a_debugging_loop_and_of_one_with_its_own_machinery(self):
        source = (
            BEGIN
            + "import heapq\n"
            "class Own(asyncio.SelectorEventLoop):\n"
            "    def _run_once(self):\n"
            "        self._process_events(self._selector.select(0))\n"
            "        for _ in range(len(self._ready)): self._ready.popleft()._run()\n"
            "async def main(): time.sleep(0.2)\n"
            "loop = %s\n"
            "loop.set_debug(%s)\n"
            "loop.run_until_complete(main())\n"
            "loop.close()\n"
        )
        for kind, debug in (("Own()", False), ("asyncio.new_event_loop()", True)):
            with self.subTest(kind):
                done = self.traced(self.write("program.py", source % (kind, debug)))
                self.assertEqual(0, done.returncode, done.stderr)
                records = self.trace()
                self.assertEqual(["main:7"], samples(records)[0][2])
                self.assertEqual(named(records, "task")[0]["task"], samples(records)[0][1]["task"])

    def test_never_of_a_loop_that_waits_or_turns(self):
        records = self.traced_source(
            BEGIN
            + "async def main():\n"
            "    await asyncio.sleep(0.3)\n"
            "    end = time.perf_counter() + 0.3\n"
            "    while time.perf_counter() < end: await asyncio.sleep(0)\n"
            "    for _ in range(60): await asyncio.sleep(0.005)\n" + RUN
        )
        longest = 0  # on a busy machine a step may really have taken so long
        times = [fields["time"] for _, name, fields in records if name in ("step", "poll", "wakeups", "callback")]
        longest = max(after - before for before, after in zip(times, times[1:]))
        if longest < 0.25:
            self.assertEqual([], [places for _, _, places in samples(records) if places != ["main:6"]])

    def test_after_a_fork(self):
        if not hasattr(os, "fork"):
            self.skipTest("there is no fork on this system")
        records = self.traced_source(
            BEGIN
            + "import os\n"
            "async def main():\n"
            "    time.sleep(0.1)\n"
            "    pid = os.fork()\n"
            "    if not pid: os._exit(0)\n"
            "    os.waitpid(pid, 0)\n"
            "    await asyncio.sleep(0.01)\n"
            "    time.sleep(0.2)\n" + RUN
        )
        places = [places for _, _, places in samples(records)]
        self.assertIn(["main:4"], places)
        self.assertIn(["main:9"], places)

    def test_from_the_time_that_the_user_wants(self):
        path = self.write("program.py", BEGIN + "import os\nasync def main(): time.sleep(0.3)\n" + RUN + "print([n for n in os.environ if 'AWAIT' in n])\n")
        for milliseconds, expected in (("1000", 0), ("10", 4), ("x", 2)):
            done = self.traced(path, env=environment(AWAITSCOPE_SLOW_STEP=milliseconds))
            self.assertEqual("[]\n", done.stdout)
            self.assertGreaterEqual(len(samples(self.trace())), expected)
            header = reading.read(self.out)[0]
            self.assertEqual({"1000": 1.0, "10": 0.01, "x": 0.05}[milliseconds], header["slowStep"])
            if not expected:
                self.assertEqual([], samples(self.trace()))


class Losses(TracerTest):
    """What is in the file when a program is killed in the middle of a step."""

    def killed(self, source, seconds):
        path = self.write("program.py", source)
        process = subprocess.Popen(
            [sys.executable, TRACER, "--out", self.out, path], stdout=subprocess.PIPE, env=environment()
        )
        try:
            process.stdout.readline()
            time.sleep(seconds)
        finally:
            process.kill()
            process.communicate()
        records = reading.read(self.out)[1]
        reading.Replay(records)
        return records

    def test_of_a_step_in_progress(self):
        records = self.killed(
            BEGIN
            + "async def child():\n"
            "    await asyncio.sleep(0.01)\n"
            "    await asyncio.sleep(0)\n"
            "    print('READY', flush=True)\n"
            "    time.sleep(60)\n"
            "async def main(): await asyncio.create_task(child(), name='blocks')\n" + RUN,
            1.0,
        )
        blocks = next(f["task"] for f in named(records, "task") if f["name"] == "blocks")
        self.assertEqual(2, len([f for f in named(records, "step") if f["task"] == blocks]))
        self.assertEqual({blocks}, {f["task"] for f in named(records, "sample")})
        self.assertEqual(["child:6"], samples(records)[0][2])

    def test_of_jobs_while_the_loop_blocks(self):
        records = self.killed(
            BEGIN
            + "import threading\n"
            "async def main():\n"
            "    for _ in range(4): await asyncio.to_thread(time.sleep, 0)\n"
            "    print('READY', flush=True)\n"
            "    time.sleep(60)\n" + RUN,
            1.0,
        )
        self.assertEqual(4, len(named(records, "jobEnd")))


class Costs(TracerTest):
    def test_a_loop_that_waits_costs_next_to_nothing(self):
        path = self.write(
            "program.py",
            "import asyncio, time\n"
            "async def main():\n"
            "    await asyncio.sleep(0.2)\n"
            "    before = time.process_time()\n"
            "    await asyncio.sleep(2)\n"
            "    print(time.process_time() - before)\n"
            "asyncio.run(main())\n",
        )
        self.assertLess(float(self.traced(path).stdout), 0.02)  # one per cent; some 0.1 is usual


if __name__ == "__main__":
    import unittest

    unittest.main()
