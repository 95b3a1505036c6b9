"""Loops that are not asyncio's own, libraries that bring loops, Pythons that cannot be traced."""

import os
import re
import sys
import unittest

import reading
from support import TRACER, TracerTest, environment, named, packages


class Pythons(TracerTest):
    """What is not traced says so, and runs as ever."""

    PROGRAM = (
        "import asyncio\n"
        "async def main(): await asyncio.sleep(0); print('done')\n"
        "asyncio.run(main())\n"
    )

    def refused(self, setup):
        done = self.traced(self.write("program.py", setup + self.PROGRAM))
        self.assertEqual(("done\n", "", 0), (done.stdout, done.stderr, done.returncode))
        header, records, whole = reading.read(self.out)
        self.assertEqual(["note"], [name for _, name, _ in records])
        self.assertEqual("not-traced", records[0][2]["kind"])
        return records[0][2]["text"]

    def test_without_a_global_lock(self):
        self.assertIn("-X gil=1", self.refused("import sys; sys._is_gil_enabled = lambda: False\n"))

    def test_of_another_kind(self):
        setup = "import sys, types\n"
        setup += "sys.implementation = types.SimpleNamespace(**{**vars(sys.implementation), 'name': 'pypy'})\n"
        self.assertIn("not those of pypy", self.refused(setup))

    @unittest.skipIf(sys.version_info < (3, 14), "concurrent.interpreters came with Python 3.14")
    def test_inside_another_interpreter(self):
        records = self.traced_source(
            "import asyncio\n"
            "from concurrent import interpreters\n"
            "async def main(): await asyncio.sleep(0)\n"
            "asyncio.run(main())\n"
            "other = interpreters.create()\n"
            "other.exec('import asyncio; asyncio.run(asyncio.sleep(0))')\n"
            "other.close()\n"
        )
        self.assertEqual(["not-traced"], [fields["kind"] for fields in named(records, "note")])
        self.assertEqual(1, len(named(records, "close")))


# A loop that is none of asyncio's, as little of it as tasks need; its class is made in two steps.
PLAIN = """
import asyncio, collections
class Base(asyncio.AbstractEventLoop): pass
class Plain(Base):
    def __init__(self): self.queue = collections.deque()
    def call_soon(self, callback, *args, context=None):
        handle = asyncio.Handle(callback, args, self, context)
        self.queue.append(handle); return handle
    def create_task(self, coro, **options): return asyncio.Task(coro, loop=self, **options)
    def run_forever(self):
        asyncio._set_running_loop(self)
        try:
            while self.queue: self.queue.popleft()._run()
        finally: asyncio._set_running_loop(None)
    def get_debug(self): return False
    def is_running(self): return asyncio._get_running_loop() is self
async def child(): await asyncio.sleep(0)
async def main(): await asyncio.get_running_loop().create_task(child())
def run():
    loop = Plain(); task = loop.create_task(main()); loop.run_forever(); assert task.done()
"""
PLAIN_SAYS = "__main__.Plain: its callbacks, timers and what woke its tasks; what its tasks do is traced"


