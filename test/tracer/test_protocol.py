"""Where tasks wait in awaitables of the program's own making: what the chain of each is, and what is
told of things yielded that no task can wait on."""

import sys
import unittest

import reading
from support import TracerTest

HEAD = (
    "import asyncio, contextlib, types\n"
    "def future():\n"
    "    made = asyncio.get_running_loop().create_future()\n"
    "    asyncio.get_running_loop().call_soon(lambda: made.done() or made.set_result(7))\n"
    "    return made\n"
    "async def inner(): await asyncio.sleep(0)\n"
    "async def agen():\n"
    "    try:\n"
    "        await inner(); yield 1\n"
    "        await future(); yield 2\n"
    "    finally: await inner()\n"
)
LINES = HEAD.count("\n")
BAD = "RuntimeError: Task got bad yield: "


class Told(TracerTest):
    """Runs a program, and tells where its only task of interest waits."""

    def waits(self, source, awaits):
        """A line for each step of `async def main(): awaits`: the functions of its stack with their
        lines in `source` (0: above it, -: `main`), what it waits on, and errors about to be thrown."""
        end = "async def main():\n    %s\nasyncio.run(main())\n" % awaits.replace("\n", "\n    ")
        records = self.traced_source(HEAD + source + end)
        main, stream, lines = None, reading._Stream(), []
        for _, kind, fields in records:
            if kind == "site":
                stream.sites[fields["site"]] = fields
            elif kind == "code":
                stream.codes[fields["code"]] = fields
            elif kind == "task" and main is None:
                main = fields["task"]
            elif kind == "error":
                stream.notes["error"] = "%(type)s: %(text)s" % fields
            elif kind == "step":
                error = stream.notes.pop("error", "")
                if fields["task"] == main:
                    lines.append(self.place(stream, fields["site"]) + (" ! " + error if error else ""))
                    main = main if fields["site"] >= 0 else -1
        return lines

    def place(self, stream, number):
        if number < 0:
            return {-1: "returned", -2: "raised", -3: "cancelled"}[number]
        what, places = stream.sites[number]["what"], []
        while number != -1:
            site = stream.sites[number]
            name = stream.codes[site["code"]]["name"].rpartition(".")[2]
            line = site["line"] - LINES
            places.append(name if name == "main" or line < 1 else "%s:%d" % (name, line))
            number = site["parent"]
        return " > ".join(reversed(places)) + " | " + what


class Chains(Told):
    def test_generators_in_await_methods(self):
        lines = self.waits(
            "class One:\n"
            "    def __await__(self):\n"
            "        yield from future().__await__()\n"
            "        yield\n"
            "        return 5\n"
            "class Two:\n"
            "    def __await__(self): return (yield from One().__await__())\n",
            "assert await Two() == 5",
        )
        head = "main > __await__:7 > __await__"
        self.assertEqual([head + ":3 | asyncio.Future", head + ":4 | yield", "returned"], lines)

    def test_an_iterator_that_is_a_class(self):
        lines = self.waits(
            "class Turns:\n"
            "    left = 2\n"
            "    def __await__(self): return self\n"
            "    def __iter__(self): return self\n"
            "    def __next__(self):\n"
            "        self.left -= 1\n"
            "        if self.left < 0: raise StopIteration(5)\n",
            "assert await Turns() == 5",
        )
        self.assertEqual(["main | Turns", "main | Turns", "returned"], lines)

    def test_an_iterator_that_hands_on_a_future(self):
        lines = self.waits(
            "class Hands:\n"
            "    def __await__(self):\n"
            "        self.iterator = iter(future())\n"
            "        return self\n"
            "    def __iter__(self): return self\n"
            "    def __next__(self): return next(self.iterator)\n",
            "assert await Hands() == 7",
        )
        self.assertEqual(["main | Hands", "returned"], lines)

    def test_a_coroutine_behind_an_await_method(self):
        lines = self.waits(
            "class Behind:\n"
            "    def __await__(self): return inner().__await__()\n",
            "await Behind()",
        )
        self.assertEqual(["main > inner | yield", "returned"], lines)

    def test_a_generator_that_is_a_coroutine(self):
        lines = self.waits(
            "@types.coroutine\n"
            "def turns():\n"
            "    yield\n"
            "    yield from future()\n"
            "    yield from inner()\n",
            "await turns()",
        )
        turns = ["main > turns:3 | yield", "main > turns:4 | asyncio.Future", "main > turns:5 > inner | yield"]
        self.assertEqual([*turns, "returned"], lines)

    def test_a_future_of_the_programs_own(self):
        lines = self.waits(
            "class Future:\n"
            "    _asyncio_future_blocking = False\n"
            "    def get_loop(self): return asyncio.get_running_loop()\n"
            "    def add_done_callback(self, done, context=None):\n"
            "        asyncio.get_running_loop().call_soon(done, self, context=context)\n"
            "    def result(self): return 7\n"
            "    def __await__(self):\n"
            "        self._asyncio_future_blocking = True\n"
            "        yield self\n",
            "await Future()",
        )
        self.assertEqual(["main > __await__:9 | Future", "returned"], lines)


