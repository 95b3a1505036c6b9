"""`import awaitscope`: traces that a program starts and stops by itself."""

import asyncio
import importlib.util
import json
import os
import re
import subprocess
import sys
import textwrap
import unittest

import reading
from support import TRACER, TracerTest, environment, named, packages

HOME = os.path.dirname(TRACER)
CHILD = """
import asyncio, awaitscope, os, sys
async def child(seconds=0.01): await asyncio.sleep(seconds)
"""

# Prints, with what is written between its two parts, whether asyncio is as it was.
HOOKED = """
import asyncio, concurrent.futures, gc, logging, os, sys, threading, types
import asyncio.base_events, asyncio.tasks
OWNERS = [
    one
    for module in list(sys.modules.values())
    if type(module) is types.ModuleType and module.__name__.partition('.')[0] in
    ('asyncio', 'concurrent', 'threading', 'selectors', '_asyncio', 'subprocess', 'os', 'sys', 'logging')
    for one in (module, *[value for value in vars(module).values() if isinstance(value, type)])
]
def state():
    names = [(owner, list(vars(owner).items())) for owner in OWNERS]
    values = [value for _, items in names for _, value in items]
    return names, {value: value.__code__ for value in values if type(value) is types.FunctionType}
def unlike(one, other):
    found = [function.__qualname__ for function, code in one[1].items() if function.__code__ is not code]
    for (owner, names), (_, later) in zip(one[0], other[0]):
        old, new = dict(names), dict(later)
        for name in {*old, *new}:
            if old.get(name, old) is not new.get(name, new) and name not in IGNORED:
                found.append('%s.%s' % (owner.__name__, name))
        if [name for name in old if name in new] != [name for name in new if name in old]:
            found.append('order of ' + owner.__name__)
    return sorted(set(found))
IGNORED = {'_exit_function', 'last_exc', 'environ'}
"""


class ApiTest(TracerTest):
    """A test of a program that traces itself, to the file of the test."""

    maxDiff = None

    def run_source(self, source, launched=False, head=CHILD, **options):
        """Runs a program that may `import awaitscope`; gives what it printed. Its complaints fail."""
        path = self.write("program.py", head + textwrap.dedent(source))
        env = environment(PYTHONPATH=HOME, OUT=self.out)
        if launched:
            outer = os.path.join(self.folder, "outer.awaitscope")
            done = self.run_python([TRACER, "--out", outer, path], env, options)
        else:
            done = self.bare(path, env=env, **options)
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        return done.stdout

    def steps_of(self, records, name):
        """Where the steps of a task ended: `yield`, what it waits on, or -1, -2, -3."""
        sites = {fields["site"]: fields["what"] for fields in named(records, "site")}
        ids = [fields["task"] for fields in named(records, "task") if fields["name"] == name]
        steps = [fields["site"] for fields in named(records, "step") if fields["task"] in ids]
        return [sites.get(site, site) for site in steps]


