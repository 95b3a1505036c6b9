"""What records say of the items in queues, held against what the queues say themselves."""

import collections
import json
import sys
import unittest

from support import TracerTest

# A loop whose queue of handles notes how many items each queue has before every handle runs.
WATCHED = """
import asyncio, collections, heapq, json, random
class Handles(collections.deque):
    def popleft(self):
        sizes.append([queue.qsize() for queue in queues])
        return super().popleft()
class Own(asyncio.Queue):
    def _init(self, maxsize): self._queue = []
    def _put(self, item): heapq.heappush(self._queue, item)
    def _get(self): return heapq.heappop(self._queue)
    def put_nowait(self, item): super().put_nowait(item)
sizes, queues = [], []
async def user(seed):
    dice = random.Random(seed)
    for _ in range(30):
        queue, act = dice.choice(queues), dice.randrange(6)
        try:
            if act == 0: await asyncio.wait_for(queue.put(dice.random()), dice.random() / 500)
            elif act == 1: await asyncio.wait_for(queue.get(), dice.random() / 500)
            elif act == 2: queue.put_nowait(dice.random())
            elif act == 3: queue.get_nowait()
            elif act == 4: await asyncio.sleep(0)
            else:
                while True: queue.get_nowait(); queue.put_nowait(1); queue.get_nowait()
        except (asyncio.QueueFull, asyncio.QueueEmpty, asyncio.TimeoutError): pass
async def main():
    queues.extend([asyncio.Queue(), asyncio.Queue(2), asyncio.PriorityQueue(3), asyncio.LifoQueue(), Own(4)])
    await asyncio.gather(*[user(seed) for seed in range(12)])
    if hasattr(asyncio.Queue, "shutdown"):
        for queue in queues: queue.shutdown(immediate=True)
        await asyncio.sleep(0)
loop = asyncio.new_event_loop()
loop._ready = Handles()
loop.run_until_complete(main())
print(json.dumps([[id(queue) for queue in queues], sizes]))
"""
HANDLES = ("step", "callback", "skipped")


