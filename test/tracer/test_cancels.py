"""What records say of cancels: who asked for them, and where they arrived."""

import os
import sys
import unittest

import reading
from support import TracerTest

HEAD = (
    "import asyncio\n"
    "async def wait(): await asyncio.sleep(5)\n"
    "def start(coro, name): return asyncio.create_task(coro, name=name)\n"
)
HEAD_LINES = HEAD.count("\n")


class Told(TracerTest):
    """Runs a program, and tells what its trace has of cancels."""

    def tell(self, source, **options):
        """A line for each cancel asked for, and for each step that one arrived in.

            asked TASK: PLACE > PLACE, WHO      a place is a function and its line in `source`, from 1 on
            TASK [ASKED] at PLACE: OUTCOME      where it waited before, and how that step ended
        """
        done = self.traced(self.write("program.py", HEAD + source), **options)
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        teller = Teller()
        for stream, kind, fields in self.trace():
            teller.take(stream, kind, fields)
        return teller.lines


class Teller:
    def __init__(self):
        self.streams, self.tasks, self.waits, self.lines = {}, {}, {}, []

    def take(self, number, kind, fields):
        stream = self.streams.setdefault(number, reading._Stream())
        if kind in ("task", "name"):
            self.tasks[fields["task"]] = fields["name"]
        elif kind == "site":
            stream.sites[fields["site"]] = fields
        elif kind == "code":
            stream.codes[fields["code"]] = fields
        elif kind == "cancel":
            who = self.places(stream, fields["site"])
            self.lines.append("asked %s: %s" % (self.tasks[fields["task"]], who))
        elif kind == "cancelled":
            stream.notes["asked"] = fields["asked"]
        elif kind in ("step", "eager"):
            self.step(stream, fields["task"], fields["site"])
        elif kind == "callback":
            if "asked" in stream.notes:
                self.lines.append("callback %s" % stream.sites[fields["site"]]["what"].lstrip("_"))
            stream.notes.clear()

    def step(self, stream, task, site):
        outcome = {-1: "returned", -2: "raised", -3: "cancelled"}.get(site) or self.places(stream, site)
        asked = stream.notes.pop("asked", None)
        if asked is not None:
            asked = "" if asked < 0 else " %d" % asked
            at = self.waits.get(task, "its start")
            self.lines.append("%s%s at %s: %s" % (self.tasks[task], asked, at, outcome))
        self.waits[task] = outcome

    def places(self, stream, number):
        what, places = stream.sites[number]["what"], []
        while number != -1 and stream.sites[number]["code"] != -1:
            site = stream.sites[number]
            code = stream.codes[site["code"]]
            if os.path.basename(code["file"]) == "program.py":
                places.append("%s:%d" % (code["name"].rpartition(".")[2], site["line"] - HEAD_LINES))
            number = site["parent"]
        return " > ".join(reversed(places)) + ", " + what


def asked(count):
    """The count of requests, as far as this Python knows it."""
    return " %d" % count if sys.version_info >= (3, 11) else ""


TASK_CANCEL = "Task.cancel" if asked(1) else "cancel"  # it may have been the future's