class Blocks(ApiTest):
    def test_before_any_loop_exists(self):
        self.run_source(
            """
            import awaitscope, os
            with awaitscope.trace(os.environ["OUT"]) as trace:
                import asyncio
                asyncio.run(asyncio.sleep(0.01))
            asyncio.run(asyncio.sleep(0.01))
            """,
            head="",
        )
        records = self.trace()
        kinds = [name for _, name, _ in records if name in ("run", "close", "end")]
        self.assertEqual(("run", "close", "end"), (kinds[0], kinds[-2], kinds[-1]))
        self.assertEqual(1, kinds.count("close"))
        self.assertEqual([], named(records, "late"))

    def test_without_importing_asyncio_there_is_none(self):
        source = "import sys, awaitscope; print('asyncio' in sys.modules, awaitscope.__version__)"
        done = self.bare("-c", source, env=environment(PYTHONPATH=HOME))
        self.assertEqual("False 0.1.0\n", done.stdout)

    def test_inside_a_loop_tell_of_the_tasks_that_are_there(self):
        self.run_source(
            """
            async def forever(): await asyncio.get_running_loop().create_future()
            async def soon(): await asyncio.sleep(0)
            def generator(): yield
            async def main():
                named = asyncio.create_task(child(0.5), name="sleeps")
                lock = asyncio.Lock()
                await lock.acquire()
                tasks = [asyncio.create_task(one, name=name) for name, one in (
                    ("locked", lock.acquire()), ("waits", forever()), ("turns", soon()))]
                await asyncio.sleep(0)
                fresh = asyncio.create_task(soon(), name="fresh")
                with awaitscope.trace(os.environ["OUT"]):
                    await asyncio.sleep(0)
                    await named
                    await fresh
                for task in tasks: task.cancel()
            asyncio.run(main())
            """
        )
        records = self.trace()
        self.assertEqual("run", next(name for _, name, _ in records if name not in ("thread", "note")))
        sites = {fields["site"]: fields["what"] for fields in named(records, "site")}
        names = {fields["task"]: fields["name"] for fields in named(records, "task")}
        places = {names[f["task"]]: sites.get(f["site"], f["site"]) for f in named(records, "late")}
        places.pop(next(name for name in places if name.startswith("Task-")))
        wanted = {"sleeps": "asyncio.sleep", "locked": "asyncio.Lock.acquire", "waits": "asyncio.Future"}
        self.assertEqual({**wanted, "turns": "yield", "fresh": -4}, places)  # -4: it has not begun
        self.assertEqual([-1], self.steps_of(records, "sleeps")[-1:])
        due = next(fields for _, name, fields in records if name == "due")
        late = named(records, "late")[0]
        self.assertTrue(late["time"] < due["time"] < late["time"] + 0.5)

    def test_that_are_asynchronous_hold_every_step_of_their_body(self):
        self.run_source(
            """
            async def main():
                async with awaitscope.trace(os.environ["OUT"]):
                    await asyncio.sleep(0.01)
                    await asyncio.create_task(child(0), name="inner")
            asyncio.run(main())
            """
        )
        main = [f["name"] for f in named(self.trace(), "task") if f["name"].startswith("Task-")][0]
        steps = self.steps_of(self.trace(), main)
        self.assertEqual(["asyncio.sleep", "asyncio.Task", "yield"], steps)

    def test_decorate_functions_of_both_kinds(self):
        self.run_source(
            """
            @awaitscope.trace(os.environ["OUT"])
            async def main(value, *, other):
                "What it does."
                await child()
                return value + other
            assert asyncio.iscoroutinefunction(main) if sys.version_info < (3, 14) else True
            assert main.__name__ == "main" and main.__doc__ == "What it does."
            for _ in range(2):  # anew each time
                assert asyncio.run(main(1, other=2)) == 3
            """
        )
        self.assertEqual(1, len(named(self.trace(), "end")))
        self.run_source(
            """
            @awaitscope.trace(os.environ["OUT"])
            def main(value): asyncio.run(child()); return value
            assert main(4) == 4
            for wrong in (lambda: (yield), ):
                try: awaitscope.trace("x")(wrong)
                except TypeError as error: print(error)
            """
        )
        self.assertEqual(1, len(named(self.trace(), "close")))

    def test_that_fail_are_ended(self):
        out = self.run_source(
            """
            async def main(how):
                async with awaitscope.trace(os.environ["OUT"]):
                    await child()
                    if how == "error": raise ValueError("own")
                    if how == "cancelled by itself": asyncio.current_task().cancel()
                    await asyncio.sleep(1 if how == "cancelled" else 0)
            async def cancels(how):
                task = asyncio.create_task(main(how))
                await asyncio.sleep(0.03)
                task.cancel()
                await task
            for how in ("error", "cancelled", "cancelled by itself"):
                try: asyncio.run((cancels if how == "cancelled" else main)(how))
                except BaseException as error: print(how, type(error).__name__)
                awaitscope.trace(os.environ["OUT"]).start().stop()  # none is on any more
            try:
                with awaitscope.trace(os.environ["OUT"]): raise KeyError("own")
            except KeyError as error: print(error)
            """
        )
        lines = ["error ValueError", "cancelled CancelledError", "cancelled by itself CancelledError"]
        self.assertEqual([*lines, "'own'"], out.splitlines())
        self.assertEqual(1, len(named(self.trace(), "end")))

    def test_in_a_coroutine_that_is_closed_end_with_it(self):
        self.run_source(
            """
            async def main():
                async def body():
                    async with awaitscope.trace(os.environ["OUT"]):
                        await asyncio.sleep(9)
                coro = body()
                coro.send(None); coro.send(None)
                coro.close()
                awaitscope.trace(os.environ["OUT"] + "2").start().stop()
            asyncio.run(main())
            """
        )
        self.assertEqual(1, len(named(self.trace(), "end")))

    def test_in_a_generator_end_when_it_does(self):
        out = self.run_source(
            """
            def traced():
                with awaitscope.trace(os.environ["OUT"]):
                    yield 1
            running = traced()
            next(running)
            try: awaitscope.trace("other").start()
            except RuntimeError as error: print(error)
            running.close()
            awaitscope.trace(os.environ["OUT"] + "2").start().stop()
            print(os.path.exists("other"))
            """
        )
        line = "a trace is being written already, to %s" % self.out
        self.assertEqual([line, "False"], out.splitlines())


