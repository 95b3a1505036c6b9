"""What records say, one fact at a time; what a whole program looks like is in test_stories.py."""

import os
import signal
import subprocess
import sys
import time
import unittest

import reading
from support import TRACER, TracerTest, named


def following(records, place, name):
    """The fields of the next record of that name."""
    return next(fields for _, kind, fields in records[place:] if kind == name)


class Header(TracerTest):
    def test_says_which_process_wrote_it(self):
        path = self.write("program.py", "import asyncio, os; print(os.getpid()); asyncio.run(asyncio.sleep(0))")
        before = time.time()
        done = self.traced(path)
        header, _, _ = reading.read(self.out)
        facts = {
            "version": 1,
            "python": "%d.%d.%d" % sys.version_info[:3],
            "implementation": sys.implementation.name,
            "platform": sys.platform,
            "pid": int(done.stdout),
            "script": path,
            "cwd": self.folder,
        }
        self.assertEqual(facts, {name: header[name] for name in facts})
        self.assertLess(before, header["wall"] + 1)
        self.assertLess(header["wall"], time.time() + 1)

    def test_names_a_module_and_code(self):
        self.write("module.py", "")
        for command, name in ((["-m", "module", "x"], "module"), (["-c", "pass"], "-c")):
            self.traced(*command)
            if sys.version_info >= (3, 10):  # before, a module's name is not known
                self.assertEqual(name, reading.read(self.out)[0]["script"])

    def test_is_all_where_asyncio_is_not_imported(self):
        self.traced(self.write("program.py", "print('no asyncio')"))
        header, records, whole = reading.read(self.out)
        self.assertEqual((1, [], True), (header["version"], records, whole))


# Tasks that nobody awaits die with their loop, and what is made past `create_task` lies where they lay.
HEIRS = """
import asyncio, gc
async def stuck(): await asyncio.get_running_loop().create_future()
async def leave():
    left = [asyncio.ensure_future(stuck()) for _ in range(100)]
    await asyncio.sleep(0)
    for task in left:
        task._log_destroy_pending = %s
async def work(): pass
async def main():
    loop = asyncio.get_running_loop()
    for task in [asyncio.Task(work(), loop=loop, name='heir') for _ in range(100)]:
        await task
async def first():
    %s
loop = asyncio.new_event_loop()
loop.set_exception_handler(lambda loop, context: None)
loop.run_until_complete(first())
%s
asyncio.run(main())
"""


