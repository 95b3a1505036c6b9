"""Child processes, when asked for: each writes a trace of its own beside its parent's."""

import json
import os
import re
import subprocess
import sys
import unittest

import reading
from support import TRACER, TracerTest, environment, named

LOOPS = "import asyncio, os, sys\nasync def work(): await asyncio.sleep(0.01)\n"
POSIX = hasattr(os, "fork")

# How a program makes a child that runs a loop, and what it then prints: the child's process id.
CHILDREN = {
    "subprocess": "import subprocess\n"
    "child = subprocess.Popen([sys.executable, 'child.py'])\nchild.wait(); print(child.pid)\n",
    "subprocess with a copy of the environment": "import subprocess\n"
    "child = subprocess.Popen([sys.executable, 'child.py'], env={**os.environ, 'MORE': '1'})\n"
    "child.wait(); print(child.pid)\n",
    "shell": "import subprocess\n"
    "print(subprocess.check_output('\"%s\" child.py' % sys.executable, shell=True).decode().strip())\n",
    "asyncio subprocess": "async def main():\n"
    "    child = await asyncio.create_subprocess_exec(sys.executable, 'child.py')\n"
    "    await child.wait(); print(child.pid)\n"
    "asyncio.run(main())\n",
    "spawn": "PROCESS spawn",
    "forkserver": "PROCESS forkserver",
    "fork": "PROCESS fork",
    "pool": "import concurrent.futures, multiprocessing\n"
    "def job(): asyncio.run(work()); return os.getpid()\n"
    "if __name__ == '__main__':\n"
    "    context = multiprocessing.get_context('spawn')\n"
    "    with concurrent.futures.ProcessPoolExecutor(1, context) as pool:\n"
    "        print(pool.submit(job).result())\n",
    "os.fork": "pid = os.fork()\nif pid == 0:\n    asyncio.run(work()); sys.exit()\n"
    "os.waitpid(pid, 0); print(pid)\n",
    "os.fork in a task": "async def main():\n"
    "    other = asyncio.create_task(work(), name='other')\n"
    "    await asyncio.sleep(0)\n"
    "    pid = os.fork()\n"
    "    await other\n"
    "    if pid:\n        os.waitpid(pid, 0); print(pid)\n"
    "asyncio.run(main())\n",
    "os.fork before asyncio": "",
    "exec of a forked child": "pid = os.fork()\n"
    "if pid == 0: os.execv(sys.executable, [sys.executable, 'child.py'])\nos.waitpid(pid, 0); print(pid)\n",
    "posix_spawn": "pid = os.posix_spawn(sys.executable, [sys.executable, 'child.py'], os.environ)\n"
    "os.waitpid(pid, 0); print(pid)\n",
}
PROCESS = """
import multiprocessing
def job(): asyncio.run(work())
if __name__ == '__main__':
    child = multiprocessing.get_context('%s').Process(target=job)
    child.start(); child.join(); print(child.pid)
"""
EARLY = """
import os, sys
pid = os.fork()
import asyncio
async def work(): await asyncio.sleep(0.01)
asyncio.run(work())
if pid: os.waitpid(pid, 0); print(pid)
"""
WITHOUT_FORK = {"subprocess", "subprocess with a copy of the environment", "asyncio subprocess", "spawn", "pool"}


class ChildrenTest(TracerTest):
    def family(self, source, *options, form="command", **more):
        """Runs a program with its children traced; gives the traces by process id, and its output."""
        path = self.write("program.py", source)
        self.write("child.py", LOOPS + "asyncio.run(work()); print(os.getpid())\n")
        if form == "command":
            done = self.run_python([TRACER, "--out", self.out, "--children", path], environment(), more)
        else:
            done = self.injected(path, env=environment(AWAITSCOPE_CHILDREN="1"), **more)
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        return self.traces(), done.stdout

    def traces(self):
        found = {}
        for name in os.listdir(self.folder):
            if name.endswith(".awaitscope"):
                header, records, whole = reading.read(os.path.join(self.folder, name))
                self.assertTrue(whole, name)
                reading.Replay(records)
                found[name] = header, records
        return found


class Each(ChildrenTest):
    """Every way to make a child."""

    maxDiff = None

    def check(self, source, form):
        traces, output = self.family(source, form=form)
        parent, records = traces.pop("trace.awaitscope")
        self.assertEqual(1, len(traces), traces.keys())
        child = int(output.split()[-1])
        ((name, (header, of_child)),) = traces.items()
        self.assertEqual("trace.%d.awaitscope" % child, name)
        facts = {"pid": child, "parent": parent["pid"], "parentTrace": self.out}
        self.assertEqual(facts, {key: header.get(key) for key in facts})
        self.assertIn("step", [kind for _, kind, _ in of_child])
        told = [(fields["pid"], fields["path"]) for fields in named(records, "child")]
        self.assertEqual([(child, os.path.join(self.folder, name))], told)
        began = named(records, "child")[0]["time"]
        end = named(records, "end")[0]["time"]
        self.assertTrue(parent["clock"] - 1 < began < end, (parent["clock"], began, end))
        self.assertEqual(("parent" in parent, "parentTrace" in parent), (False, False))