class Notes(TracerTest):
    """What is not recorded is said."""

    def not_traced(self, records):
        notes = [fields for fields in named(records, "note") if fields["kind"] == "not-traced"]
        return [fields["text"] for fields in notes]

    def test_of_loops_that_are_not_asyncios(self):
        records = self.traced_source(PLAIN + "run(); run()\n")
        self.assertEqual([PLAIN_SAYS], self.not_traced(records))
        self.assertEqual(2, len(named(records, "run")))
        ends = [fields["site"] for fields in named(records, "step")]
        self.assertEqual((2 * 4, 2 * 2), (len(ends), ends.count(-1)))

    def test_of_a_class_of_loops_that_was_there_before(self):
        source = PLAIN + (
            "import awaitscope, sys\n"
            "call_soon = Plain.call_soon\n"
            "with awaitscope.trace(sys.argv[1]): run()\n"
            "assert Plain.call_soon is call_soon; run()\n"
        )
        path = self.write("program.py", source)
        done = self.bare(path, self.out, env=environment(PYTHONPATH=os.path.dirname(TRACER)))
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        records = self.trace()
        self.assertEqual([PLAIN_SAYS], self.not_traced(records))
        self.assertEqual(2, [fields["site"] for fields in named(records, "step")].count(-1))

    def test_of_a_loop_of_such_a_class_that_is_running(self):
        source = PLAIN + (
            "import awaitscope, sys\n"
            "async def block():\n"
            "    task = asyncio.get_running_loop().create_task(asyncio.sleep(0), name='late')\n"
            "    async with awaitscope.trace(sys.argv[1]): await main()\n"
            "    await task\n"
            "loop = Plain(); task = loop.create_task(block()); loop.run_forever()\n"
            "task.result()\n"
        )
        path = self.write("program.py", source)
        done = self.bare(path, self.out, env=environment(PYTHONPATH=os.path.dirname(TRACER)))
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        records = self.trace()
        self.assertEqual([PLAIN_SAYS], self.not_traced(records))
        late = {fields["task"] for fields in named(records, "late")}
        names = {f["name"] for f in named(records, "task") if f["task"] in late}
        self.assertEqual(2, len(names))
        self.assertIn("late", names)
        self.assertIn("child", [fields["name"] for fields in named(records, "code")])

    def test_of_an_asyncio_that_was_imported_anew(self):
        records = self.traced_source(
            "import asyncio, sys\n"
            "asyncio.run(asyncio.sleep(0))\n"
            "for name in [name for name in sys.modules if name.partition('.')[0] == 'asyncio']:\n"
            "    del sys.modules[name]\n"
            "import asyncio\n"
            "asyncio.run(asyncio.sleep(0))\n"
        )
        says = "asyncio was imported anew: what its second copy has run"
        self.assertEqual([says], self.not_traced(records))
        self.assertEqual(1, len(named(records, "close")))

    def test_of_a_program_of_asyncios_own_loops_there_is_nothing_to_say(self):
        records = self.traced_source(
            "import asyncio\n"
            "class Own(asyncio.SelectorEventLoop): pass\n"
            "loop = Own(); loop.run_until_complete(asyncio.sleep(0)); loop.close()\n"
        )
        self.assertEqual([], named(records, "note"))