class Tasks(TracerTest):
    def test_are_others_than_those_that_died_before(self):
        for told in (True, False):  # that they were destroyed
            with self.subTest(told=told):
                records = self.traced_source(HEIRS % (told, "await leave()", "loop.close(); del loop; gc.collect()"))
                self.assertEqual(100, [fields["name"] for fields in named(records, "task")].count("heir"))

    def test_are_others_than_those_that_died_while_the_loop_lives(self):
        records = self.traced_source(HEIRS % (True, "await leave(); gc.collect(); await main()", ""))
        self.assertEqual(200, [fields["name"] for fields in named(records, "task")].count("heir"))

    def test_names_are_kept_but_bounded(self):
        records = self.traced_source(
            "import asyncio\n"
            "class Odd(str):\n"
            "    def __len__(self): raise ZeroDivisionError\n"
            "    __getitem__ = __hash__ = __eq__ = __str__ = __len__\n"
            "async def nothing(): pass\n"
            "async def main():\n"
            "    for name in ('plain', 'x' * 1000, '\\udcff\\x00\\x1b[31m', '', 'ä' * 200):\n"
            "        await asyncio.create_task(nothing(), name=name)\n"
            "    task = asyncio.create_task(nothing())\n"
            "    await task\n"
            "asyncio.run(main())\n"
        )
        names = [fields["name"] for fields in named(records, "task")]
        self.assertEqual(["plain", "x" * 200, "\udcff\x00\x1b[31m", "", "ä" * 200], names[1:6])
        self.assertRegex(names[6], r"^Task-\d+$")

    def test_a_task_made_past_the_loop_is_told_with_its_first_step(self):
        records = self.traced_source(
            "import asyncio\n"
            "async def child():\n"
            "    await asyncio.sleep(0)\n"
            "    await asyncio.sleep(0.01)\n"
            "async def main():\n"
            "    await asyncio.Task(child(), name='direct')\n"
            "asyncio.run(main())\n"
        )
        place = next(n for n, record in enumerate(records) if record[2].get("name") == "direct")
        task, step = records[place][2], following(records, place, "step")
        self.assertEqual(task["task"], step["task"])
        self.assertLessEqual(task["time"], step["time"])

    @unittest.skipIf(sys.version_info < (3, 12), "asyncio has eager tasks from 3.12 on")
    def test_an_eager_task_made_past_the_loop_is_told_once_it_runs_again(self):
        records = self.traced_source(
            "import asyncio\n"
            "async def child():\n"
            "    await asyncio.sleep(0.01)\n"
            "async def main():\n"
            "    loop = asyncio.get_running_loop()\n"
            "    await asyncio.Task(child(), loop=loop, name='direct', eager_start=True)\n"
            "asyncio.run(main())\n"
        )
        self.assertIn("direct", [fields["name"] for fields in named(records, "task")])

    def test_an_id_that_is_used_again_is_a_new_task(self):
        records = self.traced_source(
            "import asyncio\n"
            "async def nothing(): pass\n"
            "async def main():\n"
            "    for number in range(200):\n"
            "        await asyncio.create_task(nothing(), name=str(number))\n"
            "asyncio.run(main())\n"
        )
        tasks = named(records, "task")
        names = [fields["name"] for fields in tasks]
        self.assertEqual([str(number) for number in range(200)], [name for name in names if name.isdigit()])
        self.assertLess(len({fields["task"] for fields in tasks}), 100)

    def test_factories_that_are_not_eager(self):
        records = self.traced_source(
            "import asyncio\n"
            "async def child(): await asyncio.sleep(0)\n"
            "async def main():\n"
            "    loop = asyncio.get_running_loop()\n"
            "    loop.set_task_factory(lambda loop, coro, **options: asyncio.Task(coro, loop=loop, **options))\n"
            "    await asyncio.gather(*[loop.create_task(child()) for _ in range(10)])\n"
            "asyncio.run(main())\n"
        )
        self.assertEqual([], named(records, "eager"))
        own = [fields for fields in named(records, "task")]
        self.assertGreaterEqual(len(own), 11)


class Errors(TracerTest):
    def test_are_told_without_running_code_of_the_program(self):
        records = self.traced_source(
            "import asyncio\n"
            "class Evil(Exception):\n"
            "    def __str__(self): print('called'); return 'evil'\n"
            "    __repr__ = __str__\n"
            "class Odd:\n"
            "    def __str__(self): print('called'); return 'odd'\n"
            "    __repr__ = __str__\n"
            "async def fail(error): raise error\n"
            "async def main():\n"
            "    errors = [ValueError('words'), OSError(2, 'No such file'), Evil('seen'), KeyError(Odd()),\n"
            "              ValueError('x' * 1000), ValueError(10 ** 5000), RuntimeError(), TypeError('a', 'b', 'c')]\n"
            "    await asyncio.gather(*map(fail, errors), return_exceptions=True)\n"
            "asyncio.run(main())\n"
        )
        told = [(fields["type"], fields["text"]) for fields in named(records, "error")]
        expected = [("ValueError", "words"), ("FileNotFoundError", "2: No such file"), ("Evil", "seen")]
        expected += [("KeyError", ""), ("ValueError", "x" * 200), ("ValueError", ""), ("RuntimeError", "")]
        self.assertEqual([*expected, ("TypeError", "")], told)

    def test_of_a_program_that_exits_are_told(self):
        done = self.traced(
            self.write(
                "program.py",
                "import asyncio, sys\nasync def main(): sys.exit(7)\nasyncio.run(main())\n",
            )
        )
        self.assertEqual(7, done.returncode)
        self.assertEqual(["SystemExit"], [fields["type"] for fields in named(self.trace(), "error")])


