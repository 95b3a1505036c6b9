"""What records say of asyncio's objects: who waits at them, who holds them, what belongs to them."""

import asyncio
import collections
import compileall
import os
import shutil
import sys
import unittest

from support import TracerTest, environment

HEAD = (
    "import asyncio\n"
    "async def pause(): await asyncio.sleep(0.01)\n"
    "def start(**coros):\n"
    "    return [asyncio.create_task(coro, name=name) for name, coro in coros.items()]\n"
    "def said(**objects):\n"
    "    print(*['%s=%d' % (name, id(value)) for name, value in objects.items()])\n"
)


class Told(TracerTest):
    """Runs a program that prints the ids of its objects, and tells what the trace has of them."""

    def tell(self, source, **options):
        """A line for each record of objects, with the names that the program has printed for ids.

        A step's own name comes first; what is recorded in no task's step has a `-`.
        """
        done = self.traced(self.write("program.py", HEAD + source), **options)
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        self.names = {0: "0"}
        for word in done.stdout.split():
            name, _, number = word.partition("=")
            self.names[int(number)] = name
        tasks, notes, lines = {}, collections.defaultdict(list), []
        for stream, kind, fields in self.trace():
            if kind in ("task", "name"):
                tasks[fields["task"]] = fields["name"]
            elif kind in ("at", "part", "take", "give"):
                words = [tasks.get(n) or self.names.get(n) or str(n) for n in fields.values()]
                notes[stream].append(" ".join([kind, *words]))
            elif kind in ("step", "eager", "callback"):
                name = tasks.get(fields.get("task"), "-")
                lines += ["%s: %s" % (name, note) for note in notes.pop(stream, [])]
        return lines


