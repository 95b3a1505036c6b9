"""Makes, copies, raises and looks at CancelledErrors, and counts frames and references around cancels."""

import asyncio
import copy
import gc
import inspect
import pickle
import sys
import traceback
import weakref

Cancelled = asyncio.CancelledError


class Own(Cancelled):
    def __init__(self, code):
        super().__init__("own")
        self.code = code


class Mute(Cancelled):
    def __init__(self):
        pass


class Loud:
    """Nobody has any business with this one."""

    def __repr__(self):
        print("asked")
        return "loud"

    __str__ = __eq__ = __bool__ = __hash__ = __repr__


def errors():
    print(Cancelled, Cancelled.__mro__, Cancelled.__doc__, Cancelled.__module__, dir(Cancelled))
    for error in (Cancelled(), Cancelled("a", 2), Own(3), Mute(), Cancelled(Loud())):
        print(type(error), len(error.args), vars(error), error.__cause__, error.__context__)
        if type(error) is not Own and not any(type(arg) is Loud for arg in error.args):
            twin = pickle.loads(pickle.dumps(error))
            print(type(twin), twin.args, copy.copy(error).args)
    for broken in (lambda: Cancelled(code=1), lambda: Own(), lambda: Mute(1)):
        try:
            broken()
        except TypeError as error:
            print(error)
    deep()


def deep():
    """As deep as can be: the error is made where a call more would be too many."""
    try:
        Cancelled()
        deep()
    except RecursionError:
        pass


async def wait(seconds=5):
    await asyncio.sleep(seconds)


async def arrivals():
    tasks = [asyncio.ensure_future(wait()) for _ in range(3)]
    tasks.append(asyncio.ensure_future(asyncio.gather(*tasks[:2])))
    await asyncio.sleep(0)
    for task in tasks[1:]:
        print(task.cancel(), sys.getrefcount(task))
    for task in tasks[1:]:
        try:
            await task
        except Cancelled as error:
            print(error.args, [frame.name for frame in traceback.extract_tb(error.__traceback__)])
            print(len(inspect.getinnerframes(error.__traceback__)), gc.get_referrers(error) is None)
            context = error.__context__
            print(type(context), context and len(context.args))
    gone = weakref.ref(tasks[2])
    handed = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: handed.append(context["message"]))
    del tasks, task
    await asyncio.sleep(0)
    gc.collect()
    print(gone(), handed)


class Witness:
    """Says when it goes."""

    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone:", self.name)


async def holds(name):
    witness = Witness(name)
    try:
        await asyncio.sleep(5)
    finally:
        print("leaving", witness.name)


async def moments():
    """What a task holds must go when its last step ends, before the next task's step."""
    tasks = [asyncio.ensure_future(holds(name)) for name in "abc"]
    await asyncio.sleep(0)
    while tasks:
        tasks.pop(0).cancel()
    await asyncio.sleep(0)
    print("after")
    await asyncio.sleep(0)


async def limits():
    try:
        await asyncio.wait_for(wait(), 0.01)
    except asyncio.TimeoutError as error:
        print(type(error.__cause__), type(error.__context__), error.args)
    if sys.version_info >= (3, 11):
        try:
            async with asyncio.timeout(0.01) as timeout:
                await wait()
        except TimeoutError as error:
            print(type(error.__cause__), timeout.expired())
        task = asyncio.current_task()
        print(task.cancelling())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(wait())
                group.create_task(asyncio.wait_for(wait(), 0.01))
        except BaseException as error:
            print(type(error), [type(one) for one in error.exceptions], task.cancelling())


errors()
asyncio.run(arrivals())
asyncio.run(moments())
asyncio.run(limits())
errors()
