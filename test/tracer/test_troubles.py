"""Troubles: what asyncio complains about is in the trace, and is complained about as ever."""

import os

from support import TracerTest, named

RUN = "asyncio.run(main())\n"


class Troubles(TracerTest):
    def troubles(self, source, flags=()):
        """The troubles of a program, which says the same on stderr bare and traced."""
        path = self.write("program.py", source)
        done, bare = self.traced(path, flags=flags), self.bare(path, flags=flags)
        self.assertEqual((bare.stdout, bare.returncode), (done.stdout, done.returncode))
        self.assertEqual(_without_asyncio(bare.stderr), _without_asyncio(done.stderr))
        return [
            (f["kind"], f["text"], os.path.basename(f["file"]), f["line"])
            for f in named(self.trace(), "trouble")
        ]

    NEVER = (
        "import asyncio\n"
        "async def fetch(): pass\n"
        "async def main():\n"
        "    fetch()\n"
        "    await asyncio.sleep(0)\n"
    ) + RUN

    def test_a_coroutine_never_awaited(self):
        self.assertEqual([("never-awaited", "fetch", "program.py", 2)], self.troubles(self.NEVER))

    def test_it_is_an_error_where_warnings_are(self):
        troubles = self.troubles(self.NEVER, flags=("-W", "error"))
        self.assertEqual([("never-awaited", "fetch", "program.py", 2)], troubles)

    def test_it_is_told_where_it_was_made(self):
        source = self.NEVER.replace("import asyncio\n", "import asyncio, sys; sys.set_coroutine_origin_tracking_depth(1)\n")
        self.assertEqual([("never-awaited", "fetch, made in main", "program.py", 4)], self.troubles(source))

    def test_who_catches_warnings_gets_it_with_its_place(self):
        troubles = self.troubles(
            "import asyncio, os, warnings\n"
            "async def fetch(): pass\n"
            "async def main():\n"
            "    with warnings.catch_warnings(record=True) as caught:\n"
            "        warnings.simplefilter('always')\n"
            "        fetch()\n"
            "    for one in caught:\n"
            "        print(os.path.basename(one.filename), one.lineno, one.category, one.message)\n" + RUN
        )
        self.assertEqual(1, len(troubles))

    def test_tasks_destroyed(self):
        path = self.write(
            "program.py",
            "import asyncio, gc\n"
            "async def wait(): await loop.create_future()\n"
            "loop = asyncio.new_event_loop()\n"
            "task = loop.create_task(wait(), name='t')\n"
            "loop.run_until_complete(asyncio.sleep(0))\n"
            "del task\n"
            "gc.collect()\n"
            "loop.close()\n",
        )
        self.assertIn("Task was destroyed but it is pending!", self.traced(path).stderr)
        records = self.trace()
        (trouble,) = named(records, "trouble")
        self.assertEqual("destroyed-pending", trouble["kind"])
        self.assertEqual(named(records, "task")[0]["task"], trouble["task"])

    def test_exceptions_never_retrieved(self):
        records = self.records_of(
            "async def fail(): raise KeyError('k')\n"
            "async def main():\n"
            "    task = asyncio.ensure_future(fail())\n"
            "    await asyncio.sleep(0)\n"
            "    await asyncio.sleep(0)\n"
            "    del task\n"
        )
        (trouble,) = [f for f in named(records, "trouble")]
        self.assertEqual(("never-retrieved", "KeyError: k"), (trouble["kind"], trouble["text"]))
        self.assertEqual(named(records, "task")[1]["task"], trouble["task"])

    def records_of(self, source):
        path = self.write("program.py", "import asyncio\n" + source + RUN)
        self.assertEqual(0, self.traced(path).returncode)
        return self.trace()

    def test_errors_of_callbacks_without_their_arguments(self):
        records = self.records_of(
            "def fail(word): raise ValueError('boom')\n"
            "async def main():\n"
            "    asyncio.get_running_loop().call_soon(fail, 'password')\n"
            "    await asyncio.sleep(0)\n"
        )
        (trouble,) = named(records, "trouble")
        self.assertEqual("Exception in callback fail: ValueError: boom", trouble["text"])
        self.assertEqual(("unhandled", 2), (trouble["kind"], trouble["line"]))

    def test_a_handler_of_ones_own_is_called_from_where_it_was(self):
        troubles = self.troubles(
            "import asyncio, sys\n"
            "def handle(loop, context):\n"
            "    frame = sys._getframe()\n"
            "    print(context['message'], [frame.f_back.f_code.co_name, frame.f_back.f_back.f_code.co_name])\n"
            "async def main():\n"
            "    loop = asyncio.get_running_loop()\n"
            "    loop.set_exception_handler(handle)\n"
            "    loop.call_exception_handler({'message': 'mine'})\n"
            "    try: loop.call_exception_handler(7)\n"
            "    except AttributeError as error: print(error)\n"
            "    class Odd(dict):\n"
            "        def get(self, *args): print('get'); return dict.get(self, *args)\n"
            "    loop.call_exception_handler(Odd(message='odd'))\n" + RUN
        )
        self.assertEqual([("unhandled", "mine", "", 0), ("unhandled", "", "", 0)], [troubles[0], troubles[-1]])

    def test_async_generators_left_open_and_begun_late(self):
        troubles = self.troubles(
            "import asyncio, gc\n"
            "async def numbers():\n"
            "    yield 1\n"
            "    yield 2\n"
            "async def early():\n"
            "    async for _ in numbers(): break\n"
            "    gc.collect()\n"
            "    await asyncio.sleep(0)\n"
            "async def late():\n"
            "    async for _ in numbers(): pass\n"
            "loop = asyncio.new_event_loop()\n"
            "loop.run_until_complete(early())\n"
            "loop.run_until_complete(loop.shutdown_asyncgens())\n"
            "loop.run_until_complete(late())\n"
            "loop.close()\n"
        )
        expected = [("unclosed-generator", "numbers", "program.py", 3), ("late-generator", "numbers", "program.py", 2)]
        self.assertEqual(expected, troubles)

    def test_a_program_that_hooks_them_itself(self):
        troubles = self.troubles(
            "import asyncio, warnings\n"
            "def mine(coro): print('never', coro.__name__)\n"
            "warnings._warn_unawaited_coroutine = mine\n"
            "async def fetch(): pass\n"
            "async def main(): fetch()\n" + RUN
        )
        self.assertEqual([], troubles)


def _without_asyncio(stderr):
    """stderr without addresses and without asyncio's own frames."""
    import re

    stderr = re.sub("0x[0-9a-f]+", "0x", stderr)
    return re.sub(r'(?m)^([ |]*)File "[^"\n]*[/\\]asyncio[/\\][^"\n]*", line \d+, in .*\n(?:\1  .*\n)*', "", stderr)
