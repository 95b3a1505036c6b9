"""Random asyncio programs, each run by an interpreter that notes what it makes every task do.

    schedules.py LOG --seed N --programs N         N programs, one loop each, numbered from the seed on
    schedules.py LOG --program JSON                one program, as `generate` gives it

A program is {"eager": whether tasks are eager, "debug": asyncio's debug mode, "bodies": lists of steps};
a step is [name, argument…], where an argument may be a list of steps. The first three are begun by the main task;
a body makes tasks only of later ones, so that programs end. What hangs (a lock nobody gives back, an
event nobody sets) is set and cancelled by the main task after a while.

The log is recorder.py's, where each waiting task also has its await stack, as (function, line), and
after it each handle has the eager tasks that began in it. Beside it LOG.made holds, for each program,
[name, id, id of its maker] of the tasks (itself if it was made by its constructor).
"""

import argparse
import asyncio
import collections
import contextlib
import contextvars
import json
import logging
import marshal
import random
import sys
import threading
import time
import types
import warnings

import recorder

NEW = sys.version_info
MOST_TASKS = 24  # of one program
serial = contextvars.ContextVar("serial", default=0)  # of the body that runs, in order of making
stacks = collections.defaultdict(list)  # id(task) -> [(function, line)] of the awaits it is about to make


class Planned(Exception):
    """An error that a program raises on purpose."""


class here:
    """Notes that the task in progress awaits on the line below `with here():`, or `offset` below."""

    def __init__(self, offset=1):
        frame = sys._getframe(1)
        self.place = frame.f_code.co_name, frame.f_lineno + offset

    def __enter__(self):
        heard(False)
        self.stack = stacks[id(asyncio.current_task())]
        self.stack.append(self.place)
        return self

    def __exit__(self, kind, *error):
        heard(kind is not None and issubclass(kind, asyncio.CancelledError))
        self.leave()

    def leave(self):
        heard(False)
        if self.place is not None:
            last = max(n for n, place in enumerate(self.stack) if place is self.place)
            del self.stack[last]
            self.place = None


def heard(cancelled):
    """The first of these in a step tells how its task was resumed."""
    log = recorder.logs[-1]
    if log.arrived is None:
        log.arrived = cancelled


def where(task):
    """The await stack by the program's own account: of each function the last place that was noted."""
    places = []
    for place in stacks[id(task)]:
        if places and places[-1][0] == place[0]:
            places.pop()
        places.append(place)
    return places


class World:
    """What the bodies of one program share."""

    def __init__(self, program):
        self.bodies = program["bodies"]
        self.locks = [asyncio.Lock() for _ in range(2)]
        self.semaphore = asyncio.Semaphore(2)
        self.events = [asyncio.Event() for _ in range(2)]
        self.condition = asyncio.Condition()
        self.queue = asyncio.Queue(1)
        self.barrier = asyncio.Barrier(2) if NEW >= (3, 11) else None
        self.loop = asyncio.get_running_loop()
        self.futures = [self.loop.create_future() for _ in range(3)]
        self.tasks = []  # (serial, task)
        self.count = 0
        self.made = []  # (task, the task that made it)
        self.met = set()  # tasks that have begun
        self.direct = set()  # of these, by its constructor

    def coroutine(self, body):
        self.count += 1
        return begin(self, self.bodies[body], self.count, asyncio.current_task())

    def add(self, count, task):
        self.tasks.append((count, task))

    def meet(self, task):
        """A task may have begun; eagerly, if it is not what the loop runs."""
        log = recorder.logs[-1]
        if task not in self.met and log.open[1] is not task:
            log.eager.append(task)
        self.met.add(task)

    def may_make(self, body):
        return self.count < MOST_TASKS and body < len(self.bodies)

    def pick(self, number):
        """A task to wait for, if there is one: a later one, so that none waits for itself."""
        tasks = [task for count, task in self.tasks if count > serial.get()]
        return tasks[number % len(tasks)] if tasks else None

    def act(self, action):
        """What a callback does."""
        kind, number = action[:2]
        if kind == "set":
            self.events[number % 2].set()
        elif kind == "result":
            future = self.futures[number % 3]
            if not future.done():
                future.set_result(number)
        elif kind == "cancel":
            self.cancel(number)
        elif kind == "again":
            self.loop.call_soon(self.act, ["set", number])
        elif kind == "make" and self.may_make(number):
            self.add(self.count + 1, self.loop.create_task(self.coroutine(number)))

    def cancel(self, number):
        if self.tasks:
            self.tasks[number % len(self.tasks)][1].cancel()


