"""Queues of all kinds, with methods that say when they are called, looked at while they work."""

import asyncio
import copy
import inspect
import sys
import traceback


class Loud(asyncio.Queue):
    """Says whatever is asked of it; equals nothing, has no truth and no hash."""

    def _init(self, maxsize):
        print("init", maxsize)
        self._queue = []

    def _put(self, item):
        print("put", item, caller())
        if item == "bad":
            raise OSError(item)
        self._queue.append(item)

    def _get(self):
        print("get", caller())
        return self._queue.pop()

    def qsize(self):
        print("size", caller())
        return super().qsize()

    def __getattribute__(self, name):
        names.append(name)
        return super().__getattribute__(name)

    def __bool__(self):
        raise ZeroDivisionError

    __len__ = __eq__ = __bool__
    __hash__ = None


class Unique(asyncio.Queue):
    """Stores no item twice: has less than was put."""

    def _init(self, maxsize):
        self._queue = {}

    def _put(self, item):
        self._queue[item] = True

    def _get(self):
        return self._queue.popitem()[0]


class Bare(asyncio.Queue):
    """Does without the constructor."""

    def __init__(self):
        twin = asyncio.LifoQueue(2)
        self.__dict__.update(vars(twin))
        self._put, self._get = self._queue.append, self._queue.pop


def caller():
    frame = sys._getframe(2)
    return frame.f_code.co_name, frame.f_lineno, [str(name) for name in frame.f_locals]


async def use(queue):
    for item in (3, 1, 2, 2):
        await queue.put(item)
        if queue.full():
            print("got", await queue.get())
    try:
        await queue.put("bad" if isinstance(queue, Loud) else 4)
    except (OSError, TypeError) as error:
        for frame in traceback.extract_tb(error.__traceback__)[1:]:
            print(type(error).__name__, frame.name, frame.lineno, frame.line)
    while not queue.empty():
        print("got", queue.get_nowait(), queue.qsize(), queue._unfinished_tasks)
    for act in (queue.get_nowait, lambda: [queue.put_nowait(n) for n in range(9)]):
        try:
            act()
        except (asyncio.QueueEmpty, asyncio.QueueFull) as error:
            print(type(error).__name__, [frame.lineno for frame in traceback.extract_tb(error.__traceback__)][1:])
    if hasattr(queue, "shutdown"):
        queue.shutdown(immediate=True)
        print(queue.qsize(), queue._unfinished_tasks)
    print(sys.getrefcount(queue))


async def main():
    kinds = [asyncio.Queue, asyncio.PriorityQueue, asyncio.LifoQueue, Loud, Unique]
    for queue in [*[kind(3) for kind in kinds], Bare()]:
        print(type(queue).__name__)
        await use(queue)
    loud = Loud()
    twin = copy.copy(loud)
    names.clear()
    loud.put_nowait(5)
    print(names, len(twin._queue))
    for name in ("__init__", "put_nowait", "get_nowait"):
        function = getattr(asyncio.Queue, name)
        print(inspect.signature(function), hash(inspect.getsource(function)) != 0, function.__code__.co_varnames)


names = []
asyncio.run(main())