class Waits(Told):
    def test_at_each_kind_of_object(self):
        lines = self.tell(
            "async def main():\n"
            "    lock, semaphore, event = asyncio.Lock(), asyncio.Semaphore(1), asyncio.Event()\n"
            "    condition, queue, small = asyncio.Condition(), asyncio.Queue(), asyncio.Queue(1)\n"
            "    joined = asyncio.Queue()\n"
            "    joined.put_nowait(1); small.put_nowait(1)\n"
            "    said(lock=lock, semaphore=semaphore, event=event, condition=condition, queue=queue)\n"
            "    said(small=small, joined=joined, finished=joined._finished, inner=condition._lock)\n"
            "    await lock.acquire(); await semaphore.acquire()\n"
            "    async def notified():\n"
            "        async with condition: await condition.wait()\n"
            "    start(L=lock.acquire(), S=semaphore.acquire(), E=event.wait(), C=notified(),\n"
            "          G=queue.get(), P=small.put(2), J=joined.join())\n"
            "    await pause()\n"
            "    lock.release(); semaphore.release(); event.set(); queue.put_nowait(1)\n"
            "    small.get_nowait(); joined.get_nowait(); joined.task_done()\n"
            "    async with condition: condition.notify()\n"
            "    await pause()\n"
            "asyncio.run(main())\n"
        )
        at = ["L: at lock", "S: at semaphore", "E: at event", "C: at condition", "G: at queue", "P: at small"]
        self.assertEqual([*at, "J: at finished"], [line for line in lines if ": at " in line])
        self.assertIn("J: part joined finished", lines)
        self.assertIn("C: part condition inner", lines)

    def test_at_a_subclass(self):
        lines = self.tell(
            "class Own(asyncio.Queue):\n"
            "    async def get(self): return await super().get()\n"
            "class Odd(asyncio.Lock):\n"
            "    __slots__ = ()\n"
            "    def __eq__(self, other): raise ZeroDivisionError\n"
            "    __hash__ = __bool__ = __eq__\n"
            "async def main():\n"
            "    own, odd = Own(), Odd()\n"
            "    said(own=own, odd=odd)\n"
            "    await odd.acquire()\n"
            "    one, two = start(A=own.get(), B=odd.acquire())\n"
            "    await pause(); own.put_nowait(0); odd.release(); await one; await two\n"
            "asyncio.run(main())\n"
        )
        expected = ["Task-1: take odd 0", "A: at own", "B: at odd", "Task-1: give odd", "B: take odd 0"]
        self.assertEqual(expected, lines)

    def test_at_a_condition_that_has_no_lock_of_its_own(self):
        lines = self.tell(
            "class Bare(asyncio.Condition):\n"
            "    def __init__(self):\n"
            "        self._loop, self._waiters = asyncio.get_running_loop(), __import__('collections').deque()\n"
            "    def locked(self): return True\n"
            "    def release(self): pass\n"
            "    async def acquire(self): return True\n"
            "async def main():\n"
            "    bare = Bare()\n"
            "    said(bare=bare)\n"
            "    [task] = start(A=bare.wait())\n"
            "    await pause(); bare.notify(); await task\n"
            "asyncio.run(main())\n"
        )
        self.assertEqual(["A: at bare"], lines)

    def test_at_a_stream(self):
        lines = self.tell(
            "async def main():\n"
            "    reader = asyncio.StreamReader()\n"
            "    said(reader=reader)\n"
            "    [task] = start(R=reader.readline())\n"
            "    await pause(); reader.feed_data(b'x\\n'); await task\n"
            "asyncio.run(main())\n"
        )
        self.assertEqual(["R: at reader"], lines)

    @unittest.skipIf(sys.version_info < (3, 11), "asyncio has barriers from 3.11 on")
    def test_at_a_barrier(self):
        lines = self.tell(
            "async def main():\n"
            "    barrier = asyncio.Barrier(2)\n"
            "    said(barrier=barrier, condition=barrier._cond, lock=barrier._cond._lock)\n"
            "    one, two = start(A=barrier.wait(), B=barrier.wait())\n"
            "    await one; await two\n"
            "asyncio.run(main())\n"
        )
        first = ["A: take lock 0", "A: part barrier condition"]
        released = ["A: at condition", "A: part condition lock", "A: give lock"]
        if sys.version_info < (3, 13):  # it made its future after it had given the lock back
            released = [released[2], *released[:2]]
        self.assertEqual([*first, *released], [line for line in lines if line.startswith("A")][:5])

    def test_in_threads_of_their_own(self):
        lines = self.tell(
            "import threading\n"
            "async def main(name):\n"
            "    lock = asyncio.Lock()\n"
            "    said(**{name: lock})\n"
            "    async with lock:\n"
            "        [task] = start(**{'waiter' + name: lock.acquire()})\n"
            "        await pause()\n"
            "    await task\n"
            "asyncio.run(main('first'))\n"
            "threads = [threading.Thread(target=asyncio.run, args=[main(name)]) for name in ('second', 'third')]\n"
            "for thread in threads: thread.start()\n"
            "for thread in threads: thread.join()\n"
        )
        for name in ("first", "second", "third"):
            own = [line.partition(": ")[2] for line in lines if line.endswith((name, name + " 0"))]
            self.assertEqual(["take %s 0", "at %s", "give %s", "take %s 0"], [w.replace(name, "%s") for w in own])