class StartAndStop(ApiTest):
    def test_a_second_trace_is_refused_and_the_first_goes_on(self):
        out = self.run_source(
            """
            async def main():
                async with awaitscope.trace(os.environ["OUT"]) as trace:
                    for start in (trace.start, awaitscope.trace(os.environ["OUT"] + "2").start):
                        try: start()
                        except RuntimeError as error: print(error)
                    await asyncio.create_task(child(), name="after")
            asyncio.run(main())
            print(os.path.exists(os.environ["OUT"] + "2"))
            """
        )
        line = "a trace is being written already, to %s" % self.out
        self.assertEqual([line, line, "False"], out.splitlines())
        self.assertEqual(["asyncio.sleep", -1], self.steps_of(self.trace(), "after"))

    def test_a_path_that_cannot_be_written_leaves_everything_as_it_is(self):
        self.write("file", "")
        source = HOOKED + """
before = state()
for path in ("missing/trace", "file/trace", ".", "", "nul\\0"):
    try: awaitscope.trace(path).start()
    except (OSError, ValueError) as error: print(type(error).__name__)
for path in (b"bytes", 7):
    try: awaitscope.trace(path)
    except TypeError as error: print("TypeError")
awaitscope.trace("x").stop()
print(unlike(before, state()), os.path.exists("x"))
"""
        lines = self.run_source(source).splitlines()
        errors = {"FileNotFoundError", "NotADirectoryError", "IsADirectoryError", "PermissionError"}
        self.assertLessEqual(set(lines[:4]), errors)
        self.assertEqual(["ValueError", "TypeError", "TypeError", "[] False"], lines[4:])

    def test_leaves_asyncio_as_it_was(self):
        source = HOOKED + """
async def pool(): await asyncio.get_running_loop().run_in_executor(None, len, "")
async def main():
    lock = asyncio.Lock()
    async with lock: await asyncio.gather(child(), pool())
    await asyncio.wait_for(asyncio.Event().wait(), 0.01)
def run():
    try: asyncio.run(main())
    except asyncio.TimeoutError: pass
run()
with awaitscope.trace(os.environ["OUT"]): pass  # imports what the tracer needs
before = state(), sys.meta_path[:], len(gc.callbacks), threading.active_count()
for body in (run, lambda: None):
    trace = awaitscope.trace(os.environ["OUT"]).start()
    assert unlike(before[0], state()), "nothing was hooked"
    body()
    trace.stop()
    assert before[1:] == (sys.meta_path, len(gc.callbacks), threading.active_count())
    print(unlike(before[0], state()))
run()
print(unlike(before[0], state()))
"""
        self.assertEqual("[]\n" * 3, self.run_source(source))
        self.assertEqual(["end"], [name for _, name, _ in self.trace()][-1:])

    def test_a_thousand_times_leaves_nothing(self):
        out = self.run_source(
            """
            import atexit, gc, threading
            def fds(): return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
            def counts():
                gc.collect()
                return fds(), atexit._ncallbacks(), threading.active_count(), len(gc.get_objects())
            async def main():
                for number in range(1020):
                    if number == 20: before = counts()
                    with awaitscope.trace(os.environ["OUT"]):
                        if number % 50 == 0: await child(0)
                after = counts()
                print(*[new - old for old, new in zip(before, after)])
            asyncio.run(main())
            """
        )
        *numbers, objects = map(int, out.split())
        self.assertEqual([0, 0, 0], numbers)
        self.assertLess(objects, 100)

    def test_from_another_thread_than_the_loops(self):
        self.run_source(
            """
            import threading
            loop = asyncio.new_event_loop()
            thread = threading.Thread(target=loop.run_forever, name="loops")
            thread.start()
            def wait(seconds): asyncio.run_coroutine_threadsafe(child(seconds), loop).result()
            asyncio.run_coroutine_threadsafe(child(0.2), loop)
            wait(0.01)
            trace = awaitscope.trace(os.environ["OUT"]).start()
            for _ in range(20): wait(0.002)
            trace.stop()
            wait(0.01)
            wait(0.2)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()
            """
        )
        records = self.trace()
        thread = next(number for number, name, f in records if name == "thread" and f["name"] == "loops")
        self.assertEqual({thread}, {number for number, name, _ in records if name == "step"})
        self.assertGreaterEqual(len(named(records, "task")), 20)
        self.assertEqual((1, 0), (len(named(records, "run")), len(named(records, "rest"))))
        self.assertEqual(["end"], [name for _, name, _ in records][-1:])

    def test_while_the_loops_of_other_threads_work_hard(self):
        self.run_source(
            """
            import threading
            stop = False
            async def turns():
                while not stop: await asyncio.gather(child(0), child(0))
            threads = [threading.Thread(target=lambda: asyncio.run(turns())) for _ in range(2)]
            for thread in threads: thread.start()
            import time
            for number in range(6):
                with awaitscope.trace(os.environ["OUT"] + str(number)): time.sleep(0.02 + number % 3 / 10)
            stop = True
            for thread in threads: thread.join()
            """
        )
        steps = 0
        for number in range(6):
            _, records, whole = reading.read(self.out + str(number))
            self.assertTrue(whole)
            reading.Replay(records)
            names = [name for _, name, _ in records]
            self.assertEqual((1, []), (names.count("end"), named(records, "note")))
            steps += names.count("step")
        self.assertGreater(steps, 100)

    def test_of_a_loop_that_ends_in_the_turn_in_which_it_began(self):
        self.run_source(
            """
            async def main(): trace.start()
            trace = awaitscope.trace(os.environ["OUT"])
            loop = asyncio.new_event_loop()
            loop.run_until_complete(main())
            loop.run_until_complete(child())
            loop.close()
            trace.stop()
            """
        )
        names = [name for _, name, _ in self.trace() if name in ("run", "rest", "close")]
        self.assertEqual(["run", "rest", "close"], names[-3:])
        self.assertEqual(names.count("run"), names.count("rest"))

    def test_stopped_by_a_step_while_the_loop_goes_on(self):
        self.run_source(
            """
            async def main():
                trace = awaitscope.trace(os.environ["OUT"]).start()
                others = [asyncio.create_task(child(n / 1000)) for n in range(20)]
                await asyncio.sleep(0.01)
                trace.stop()
                trace.stop()
                await asyncio.gather(*others)
                await asyncio.create_task(child(), name="after")
            asyncio.run(main())
            """
        )
        self.assertNotIn("after", [fields["name"] for fields in named(self.trace(), "task")])

    def test_that_nobody_stops_ends_with_the_interpreter(self):
        self.run_source("awaitscope.trace(os.environ['OUT']).start(); asyncio.run(child())")
        self.assertEqual(["close", "end"], [name for _, name, _ in self.trace()][-2:])

    def test_has_a_limit(self):
        source = """
            async def main():
                for _ in range(2000): await asyncio.create_task(child(0))
            with awaitscope.trace(os.environ["OUT"], limit=20_000): asyncio.run(main())
            """
        self.run_source(source)
        self.assertLess(os.path.getsize(self.out), 21_000)
        self.assertGreater(sum(fields["count"] for fields in named(self.trace(), "lost")), 1000)

    @unittest.skipUnless(hasattr(os, "fork"), "needs fork")
    def test_a_forked_child_writes_its_own(self):
        self.run_source(
            """
            with awaitscope.trace(os.environ["OUT"]):
                asyncio.run(child())
                pid = os.fork()
                if pid == 0:
                    asyncio.run(child())
                    with awaitscope.trace(os.environ["OUT"] + "2"): asyncio.run(child())
                    sys.exit(0)
                assert os.waitpid(pid, 0)[1] == 0
            """
        )
        parent = self.trace()
        self.out += "2"
        for records in (parent, self.trace()):
            self.assertEqual(1, len(named(records, "close")))
            self.assertEqual("end", records[-1][1])


