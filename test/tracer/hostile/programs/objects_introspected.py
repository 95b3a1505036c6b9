"""Looks at asyncio's locks, queues and groups from all sides."""

import asyncio
import copy
import inspect
import linecache
import pickle
import sys
import traceback
import weakref

CLASSES = [asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore, asyncio.BoundedSemaphore]
CLASSES += [asyncio.Queue, asyncio.LifoQueue, asyncio.StreamReader]
CLASSES += [getattr(asyncio, name) for name in ("Barrier", "TaskGroup", "Timeout") if hasattr(asyncio, name)]
FUNCTIONS = [asyncio.gather, asyncio.wait, asyncio.wait_for, asyncio.shield, asyncio.as_completed, asyncio.run]
METHODS = [(cls, name) for cls in CLASSES for name, value in vars(cls).items() if inspect.isfunction(value)]
BEFORE = {(cls, name): vars(cls)[name] for cls, name in METHODS}


class Own(asyncio.Lock):
    async def acquire(self):
        print("acquire", await super().acquire())
        return True

    def release(self):
        print("release", super().release())


class Drawer(asyncio.Semaphore):
    """Keeps what it has got in a property."""

    drawer = 0

    @property
    def _value(self):
        return self.drawer

    @_value.setter
    def _value(self, value):
        print("value", value)
        self.drawer = value


def face(function):
    code = function.__code__
    print(function.__name__, function.__qualname__, function.__module__, inspect.signature(function))
    print(function.__defaults__, function.__kwdefaults__, sorted(function.__dict__), function.__closure__ is None)
    print(function.__globals__ is vars(sys.modules[function.__module__]), function.__annotations__)
    print(code.co_name, code.co_firstlineno, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_flags)
    print(code.co_filename == sys.modules[function.__module__].__file__, code.co_argcount)
    print(hash(inspect.getsource(function)) == hash("".join(lines(code))), pickle.loads(pickle.dumps(function)) is function)
    print(inspect.iscoroutinefunction(function), inspect.isgeneratorfunction(function), bool(function.__doc__))


def lines(code):
    return inspect.getblock(linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :])


def faces():
    for cls in CLASSES:
        print(cls, sorted(vars(cls)), inspect.signature(cls), cls.__mro__)
    for cls, name in METHODS:
        print(cls.__name__, name, vars(cls)[name] is BEFORE[cls, name])
        face(vars(cls)[name])
    for function in FUNCTIONS:
        face(function)


async def errors():
    for broken in (asyncio.Lock().release, asyncio.BoundedSemaphore(1).release, asyncio.Queue().task_done):
        try:
            broken()
        except (RuntimeError, ValueError) as error:
            print(*traceback.format_exception(type(error), error, error.__traceback__))
            print(len(inspect.getinnerframes(error.__traceback__)))
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)
    except asyncio.TimeoutError as error:
        for frame, line in traceback.walk_tb(error.__traceback__):
            print(frame.f_code.co_name, line)
    try:
        asyncio.Lock(1, 2, 3)
    except TypeError as error:
        print(error)


async def states():
    lock, queue = asyncio.Lock(), asyncio.Queue()
    objects = [lock, queue, asyncio.Event(), asyncio.Semaphore(3), asyncio.Condition()]
    async with lock, objects[3], objects[4]:
        for one in objects:
            state = {key: value for key, value in vars(one).items() if key != "_loop"}
            print(list(state), [value for value in state.values() if isinstance(value, (int, bool))])
            print(weakref.getweakrefcount(one), sys.getrefcount(one), one in [copy.copy(one)])
    twin = copy.copy(lock)
    print(twin.locked(), lock.locked(), list(vars(twin)))
    own = Own()
    async with own:
        waiter = asyncio.ensure_future(own.acquire())
        await asyncio.sleep(0)
        print(own.locked(), len(own._waiters), sys.getrefcount(own._waiters[0]))
    await waiter
    drawer = Drawer(1)
    async with drawer:
        waiter = asyncio.ensure_future(drawer.acquire())
        await asyncio.sleep(0)
    await waiter
    gone = weakref.ref(own)
    del own, waiter
    print(gone())


def hold_early():
    """Bound methods and coroutines that were made before any loop ran."""
    if sys.version_info >= (3, 10):
        lock = asyncio.Lock()
        coro = lock.acquire()
        print(coro.__qualname__, coro.cr_frame.f_lineno, coro.cr_code is asyncio.Lock.acquire.__code__)
        return lock, coro, lock.release
    return None


async def main():
    faces()
    await errors()
    await states()
    if EARLY:
        lock, coro, release = EARLY
        print(await coro, lock.locked(), release(), lock.locked())


EARLY = hold_early()
asyncio.run(main())
faces()
