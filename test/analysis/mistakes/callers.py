"""Who calls an async def: coroutine-as-callback, async-special-method, async-test-never-runs."""
import asyncio
import signal
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from functools import partial


async def work(*args):
    await asyncio.sleep(0)


def plain(*args):
    return 1


async def stream():
    yield 1


async def hands_over(items, unknown):
    loop = asyncio.get_running_loop()
    loop.call_soon(work)
    #              ^ coroutine-as-callback: `call_soon` only calls `work` and drops the coroutine
    loop.call_later(1, work, 2)
    #                  ^ coroutine-as-callback: `work` never runs
    loop.call_later(1, lambda: work())
    #                  ^ coroutine-as-callback: drops the coroutine
    loop.call_soon_threadsafe(partial(work, 1))
    #                         ^ coroutine-as-callback: drops the coroutine
    loop.add_signal_handler(signal.SIGTERM, work)
    #                                       ^ coroutine-as-callback: coroutines cannot be used with add_signal_handler()
    await loop.run_in_executor(None, work)
    #                                ^ coroutine-as-callback: the thread gives back the coroutine
    await asyncio.to_thread(work, 1)
    #                       ^ coroutine-as-callback: the thread gives back the coroutine
    task = asyncio.create_task(work())
    task.add_done_callback(work)
    #                      ^ coroutine-as-callback: `add_done_callback` only calls `work`
    threading.Thread(target=work).start()
    #                       ^ coroutine-as-callback: `threading.Thread` only calls `work`
    threading.Thread(target=work, args=(1,)).start()
    #                       ^ coroutine-as-callback: never runs
    threading.Timer(1, work).start()
    #                  ^ coroutine-as-callback: never runs
    signal.signal(signal.SIGTERM, work)
    #                             ^ coroutine-as-callback: never runs
    ThreadPoolExecutor().submit(work)
    #                           ^ coroutine-as-callback: its future gives the coroutine
    found = list(filter(work, items))
    #                   ^ coroutine-as-callback: nothing is left out
    ordered = sorted(items, key=work)
    #                           ^ coroutine-as-callback: '<' not supported between instances of 'coroutine' and 'coroutine'

    loop.call_soon(plain)
    loop.call_soon(unknown)
    loop.call_soon(lambda: plain())
    loop.call_soon(asyncio.create_task, work())
    loop.call_soon(lambda: asyncio.create_task(work()))
    await asyncio.gather(*map(work, items))
    await asyncio.to_thread(plain)
    await asyncio.to_thread(asyncio.run, work())
    threading.Thread(target=plain).start()
    task.add_done_callback(partial(plain, 1))
    sorted(items, key=plain)
    unknown.call_soon(work)
    unknown.submit(work)
    return found, ordered


class Thing:
    async def __init__(self):
        #     ^ async-special-method: TypeError: __init__() should return None, not 'coroutine'
        self._size = 0

    async def __len__(self):
        #     ^ async-special-method: 'coroutine' object cannot be interpreted as an integer
        return 1

    async def __del__(self):
        #     ^ async-special-method: drops the coroutine, and the body never runs
        pass

    async def __contains__(self, item):
        #     ^ async-special-method: a coroutine is always true, so `in` always is
        return False

    async def __exit__(self, *error):
        #     ^ async-special-method: `with` swallows every exception
        return False

    async def __aiter__(self):
        #     ^ async-special-method: 'async for' received an object from __aiter__
        return self

    @property
    async def size(self):
        return self._size

    @size.setter
    async def size(self, value):
        #     ^ async-special-method: `x.size = …` calls this and drops its coroutine
        self._size = value

    async def __call__(self):
        return 1

    async def __getitem__(self, key):
        return key

    async def __aenter__(self):
        return self

    async def __anext__(self):
        raise StopAsyncIteration


class Stream:
    async def __aiter__(self):
        yield 1

    def __len__(self):
        return 1


async def __init__():
    pass


class PlainTests(unittest.TestCase):
    async def test_nothing(self):
        #     ^ async-test-never-runs: the test passes and its body never runs
        self.assertTrue(False)

    def test_something(self):
        asyncio.run(work())

    async def helper(self):
        pass


class MoreTests(PlainTests):
    async def test_more(self):
        #     ^ async-test-never-runs: `unittest.IsolatedAsyncioTestCase` runs it
        pass


class AsyncTests(unittest.IsolatedAsyncioTestCase):
    async def test_right(self):
        await work()


class OwnRunner(unittest.TestCase):
    def run(self, result=None):
        return super().run(result)

    async def test_by_own_runner(self):
        pass


def runs(function):
    return lambda self: asyncio.run(function(self))


class Decorated(unittest.TestCase):
    @runs
    async def test_decorated(self):
        pass
