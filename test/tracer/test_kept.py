"""asyncio's functions with the tracer's words in them, kept from one run to the next."""

import os
import sys
import unittest

from support import TracerTest, environment, named

# Says how many of asyncio's functions are compiled while it runs.
PROGRAM = """
import asyncio, os, sys
compiled = []
def audit(event, args):
    if event == "compile" and os.sep + "asyncio" in str(args[1]):
        compiled.append(args[1])
async def main():
    lock = asyncio.Lock()
    async with lock:
        await asyncio.sleep(0)
sys.addaudithook(audit)
asyncio.run(main())
print(len(compiled))
"""


class Kept(TracerTest):
    def setUp(self):
        super().setUp()
        self.place = os.path.join(self.folder, "cache")
        self.write("program.py", PROGRAM)

    def compiled(self, script="program.py", **changes):
        """How many functions a traced run compiles; it must record what the lock does."""
        env = environment(PYTHONPYCACHEPREFIX=self.place, **changes)
        if not changes:
            del env["PYTHONDONTWRITEBYTECODE"]
        done = self.traced(script, env=env)
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        records = self.trace()
        self.assertEqual([1, 1], [len(named(records, name)) for name in ("take", "give")])
        self.assertEqual([], [note for note in named(records, "note")])
        return int(done.stdout)

    def files(self):
        """What was kept, for whatever Python, and whatever is left of a try."""
        found = (os.path.join(path, name) for path, _, names in os.walk(self.place) for name in names)
        return [path for path in found if "kept." in path and not path.endswith(".pyc")]

    def test_is_compiled_once(self):
        self.assertGreater(self.compiled(), 20)
        [path] = self.files()
        self.assertTrue(path.endswith(".%x" % sys.hexversion))
        self.assertEqual(0, self.compiled())
        self.assertEqual([path], self.files())

    def test_is_read_but_not_written_where_python_writes_nothing(self):
        self.assertGreater(self.compiled(PYTHONDONTWRITEBYTECODE="1"), 20)
        self.assertEqual([], self.files())
        self.compiled()
        self.assertEqual(0, self.compiled(PYTHONDONTWRITEBYTECODE="1"))

    def test_is_made_anew_where_it_is_damaged(self):
        self.compiled()
        [path] = self.files()
        with open(path, "rb") as file:
            whole = file.read()
        for damaged in (b"", b"\0", whole[:40], whole[:-40], whole.replace(b"extend", b"expend")):
            with open(path, "wb") as file:
                file.write(damaged)
            self.assertGreater(self.compiled(), 20, damaged[:10])
            self.assertEqual(0, self.compiled())

    def test_is_of_use_for_the_function_that_runs_only(self):
        self.compiled()
        self.write("other.py", "import asyncio\nasyncio.Lock.locked = lambda self: self._locked\n" + PROGRAM)
        self.assertEqual(0, self.compiled("other.py"))
        own = (
            "import asyncio\n"
            "code = asyncio.Lock.acquire.__code__\n"
            "asyncio.Lock.acquire.__code__ = code.replace(co_consts=(*code.co_consts, None))\n"
        )
        self.write("other.py", own + PROGRAM)
        self.assertEqual(1, self.compiled("other.py"))

    def test_leaves_nothing_half_made(self):
        self.compiled()
        [path] = self.files()
        os.remove(path)
        os.mkdir(path)  # which no file can replace
        self.write(os.path.join(path, "in the way"), "")
        self.assertGreater(self.compiled(), 20)
        self.assertEqual(["in the way"], [os.path.basename(path) for path in self.files()])

    def test_cannot_be_kept_in_a_folder_that_is_none(self):
        self.write("cache", "no folder")
        self.assertGreater(self.compiled(), 20)
        self.assertGreater(self.compiled(), 20)


if __name__ == "__main__":
    unittest.main()