class Places(TracerTest):
    def test_have_columns_where_python_knows_them(self):
        records = self.traced_source(
            "import asyncio\nasync def main():\n    ä = 1; await asyncio.sleep(\n        0.01)\nasyncio.run(main())\n"
        )
        site = next(fields for fields in named(records, "site") if fields["what"] == "asyncio.sleep")
        place = site["line"], site["endLine"], site["column"], site["endColumn"]
        self.assertEqual((3, 4, 12, 13) if sys.version_info >= (3, 11) else (3, 0, -1, -1), place)

    def test_of_sleeps_say_when_they_are_due(self):
        records = self.traced_source(
            "import asyncio\n"
            "async def main():\n"
            "    await asyncio.gather(*[asyncio.sleep(n / 100) for n in (9, 3, 7, 1, 8, 2, 6, 4, 5)])\n"
            "    await asyncio.sleep(0.05)\n"
            "asyncio.run(main())\n"
        )
        dues = []
        for place, (_, name, fields) in enumerate(records):
            if name == "due":
                step = following(records, place, "step")
                dues.append(round(fields["time"] - step["time"], 2))
        self.assertEqual([0.09, 0.03, 0.07, 0.01, 0.08, 0.02, 0.06, 0.04, 0.05, 0.05], dues)

    def test_take_times_of_any_kind(self):
        records = self.traced_source(
            "import asyncio, fractions\n"
            "class Odd(float):\n"
            "    def __add__(self, other): return Odd(float(self) + other)\n"
            "    __radd__ = __add__\n"
            "async def main():\n"
            "    for seconds in (Odd(0.01), fractions.Fraction(1, 100), True / 100):\n"
            "        await asyncio.sleep(seconds)\n"
            "asyncio.run(main())\n"
        )
        sleeps = [f["site"] for f in named(records, "site") if f["what"] == "asyncio.sleep"]
        steps = [fields for fields in named(records, "step") if fields["site"] in sleeps]
        self.assertEqual((3, 2), (len(steps), len(named(records, "due"))))

    def test_name_what_is_waited_on(self):
        cases = {
            "lock.acquire()": "asyncio.Lock.acquire",
            "held_in_with()": "asyncio.Lock.acquire",
            "asyncio.Event().wait()": "asyncio.Event.wait",
            "asyncio.Queue().get()": "asyncio.Queue.get",
            "asyncio.Semaphore(0).acquire()": "asyncio.Semaphore.acquire",
            "asyncio.wait([asyncio.ensure_future(asyncio.sleep(9))])": "asyncio.wait",
            "asyncio.gather(asyncio.sleep(9))": "asyncio.gather",
            "asyncio.shield(asyncio.sleep(9))": "asyncio.Future",
            "asyncio.ensure_future(asyncio.sleep(9))": "asyncio.Task",
            "loop.create_future()": "asyncio.Future",
            "loop.sock_recv(sockets[0], 1)": "asyncio.loop.sock_recv",
            "loop.run_in_executor(None, time.sleep, 0.2)": "asyncio.Future",
            "Own(loop=loop)": "Own",
        }
        source = "import asyncio, socket, time\nclass Own(asyncio.Future): pass\n"
        source += "async def held_in_with():\n    async with lock: pass\n"
        source += "".join("async def case%d(): await %s\n" % (n, text) for n, text in enumerate(cases))
        source += (
            "async def main():\n"
            "    global lock, loop, sockets\n"
            "    loop, lock, sockets = asyncio.get_running_loop(), asyncio.Lock(), socket.socketpair()\n"
            "    [one.setblocking(False) for one in sockets]\n"
            "    await lock.acquire()\n"
            "    tasks = [asyncio.create_task(globals()['case%d' % n]()) for n in range(COUNT)]\n"
            "    await asyncio.wait(tasks, timeout=0.1)\n"
            "    [task.cancel() for task in asyncio.all_tasks() if task is not asyncio.current_task()]\n"
            "asyncio.run(main())\n"
        ).replace("COUNT", str(len(cases)))
        records = self.traced_source(source)
        codes = {fields["code"]: fields["name"] for fields in named(records, "code")}
        sites = {fields["site"]: fields for fields in named(records, "site")}
        found = {}
        for fields in sites.values():
            root = fields
            while root["parent"] != -1:
                root = sites[root["parent"]]
            found.setdefault(codes.get(root["code"]), []).append(fields["what"])
        for number, what in enumerate(cases.values()):
            with self.subTest(what):
                self.assertIn(what, found["case%d" % number])

    def test_start_anew_where_a_program_makes_code_as_it_goes(self):
        records = self.traced_source(
            "import asyncio\n"
            "source = compile('async def made(): await asyncio.sleep(0)', 'made.py', 'exec')\n"
            "code = next(const for const in source.co_consts if hasattr(const, 'co_code'))\n"
            "async def main():\n"
            "    for number in range(12000):\n"
            "        function = type(main)(code.replace(co_firstlineno=number + 1), globals())\n"
            "        await asyncio.create_task(function())\n"
            "asyncio.run(main())\n"
        )
        numbers = [fields["site"] for fields in named(records, "site")]
        numbers = [number for number in numbers if number < 1 << 30]  # beyond: the watchdog's
        self.assertEqual(list(range(len(numbers))), numbers)
        self.assertGreater(len(numbers), 24000)


