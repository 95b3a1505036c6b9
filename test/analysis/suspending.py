"""Awaits well-known things in known situations and says whether each suspended, as JSON: {name: [true, false, ...]}.

An await suspends when what it awaits yields to the event loop. Each situation is one function; those that this Python has
not got are left out.
"""

import asyncio
import concurrent.futures
import contextlib
import json
import sys
import time
import types
from typing import Any, Awaitable, Callable, Dict, List

Situation = Callable[[], Awaitable[Any]]
situations: Dict[str, List[Situation]] = {}


def situation(name: str, since: int = 9) -> Callable[[Situation], Situation]:
    """`function()` gives the awaitable that `name` is about; behind a colon, what is said of the call's arguments."""

    def register(function: Situation) -> Situation:
        if sys.version_info >= (3, since):
            situations.setdefault(name, []).append(function)
        return function

    return register


@types.coroutine
def counting(awaitable, yields: List[Any]):
    """Awaits, and notes what goes to the event loop on the way."""
    steps = awaitable if asyncio.iscoroutine(awaitable) else awaitable.__await__()
    sent = None
    while True:
        try:
            value = steps.send(sent) if hasattr(steps, "send") else next(steps)
        except StopIteration as end:
            return end.value
        yields.append(value)
        sent = yield value


async def suspends(make: Situation) -> bool:
    yields: List[Any] = []
    made = make()
    if getattr(make, "prepares", False):
        made = await made
    await counting(made, yields)
    return bool(yields)


def prepared(function):
    """The situation is a coroutine function that returns the awaitable."""
    function.prepares = True
    return function


async def value(result=None):
    return result


def soon(function, *args) -> None:
    asyncio.get_running_loop().call_soon(function, *args)


class Held:
    """A thing to await, in a list: a coroutine function may not return an awaitable by itself."""

    def __init__(self, awaitable) -> None:
        self.awaitable = awaitable

    def __await__(self):
        return self.awaitable.__await__()


situation("asyncio.sleep")(lambda: asyncio.sleep(0.001))
situation("asyncio.sleep")(lambda: asyncio.sleep(0, "x"))
situation("asyncio.sleep: delay=0")(lambda: asyncio.sleep(0))
situation("asyncio.gather: nothing")(lambda: asyncio.gather())
situation("asyncio.gather")(lambda: asyncio.gather(value(), value()))
situation("asyncio.TaskGroup.__aenter__", 11)(lambda: asyncio.TaskGroup().__aenter__())
situation("asyncio.Timeout.__aenter__", 11)(lambda: asyncio.timeout(9).__aenter__())
situation("contextlib.AsyncExitStack.__aenter__")(lambda: contextlib.AsyncExitStack().__aenter__())
situation("asyncio.to_thread")(lambda: asyncio.to_thread(time.sleep, 0.01))
situation("asyncio.AbstractEventLoop.run_in_executor")(
    lambda: asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.01)
)


@situation("asyncio.gather", 12)
@prepared
async def gathered_done():
    task = asyncio.create_task(value())
    await task
    return Held(asyncio.gather(task))


@situation("asyncio.Task")
@prepared
async def done_task():
    task = asyncio.create_task(value())
    await task
    return Held(task)


situation("asyncio.Task")(lambda: asyncio.create_task(value()))


@situation("asyncio.Future")
def future():
    made = asyncio.get_running_loop().create_future()
    soon(made.set_result, 1)
    return made


@situation("asyncio.Future")
def done_future():
    made = asyncio.get_running_loop().create_future()
    made.set_result(1)
    return made


@situation("asyncio.wrap_future")
def wrapped():
    inner: concurrent.futures.Future = concurrent.futures.Future()
    soon(inner.set_result, 1)
    return asyncio.wrap_future(inner)


@situation("asyncio.wrap_future")
@prepared
async def wrapped_done():
    inner: concurrent.futures.Future = concurrent.futures.Future()
    inner.set_result(1)
    outer = asyncio.wrap_future(inner)
    await outer
    return Held(outer)


@situation("asyncio.wait")
@prepared
async def waited_done():
    task = asyncio.create_task(value())
    await task
    return Held(asyncio.wait([task]))


