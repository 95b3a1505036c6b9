"""What is recorded of runs of trio."""

import subprocess
import sys
import unittest

import reading
from support import TRACER, TracerTest, environment, named, packages

TRIO = packages("trio")


@unittest.skipIf(TRIO is None, "trio is not installed for this Python")
class Trio(TracerTest):
    def stories(self, source):
        """A program's story, without the beginning and the end that every run of trio has."""
        records = self.traced_source(source, env=TRIO)
        lines = reading.Replay(records).story()
        return records, [line for line in lines if not line.startswith(("<init>", "<Trio", "#"))]

    def waits(self, body, setup=""):
        """The names of what a task waits for in turn; `body` is its statements."""
        source = "import trio\n%sasync def main():\n" % setup
        source += "".join("    %s\n" % line for line in body.splitlines())
        records, story = self.stories(source + "trio.run(main)\n")
        lines = [line for line in story if line.startswith("__main__.main by ")]
        return [line.rpartition(" | ")[2] for line in lines if " | " in line]

    def test_a_run_is_one_of_a_loop(self):
        records = self.traced_source(
            "import trio\nasync def main(): await trio.sleep(0.01)\ntrio.run(main)\n", env=TRIO
        )
        (run,) = named(records, "run")
        self.assertEqual("trio", run["class"])
        kinds = [name for _, name, _ in records if name in ("run", "rest", "close", "end")]
        self.assertEqual(["run", "rest", "close", "end"], kinds)
        self.assertNotIn("note", [name for _, name, _ in records])

    def test_what_is_waited_for_has_its_public_name(self):
        cases = {
            "await trio.sleep(0.01)": "trio.sleep",
            "await trio.sleep_until(trio.current_time() + 0.01)": "trio.sleep_until",
            "await trio.lowlevel.checkpoint()": "yield",
            "await trio.to_thread.run_sync(lambda: None)": "trio.to_thread.run_sync",
            "with trio.move_on_after(0.01): await trio.Event().wait()": "trio.Event.wait",
            "with trio.move_on_after(0.01): await trio.sleep_forever()": "trio.sleep_forever",
            "with trio.move_on_after(0.01): await trio.open_memory_channel(0)[1].receive()":
                "trio.MemoryReceiveChannel.receive",
            "with trio.move_on_after(0.01): await trio.open_memory_channel(0)[0].send(1)":
                "trio.MemorySendChannel.send",
            "ends = trio.socket.socketpair()\nwith trio.move_on_after(0.01): await ends[0].recv(1)":
                "trio.socket.recv",
            "with trio.move_on_after(0.01): await trio.Semaphore(0).acquire()":
                "trio.Semaphore.acquire",
        }  # fmt: skip
        for body, what in cases.items():
            with self.subTest(body):
                names = [name for name in self.waits(body) if name != "yield"]
                self.assertEqual([what] if what != "yield" else [], names)

    def test_a_place_is_the_programs_own(self):
        records = self.traced_source(
            "import trio\n"
            "async def nap():\n"
            "    await trio.sleep(0.01)\n"
            "async def main():\n"
            "    await nap()\n"
            "trio.run(main)\n",
            env=TRIO,
        )
        sites = {fields["site"]: fields for fields in named(records, "site")}
        site = next(fields for fields in sites.values() if fields["what"] == "trio.sleep")
        self.assertEqual((3, 5), (site["line"], sites[site["parent"]]["line"]))
        due = named(records, "due")[0]["time"]
        step = next(fields for fields in named(records, "step") if fields["site"] == site["site"])
        self.assertAlmostEqual(0.01, due - step["time"], delta=0.005)

    def test_who_woke_a_task_is_told_though_batches_run_either_way(self):
        records, story = self.stories(
            "import trio\n"
            "async def child(event):\n"
            "    await event.wait()\n"
            "async def main():\n"
            "    for turn in range(20):\n"
            "        async with trio.open_nursery() as nursery:\n"
            "            events = [trio.Event() for _ in range(3)]\n"
            "            for n, event in enumerate(events):\n"
            "                nursery.start_soon(child, event, name='child%d' % n)\n"
            "                nursery.start_soon(setter, event, name='setter%d' % n)\n"
            "async def setter(event):\n"
            "    await trio.sleep(0.001)\n"
            "    event.set()\n"
            "trio.run(main)\n"
        )
        for n in range(3):
            woken = [line for line in story if line.startswith("child%d by" % n) and "return" in line]
            self.assertEqual(["child%d by setter%d: returned" % (n, n)] * 20, woken)
            began = [line for line in story if line.startswith("child%d by __main__.main: waits" % n)]
            self.assertEqual(20, len(began))
        places = [fields["place"] for fields in named(records, "picked")]
        self.assertTrue(places and min(places) > 0)

    def test_a_lock_goes_from_hand_to_hand(self):
        _, story = self.stories(
            "import trio\n"
            "async def child(lock):\n"
            "    async with lock:\n"
            "        await trio.sleep(0.05)\n"
            "async def main():\n"
            "    lock = trio.Lock()\n"
            "    async with trio.open_nursery() as nursery:\n"
            "        nursery.start_soon(child, lock, name='first')\n"
            "        await trio.sleep(0.001)\n"
            "        nursery.start_soon(child, lock, name='second')\n"
            "trio.run(main)\n"
        )
        self.assertIn("second by __main__.main: waits program.py:3 child | trio.Lock.acquire", story)
        self.assertIn("second by first: waits program.py:4 child | trio.sleep", story)

    def test_a_nursery_tells_for_whom_it_waits(self):
        records, story = self.stories(
            "import trio\n"
            "async def main():\n"
            "    async with trio.open_nursery() as nursery:\n"
            "        for n in range(3): nursery.start_soon(trio.sleep, n / 100, name='child%d' % n)\n"
            "trio.run(main)\n"
        )
        names = {fields["task"]: fields["name"] for fields in named(records, "task")}
        (nursery,) = {f["object"] for f in named(records, "part") if names[f["part"]] == "child2"}
        parts = [f["part"] for f in named(records, "part") if f["object"] == nursery]
        self.assertEqual(["child0", "child1", "child2"], [names[part] for part in parts])
        self.assertIn("__main__.main by child2: returned", story)

    def test_the_parent_of_a_task_is_whose_nursery_it_lives_in(self):
        records, _ = self.stories(
            "import trio\n"
            "async def child(nursery):\n"
            "    nursery.start_soon(trio.sleep, 0, name='grandchild')\n"
            "async def service(task_status=trio.TASK_STATUS_IGNORED):\n"
            "    task_status.started()\n"
            "async def starter(nursery):\n"
            "    await nursery.start(service, name='service')\n"
            "async def main():\n"
            "    async with trio.open_nursery() as nursery:\n"
            "        nursery.start_soon(child, nursery, name='child')\n"
            "        nursery.start_soon(starter, nursery, name='starter')\n"
            "trio.run(main)\n"
        )
        told, names = [], {}
        for _, name, fields in records:
            if name == "task":
                names[fields["task"]] = fields["name"]
            if name == "parent":
                told.append((names[fields["task"]], names[fields["parent"]]))
        self.assertIn(("grandchild", "__main__.main"), told)
        self.assertIn(("service", "__main__.main"), told)
        self.assertNotIn("child", dict(told))

    def test_who_cancelled_and_by_which_scope(self):
        records, story = self.stories(
            "import trio\n"
            "async def forever():\n"
            "    await trio.sleep_forever()\n"
            "async def stop(scope):\n"
            "    scope.cancel()\n"
            "async def fail():\n"
            "    await trio.sleep(0.001)\n"
            "    raise ValueError('words')\n"
            "async def main():\n"
            "    with trio.move_on_after(0.01):\n"
            "        await forever()\n"
            "    async with trio.open_nursery() as nursery:\n"
            "        nursery.start_soon(forever, name='cancelled')\n"
            "        await trio.sleep(0.001)\n"
            "        await stop(nursery.cancel_scope)\n"
            "    try:\n"
            "        async with trio.open_nursery() as nursery:\n"
            "            nursery.start_soon(forever, name='sibling')\n"
            "            nursery.start_soon(fail, name='failing')\n"
            "    except BaseException: pass\n"
            "trio.run(main)\n"
        )
        sites = {fields["site"]: fields for fields in named(records, "site")}
        asked, names = {}, {}
        for (_, name, fields), (_, after, scope) in zip(records, records[1:]):
            if name == "task":
                names[fields["task"]] = fields["name"]
            if name == "cancel":
                self.assertEqual("scope", after)
                site = sites[fields["site"]]
                asked.setdefault(names[fields["task"]], (site["what"], site["line"], scope["due"] > 0))
        self.assertEqual(("trio.CancelScope.deadline", 0, True), asked["__main__.main"])
        self.assertEqual(("trio.CancelScope.cancel", 5, False), asked["cancelled"])
        self.assertEqual(("trio.Nursery", 0, False), asked["sibling"])
        self.assertIn("failing by timer: raised ValueError(words)", story)
        for name in ("cancelled", "sibling"):
            ends = [line for line in story if line.startswith(name) and line.endswith(": cancelled")]
            self.assertEqual(1, len(ends))
        self.assertGreaterEqual(len(named(records, "cancelled")), 3)

    def test_a_sleep_that_ends_was_not_cancelled(self):
        records = self.traced_source(
            "import trio\n"
            "async def main():\n"
            "    for _ in range(5): await trio.sleep(0.001)\n"
            "trio.run(main)\n",
            env=TRIO,
        )
        tasks = {fields["task"]: fields["name"] for fields in named(records, "task")}
        cancelled = [tasks[fields["task"]] for fields in named(records, "cancel")]
        self.assertNotIn("__main__.main", cancelled)
        self.assertEqual(5, len(named(records, "due")))

    def test_inside_and_around_loops_of_asyncio(self):
        records = self.traced_source(
            "import asyncio, threading, trio\n"
            "async def nap(): await asyncio.sleep(0.001)\n"
            "async def around():\n"
            "    asyncio.run(nap())\n"
            "    await trio.sleep(0.001)\n"
            "async def inside():\n"
            "    await asyncio.sleep(0)\n"
            "    trio.run(trio.sleep, 0.001)\n"
            "    await asyncio.sleep(0)\n"
            "trio.run(around)\n"
            "asyncio.run(inside())\n"
            "thread = threading.Thread(target=trio.run, args=(around,)); thread.start(); thread.join()\n",
            env=TRIO,
        )
        classes = [fields["class"] == "trio" for fields in named(records, "run")]
        self.assertEqual(3, sum(classes))
        whats = [fields["what"] for fields in named(records, "site")]
        self.assertIn("trio.sleep", whats)
        self.assertIn("asyncio.sleep", whats)
        self.assertEqual(1, len(named(records, "end")))

    def test_as_a_guest_of_asyncio(self):
        records = self.traced_source(
            "import asyncio, trio\n"
            "async def guest():\n"
            "    await trio.sleep(0.01)\n"
            "    return 5\n"
            "async def host():\n"
            "    loop = asyncio.get_running_loop()\n"
            "    done = loop.create_future()\n"
            "    trio.lowlevel.start_guest_run(guest, done_callback=done.set_result,\n"
            "        run_sync_soon_threadsafe=loop.call_soon_threadsafe)\n"
            "    await done\n"
            "asyncio.run(host())\n",
            env=TRIO,
        )
        self.assertIn("guest", [fields["kind"] for fields in named(records, "note")])
        self.assertIn("trio.sleep", [fields["what"] for fields in named(records, "site")])

    def test_the_programs_own_instruments_work_as_ever(self):
        path = self.write(
            "program.py",
            "import trio\n"
            "class Own(trio.abc.Instrument):\n"
            "    def __init__(self, name): self.name = name\n"
            "    def before_run(self): print(self.name, 'before_run')\n"
            "    def task_spawned(self, task): print(self.name, task.name)\n"
            "    def before_task_step(self, task): steps[self.name] = steps.get(self.name, 0) + 1\n"
            "    def after_run(self): print(self.name, 'after_run', steps[self.name])\n"
            "class Broken(trio.abc.Instrument):\n"
            "    def task_exited(self, task): raise ValueError('broken')\n"
            "steps = {}\n"
            "async def main():\n"
            "    late = Own('late')\n"
            "    trio.lowlevel.add_instrument(late)\n"
            "    trio.lowlevel.add_instrument(Broken())\n"
            "    await trio.sleep(0.01)\n"
            "    statistics = trio.lowlevel.current_statistics()\n"
            "    print(statistics.tasks_living, statistics.tasks_runnable)\n"
            "    trio.lowlevel.remove_instrument(late)\n"
            "    try: trio.lowlevel.remove_instrument(late)\n"
            "    except KeyError: print('gone')\n"
            "import logging; logging.getLogger('trio').setLevel(100)\n"
            "trio.run(main, instruments=[Own('first'), Own('second')])\n"
            "try: trio.run(main, 1)\n"
            "except TypeError as error: print(error)\n",
        )
        self.assert_same(path)

    def test_errors_and_interrupts_look_as_ever(self):
        path = self.write(
            "program.py",
            "import signal, trio, traceback\n"
            "async def child():\n"
            "    await trio.lowlevel.checkpoint()\n"
            "    raise ValueError('words')\n"
            "async def main():\n"
            "    async with trio.open_nursery() as nursery:\n"
            "        nursery.start_soon(child)\n"
            "        nursery.start_soon(trio.sleep_forever)\n"
            "async def interrupted():\n"
            "    signal.raise_signal(signal.SIGINT)\n"
            "    await trio.sleep(1)\n"
            "async def inside(): trio.run(main)\n"
            "async def odd():\n"
            "    await Odd()\n"
            "class Odd:\n"
            "    def __await__(self): yield 'odd'\n"
            "for function in (main, interrupted, inside, odd):\n"
            "    try: trio.run(function)\n"
            "    except BaseException: traceback.print_exc()\n",
        )
        self.assert_same(path)

    def assert_same(self, path):
        bare = self.bare(path, env=TRIO)
        traced = self.traced(path, env=TRIO)
        outputs = [(done.stdout, done.stderr, done.returncode) for done in (bare, traced)]
        self.assertEqual(*outputs)
        self.assertTrue(named(self.trace(), "step"))

    def test_a_killed_run_is_seen_up_to_its_last_step(self):
        path = self.write(
            "program.py",
            "import trio\n"
            "async def main():\n"
            "    print('READY', flush=True)\n"
            "    await trio.sleep_forever()\n"
            "trio.run(main)\n",
        )
        command = [sys.executable, TRACER, "--out", self.out, path]
        with subprocess.Popen(command, env=TRIO, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            for _ in range(200):
                whats = [fields["what"] for fields in named(reading.read(self.out)[1], "site")]
                if "trio.sleep_forever" in whats:
                    break
                subprocess.run([sys.executable, "-c", "import time; time.sleep(0.02)"])
            process.kill()
        self.assertIn("trio.sleep_forever", whats)

    def test_trio_alone_does_not_bring_asyncio(self):
        done = self.traced(
            self.write(
                "program.py",
                "import trio\ntrio.run(trio.sleep, 0)\nimport sys; print('asyncio' in sys.modules)\n",
            ),
            env=TRIO,
        )
        self.assertEqual("False\n", done.stdout)
        self.assertTrue(named(self.trace(), "step"))

    def test_of_anyio_on_trio(self):
        anyio = packages("anyio", "trio")
        if anyio is None:
            self.skipTest("anyio is not installed for this Python")
        records = self.traced_source(
            "import warnings; warnings.simplefilter('ignore')\n"
            "import anyio\n"
            "async def main():\n"
            "    with anyio.move_on_after(0.01):\n"
            "        async with anyio.create_task_group() as group:\n"
            "            group.start_soon(anyio.sleep, 5)\n"
            "anyio.run(main, backend='trio')\n",
            env=anyio,
        )
        self.assertIn("trio", [fields["class"] for fields in named(records, "run")])
        self.assertIn("trio.sleep", [fields["what"] for fields in named(records, "site")])
        self.assertTrue(named(records, "scope"))


class Absence(TracerTest):
    def test_the_import_of_a_trio_that_is_not_trio_is_harmless(self):
        self.write("trio/__init__.py", "from ._core import _run\n")
        self.write("trio/_core/__init__.py", "")
        self.write("trio/_core/_run.py", "print('imported')\n")
        done = self.traced(self.write("program.py", "import trio\n"), env=environment())
        self.assertEqual(("imported\n", "", 0), (done.stdout, done.stderr, done.returncode))
        notes = [fields["kind"] for _, name, fields in reading.read(self.out)[1] if name == "note"]
        self.assertEqual(["not-traced"], notes)