class Arrival(Told):
    def test_is_passed_on_or_swallowed_or_turned_into_an_error_or_outlived(self):
        lines = self.tell(
            "async def swallows():\n"
            "    try: await wait()\n"
            "    except asyncio.CancelledError: return 1\n"
            "async def turns():\n"
            "    try: await wait()\n"
            "    except asyncio.CancelledError: raise KeyError\n"
            "async def outlives():\n"
            "    try: await wait()\n"
            "    except asyncio.CancelledError: await asyncio.sleep(0.01)\n"
            "async def main():\n"
            "    tasks = [start(wait(), 'passes'), start(swallows(), 'swallows'), start(turns(), 'turns'),\n"
            "             start(outlives(), 'outlives')]\n"
            "    await asyncio.sleep(0)\n"
            "    for task in tasks: task.cancel()\n"
            "    await asyncio.wait(tasks)\n"
            "    [task.cancelled() or task.exception() for task in tasks]\n"
            "asyncio.run(main())\n"
        )
        n = asked(1)
        expected = ["passes%s at wait:-1, asyncio.sleep: cancelled" % n]
        expected += ["swallows%s at swallows:2 > wait:-1, asyncio.sleep: returned" % n]
        expected += ["turns%s at turns:5 > wait:-1, asyncio.sleep: raised" % n]
        expected += ["outlives%s at outlives:8 > wait:-1, asyncio.sleep: outlives:9, asyncio.sleep" % n]
        self.assertEqual(expected, [line for line in lines if not line.startswith("asked")])

    def test_before_the_first_step(self):
        lines = self.tell(
            "async def main():\n"
            "    task = start(wait(), 'unborn')\n"
            "    task.cancel()\n"
            "    await asyncio.wait([task])\n"
            "asyncio.run(main())\n"
        )
        self.assertEqual(["unborn%s at its start: cancelled" % asked(1)], lines)

    def test_in_a_task_written_in_python(self):
        lines = self.tell(
            "async def main():\n"
            "    loop = asyncio.get_running_loop()\n"
            "    tasks = [asyncio.tasks._PyTask(wait(), loop=loop, name=name) for name in ('unborn', 'waits')]\n"
            "    tasks[0].cancel(); await asyncio.sleep(0); tasks[1].cancel()\n"
            "    await asyncio.wait(tasks)\n"
            "asyncio.run(main())\n"
        )
        n = asked(1)
        expected = ["unborn%s at its start: cancelled" % n, "waits%s at wait:-1, asyncio.sleep: cancelled" % n]
        self.assertEqual(expected, [line for line in lines if not line.startswith("asked")])

    def test_of_what_was_awaited_is_told_from_a_cancel_of_the_task_itself(self):
        lines = self.tell(
            "async def waits(future): await future\n"
            "async def main():\n"
            "    future = asyncio.get_running_loop().create_future()\n"
            "    task = start(waits(future), 'waits')\n"
            "    await asyncio.sleep(0); future.cancel()\n"
            "    await asyncio.wait([task])\n"
            "asyncio.run(main())\n"
        )
        who = "Future.cancel" if asked(0) else "cancel"
        arrived = "waits%s at waits:1, asyncio.Future: cancelled" % asked(0)
        self.assertEqual(["asked waits: main:5, " + who, arrived], lines)

    def test_is_not_taken_for_an_error_that_the_program_makes(self):
        lines = self.tell(
            "async def main():\n"
            "    future = asyncio.get_running_loop().create_future()\n"
            "    future.cancel()\n"
            "    for _ in range(2):\n"
            "        try: await future\n"
            "        except asyncio.CancelledError as error: assert not error.args\n"
            "        try: future.result()\n"
            "        except asyncio.CancelledError: pass\n"
            "    try: raise asyncio.CancelledError('own', 1)\n"
            "    except asyncio.CancelledError as error: assert error.args == ('own', 1)\n"
            "asyncio.run(main())\n"
        )
        self.assertEqual([], lines)

    def test_in_debug_mode(self):
        lines = self.tell(
            "async def main():\n"
            "    task = start(wait(), 'waits')\n"
            "    await asyncio.sleep(0); task.cancel()\n"
            "    await asyncio.wait([task])\n"
            "asyncio.run(main(), debug=True)\n"
        )
        arrived = "waits%s at wait:-1, asyncio.sleep: cancelled" % asked(1)
        self.assertEqual(["asked waits: main:3, " + TASK_CANCEL, arrived], lines)