situation("asyncio.wait_for")(lambda: asyncio.wait_for(asyncio.sleep(0), 9))
situation("asyncio.wait_for", 12)(lambda: asyncio.wait_for(value(), 9))
situation("asyncio.wait_for: timeout=None")(lambda: asyncio.wait_for(asyncio.sleep(0), None))
situation("asyncio.wait_for: timeout=None")(lambda: asyncio.wait_for(value(), None))
situation("asyncio.shield")(lambda: asyncio.shield(value()))


@situation("asyncio.wait_for: timeout=0")
@prepared
async def waited_for_done():
    task = asyncio.create_task(value())
    await task
    return Held(asyncio.wait_for(task, 0))


@situation("asyncio.wait_for: timeout=0")
@prepared
async def waited_for_no_time():
    async def times_out():
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(value(), 0)

    return Held(times_out())


@situation("asyncio.gather: return_exceptions=True", 12)
@prepared
async def gathered_failed():
    task = asyncio.create_task(asyncio.wait_for(asyncio.sleep(1), 0))
    await asyncio.wait([task])
    return Held(asyncio.gather(task, return_exceptions=True))


situation("asyncio.gather: return_exceptions=True")(lambda: asyncio.gather(value(), return_exceptions=True))


@situation("asyncio.shield")
@prepared
async def shielded_done():
    task = asyncio.create_task(value())
    await task
    return Held(asyncio.shield(task))


def held_lock():
    lock = asyncio.Lock()
    lock._locked = True
    soon(lock.release)
    return lock


situation("asyncio.Lock.acquire")(lambda: asyncio.Lock().acquire())
situation("asyncio.Lock.acquire")(lambda: held_lock().acquire())
situation("asyncio.Lock.__aenter__")(lambda: asyncio.Lock().__aenter__())
situation("asyncio.Lock.__aenter__")(lambda: held_lock().__aenter__())
situation("asyncio.Condition.acquire")(lambda: asyncio.Condition().acquire())
situation("asyncio.Condition.acquire")(lambda: asyncio.Condition(held_lock()).acquire())
situation("asyncio.Condition.__aenter__")(lambda: asyncio.Condition().__aenter__())
situation("asyncio.Condition.__aenter__")(lambda: asyncio.Condition(held_lock()).__aenter__())


@situation("asyncio.Lock.__aexit__")
@prepared
async def leaving_lock():
    lock = asyncio.Lock()
    await lock.acquire()
    return Held(lock.__aexit__(None, None, None))


def empty_semaphore(kind=asyncio.Semaphore):
    semaphore = kind(1)
    semaphore._value = 0
    soon(semaphore.release)
    return semaphore


situation("asyncio.Semaphore.acquire")(lambda: asyncio.Semaphore(1).acquire())
situation("asyncio.Semaphore.acquire")(lambda: empty_semaphore().acquire())
situation("asyncio.Semaphore.__aenter__")(lambda: asyncio.Semaphore(1).__aenter__())
situation("asyncio.Semaphore.__aenter__")(lambda: empty_semaphore().__aenter__())
situation("asyncio.Semaphore.__aexit__")(lambda: asyncio.Semaphore(1).__aexit__(None, None, None))


@situation("asyncio.Event.wait")
def event():
    made = asyncio.Event()
    soon(made.set)
    return made.wait()


@situation("asyncio.Event.wait")
def set_event():
    made = asyncio.Event()
    made.set()
    return made.wait()


async def notified(condition):
    async with condition:
        condition.notify_all()


@situation("asyncio.Condition.wait")
@prepared
async def condition_wait():
    condition = asyncio.Condition()
    await condition.acquire()
    asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(notified(condition)))
    return Held(condition.wait())


@situation("asyncio.Condition.wait_for")
@prepared
async def condition_wait_for():
    condition, answers = asyncio.Condition(), [False, True]
    await condition.acquire()
    asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(notified(condition)))
    return Held(condition.wait_for(lambda: answers.pop(0)))


situation("asyncio.Condition.wait_for")(lambda: asyncio.Condition().wait_for(lambda: True))
situation("asyncio.Barrier.wait", 11)(lambda: asyncio.Barrier(1).wait())
situation("asyncio.Barrier.__aenter__", 11)(lambda: asyncio.Barrier(1).__aenter__())
situation("asyncio.Barrier.__aexit__", 11)(lambda: asyncio.Barrier(1).__aexit__(None, None, None))
situation("asyncio.Barrier.reset", 11)(lambda: asyncio.Barrier(1).reset())