# Programs that treat a loop as nobody should. Each prints something; its trace must hold.
ODD_LOOPS = {
    "an iteration by hand inside a step": """
async def inner(): await asyncio.sleep(0.01); return 'inner'
async def main():
    loop = asyncio.get_running_loop()
    task, outer = loop.create_task(inner()), asyncio.current_task()
    asyncio.tasks._leave_task(loop, outer)
    while not task.done(): loop._run_once()
    asyncio.tasks._enter_task(loop, outer)
    print(task.result())
    await asyncio.sleep(0.01)
asyncio.run(main())
""",
    "an iteration of another loop by hand inside a step": """
async def inner(): await asyncio.sleep(0)
async def main():
    other = asyncio.new_event_loop()
    task = other.create_task(inner())
    for _ in range(2):
        outer = asyncio.current_task()
        loop = asyncio.get_running_loop()
        asyncio.tasks._leave_task(loop, outer); asyncio._set_running_loop(other)
        other._run_once()
        asyncio._set_running_loop(loop); asyncio.tasks._enter_task(loop, outer)
        await asyncio.sleep(0)
    print(task.done()); other.close()
asyncio.run(main())
""",
    "iterations by hand outside any run": """
async def inner(): await asyncio.sleep(0)
loop = asyncio.new_event_loop()
task = loop.create_task(inner())
asyncio._set_running_loop(loop)
while not task.done(): loop._run_once()
asyncio._set_running_loop(None)
print(task.done())
loop.run_until_complete(inner())
loop.close()
""",
    "a loop stopped in the middle of a batch": """
loop = asyncio.new_event_loop()
seen = []
for n in range(5): loop.call_soon(seen.append, n)
loop.call_soon(loop.stop)
for n in range(5): loop.call_soon(seen.append, n)
loop.run_forever(); print(len(seen))
loop.call_soon(loop.stop); loop.run_forever()
loop.close()
""",
    "a batch left in the middle": """
def leave(kind): raise kind
loop = asyncio.new_event_loop()
seen = []
for kind in (SystemExit, KeyboardInterrupt):
    loop.call_soon(seen.append, 1); loop.call_soon(leave, kind); loop.call_soon(seen.append, 2)
    try: loop.run_forever()
    except BaseException as error: print(type(error).__name__, seen)
async def main(): await asyncio.sleep(0.001); raise SystemExit(3)
try: loop.run_until_complete(main())
except SystemExit as error: print(error.code)
loop.call_soon(loop.stop); loop.run_forever(); print(seen)
loop.close()
""",
    "a batch left in the middle of an iteration inside a step": """
def leave(): raise KeyboardInterrupt
async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(leave); loop.call_soon(print, 'late')
    try: loop._run_once()
    except KeyboardInterrupt: print('caught')
    await asyncio.sleep(0)
    await asyncio.sleep(0.001)
asyncio.run(main())
""",
    "an exception handler that raises": """
import logging; logging.disable(logging.CRITICAL)
def handler(loop, context): raise ValueError('in the handler')
async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    for _ in range(3): loop.call_soon(int, 'x')
    await asyncio.sleep(0.001)
asyncio.run(main()); print('ended')
""",
    "an exception handler that exits": """
def handler(loop, context): raise SystemExit(1)
loop = asyncio.new_event_loop()
loop.set_exception_handler(handler)
loop.call_soon(int, 'x'); loop.call_soon(print, 'next')
try: loop.run_forever()
except SystemExit: print('exits')
loop.call_soon(loop.stop); loop.run_forever()
loop.close()
""",
    "a loop that goes on in another thread": """
import threading
loop = asyncio.new_event_loop()
async def work(): await asyncio.sleep(0.2); return threading.current_thread() is threading.main_thread()
task = loop.create_task(work())
loop.call_later(0.01, loop.stop); loop.run_forever()
thread = threading.Thread(target=loop.run_until_complete, args=(task,)); thread.start(); thread.join()
print(task.result())
loop.run_until_complete(asyncio.sleep(0)); loop.close()
""",
    "a loop closed while another runs": """
async def nap(): await asyncio.sleep(0)
async def main():
    other = asyncio.new_event_loop()
    other.call_soon(print)
    other.close(); other.close()
    await asyncio.sleep(0)
    print(other.is_closed())
asyncio.run(main())
""",
    "loops that were collected, and new ones at their places": """
import gc, warnings; warnings.simplefilter('ignore')
async def nap(n): await asyncio.sleep(0); return n
total = 0
for n in range(20):
    loop = asyncio.new_event_loop()
    total += loop.run_until_complete(nap(n))
    loop._selector.close(); loop._ssock.close(); loop._csock.close(); loop._selector = None
    loop._closed = True
    del loop; gc.collect()
print(total)
""",
    "factories of tasks": """
class Own(asyncio.Task): pass
async def child(n): await asyncio.sleep(0); return n
async def main():
    loop = asyncio.get_running_loop()
    for kind in (Own, asyncio.tasks._PyTask):
        loop.set_task_factory(lambda loop, coro, **options: kind(coro, loop=loop, **options))
        print(await asyncio.gather(child(1), child(2)))
asyncio.run(main())
""",
    "an own policy and own loop classes": """
import selectors, warnings; warnings.simplefilter('ignore')
class Loop(asyncio.SelectorEventLoop):
    def _run_once(self): super()._run_once()
    def call_soon(self, *args, **options): return super().call_soon(*args, **options)
class Policy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self): return Loop(selectors.SelectSelector())
asyncio.set_event_loop_policy(Policy())
async def child(n): await asyncio.sleep(n / 1000); return n
async def main(): return await asyncio.gather(child(1), child(2))
loop = asyncio.new_event_loop()
print(type(loop).__name__, loop.run_until_complete(main())); loop.close()
""",
    "a loop that is none": """
class Loop(asyncio.AbstractEventLoop):
    def __init__(self): self.queue, self.stopped = [], False
    def call_soon(self, callback, *args, context=None):
        handle = asyncio.Handle(callback, args, self, context); self.queue.append(handle); return handle
    def get_debug(self): return False
    def is_running(self): return True
    def create_future(self): return asyncio.Future(loop=self)
    def create_task(self, coro, **options): return asyncio.Task(coro, loop=self, **options)
    def run_forever(self):
        asyncio._set_running_loop(self)
        while self.queue: self.queue.pop(0)._run()
        asyncio._set_running_loop(None)
    def call_exception_handler(self, context): print(context['message'])
async def child(n): await asyncio.sleep(0); return n
async def main(): print([await child(n) for n in range(3)])
loop = Loop()
loop.create_task(main(), name='only'); loop.run_forever()
""",
}