class Launched(ApiTest):
    def test_goes_on_and_the_block_says_where(self):
        self.run_source(
            """
            async def main():
                await asyncio.create_task(child(), name="before")
                async with awaitscope.trace(os.environ["OUT"]):
                    await asyncio.create_task(child(), name="inside")
            asyncio.run(main())
            print("awaitscope.launch" in sys.modules)
            """,
            launched=True,
        )
        outer = os.path.join(self.folder, "outer.awaitscope")
        inner, self.out = self.out, outer
        notes = [(f["kind"], f["text"]) for f in named(reading.read(inner)[1], "note")]
        self.assertEqual([("traced-elsewhere", outer)], notes)
        records = self.trace()
        names = [f.get("name", f.get("kind")) for _, name, f in records if name in ("task", "note")]
        self.assertEqual(["before", "block", "inside", "block-end"], names[1:5])
        self.assertEqual(inner, named(records, "note")[0]["text"])
        self.assertEqual("end", records[-1][1])


class Unfit(ApiTest):
    def test_says_why_and_traces_nothing(self):
        self.run_source(
            """
            sys._is_gil_enabled = lambda: False
            hook = asyncio.BaseEventLoop._run_once
            with awaitscope.trace(os.environ["OUT"]):
                asyncio.run(child())
                assert asyncio.BaseEventLoop._run_once is hook
            with awaitscope.trace(os.environ["OUT"]): pass
            """
        )
        header, records, whole = reading.read(self.out)
        self.assertEqual(["note"], [name for _, name, _ in records])
        self.assertEqual("not-traced", records[0][2]["kind"])
        self.assertIn("-X gil=1", records[0][2]["text"])