class Loops(TracerTest):
    def test_run_rest_and_close(self):
        records = self.traced_source(
            "import asyncio\n"
            "class Own(asyncio.SelectorEventLoop): pass\n"
            "loop = Own()\n"
            "for _ in range(3): loop.run_until_complete(asyncio.sleep(0))\n"
            "loop.call_soon(loop.stop); loop.run_forever()\n"
            "loop.close(); loop.close()\n"
        )
        kinds = [name for _, name, _ in records if name in ("run", "rest", "close", "end")]
        self.assertEqual(["run", "rest"] * 4 + ["close", "end"], kinds)
        self.assertEqual({"Own"}, {fields["class"] for fields in named(records, "run")})

    def test_show_their_own_lines_in_tracebacks(self):
        self.traced_source(
            "import asyncio, traceback\n"
            "def tell(loop, context):\n"
            "    print(*traceback.format_tb(context['exception'].__traceback__))\n"
            "async def main():\n"
            "    asyncio.get_running_loop().set_exception_handler(tell)\n"
            "    asyncio.get_running_loop().call_soon(lambda: 1 / 0)\n"
            "    await asyncio.sleep(0)\n"
            "asyncio.run(main())\n"
        )
        shown = self.traced(os.path.join(self.folder, "program.py")).stdout
        self.assertRegex(shown, r"/events.py\", line \d+, in _run\n +self._context.run\(self._callback, ")
        self.assertNotIn("awaitscope", shown)

    def test_of_subclasses_with_their_own_turns(self):
        source = (
            "import asyncio\n"
            "class Own(asyncio.SelectorEventLoop):\n"
            "    def _run_once(self):\n"
            "        %s\n"
            "async def child():\n"
            "    await asyncio.sleep(0)\n"
            "    await asyncio.sleep(0.02)\n"
            "async def main():\n"
            "    asyncio.get_running_loop().set_debug(%s)\n"
            "    await asyncio.gather(child(), child())\n"
            "loop = Own()\n"
            "loop.run_until_complete(main())\n"
            "loop.close()\n"
        )
        turns = (
            "super()._run_once()",
            "event_list = self._selector.select(0 if self._ready else 0.005)\n"
            "        self._process_events(event_list)\n"
            "        while self._scheduled and self._scheduled[0]._when < self.time():\n"
            "            handle = self._scheduled.pop(0); handle._scheduled = False\n"
            "            self._ready.append(handle)\n"
            "        for _ in range(len(self._ready)):\n"
            "            handle = self._ready.popleft()\n"
            "            handle._cancelled or handle._run()\n",
        )
        for turn in turns:
            for debug in ("False", "True"):
                with self.subTest(turn, debug=debug):
                    records = self.traced_source(source % (turn, debug))
                    sites = {fields["site"]: fields["what"] for fields in named(records, "site")}
                    child = named(records, "task")[1]["task"]
                    steps = [sites.get(f["site"], f["site"]) for f in named(records, "step") if f["task"] == child]
                    self.assertEqual(["yield", "asyncio.sleep", -1], steps)

    def test_in_threads_and_what_threads_put_in_their_queues(self):
        records = self.traced_source(
            "import asyncio, threading\n"
            "async def main():\n"
            "    loop, done = asyncio.get_running_loop(), asyncio.Event()\n"
            "    def other():\n"
            "        print(threading.get_ident(), flush=True)\n"
            "        loop.call_soon_threadsafe(done.set)\n"
            "        loop.call_soon_threadsafe(int).cancel()\n"
            "        asyncio.run(asyncio.sleep(0.01))\n"
            "    thread = threading.Thread(target=other, name='other')\n"
            "    thread.start()\n"
            "    await done.wait()\n"
            "    thread.join()\n"
            "asyncio.run(main())\n"
        )
        other = next(fields for fields in named(records, "thread") if fields["name"] == "other")
        marks = [index for index, record in enumerate(records) if record[1] == "foreign"]
        self.assertEqual([other["ident"]] * len(marks), [records[index][2]["thread"] for index in marks])
        sites = {fields["site"]: fields["what"] for number, name, fields in records if name == "site" and not number}
        marked = [sites[following(records, index, "callback")["site"]] for index in marks]
        self.assertIn("Event.set", marked)

    def test_that_were_made_in_one_thread_and_run_in_another(self):
        records = self.traced_source(
            "import asyncio, threading\n"
            "async def child(): await asyncio.sleep(0.01)\n"
            "loop = asyncio.new_event_loop()\n"
            "task = loop.create_task(child(), name='early')\n"
            "task.add_done_callback(lambda task: loop.stop())\n"
            "thread = threading.Thread(target=loop.run_forever)\n"
            "thread.start(); thread.join(); loop.close()\n"
        )
        tasks = [number for number, name, fields in records if name == "task"]
        steps = [number for number, name, fields in records if name == "step"]
        self.assertEqual(([0], [1, 1]), (tasks, steps))

    def test_inside_a_step_of_another(self):
        records = self.traced_source(
            "import asyncio\n"
            "async def inner(): await asyncio.sleep(0.01)\n"
            "async def outer():\n"
            "    loop = asyncio.get_running_loop()\n"
            "    current = asyncio.current_task()\n"
            "    asyncio.tasks._leave_task(loop, current)\n"
            "    asyncio._set_running_loop(None)\n"
            "    other = asyncio.new_event_loop()\n"
            "    other.run_until_complete(inner())\n"
            "    other.close()\n"
            "    asyncio._set_running_loop(loop)\n"
            "    asyncio.tasks._enter_task(loop, current)\n"
            "    await asyncio.sleep(0)\n"
            "asyncio.run(outer())\n"
        )
        kinds = [name for _, name, _ in records if name in ("run", "rest", "close")][:4]
        self.assertEqual(["run", "run", "rest", "close"], kinds)

    def needs(self, module):
        try:
            __import__(module)
        except ImportError:
            self.skipTest("%s is not installed for this Python" % module)

    def test_of_nest_asyncio(self):
        self.needs("nest_asyncio")
        records = self.traced_source(
            "import asyncio, nest_asyncio\n"
            "async def inner(): await asyncio.sleep(0.01)\n"
            "async def outer(): asyncio.get_running_loop().run_until_complete(inner())\n"
            "loop = asyncio.new_event_loop()\n"
            "nest_asyncio.apply(loop)\n"
            "loop.run_until_complete(outer())\n"
            "loop.close()\n",
            env=dict(os.environ),
        )
        kinds = [name for _, name, _ in records if name in ("run", "rest", "close")]
        self.assertEqual(["run", "run", "rest", "rest", "close"], kinds)

    def test_of_uvloop(self):
        self.needs("uvloop")
        records = self.traced_source(
            "import asyncio, uvloop\n"
            "async def child(n): await asyncio.sleep(n / 100); return n\n"
            "async def main(): return await asyncio.gather(child(1), child(2))\n"
            "uvloop.install()\n"
            "asyncio.run(main())\n",
            env=dict(os.environ),
        )
        whats = [fields["what"] for fields in named(records, "site")]
        self.assertIn("asyncio.sleep", whats)
        self.assertIn("asyncio.gather", whats)
        self.assertGreaterEqual(len(named(records, "step")), 6)
        (note,) = named(records, "note")
        self.assertEqual("not-traced", note["kind"])
        self.assertRegex(note["text"], "^uvloop[.]Loop: its callbacks, timers ")