async def begin(world, steps, count, maker):
    """The function of every task that a body makes."""
    serial.set(count)
    world.made.append((asyncio.current_task(), maker))
    world.meet(asyncio.current_task())
    with here():
        await follow(world, steps)


async def follow(world, steps):
    """Follows the steps of a body; some of asyncio's functions make a task of this."""
    world.meet(asyncio.current_task())
    for step in steps:
        with here():
            await STEPS[step[0]](world, *step[1:])


async def main(program):
    world = World(program)
    loop = world.loop
    loop.set_exception_handler(lambda loop, context: None)
    if program["eager"] and NEW >= (3, 12):
        loop.set_task_factory(asyncio.eager_task_factory)
    for root in range(min(3, len(world.bodies))):
        world.add(world.count + 1, asyncio.create_task(world.coroutine(root), name="root %d" % root))
    me = asyncio.current_task()
    for turn in range(40):
        with here():
            await asyncio.sleep(0.0005)
        left = [task for task in asyncio.all_tasks() if task is not me]
        if not left:
            break
        if turn > 4:
            for task in left:
                task.cancel()
            for number in range(3):
                world.act(["set", number])
                world.act(["result", number])
    return world


# Steps. Each awaits on the line below a `here()`, where nothing else is awaited.


async def sleep(world, seconds):
    with here():
        await asyncio.sleep(seconds)


async def make(world, body, name, direct):
    if world.may_make(body):
        count = world.count + 1
        if direct:  # nobody sees it before its first step
            task = asyncio.Task(world.coroutine(body), loop=world.loop)
            world.direct.add(task)
        elif name:
            task = asyncio.create_task(world.coroutine(body), name="%s %d" % (name, world.count))
        else:
            task = world.loop.create_task(world.coroutine(body))
        world.add(count, task)


async def make_eager(world, body):
    if NEW >= (3, 12) and world.may_make(body):
        count, factory = world.count + 1, world.loop.get_task_factory()
        world.loop.set_task_factory(asyncio.eager_task_factory)
        try:
            task = world.loop.create_task(world.coroutine(body))
        finally:
            world.loop.set_task_factory(factory)
        world.add(count, task)


async def join(world, number):
    task = world.pick(number)
    if task is not None:
        with here():
            await task


async def gather(world, bodies, keep):
    coroutines = [world.coroutine(body) for body in bodies if world.may_make(body)]
    with here():
        await asyncio.gather(*coroutines, return_exceptions=keep)


async def gather_tasks(world, numbers):
    tasks = {world.pick(number) for number in numbers} - {None, asyncio.current_task()}
    with here():
        await asyncio.gather(*tasks, return_exceptions=True)


async def wait(world, numbers, mode, seconds):
    tasks = {world.pick(number) for number in numbers} - {None}
    if tasks:
        with here():
            await asyncio.wait(tasks, return_when=mode, timeout=seconds)


async def as_completed(world, numbers):
    tasks = {world.pick(number) for number in numbers} - {None, asyncio.current_task()}
    for one in asyncio.as_completed(tasks):
        with here():
            await one


async def wait_for(world, steps, seconds):
    with here():
        await asyncio.wait_for(follow(world, steps), seconds)


async def wait_for_task(world, number, seconds):
    task = world.pick(number)
    if task is not None:
        with here():
            await asyncio.wait_for(task, seconds)


async def timeout(world, steps, seconds):
    if NEW >= (3, 11):
        async with asyncio.timeout(seconds):
            with here():
                await follow(world, steps)


async def shield(world, number):
    task = world.pick(number)
    if task is not None:
        with here():
            await asyncio.shield(task)


async def group(world, bodies, steps):
    if NEW >= (3, 11):
        with here():
            async with asyncio.TaskGroup() as tasks:
                for body in bodies:
                    if world.may_make(body):
                        world.add(world.count + 1, tasks.create_task(world.coroutine(body)))
                with here():
                    await follow(world, steps)