def _test(how, source):
    def test(self):
        if not POSIX and how not in WITHOUT_FORK:
            self.skipTest("needs a POSIX system")
        if how == "os.fork in a task" and sys.version_info >= (3, 14):
            self.skipTest("from 3.14 on a forked process cannot go on with the loop")
        program = PROCESS % source.split()[1] if source.startswith("PROCESS") else source
        whole = EARLY if how == "os.fork before asyncio" else LOOPS + program
        for form in ("command", "environment") if how in ("subprocess", "os.fork") else ("command",):
            with self.subTest(form):
                self.check(whole, form)
                for name in self.traces():
                    os.remove(os.path.join(self.folder, name))

    return test


for _how, _source in CHILDREN.items():
    setattr(Each, "test_" + re.sub(r"\W+", "_", _how), _test(_how, _source))


class Family(ChildrenTest):
    def test_without_the_flag_nothing_of_us_shows_in_children(self):
        self.write("child.py", "import os, sys; print(sorted(os.environ), sys.path, 'awaitscope' in sys.modules)")
        path = self.write("program.py", "import os, subprocess, sys\nsubprocess.call([sys.executable, 'child.py'])")
        outputs = {run(path).stdout for run in (self.bare, self.traced, self.injected)}
        self.assertEqual(1, len(outputs))
        self.assertEqual(["trace.awaitscope"], list(self.traces()))

    def test_with_it_children_see_two_variables(self):
        self.write(
            "dump.py",
            "import json, os, sys\n"
            "modules = sorted(sys.modules)\n"
            "print(json.dumps([dict(os.environ), sys.path, sys.argv, sys.flags, modules, sorted(sys.path_importer_cache)]))\n",
        )
        path = self.write("program.py", "import subprocess, sys\nsubprocess.call([sys.executable, 'dump.py'])")
        bare = json.loads(self.bare(path).stdout)
        command = [TRACER, "--out", self.out, "--children", path]
        traced = json.loads(self.run_python(command, environment(), {}).stdout)
        self.assertEqual(bare[1:], traced[1:])
        for name in ("PYTHONPATH", "AWAITSCOPE_CHILDREN"):
            self.assertIn(name, traced[0])
            del traced[0][name]
        self.assertEqual(bare[0], traced[0])

    def test_processes_without_loops_leave_no_file(self):
        source = "import subprocess, sys\nfor code in ('pass', 'import asyncio', 'import asyncio; "
        source += "asyncio.new_event_loop'):\n    subprocess.check_call([sys.executable, '-c', code])\n"
        traces, _ = self.family(source)
        self.assertEqual(["trace.awaitscope"], list(traces))

    @unittest.skipUnless(POSIX, "needs fork")
    def test_no_file_is_overwritten(self):
        source = LOOPS + (
            "pid = os.fork()\n"
            "if pid == 0:\n"
            "    for mark in ('', '-2'):\n"
            "        with open('trace.%d%s.awaitscope' % (os.getpid(), mark), 'xb') as file: file.write(b'old')\n"
            "    asyncio.run(work()); sys.exit()\n"
            "os.waitpid(pid, 0); print(pid)\n"
        )
        path = self.write("program.py", source)
        done = self.run_python([TRACER, "--out", self.out, "--children", path], environment(), {})
        stem = os.path.join(self.folder, "trace.%d" % int(done.stdout))
        for mark in ("", "-2"):
            with open(stem + mark + ".awaitscope", "rb") as file:
                self.assertEqual(b"old", file.read())
        self.assertEqual(int(done.stdout), reading.read(stem + "-3.awaitscope")[0]["pid"])
        self.assertEqual([stem + "-3.awaitscope"], [f["path"] for f in named(self.trace(), "child")])

    @unittest.skipUnless(POSIX, "needs fork")
    def test_generations_name_their_nearest_parent_with_a_trace(self):
        source = LOOPS + (
            "asyncio.run(work())\n"
            "pids = [os.getpid()]\n"
            "for generation in range(3):\n"
            "    pid = os.fork()\n"
            "    if pid: os.waitpid(pid, 0); break\n"
            "    pids.append(os.getpid())\n"
            "    if generation != 1: asyncio.run(work())\n"
            "else: print(*pids)\n"
        )
        traces, output = self.family(source)
        first, second, _, last = map(int, output.split())
        by_pid = {header["pid"]: header for header, _ in traces.values()}
        self.assertEqual({first, second, last}, set(by_pid))
        self.assertEqual((first, second), (by_pid[second]["parent"], by_pid[last]["parent"]))
        self.assertEqual(os.path.join(self.folder, "trace.%d.awaitscope" % second), by_pid[last]["parentTrace"])

    @unittest.skipUnless(POSIX, "needs exec")
    def test_a_program_that_replaces_itself_is_its_own_child(self):
        source = LOOPS + (
            "asyncio.run(work())\nif len(sys.argv) < 2: os.execv(sys.executable, [sys.executable, __file__, 'again'])"
        )
        traces, _ = self.family(source)
        headers = [header for header, _ in traces.values()]
        self.assertEqual(2, len(headers))
        self.assertEqual(1, len({header["pid"] for header in headers}))
        again = next(header for header in headers if "parent" in header)
        self.assertEqual(again["pid"], again["parent"])

    @unittest.skipUnless(POSIX, "needs fork")
    def test_hundreds(self):
        source = LOOPS + (
            "for number in range(300):\n"
            "    pid = os.fork()\n"
            "    if pid == 0:\n"
            "        if number % 10 == 0: asyncio.run(asyncio.sleep(0))\n"
            "        os._exit(0)\n"
            "    os.waitpid(pid, 0)\n"
        )
        traces, _ = self.family(source)
        self.assertEqual(31, len(traces))
        self.assertEqual(30, len(named(traces["trace.awaitscope"][1], "child")))

    def notes(self, source, *flags):
        path = self.write("program.py", source)
        command = [*flags, TRACER, "--out", self.out, "--children", path]
        done = self.run_python(command, environment(), {})
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        notes = [fields for fields in named(self.trace(), "note") if fields["kind"] == "not-traced"]
        return [fields["text"] for fields in notes]

    def test_those_that_cannot_be_followed_are_noted(self):
        head = "import asyncio, os, subprocess, sys\nasyncio.run(asyncio.sleep(0))\n"
        flags = "child processes: a Python was started with -S, -E or -I"
        own = "child processes: a Python was started with an environment of its own"
        cases = {
            "[sys.executable, '-I', '-c', '0']": [flags],
            "[sys.executable, '-W', 'error', '-X', 'dev', '-sE', '-c', '0']": [flags],
            "[sys.executable, '-bS', '-c', '0']": [flags],
            "[sys.executable, '-c', '0'], env={}": [own],
            "[sys.executable, '-c', '0', '-I']": [],
            "[sys.executable, '-Wignore::ImportWarning', '-XE', '-c', '-1']": [],
            "[sys.executable, '-cI=0']": [],
            "[sys.executable, '-c', '0'], env=dict(os.environ)": [],
            "[sys.executable, '-c', '0']": [],
        }
        if POSIX:
            cases["['sh', '-c', 'true'], env={}"] = []
            cases["'true', shell=True, env={}"] = []
        for call, expected in cases.items():
            with self.subTest(call):
                twice = "for _ in range(2): assert subprocess.call(%s) == 0\n" % call
                self.assertEqual(expected, self.notes(head + twice))

    def test_a_pool_of_an_isolated_python_is_noted(self):
        source = (
            "import asyncio, multiprocessing\n"
            "def work(n): return asyncio.run(asyncio.sleep(0, n))\n"
            "if __name__ == '__main__':\n"
            "    asyncio.run(asyncio.sleep(0))\n"
            "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
            "        assert pool.map(work, [1, 2]) == [1, 2]\n"
        )
        for flag in ("-E", "-I"):
            with self.subTest(flag):
                says = ["child processes that inherit -S, -E or -I"]
                self.assertEqual(says, self.notes(source, flag))
        self.assertEqual(1, len([name for name in os.listdir(self.folder) if "awaitscope" in name]))

    @unittest.skipUnless(POSIX, "needs SIGKILL")
    def test_of_a_parent_that_was_killed_keep_their_traces(self):
        source = LOOPS + (
            "asyncio.run(work())\n"
            "if len(sys.argv) > 1: print(os.getpid(), flush=True); sys.stdin.read(); asyncio.run(work())\n"
            "else: import subprocess; subprocess.call([sys.executable, __file__, 'child'])\n"
        )
        path = self.write("program.py", source)
        command = [sys.executable, TRACER, "--out", self.out, "--children", path]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(command, env=environment(), cwd=self.folder, text=True, **pipes) as parent:
            pid = int(parent.stdout.readline())
            parent.kill()
            parent.wait()
            parent.stdin.close()
            parent.stdout.read()  # until the child has ended as well
        header, records, whole = reading.read(os.path.join(self.folder, "trace.%d.awaitscope" % pid))
        self.assertEqual((parent.pid, self.out), (header["parent"], header["parentTrace"]))
        self.assertEqual((True, "end"), (whole, records[-1][1]))
        self.assertEqual(2, len(named(records, "close")))
        _, records, _ = reading.read(self.out)
        self.assertEqual((1, 0), (len(named(records, "close")), len(named(records, "end"))))

    @unittest.skipUnless(POSIX, "needs fork")
    def test_where_no_file_can_be_made_the_child_runs_all_the_same(self):
        os.mkdir(os.path.join(self.folder, "kept"))
        source = LOOPS + (
            "import shutil\n"
            "pid = os.fork()\n"
            "if pid == 0:\n    shutil.rmtree('kept'); asyncio.run(work()); print('ran'); sys.exit()\n"
            "print(os.waitpid(pid, 0)[1])\n"
        )
        path = self.write("program.py", source)
        out = os.path.join(self.folder, "kept", "trace.awaitscope")
        done = self.run_python([TRACER, "--out", out, "--children", path], environment(), {})
        self.assertEqual(("ran\n0\n", ""), (done.stdout, done.stderr))


if __name__ == "__main__":
    unittest.main()