class Askers(Told):
    def test_the_program_itself(self):
        lines = self.tell(
            "class Boss:\n"
            "    def stop(self, task):\n"
            "        return task.cancel('enough')\n"
            "async def works(task):\n"
            "    await asyncio.sleep(0.01)\n"
            "    Boss().stop(task)\n"
            "async def main():\n"
            "    task = start(wait(), 'waits')\n"
            "    await works(task)\n"
            "    await asyncio.wait([task])\n"
            "asyncio.run(main())\n"
        )
        arrived = "waits%s at wait:-1, asyncio.sleep: cancelled" % asked(1)
        self.assertEqual(["asked waits: main:9 > works:6 > stop:3, " + TASK_CANCEL, arrived], lines)

    def test_a_timer_and_a_task_itself(self):
        lines = self.tell(
            "async def own():\n"
            "    asyncio.current_task().cancel()\n"
            "    await asyncio.sleep(5)\n"
            "async def main():\n"
            "    tasks = [start(wait(), 'waits'), start(own(), 'own')]\n"
            "    asyncio.get_running_loop().call_later(0.01, tasks[0].cancel)\n"
            "    await asyncio.wait(tasks)\n"
            "asyncio.run(main())\n"
        )
        expected = ["asked own: , " + TASK_CANCEL, "own%s at own:3, asyncio.sleep: cancelled" % asked(1)]
        expected += ["asked waits: , " + TASK_CANCEL, "waits%s at wait:-1, asyncio.sleep: cancelled" % asked(1)]
        self.assertEqual(expected, lines)

    def test_one_who_cancels_a_task_that_waits_for_another(self):
        lines = self.tell(
            "async def outer(): await start(wait(), 'inner')\n"
            "async def main():\n"
            "    task = start(outer(), 'outer')\n"
            "    await asyncio.sleep(0); await asyncio.sleep(0)\n"
            "    task.cancel(); await asyncio.wait([task])\n"
            "asyncio.run(main())\n"
        )
        arrived = "inner%s at wait:-1, asyncio.sleep: cancelled" % asked(1)
        self.assertEqual(["asked inner: main:5, " + TASK_CANCEL, arrived], lines[:2])

    def test_one_who_cancels_a_task_written_in_python(self):
        lines = self.tell(
            "async def main():\n"
            "    task = asyncio.tasks._PyTask(wait(), loop=asyncio.get_running_loop(), name='waits')\n"
            "    await asyncio.sleep(0); task.cancel(); await asyncio.wait([task])\n"
            "asyncio.run(main())\n"
        )
        self.assertEqual("asked waits: main:3, " + TASK_CANCEL, lines[0])

    def test_wait_for(self):
        lines = self.tell(
            "async def main():\n"
            "    task = start(wait(), 'waits')\n"
            "    try: await asyncio.wait_for(task, 0.01)\n"
            "    except asyncio.TimeoutError: pass\n"
            "asyncio.run(main())\n"
        )
        if sys.version_info >= (3, 12):  # it is a timeout around an await of the task
            self.assertEqual("asked Task-1: , asyncio.timeout", lines[0])
        else:
            self.assertEqual("asked waits: main:3, asyncio.wait_for", lines[0])
        self.assertEqual("waits%s at wait:-1, asyncio.sleep: cancelled" % asked(1), lines[1])

    def test_gather_that_is_cancelled(self):
        lines = self.tell(
            "async def several(): await asyncio.gather(start(wait(), 'A'), start(wait(), 'B'))\n"
            "async def stop(task):\n"
            "    task.cancel()\n"
            "async def main():\n"
            "    task = start(several(), 'several')\n"
            "    await asyncio.sleep(0); await asyncio.sleep(0)\n"
            "    await stop(task)\n"
            "    await asyncio.wait([task])\n"
            "asyncio.run(main())\n"
        )
        n = asked(1)
        expected = ["asked %s: main:7 > stop:3, asyncio.gather" % name for name in "AB"]
        expected += ["%s%s at wait:-1, asyncio.sleep: cancelled" % (name, n) for name in "AB"]
        expected += ["callback gather.<locals>._done_callback"]
        self.assertEqual(expected, lines)

    def test_run_that_ends(self):
        lines = self.tell(
            "async def main():\n"
            "    start(wait(), 'left over')\n"
            "    await asyncio.sleep(0)\n"
            "asyncio.run(main())\n"
        )
        arrived = "left over%s at wait:-1, asyncio.sleep: cancelled" % asked(1)
        self.assertEqual(["asked left over: <module>:4, asyncio.run", arrived], lines)

    @unittest.skipIf(sys.version_info < (3, 11), "asyncio has task groups and timeouts from 3.11 on")
    def test_task_group_and_timeout(self):
        lines = self.tell(
            "async def fails(): raise KeyError\n"
            "async def group():\n"
            "    async with asyncio.TaskGroup() as group:\n"
            "        group.create_task(wait(), name='A'); group.create_task(fails(), name='fails')\n"
            "async def late():\n"
            "    async with asyncio.timeout(0.01): await asyncio.sleep(5)\n"
            "async def main():\n"
            "    for task in (start(group(), 'group'), start(late(), 'late')):\n"
            "        await asyncio.wait([task])\n"
            "        task.exception()\n"
            "asyncio.run(main())\n"
        )
        group = ["asked A: , asyncio.TaskGroup", "asked group: , asyncio.TaskGroup"]
        self.assertEqual([*group, "asked late: , asyncio.timeout"], [line for line in lines if "asked" in line])
        arrived = ["A 1 at wait:-1, asyncio.sleep: cancelled", "group 1 at group:3, asyncio.TaskGroup: group:3, asyncio.TaskGroup"]
        arrived += ["late 1 at late:6, asyncio.sleep: raised"]
        self.assertEqual(arrived, [line for line in lines if "asked" not in line])

    @unittest.skipIf(sys.version_info < (3, 11), "asyncio cancels upon Ctrl+C from 3.11 on")
    @unittest.skipIf(sys.platform == "win32", "a process cannot send itself Ctrl+C alone")
    def test_ctrl_c(self):
        lines = self.tell(
            "import os, signal\n"
            "async def main():\n"
            "    try:\n"
            "        os.kill(os.getpid(), signal.SIGINT); await asyncio.sleep(5)\n"
            "    except asyncio.CancelledError: pass\n"
            "asyncio.run(main())\n"
        )
        self.assertEqual("asked Task-1: , asyncio.Runner", lines[0])