class Hooks(Told):
    """The hooks need the source of asyncio, as it runs."""

    PROGRAM = (
        "async def main():\n"
        "    lock = asyncio.Lock()\n"
        "    said(lock=lock)\n"
        "    async with lock: await pause()\n"
        "asyncio.run(main())\n"
    )
    TOLD = ["Task-1: take lock 0", "Task-1: give lock"]

    def asyncio_of_its_own(self):
        """A copy of asyncio before the real one; gives its folder and the environment."""
        folder = os.path.join(self.folder, "library", "asyncio")
        shutil.copytree(os.path.dirname(asyncio.__file__), folder, ignore=shutil.ignore_patterns("__pycache__"))
        return folder, environment(PYTHONPATH=os.path.dirname(folder))

    def test_at_any_level_of_optimization_and_with_all_warnings(self):
        for flags in (["-O"], ["-OO"], ["-X", "dev"], ["-W", "error"]):
            self.assertEqual(self.TOLD, self.tell(self.PROGRAM, flags=flags), flags)

    def test_of_a_patched_asyncio(self):
        folder, env = self.asyncio_of_its_own()
        path = os.path.join(folder, "locks.py")
        with open(path, encoding="utf-8") as file:
            source = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write("# a line more\n" + source.replace("self._locked = False\n", "self._locked = False  # patched\n"))
        self.assertEqual(self.TOLD[:1], self.tell(self.PROGRAM, env=env))
        self.assertEqual(["the source does not allow it: Lock.release"], self.not_traced())

    def test_is_said_where_there_is_none(self):
        folder, env = self.asyncio_of_its_own()
        compileall.compile_dir(folder, quiet=1, legacy=True)
        for name in os.listdir(folder):
            if name.endswith(".py"):
                os.remove(os.path.join(folder, name))
        self.assertEqual([], self.tell(self.PROGRAM, env=env))
        [note] = self.not_traced()
        self.assertLessEqual({"locks", "queues", "streams", "tasks"}, set(note.rpartition(": ")[2].split(", ")))
        self.assertEqual(1, [record[2].get("name") for record in self.trace()].count("Task-1"))

    def test_of_functions_that_the_program_has_replaced(self):
        own = (
            "async def acquire(self, acquire=asyncio.Lock.acquire): return await acquire(self)\n"
            "asyncio.Lock.acquire = acquire\n"
            "asyncio.Lock.release = lambda self: setattr(self, '_locked', False)\n"
        )
        self.assertEqual([], self.tell(own + self.PROGRAM))
        self.assertEqual([], self.not_traced())

    def not_traced(self):
        notes = [fields for _, kind, fields in self.trace() if kind == "note"]
        return [fields["text"] for fields in notes if fields["kind"] == "not-traced"]


class Holders(Told):
    def test_of_a_lock_from_hand_to_hand(self):
        lines = self.tell(
            "async def use(lock):\n"
            "    async with lock: await pause()\n"
            "async def main():\n"
            "    lock = asyncio.Lock()\n"
            "    said(lock=lock)\n"
            "    for task in start(A=use(lock), B=use(lock)): await task\n"
            "asyncio.run(main())\n"
        )
        expected = ["A: take lock 0", "B: at lock", "A: give lock", "B: take lock 0", "B: give lock"]
        self.assertEqual(expected, lines)

    def test_of_a_semaphore_whose_unit_is_handed_over(self):
        lines = self.tell(
            "async def use(semaphore):\n"
            "    async with semaphore: await pause()\n"
            "async def main():\n"
            "    semaphore = asyncio.BoundedSemaphore(1)\n"
            "    said(semaphore=semaphore)\n"
            "    one, two = start(A=use(semaphore), B=use(semaphore))\n"
            "    await asyncio.sleep(0); await asyncio.sleep(0)\n"
            "    said(waiter=semaphore._waiters[0])\n"
            "    await one; await two\n"
            "asyncio.run(main())\n"
        )
        start, end = ["A: take s 0", "B: at s", "A: give s"], ["B: give s"]
        handed = "B: take s 0" if sys.version_info < (3, 10) else "A: take s waiter"
        self.assertEqual([*start, handed, *end], [line.replace("semaphore", "s") for line in lines])

    @unittest.skipIf(sys.version_info < (3, 10), "no unit is handed over")
    def test_of_a_semaphore_are_found_by_the_future_they_wait_on(self):
        self.tell(
            "async def main():\n"
            "    semaphore = asyncio.Semaphore(0)\n"
            "    said(s=semaphore)\n"
            "    [task] = start(B=semaphore.acquire())\n"
            "    await pause(); semaphore.release(); await task\n"
            "asyncio.run(main())\n"
        )
        records = self.trace()
        (at,) = (place for place, record in enumerate(records) if record[1] == "at")
        taken = [fields["waiter"] for _, kind, fields in records if kind == "take"]
        self.assertEqual([("waits", {"object": taken[0]})], [record[1:] for record in records[at + 1 : at + 2]])

    def test_of_a_unit_handed_to_a_task_that_is_cancelled_meanwhile(self):
        lines = self.tell(
            "async def main():\n"
            "    semaphore = asyncio.Semaphore(0)\n"
            "    said(s=semaphore)\n"
            "    [task] = start(B=semaphore.acquire())\n"
            "    await asyncio.sleep(0); await asyncio.sleep(0)\n"
            "    said(waiter=semaphore._waiters[0])\n"
            "    semaphore.release(); task.cancel()\n"
            "    await asyncio.wait([task]); print()\n"
            "    assert semaphore._value == 1\n"
            "asyncio.run(main())\n"
        )
        lines = [line for line in lines if "part" not in line]
        if sys.version_info < (3, 10):
            self.assertEqual(["B: at s", "Task-1: give s"], lines)
        else:
            self.assertEqual(["B: at s", "Task-1: give s", "Task-1: take s waiter", "B: give s"], lines)