class Keeping(TracerTest):
    @unittest.skipIf(os.name == "nt", "there is no SIGINT for one process")
    def test_a_signal_while_the_hooks_go_in_is_the_programs(self):
        self.write("program.py", "import asyncio\nprint(flush=True)\nasyncio.run(asyncio.sleep(60))\n")
        for _ in range(8):
            command = [sys.executable, TRACER, "--out", self.out, "program.py"]
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
            with subprocess.Popen(command, cwd=self.folder, **pipes, text=True) as process:
                process.stdout.readline()
                process.send_signal(signal.SIGINT)
                _, complaint = process.communicate(timeout=30)
            self.assertEqual(-signal.SIGINT, process.returncode, complaint)
            self.assertIn("KeyboardInterrupt", complaint)

    """How records reach the file."""

    def test_a_suspended_program_is_seen_to_its_last_step(self):
        self.watch("await asyncio.sleep(60)", "asyncio.sleep")

    def test_a_program_that_waits_for_ever_is_seen_to_its_last_step(self):
        self.watch("await asyncio.Event().wait()", "asyncio.Event.wait")

    def test_a_busy_program_is_seen(self):
        self.watch("while True: await asyncio.sleep(0)", "yield")

    def watch(self, code, what):
        """What is in the file 0.3 s after the program said that it goes to sleep."""
        path = self.write(
            "program.py",
            "import asyncio\nasync def main():\n    print('READY', flush=True)\n    %s\nasyncio.run(main())\n" % code,
        )
        command = [sys.executable, TRACER, "--out", self.out, path]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        try:
            process.stdout.readline()
            time.sleep(0.3)
            now = time.time()
            header, records, _ = reading.read(self.out)
        finally:
            process.kill()
            process.communicate()
        sites = {fields["site"]: fields["what"] for fields in named(records, "site")}
        last = named(records, "step")[-1]
        self.assertEqual(what, sites[last["site"]])
        if what == "yield":
            self.assertLess(now - (header["wall"] + last["time"] - header["clock"]), 0.25)

    def test_a_full_file_counts_what_it_drops(self):
        source = (
            "import asyncio\n"
            "async def storm():\n"
            "    for _ in range(20000): await asyncio.sleep(0)\n"
            "async def main(): await asyncio.gather(*[storm() for _ in range(3)])\n"
            "asyncio.run(main())\n"
        )
        whole = len(self.traced_source(source))
        path = self.write("program.py", source)
        self.write(
            "limited/sitecustomize.py",
            "import sys\n"
            "sys.path.insert(0, %r)\n"
            "from awaitscope import record, launch\n"
            "del sys.path[0]\n"
            "record.TraceFile.__init__.__defaults__ = (100_000,)\n"
            "launch.begin(%r, 'limited')\n" % (os.path.dirname(TRACER), self.out),
        )
        env = {**os.environ, "PYTHONPATH": os.path.join(self.folder, "limited")}
        self.assertEqual("", self.bare(path, env=env).stderr)
        _, records, complete = reading.read(self.out)
        self.assertTrue(complete)
        self.assertLess(os.path.getsize(self.out), 101_000)
        self.assertEqual("end", records[-1][1])
        lost = sum(fields["count"] for fields in named(records, "lost"))
        kept = len(records) - len(named(records, "lost"))
        self.assertAlmostEqual(whole, kept + lost, delta=whole / 500)  # timers may take a turn more

    def test_an_error_of_the_tracer_ends_the_trace_and_not_the_program(self):
        done = self.traced(
            self.write(
                "program.py",
                "import asyncio\n"
                "Loop = asyncio.base_events.BaseEventLoop\n"
                "names, cells = Loop.close.__code__.co_freevars, Loop.close.__closure__\n"
                "trace = dict(zip(names, cells))['trace'].cell_contents\n"
                "async def child(number):\n"
                "    await asyncio.sleep(0.01)\n"
                "    return number\n"
                "async def main():\n"
                "    await child(1)\n"
                "    del trace.asyncio.folder\n"
                "    print(await asyncio.gather(*[asyncio.create_task(child(n)) for n in range(3)]))\n"
                "    print(Loop._run_once.__code__.co_firstlineno > 1000)\n"
                "asyncio.run(main())\n",
            )
        )
        self.assertEqual(("[0, 1, 2]\nTrue\n", "", 0), (done.stdout, done.stderr, done.returncode))
        _, records, whole = reading.read(self.out)
        self.assertTrue(whole)
        notes = named(records, "note")
        self.assertEqual(["stopped"], [fields["kind"] for fields in notes])
        self.assertRegex(notes[0]["text"], r"^AttributeError in _asyncio_name, line \d+$")

    def test_many_threads_leave_nothing_behind(self):
        records = self.traced_source(
            "import asyncio, threading\n"
            "for _ in range(100):\n"
            "    thread = threading.Thread(target=lambda: asyncio.run(asyncio.sleep(0)))\n"
            "    thread.start(); thread.join()\n"
        )
        runs = {}
        for number, name, _ in records:
            if name == "run":
                runs[number] = runs.get(number, 0) + 1
        self.assertEqual([3] * 100, list(runs.values()))


if __name__ == "__main__":
    unittest.main()