async def lock(world, number, steps):
    with here() as place:
        async with world.locks[number]:
            place.leave()
            with here():
                await follow(world, steps)


async def acquire(world, steps):
    with here():
        await world.semaphore.acquire()
    try:
        with here():
            await follow(world, steps)
    finally:
        world.semaphore.release()


async def wait_event(world, number):
    with here():
        await world.events[number].wait()


async def set_event(world, number):
    world.events[number].set()


async def clear_event(world, number):
    world.events[number].clear()


async def wait_condition(world):
    with here() as place:
        async with world.condition:
            place.leave()
            with here():
                await world.condition.wait()


async def notify(world, count):
    with here() as place:
        async with world.condition:
            place.leave()
            world.condition.notify(count)


async def put(world, item):
    with here():
        await world.queue.put(item)


async def get(world):
    with here():
        await world.queue.get()


async def meet(world):
    if world.barrier is not None:
        with here():
            await world.barrier.wait()


async def wait_future(world, number):
    with here():
        await world.futures[number]


async def set_future(world, number, how):
    future = world.futures[number]
    if not future.done():
        {"result": lambda: future.set_result(0), "error": lambda: future.set_exception(Planned()),
         "cancel": future.cancel}[how]()  # fmt: skip


async def cancel(world, number):
    world.cancel(number)


async def cancel_self(world):
    asyncio.current_task().cancel()


async def fail(world):
    raise Planned("on purpose")


async def exit_early(world):
    raise asyncio.CancelledError


async def guard(world, steps):
    try:
        with here():
            await follow(world, steps)
    except Exception:
        pass


async def swallow(world, steps):
    try:
        with here():
            await follow(world, steps)
    except asyncio.CancelledError:
        if NEW >= (3, 11):
            asyncio.current_task().uncancel()


async def clean_up(world, steps):
    try:
        with here():
            await follow(world, steps)
    finally:
        with here():
            await asyncio.sleep(0)


async def soon(world, action):
    world.loop.call_soon(world.act, action)


async def later(world, seconds, action):
    handle = world.loop.call_later(seconds, world.act, action)
    if seconds == 0.001:
        handle.cancel()


async def from_thread(world, action):
    def run():
        world.loop.call_soon_threadsafe(world.act, action)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


async def threadsafe(world, action):
    world.loop.call_soon_threadsafe(world.act, action)


async def job(world, seconds):
    with here():
        await world.loop.run_in_executor(None, time.sleep, seconds)


async def items(world, steps, count):
    for number in range(count):
        with here():
            await follow(world, steps)
        yield number


async def iterate(world, steps, inner, leave):
    with here():
        async for number in items(world, steps, 3):
            with here():
                await follow(world, inner)
            if leave:
                break


@contextlib.asynccontextmanager
async def managed(world, steps):
    with here():
        await asyncio.sleep(0)
    yield
    with here():
        await follow(world, steps)


async def manage(world, steps):
    with here() as place:
        async with managed(world, []):
            place.leave()
            with here():
                await follow(world, steps)


class Awaitable:
    def __init__(self, future):
        self.future = future

    def __await__(self):
        place = here(2)
        with place:
            return (yield from self.future)


async def custom(world, number):
    with here():
        await Awaitable(world.futures[number])


@types.coroutine
def turn():
    with here():
        yield


async def bare(world):
    with here():
        await turn()


STEPS = {
    step.__name__: step
    for step in (
        sleep, make, make_eager, join, gather, gather_tasks, wait, as_completed, wait_for, wait_for_task,
        timeout, shield, group, lock, acquire, wait_event, set_event, clear_event, wait_condition, notify,
        put, get, meet, wait_future, set_future, cancel, cancel_self, fail, exit_early, guard, swallow,
        clean_up, soon, later, from_thread, threadsafe, job, iterate, manage, custom, bare,
    )
}  # fmt: skip


def generate(seed):
    """A random program."""
    dice = random.Random(seed)
    bodies = dice.randint(2, 7)
    return {
        "eager": dice.random() < 0.15,
        "debug": dice.random() < 0.07,
        "bodies": [steps(dice, body, bodies, 0) for body in range(bodies)],
    }


def steps(dice, body, bodies, depth):
    """Some steps of a body."""
    least, most = (4, 9) if body < 2 and depth == 0 else (1, 5 - depth)
    return [one_step(dice, body, bodies, depth) for _ in range(dice.randint(least, most))]