class Parts(Told):
    def parts(self, body, **options):
        """The `part` records of a program, of which `body` is the main coroutine."""
        lines = self.tell("async def main():\n%sasyncio.run(main())\n" % body, **options)
        return [line for line in lines if ": part " in line]

    def test_of_gather(self):
        parts = self.parts(
            "    one, two = start(A=pause(), B=pause())\n"
            "    outer = asyncio.gather(one, two, one)\n"
            "    said(outer=outer)\n"
            "    await outer\n"
        )
        self.assertEqual(["Task-1: part outer " + name for name in "ABA"], parts)

    def test_of_wait(self):
        parts = self.parts("    await asyncio.wait(start(A=pause(), B=pause()))\n")
        self.assertEqual(["Task-1: part 0 A", "Task-1: part 0 B"], sorted(parts))

    def test_of_shield(self):
        parts = self.parts(
            "    [one] = start(A=pause())\n"
            "    outer = asyncio.shield(one)\n"
            "    said(outer=outer)\n"
            "    await outer\n"
        )
        self.assertEqual(["Task-1: part outer A"], parts)

    def test_of_wait_for_that_gives_up(self):
        parts = self.parts(
            "    [one] = start(A=asyncio.sleep(5))\n"
            "    try: await asyncio.wait_for(one, 0.01)\n"
            "    except asyncio.TimeoutError: print()\n"
        )
        times = 0 if sys.version_info >= (3, 12) else 2  # to wait for it, and for it to be cancelled
        self.assertEqual(["Task-1: part 0 A"] * times, parts)

    def test_of_as_completed(self):
        lines = self.tell(
            "async def main():\n"
            "    for one in asyncio.as_completed(start(A=pause(), B=pause())): await one\n"
            "asyncio.run(main()); print()\n"
        )
        queue = lines[0].split()[2]
        self.assertEqual(["Task-1: part %s %s" % (queue, name) for name in "AB"], sorted(lines[:2]))
        self.assertEqual("Task-1: at " + queue, lines[2])

    @unittest.skipIf(sys.version_info < (3, 11), "asyncio has task groups from 3.11 on")
    def test_of_a_task_group_and_of_one_that_grows(self):
        parts = self.parts(
            "    async with asyncio.TaskGroup() as group:\n"
            "        async def late():\n"
            "            await pause()\n"
            "            group.create_task(pause(), name='C')\n"
            "        group.create_task(pause(), name='A'); group.create_task(late(), name='B')\n"
            "    print()\n"
        )
        self.assertEqual(["Task-1: part 0 A", "Task-1: part 0 B"], sorted(parts[:2]))
        self.assertEqual(["B: part Task-1 C"], parts[2:])

    def test_of_many_are_counted(self):
        parts = self.parts(
            "    outer = asyncio.gather(*[asyncio.sleep(0) for _ in range(1234)])\n"
            "    said(outer=outer); await outer\n"
        )
        self.assertEqual(1001, len(parts))
        self.assertEqual("Task-1: part outer -234", parts[-1])