class OddLoops(TracerTest):
    def test_each_runs_as_ever_and_its_trace_holds(self):
        for name, source in ODD_LOOPS.items():
            with self.subTest(name):
                path = self.write("program.py", "import asyncio\n" + source)
                bare, traced = self.bare(path), self.traced(path)
                self.assertEqual((bare.stdout, bare.stderr), (traced.stdout, traced.stderr))
                self.assertEqual((0, 0), (bare.returncode, traced.returncode), bare.stderr)
                self.assertTrue(bare.stdout)
                names = [name for _, name, _ in self.trace()]
                self.assertEqual(("end", 1), (names[-1], names.count("end")))
                self.assertTrue({"step", "callback"}.intersection(names))

    def test_an_iteration_by_hand_is_a_run_inside_the_step(self):
        source = "import asyncio\n" + ODD_LOOPS["an iteration by hand inside a step"]
        done = self.traced(self.write("program.py", source))
        self.assertEqual("", done.stderr)
        records = self.trace()
        loops = {fields["loop"] for fields in named(records, "run")}
        depth = deepest = 0
        for _, name, _ in records:
            depth += (name == "run") - (name == "rest")
            deepest = max(deepest, depth)
        self.assertEqual((1, 0, 2), (len(loops), depth, deepest))


PROGRAMS = {
    "nest_asyncio inside a gather": (["nest_asyncio"], """
import asyncio, nest_asyncio
nest_asyncio.apply()
async def inner(n): await asyncio.sleep(n / 1000); return n
async def outer(n): return asyncio.get_event_loop().run_until_complete(inner(n))
async def main(): return await asyncio.gather(*[outer(n) for n in (3, 1, 2)])
print(asyncio.run(main()))
""", "asyncio.sleep"),
    "nest_asyncio put in while the loop runs": (["nest_asyncio"], """
import asyncio, nest_asyncio
async def inner(): await asyncio.sleep(0.001); return 1
async def main():
    nest_asyncio.apply()
    print(asyncio.get_event_loop().run_until_complete(inner()))
    await asyncio.sleep(0.001)
    print(asyncio.run(inner()))
asyncio.run(main())
""", "asyncio.sleep"),
    "uvloop": (["uvloop"], """
import asyncio, uvloop
async def serve(reader, writer):
    writer.write(await reader.readline()); await writer.drain(); writer.close()
async def main():
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b'line\\n'); print(await reader.readline())
    writer.close(); server.close()
    try: await asyncio.wait_for(asyncio.sleep(5), 0.01)
    except asyncio.TimeoutError: print('timeout')
loop = uvloop.new_event_loop()
print(loop.run_until_complete(main())); loop.close()
""", "asyncio.StreamReader.readline"),
    "anyio on asyncio": (["anyio._backends._asyncio"], """
import anyio
async def child(n): await anyio.sleep(n / 1000)
async def main():
    with anyio.move_on_after(0.01) as scope: await anyio.sleep(5)
    async with anyio.create_task_group() as group:
        for n in range(3): group.start_soon(child, n)
        group.start_soon(anyio.sleep, 5)
        await anyio.sleep(0.01)
        group.cancel_scope.cancel()
    print(getattr(scope, 'cancelled_caught', scope.cancel_called))
anyio.run(main)
""", "asyncio.sleep"),
    "a server and a client of aiohttp": (["aiohttp", "aiohttp.web"], """
import asyncio
from aiohttp import ClientSession, web
async def hello(request):
    for _ in range(2): await asyncio.sleep(0.001)
    return web.Response(text='hello')
async def main():
    app = web.Application(); app.router.add_get('/', hello)
    runner = web.AppRunner(app); await runner.setup()
    site = web.TCPSite(runner, '127.0.0.1', 0); await site.start()
    port = runner.addresses[0][1]
    async with ClientSession() as session:
        for _ in range(3):
            async with session.get('http://127.0.0.1:%d/' % port) as response: print(await response.text())
    await runner.cleanup()
asyncio.run(main())
""", "asyncio.sleep"),
    "asyncio.Runner": (["asyncio.taskgroups"], """
import asyncio
async def nap(): await asyncio.sleep(0.001); return 1
with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
    print(runner.run(nap()), runner.run(nap()))
""", "asyncio.sleep"),
}  # fmt: skip