class SlowSteps(ApiTest):
    def test_are_looked_into_after_the_time_that_the_program_says(self):
        self.run_source(
            """
            import time
            async def slow(): time.sleep(0.1)
            for number, seconds in enumerate((0.02, 5)):
                with awaitscope.trace(os.environ["OUT"] + str(number), slow_step=seconds):
                    asyncio.run(slow())
            """
        )
        for number, seconds, looked in ((0, 0.02, True), (1, 5, False)):
            header, records, whole = reading.read(self.out + str(number))
            self.assertEqual((seconds, True), (header["slowStep"], whole))
            self.assertEqual(looked, bool(named(records, "sample")))

    def test_must_be_a_time(self):
        self.run_source(
            """
            for wrong in (0, -1, float("nan"), float("inf")):
                try: awaitscope.trace(os.environ["OUT"], slow_step=wrong)
                except ValueError: pass
                else: print(wrong)
            assert not os.path.exists(os.environ["OUT"])
            """
        )


@unittest.skipIf(packages("trio") is None, "trio is not installed for this Python")
class Trio(ApiTest):
    HEAD = """
import awaitscope, os, sys
async def child(): await trio.sleep(0.01)
"""

    def run_trio(self, source, head="import trio"):
        path = self.write("program.py", head + self.HEAD + textwrap.dedent(source))
        env = packages("trio")
        found = [HOME, *filter(None, [env.get("PYTHONPATH")])]
        done = self.bare(path, env={**env, "PYTHONPATH": os.pathsep.join(found), "OUT": self.out})
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        return self.trace()

    def test_runs_that_begin_in_a_block(self):
        records = self.run_trio(
            """
            import trio._core._run as run
            hook = run.unrolled_run
            for _ in range(2):
                with awaitscope.trace(os.environ["OUT"]): trio.run(child)
                assert run.unrolled_run is hook
            trio.run(child)
            """
        )
        self.assertEqual(["trio"], [fields["class"] for fields in named(records, "run")])
        self.assertEqual(["trio.sleep"], self.steps_of(records, "__main__.child")[:1])
        self.assertEqual([], named(records, "note"))

    def test_a_block_inside_a_run(self):
        records = self.run_trio(
            """
            async def main():
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(child, name="sleeps")
                    await trio.sleep(0)
                    nursery.start_soon(child, name="not begun")
                    async with awaitscope.trace(os.environ["OUT"]):
                        nursery.start_soon(child, name="new")
                        await trio.sleep(0.03)
                        assert trio.lowlevel.current_trio_token()
                    await trio.sleep(0.01)
            trio.run(main)
            """
        )
        sites = {fields["site"]: fields["what"] for fields in named(records, "site")}
        names, late = {}, {}
        for _, name, fields in records:  # ids are used again
            if name == "task":
                names[fields["task"]] = fields["name"]
            elif name == "late":
                late[names[fields["task"]]] = sites.get(fields["site"], fields["site"])
        self.assertEqual("trio.sleep", late["sleeps"])
        self.assertEqual(-4, late.get("not begun", -4))
        self.assertNotIn("new", late)
        for name in ("sleeps", "not begun", "new"):
            self.assertIn(-1, self.steps_of(records, name))
        self.assertEqual([], named(records, "cancel"))
        self.assertEqual(["trio"], [fields["class"] for fields in named(records, "run")])

    def test_that_comes_after_the_trace_has_begun_is_noted(self):
        records = self.run_trio(
            """
            with awaitscope.trace(os.environ["OUT"]):
                import trio
                trio.run(child)
            """,
            head="",
        )
        notes = [(fields["kind"], fields["text"]) for fields in named(records, "note")]
        self.assertEqual([("not-traced", "trio, which came after the trace began")], notes)