@situation("asyncio.Barrier.wait", 11)
def first_at_barrier():
    barrier = asyncio.Barrier(2)
    asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(barrier.wait()))
    return barrier.wait()


@situation("asyncio.Barrier.__aenter__", 11)
def first_entering_barrier():
    barrier = asyncio.Barrier(2)
    asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(barrier.wait()))
    return barrier.__aenter__()


@situation("asyncio.Barrier.reset", 11)
def reset_held():
    barrier = asyncio.Barrier(1)
    barrier._cond._lock._locked = True
    soon(barrier._cond.release)
    return barrier.reset()


def queue(*items, maxsize=0):
    made: asyncio.Queue = asyncio.Queue(maxsize)
    for item in items:
        made.put_nowait(item)
    return made


@situation("asyncio.Queue.get")
def get_from_empty():
    made = queue()
    soon(made.put_nowait, 1)
    return made.get()


@situation("asyncio.Queue.put")
def put_into_full():
    made = queue(1, maxsize=1)
    soon(made.get_nowait)
    return made.put(2)


@situation("asyncio.Queue.join")
def join_unfinished():
    made = queue(1)
    made.get_nowait()
    soon(made.task_done)
    return made.join()


situation("asyncio.Queue.get")(lambda: queue(1).get())
situation("asyncio.Queue.put")(lambda: queue().put(1))
situation("asyncio.Queue.join")(lambda: queue().join())


def reader(*chunks, later=b""):
    made = asyncio.StreamReader()
    for chunk in chunks:
        made.feed_data(chunk)
    if later:
        soon(made.feed_data, later)
    return made


for method, arguments in {"read": (1,), "readline": (), "readexactly": (2,), "readuntil": (), "__anext__": ()}.items():
    situation(f"asyncio.StreamReader.{method}")(lambda m=method, a=arguments: getattr(reader(b"a\n"), m)(*a))
    situation(f"asyncio.StreamReader.{method}")(lambda m=method, a=arguments: getattr(reader(later=b"a\n"), m)(*a))


@situation("asyncio.as_completed")
def completed_later():
    return next(iter(asyncio.as_completed([value()])))


@situation("asyncio.as_completed")
@prepared
async def completed_before():
    task = asyncio.create_task(value())
    await task
    coroutine = next(iter(asyncio.as_completed([task])))
    await asyncio.sleep(0.001)
    return Held(coroutine)


@situation("asyncio.TaskGroup.__aexit__", 11)
@prepared
async def leaving_empty_group():
    group = asyncio.TaskGroup()
    await group.__aenter__()
    return Held(group.__aexit__(None, None, None))


@situation("asyncio.TaskGroup.__aexit__", 11)
def leaving_busy_group():
    class Entered:
        """Enters and leaves in one task: a group belongs to the task that entered it."""

        def __await__(self):
            group = asyncio.TaskGroup()
            yield from group.__aenter__().__await__()
            group.create_task(value())
            yield from group.__aexit__(None, None, None).__await__()

    return Entered()


@situation("asyncio.Timeout.__aexit__", 11)
def leaving_timeout():
    class Entered:
        def __await__(self):
            timeout = asyncio.timeout(9)
            yield from timeout.__aenter__().__await__()
            yield from timeout.__aexit__(None, None, None).__await__()

    return Entered()


async def served(reader_, writer):
    data = await reader_.read(1)
    writer.write(data)
    writer.close()


async def listening():
    return await asyncio.start_server(served, "127.0.0.1", 0)


@situation("asyncio.open_connection")
@prepared
async def connecting():
    server = await listening()
    port = server.sockets[0].getsockname()[1]

    async def connect_and_close():
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    return Held(connect_and_close())


@situation("asyncio.create_subprocess_exec")
def spawning():
    async def spawn():
        process = await asyncio.create_subprocess_exec(sys.executable, "-I", "-S", "-c", "")
        await process.communicate()

    return spawn()


async def main() -> Dict[str, List[bool]]:
    seen: Dict[str, List[bool]] = {}
    for name, makers in situations.items():
        seen[name] = [await asyncio.wait_for(suspends(make), 20) for make in makers]
    return seen


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main())))