class Items(TracerTest):
    def run_source(self, source):
        """What a program prints as JSON, and the records of its trace."""
        done = self.traced(self.write("program.py", source))
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        return json.loads(done.stdout), self.trace()

    def told(self, source):
        """A program's records of the queue whose id it prints: `made`, `+`, `-`, and what came of it
        after which step, by task."""
        number, records = self.run_source(source)
        tasks, words, lines = {}, "", []
        for _, kind, fields in records:
            if kind in ("task", "name"):
                tasks[fields["task"]] = fields["name"]
            elif fields.get("object") == number and kind in ("queue", "put", "got"):
                words += {"queue": "made ", "put": "+", "got": "-"}[kind]
            elif kind in ("step", "callback", "run") and words:
                lines.append("%s: %s" % (tasks.get(fields.get("task"), kind), words))
                words = ""
        return lines

    def test_depth_after_every_handle(self):
        (ids, sizes), records = self.run_source(WATCHED)
        depths, seen = collections.Counter(), []
        for _, kind, fields in records:
            if kind in ("put", "got"):
                depths[fields["object"]] += 1 if kind == "put" else -1
            elif kind == "queue":
                depths[fields["object"]] = 0
            elif kind in HANDLES:
                seen.append([depths[number] for number in ids])
        self.assertGreater(len(sizes), 150)
        self.assertEqual(sizes[1:], seen[: len(sizes) - 1])
        self.assertGreater(max(max(each) for each in seen), 3)

    def test_puts_and_gets_of_steps(self):
        lines = self.told(
            "import asyncio\n"
            "async def produce(queue):\n"
            "    for item in range(3): await queue.put(item)\n"
            "async def main():\n"
            "    queue = asyncio.Queue(2)\n"
            "    print(id(queue))\n"
            "    asyncio.create_task(produce(queue), name='P')\n"
            "    await asyncio.sleep(0.01)\n"
            "    for _ in range(3): await queue.get()\n"
            "    for act in (queue.get_nowait, lambda: [queue.put_nowait(0) for _ in range(3)]):\n"
            "        try: act()\n"
            "        except (asyncio.QueueEmpty, asyncio.QueueFull): pass\n"
            "    loop = asyncio.get_running_loop()\n"
            "    loop.call_soon(queue.get_nowait)\n"
            "    await asyncio.sleep(0)\n"
            "asyncio.run(main(), debug=False)\n"
        )
        self.assertEqual(["Task-1: made ", "P: ++", "Task-1: --", "P: +", "Task-1: -++", "callback: -"], lines)

    def test_a_method_that_fails_tells_nothing(self):
        lines = self.told(
            "import asyncio\n"
            "class Odd(asyncio.Queue):\n"
            "    def _put(self, item): raise OSError\n"
            "    _get = qsize = __len__ = __eq__ = __bool__ = _put\n"
            "    __hash__ = None\n"
            "async def main():\n"
            "    queue = Odd()\n"
            "    print(id(queue))\n"
            "    for _ in range(2):\n"
            "        try: queue.put_nowait(1)\n"
            "        except OSError: pass\n"
            "asyncio.run(main())\n"
        )
        self.assertEqual(["Task-1: made "], lines)

    @unittest.skipIf(sys.version_info < (3, 10), "a queue needs its loop from the start")
    def test_outside_of_steps(self):
        """What was put before the hooks were in, by no step and by another thread."""
        lines = self.told(
            "import asyncio, threading\n"
            "queue = asyncio.Queue()\n"
            "print(id(queue))\n"
            "queue.put_nowait(0)\n"
            "async def main():\n"
            "    queue.get_nowait()\n"
            "    thread = threading.Thread(target=queue.put_nowait, args=(1,))\n"
            "    thread.start(); thread.join()\n"
            "asyncio.run(main())\n"
            "queue.put_nowait(2)\n"
            "async def again(): queue.get_nowait()\n"
            "asyncio.run(again())\n"
        )
        self.assertEqual("-+", lines[0].rpartition(" ")[2])
        self.assertEqual("run: +", lines[1])
        self.assertTrue(lines[2].endswith(": -"), lines)

    def test_two_threads_with_loops(self):
        number, records = self.run_source(
            "import asyncio, threading\n"
            "async def work(out):\n"
            "    queue = asyncio.Queue()\n"
            "    for item in range(5):\n"
            "        queue.put_nowait(item)\n"
            "        await asyncio.sleep(0.002)\n"
            "    out.append(id(queue)); kept.append(queue)\n"
            "kept, out = [], []\n"
            "threads = [threading.Thread(target=asyncio.run, args=(work(out),)) for _ in range(2)]\n"
            "for thread in threads: thread.start()\n"
            "for thread in threads: thread.join()\n"
            "print(out)\n"
        )
        streams = [{s for s, kind, f in records if kind == "put" and f["object"] == one} for one in number]
        self.assertEqual([1, 1], [len(each) for each in streams])
        self.assertNotEqual(*streams)

    def test_many_items_in_one_step(self):
        """What one long step puts and takes is written while it runs: it does not pile up in memory."""
        source = (
            "import asyncio, sys, time\n"
            "async def main():\n"
            "    queue, before = asyncio.Queue(), sys.getallocatedblocks()\n"
            "    falls, most, until = 0, before, time.perf_counter() + 30\n"
            "    while falls < 2 and time.perf_counter() < until:\n"
            "        for _ in range(1000): queue.put_nowait(0); queue.get_nowait()\n"
            "        now = sys.getallocatedblocks()\n"
            "        most = max(most, now)\n"
            "        if now - before < (most - before) / 2: falls, most = falls + 1, now\n"
            "    print(falls)\n"
            "asyncio.run(main())\n"
        )
        done = self.traced(self.write("program.py", source))  # its trace is too long to be read here
        self.assertEqual(("2\n", ""), (done.stdout, done.stderr))


if __name__ == "__main__":
    unittest.main()