def one_step(dice, body, bodies, depth):
    number = dice.randrange(8)
    seconds = dice.choice([0, 0, 0.0002, 0.0005, 0.001, 0.002])
    later_bodies = [dice.randint(body + 1, bodies) for _ in range(dice.randint(0, 3))]
    action = [dice.choice(["set", "result", "cancel", "again", "make", "nothing"]), number]
    numbers = [dice.randrange(8) for _ in range(dice.randint(1, 3))]
    mode = dice.choice(["FIRST_COMPLETED", "ALL_COMPLETED", "FIRST_EXCEPTION"])

    def inner():
        return steps(dice, body, bodies, depth + 1)

    flat = [
        ("sleep", 10, lambda: [seconds]),
        ("make", 16, lambda: [body + 1, dice.choice(["", "child"]), dice.random() < 0.1]),
        ("make_eager", 2, lambda: [body + 1]),
        ("join", 6, lambda: [number]),
        ("gather", 4, lambda: [later_bodies, dice.random() < 0.5]),
        ("gather_tasks", 3, lambda: [numbers]),
        ("wait", 3, lambda: [numbers, mode, dice.choice([None, 0.0005])]),
        ("as_completed", 2, lambda: [numbers]),
        ("wait_for_task", 2, lambda: [number, seconds]),
        ("shield", 3, lambda: [number]),
        ("wait_event", 3, lambda: [number % 2]),
        ("set_event", 2, lambda: [number % 2]),
        ("clear_event", 1, lambda: [number % 2]),
        ("wait_condition", 2, lambda: []),
        ("notify", 2, lambda: [number]),
        ("put", 3, lambda: [number]),
        ("get", 3, lambda: []),
        ("meet", 2, lambda: []),
        ("wait_future", 3, lambda: [number % 3]),
        ("set_future", 2, lambda: [number % 3, dice.choice(["result", "error", "cancel"])]),
        ("cancel", 4, lambda: [number]),
        ("cancel_self", 1, lambda: []),
        ("fail", 2, lambda: []),
        ("exit_early", 1, lambda: []),
        ("soon", 3, lambda: [action]),
        ("later", 3, lambda: [seconds, action]),
        ("from_thread", 1, lambda: [action]),
        ("threadsafe", 1, lambda: [action]),
        ("job", 1, lambda: [seconds]),
        ("custom", 2, lambda: [number % 3]),
        ("bare", 2, lambda: []),
    ]
    nested = [
        ("wait_for", 4, lambda: [inner(), seconds]),
        ("timeout", 4, lambda: [inner(), seconds]),
        ("group", 4, lambda: [later_bodies, inner()]),
        ("lock", 6, lambda: [number % 2, inner()]),
        ("acquire", 3, lambda: [inner()]),
        ("guard", 4, lambda: [inner()]),
        ("swallow", 3, lambda: [inner()]),
        ("clean_up", 3, lambda: [inner()]),
        ("iterate", 3, lambda: [inner(), inner(), dice.random() < 0.3]),
        ("manage", 2, lambda: [inner()]),
    ]
    choices = flat + nested * (depth < 2)
    name, _, arguments = dice.choices(choices, [weight for _, weight, _ in choices])[0]
    return [name, *arguments()]


def run(program):
    """Runs a program in a loop of its own; gives what it made."""
    stacks.clear()
    world = asyncio.run(main(program), debug=program["debug"])
    pairs = [(task, task if task in world.direct else maker) for task, maker in world.made]
    return [(task.get_name(), id(task), id(maker) if maker else 0) for task, maker in pairs]


def run_all(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("log")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--programs", type=int, default=1)
    parser.add_argument("--program")
    options = parser.parse_args(arguments)
    logging.disable()
    warnings.simplefilter("ignore")  # coroutines that a timeout of 0 never lets begin
    recorder.install()
    recorder.where = where
    if options.program:
        programs = [json.loads(options.program)]
    else:
        programs = map(generate, range(options.seed, options.seed + options.programs))
    notes = [run(program) for program in programs]
    recorder.save(options.log)
    with open(options.log + ".made", "wb") as file:
        marshal.dump(notes, file)


if __name__ == "__main__":
    run_all(sys.argv[1:])