class Package(TracerTest):
    def test_is_of_the_extensions_version(self):
        with open(os.path.join(HOME, "pyproject.toml"), encoding="utf-8") as file:
            project = file.read()
        with open(os.path.join(TRACER, "__init__.py"), encoding="utf-8") as file:
            source = file.read()
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        with open(os.path.join(root, "package.json"), encoding="utf-8") as file:
            version = json.load(file)["version"]
        self.assertIn('__version__ = "%s"\n' % version, source)
        oldest = re.search(r"OLDEST_PYTHON = \((\d+), (\d+)\)", source).groups()
        self.assertIn('requires-python = ">=%s"' % ".".join(oldest), project)
        self.assertTrue(os.path.exists(os.path.join(TRACER, "py.typed")))

    @unittest.skipUnless(importlib.util.find_spec("flit_core"), "flit_core is not installed")
    def test_makes_a_wheel_with_all_its_files(self):
        import zipfile

        code = "import os, sys; from flit_core import buildapi; print(buildapi.build_wheel(sys.argv[1]))"
        done = self.bare("-c", code, self.folder, cwd=HOME)
        self.assertEqual(0, done.returncode, done.stderr)
        wheel = zipfile.ZipFile(os.path.join(self.folder, done.stdout.split()[-1]))
        names = {name for name in wheel.namelist() if name.startswith("awaitscope/")}
        files = set()
        for folder, _, found in os.walk(TRACER):
            files.update(os.path.relpath(os.path.join(folder, name), HOME) for name in found)
        files = {name.replace(os.sep, "/") for name in files if not name.endswith(".pyc")}
        self.assertEqual(files, {name for name in names if not name.endswith(".pyc")})
        metadata = next(name for name in wheel.namelist() if name.endswith("/METADATA"))
        self.assertIn("Requires-Python: >=3.9", wheel.read(metadata).decode())

    @unittest.skipUnless(importlib.util.find_spec("mypy"), "mypy is not installed")
    def test_is_typed(self):
        path = self.write(
            "user.py",
            "import asyncio, pathlib\nimport awaitscope\n\n"
            "@awaitscope.trace('file', limit=1_000_000)\nasync def main(number: int) -> str:\n"
            "    async with awaitscope.trace(pathlib.Path('x')) as trace:\n        trace.stop()\n"
            "    return str(number)\n\n"
            "def run() -> int:\n    with awaitscope.trace('y'):\n        return 1\n\n"
            "text: str = asyncio.run(main(1))\n",
        )
        env = environment(MYPYPATH=HOME)
        command = ["-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir", self.folder, path]
        done = self.run_python(command, env, {})
        self.assertEqual(("", 0), (done.stderr, done.returncode), done.stdout)
        wrong = self.write("wrong.py", "import awaitscope\nawaitscope.trace(1)\nawaitscope.nothing\n")
        done = self.run_python([*command[:-1], wrong], env, {})
        self.assertEqual(1, done.returncode)
        self.assertIn("Found 2 errors", done.stdout)


if __name__ == "__main__":
    unittest.main()