# Tests of a user: files, the modules they need, the command, how many loops are closed at least.
SUITES = {
    "IsolatedAsyncioTestCase": ([], ["-m", "unittest", "test_user"], 2, """
import asyncio, unittest
class Case(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self): await asyncio.sleep(0)
    async def test_one(self): await asyncio.sleep(0.001)
    async def test_two(self): self.assertEqual(1, await asyncio.gather(asyncio.sleep(0)) and 1)
"""),
    "pytest-asyncio, strict": (["pytest_asyncio"], ["-m", "pytest", "-q", "-p", "no:cacheprovider"], 2, """
import asyncio, pytest
@pytest.mark.asyncio
async def test_one(): await asyncio.sleep(0.001)
@pytest.mark.asyncio
async def test_two(): await asyncio.sleep(0.001)
"""),
    "pytest-asyncio, auto": (["pytest_asyncio"],
        ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--asyncio-mode=auto"], 2, """
import asyncio
async def test_one(): await asyncio.sleep(0.001)
async def test_two(): await asyncio.sleep(0.001)
"""),
    "anyio's plugin": (["anyio._backends._asyncio", "pytest"], ["-m", "pytest", "-q", "-p", "no:cacheprovider"], 2, """
import anyio, pytest
@pytest.fixture(params=['asyncio'])
def anyio_backend(request): return request.param
@pytest.mark.anyio
async def test_one(): await anyio.sleep(0.001)
@pytest.mark.anyio
async def test_two(): await anyio.sleep(0.001)
"""),
}  # fmt: skip


class Libraries(TracerTest):
    """Each with its packages; a missing one is named."""

    def needed(self, modules):
        env = packages(*modules) if modules else environment()
        if env is None:
            self.skipTest("not installed for this Python: %s" % ", ".join(modules))
        return {**env, "PYTHONWARNINGS": "ignore"}

    def hold(self, env, *command):
        """Runs a command both ways, which must show the same; gives the trace's records."""
        bare, traced = self.bare(*command, env=env), self.traced(*command, env=env)
        shown = [(untimed(done.stdout), untimed(done.stderr), done.returncode) for done in (bare, traced)]
        self.assertEqual(*shown)
        self.assertEqual(0, bare.returncode, bare.stdout + bare.stderr)
        return self.trace()

    def test_programs(self):
        for name, (modules, source, what) in PROGRAMS.items():
            with self.subTest(name):
                env = self.needed(modules)
                records = self.hold(env, self.write("program.py", source))
                self.assertIn(what, [fields["what"] for fields in named(records, "site")])

    def test_suites(self):
        for name, (modules, command, loops, source) in SUITES.items():
            with self.subTest(name):
                env = self.needed(modules)
                self.write("test_user.py", source)
                records = self.hold(env, *command)
                whats = [fields["what"] for fields in named(records, "site")]
                self.assertIn("asyncio.sleep", whats)
                closed = [fields["loop"] for fields in named(records, "close")]
                self.assertGreaterEqual(len(closed), loops)


def untimed(output):
    """What a test runner shows, without how long it took."""
    return re.sub(r"\d+\.\d+s", "_s", output)