class AsyncGenerators(Told):
    def test_steps_of_each_kind(self):
        steps = ["main > agen > inner | yield", "main > agen | asyncio.Future", "main > agen > inner | yield"]
        self.assertEqual([*steps, "returned"], self.waits("", "async for _ in agen(): pass"))
        by_hand = "steps = agen()\nassert await steps.asend(None) == 1\n"
        self.assertEqual(
            [steps[0], steps[2], "returned"], self.waits("", by_hand + "await steps.aclose()")
        )
        thrown = by_hand + "try: await steps.athrow(KeyError)\nexcept KeyError: pass"
        self.assertEqual([steps[0], steps[2], "returned"], self.waits("", thrown))

    def test_comprehension(self):
        lines = self.waits("", "assert [one async for one in agen() if not await inner()] == [1, 2]")
        self.assertEqual(5, len(lines) - 1)
        inline = sys.version_info >= (3, 12)  # comprehensions are part of their function
        names = "main" if inline else "main > <listcomp>:2"
        steps = [" > agen > inner | yield", " > inner | yield", " > agen | asyncio.Future", " > inner | yield"]
        self.assertEqual([names + step for step in [*steps, steps[0]]] + ["returned"], lines)

    @unittest.skipIf(sys.version_info < (3, 10), "Python has anext from 3.10 on")
    def test_next_one_or_a_default(self):
        lines = self.waits("", "steps = agen()\nassert await anext(steps, 5) == 1\nawait steps.aclose()")
        self.assertEqual(["main > agen > inner | yield"] * 2 + ["returned"], lines)

    def test_context_manager(self):
        lines = self.waits(
            "@contextlib.asynccontextmanager\n"
            "async def manager():\n"
            "    await inner()\n"
            "    try: yield\n"
            "    finally: await inner()\n",
            "async with manager(): await inner()",
        )
        # The standard library's own frames are shown, whatever their lines are.
        functions = [[place.partition(":")[0] for place in line.split(" > ")] for line in lines]
        expected = [["main", "__aenter__", "manager", "inner | yield"], ["main", "inner | yield"]]
        expected += [["main", "__aexit__", "manager", "inner | yield"], ["returned"]]
        self.assertEqual(expected, functions)


class Refusals(Told):
    def test_of_a_value(self):
        lines = self.waits(
            "class Bad:\n"
            "    def __await__(self): yield self.value\n"
            "    def __init__(self, value): self.value = value\n",
            "for value in (1, 'x'):\n"
            "    try: await Bad(value)\n"
            "    except RuntimeError: pass",
        )
        head = "main > __await__:2 | yield ! " + BAD
        self.assertEqual([head + "1", head + "'x'", "returned"], lines)

    def test_each_time(self):
        lines = self.waits(
            "class Bad:\n"
            "    def __await__(self): return iter([1])\n"
            "async def tries():\n"
            "    try: await Bad()\n"
            "    except RuntimeError as error: return str(error)\n",
            "for _ in range(3): print(await tries())",
        )
        self.assertEqual(["main > tries:4 | list_iterator ! %s1" % BAD] * 3 + ["returned"], lines)

    def test_of_the_task_itself_and_of_a_future_of_another_loop(self):
        lines = self.waits(
            "async def tries(awaitable):\n"
            "    try: await awaitable\n"
            "    except RuntimeError: pass\n",
            "other = asyncio.new_event_loop()\n"
            "await tries(asyncio.current_task())\n"
            "for _ in range(2): await tries(other.create_future())\n"
            "other.close()",
        )
        itself = "main > tries:2 | asyncio.Task ! RuntimeError: Task cannot await on itself"
        others = "main > tries:2 | asyncio.Future ! RuntimeError: Task <Task pending name='Task-1'"
        expected = [itself, others, others, "returned"]
        self.assertEqual(expected, [line[: len(head)] for line, head in zip(lines, expected)])

    def test_of_a_future_that_is_just_yielded(self):
        lines = self.waits(
            "class Yields:\n"
            "    def __await__(self): yield future()\n",
            "try: await Yields()\n"
            "except RuntimeError: pass",
        )
        expected = "main > __await__:2 | yield ! RuntimeError: yield was used instead of yield from in task"
        self.assertEqual(expected, lines[0][: len(expected)])

    def test_by_a_task_written_in_python(self):
        records = self.traced_source(
            "import asyncio\n"
            "class Bad:\n"
            "    def __await__(self): yield 1\n"
            "async def bad():\n"
            "    try: await Bad()\n"
            "    except RuntimeError: pass\n"
            "async def main():\n"
            "    await asyncio.tasks._PyTask(bad(), loop=asyncio.get_running_loop())\n"
            "asyncio.run(main())\n"
        )
        errors = [fields for _, kind, fields in records if kind == "error"]
        self.assertEqual([{"type": "RuntimeError", "text": "Task got bad yield: 1"}], errors)
