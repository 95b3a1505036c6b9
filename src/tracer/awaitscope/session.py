"""One trace of one process: its streams, the loops that run, and what the hooks tell it.

The hooks (instrument.py) do by themselves what happens at every step; everything rarer comes here.
"""

import _signal
import os
import sys
import time
from _thread import RLock
from asyncio import base_events, events, futures, tasks
from functools import partial
from types import BuiltinFunctionType, CoroutineType, MethodType

from . import record, steps
from .awaits import Places, task_name
from .other_loops import class_hooks, handle_hook, loop_hook
from .record import clock, text
from .seams import Seams

Loop = base_events.BaseEventLoop


class Asyncio:
    """What this Python's asyncio is made of."""

    def __init__(self):
        self.folder = os.path.dirname(base_events.__file__)
        self.step, self.wakeup, self.future_iterator = _probe()
        self.task_types = (tasks.Task, tasks._PyTask)
        self.future_types = (futures.Future, futures._PyFuture)
        self.partial = partial
        self.python_task = tasks._PyTask
        # A sleep's due time is in the loop's clock, records are in ours.
        self.clock_offset = clock() - time.monotonic()

    def is_python_step(self, method: MethodType) -> bool:
        """Whether a bound method begins or goes on with a step of a task written in Python."""
        function, names = method.__func__, vars(self.python_task)
        return function is names["_Task__step"] or function is names["_Task__wakeup"]

    def is_step(self, callback) -> bool:
        """Whether a callback is a step of a task."""
        kind = type(callback)
        if kind is self.wakeup and kind is BuiltinFunctionType:
            return callback.__name__ == "task_wakeup"
        if kind is MethodType:
            return self.is_python_step(callback)
        return kind is self.step or kind is self.wakeup


def _probe():
    """The types of: the callback that begins a task, the one that wakes it up, a future's iterator.

    From 3.10 on a wake-up is a built-in method; before, its type only shows in a task that waits.
    """

    class Loop:
        """Stands in for a loop, and only collects callbacks."""

        callbacks = []

        def call_soon(self, callback, *args, context=None):
            self.callbacks.append(callback)

        def get_debug(self):
            return False

        def is_running(self):
            return False

    async def wait(future):
        await future

    loop = Loop()
    future = futures.Future(loop=loop)
    coro = wait(future)
    task = tasks.Task(coro, loop=loop, name="")
    task._log_destroy_pending = False
    step = loop.callbacks.pop()
    wakeup = BuiltinFunctionType
    if sys.version_info < (3, 10):
        step()
        future.set_result(None)
        wakeup = type(loop.callbacks.pop())
    coro.close()
    return type(step), wakeup, type(iter(futures.Future(loop=loop)))


def _guarded(method):
    """A method that the hooks call: an error of its own ends the trace, never the program."""

    def guarded(self, *args):
        try:
            return method(self, *args)
        except Exception as error:
            self.step_out(error)
            return None

    return guarded


def _undisturbed(work):
    """Does some work without signals, whose handlers may raise errors: they are handled after it.

    Windows cannot hold them up.
    """
    if not hasattr(_signal, "pthread_sigmask"):
        work()
        return
    before = _signal.pthread_sigmask(_signal.SIG_BLOCK, ())
    try:
        # It ends by handling those that have come: that may raise an error as well.
        _signal.pthread_sigmask(_signal.SIG_BLOCK, _signal.valid_signals())
        work()
    finally:
        _signal.pthread_sigmask(_signal.SIG_SETMASK, before)


def _was_imported_anew() -> bool:
    """Whether the program has another asyncio by now than the one that is hooked."""
    name = base_events.__name__
    found = getattr(sys.modules.get(name), "__dict__", {}).get("BaseEventLoop", Loop)
    return found is not Loop and type(found) is type and found.__dict__.get("__module__") == name


class Session:
    """One trace, from the moment the program has asyncio until it ends or the tracer steps out."""

    def __init__(self, file: record.TraceFile, report, late: bool):
        self.file = file
        self.late = late  # there may be tasks already, and loops that run
        self.streams = file.streams
        self.running = {}  # id(loop) -> stream of the thread that runs it
        self.early = set()  # id() of each task that was made where its loop does not run
        self.asyncio = Asyncio()
        self._report = report
        self.handle_hook = handle_hook(self, report)
        self.at_first_run = []  # what hooks parts of asyncio that may be imported late
        self.seams = Seams(self, keeping=True)
        self.woken_by_cancel = lambda callback: None  # set by cancels.py
        self.watchdog = None  # watchdog.Watchdog
        self.at_run = []  # what is told the stream of each run of a loop
        self._hooks = {}  # (owner, name) -> what was there, or None, and what is there now
        self._codes = {}  # function of asyncio -> its own code
        self.children = tuple  # gives the records of child processes
        self._over = False  # nothing is hooked any more
        self._hooking = RLock()  # held while `at_first_run` and `at_run` are at work

    def begin(self) -> None:
        """Opens the file for records. Raises OSError."""
        if self.file.fd < 0:
            self.file.open()
        self.file.given_up = self.unhook
        self.hook(events.AbstractEventLoop, loop_hook(self))

    def hook(self, owner, function) -> None:
        """Puts a function in the place of its owner's one of that name, if it is not there yet."""
        hook = getattr(function, "__func__", function)  # of a class method
        name = hook.__name__
        if (owner, name) in self._hooks:
            return
        original = getattr(owner, name)
        for attribute in ("__module__", "__qualname__", "__doc__"):
            setattr(hook, attribute, getattr(original, attribute, None))
        self._hooks[owner, name] = owner.__dict__.get(name), function
        setattr(owner, name, function)
        if self._over:
            self._unhook(owner, name)

    def exchange(self, function, code) -> None:
        """Gives a function of asyncio other code; it must take the same closure."""
        own = self._codes.setdefault(function, function.__code__)
        function.__code__ = code
        if self._over:
            function.__code__ = own

    def hooks(self, owner, name: str) -> bool:
        """Whether a hook is in its owner's place of that name."""
        return (owner, name) in self._hooks

    def unhook(self, *names: str) -> None:
        """Puts original methods back, where the program has not put others meanwhile. Another
        thread may be about to hook something: it finds that the trace is over, then or soon."""
        if not names:
            self._over = True
        for owner, name in [place for place in list(self._hooks) if not names or place[1] in names]:
            self._unhook(owner, name)
        if not names:
            while self._codes:
                function, code = self._codes.popitem()
                function.__code__ = code
            self.running.clear()

    def _unhook(self, owner, name):
        original, function = self._hooks.pop((owner, name), (None, None))
        if function is None or owner.__dict__.get(name) is not function:
            return
        if original is None:
            delattr(owner, name)
        else:
            setattr(owner, name, original)

    def stream(self, loop=None) -> record.Stream:
        """The stream of the thread that runs `loop`, else the calling thread's."""
        stream = self.running.get(id(loop)) or self.streams.current()
        if stream.run is None:  # it is given last: a signal may raise an error in between
            stream.places = Places(stream, self.asyncio, self.early)
            stream.run = steps.runner(self, stream, self._report)
        return stream

    @_guarded
    def flush(self, stream):
        """A loop is about to sleep with records in hand."""
        stream.flush(clock())

    @_guarded
    def enter(self, loop, queued=None):
        """A loop begins to run in this thread; `queued` is its queue's length, if out of sight."""
        if self._over or not self.file.is_ours():
            self.unhook()
            return None
        stream = self.running[id(loop)] = self.stream()
        if self.at_first_run or self.at_run:
            _undisturbed(lambda: self._tell_of_run(stream))
        kind = text(type(loop).__name__)
        stream.queued = len(loop._ready) if queued is None else queued
        stream.extend((record.RUN, clock(), id(loop), kind, stream.queued))
        stream.runs[stream.depth] = id(loop)
        stream.loops.add(id(loop))
        if self.late:
            self._tell_late_tasks(loop, stream)
        if self.turns_as_asyncio(loop):
            stream.usual.add(stream.depth)
            stream.depth += 1
            stream.turning = 0
        stream.show(clock())  # who follows the file sees at once that a loop runs
        return stream

    def _hook_the_rest(self):
        """All of asyncio is there: the first task is made, or the first loop runs."""
        with self._hooking:
            if self.at_first_run:
                for install in self.at_first_run:
                    install(self)
                self.seams.sew()
                self.at_first_run = []

    def _tell_of_run(self, stream):
        """A loop runs: the first one of all, or the first one of a thread."""
        self._hook_the_rest()
        with self._hooking:
            for told in self.at_run[:]:
                told(stream)

    def was_running(self, loop) -> bool:
        """Whether a loop that ends its run, or begins one, is at the end of one that nobody has
        seen begin: the trace began after it, and ends with it."""
        return sys.get_asyncgen_hooks().firstiter == loop._asyncgen_firstiter_hook

    def _tell_late_tasks(self, loop, stream):
        """Tells of a loop's tasks that were made before the trace began, and where they wait."""
        places = stream.places
        known, early = places.known, self.early
        found = [(task_name(task), task) for task in tasks.all_tasks(loop)]
        found = [item for item in found if id(item[1]) not in known and id(item[1]) not in early]
        heap = loop._scheduled if found and issubclass(type(loop), Loop) else ()
        timers = ((timer._args, timer._when) for timer in heap)
        dues = {id(args[0]): when for args, when in timers if args and type(when) is float}
        for name, task in sorted(found, key=lambda item: (len(item[0]), item[0])):
            now = clock()
            known[id(task)], site = places.root(task._coro)
            stream.extend((record.TASK, now, id(task), name, site))
            site = places.late_site(task, dues)
            stream.extend((record.LATE, now, id(task), site))

    def turn_inside(self, loop, stream):
        """One iteration of a loop that the program calls for in the midst of a step, of this loop
        or of another one: a run of its own."""
        turning, was_running = stream.turning, id(loop) in stream.runs.values()
        self.enter(loop)
        stream.turning = 0
        try:
            return Loop._run_once(loop)
        finally:
            self._rest_inside(loop, stream, turning, was_running)

    @_guarded
    def _rest_inside(self, loop, stream, turning, was_running):
        depth = max(stream.runs, default=0)
        if stream.runs.get(depth) == id(loop):  # else it was closed meanwhile
            del stream.runs[depth]
            stream.usual.discard(depth)
            stream.depth = depth
            stream.extend((record.REST, clock(), id(loop)))
            if not was_running:
                self.running.pop(id(loop), None)
        stream.turning = turning

    @_guarded
    def leave(self, loop, stream):
        """A loop has ended its run, and with it every run inside."""
        now = clock()
        depths = [depth for depth, number in stream.runs.items() if number == id(loop)]
        for depth in [depth for depth in stream.runs if depths and depth >= depths[0]]:
            stream.depth = min(depth, stream.depth)
            stream.usual.discard(depth)
            stream.extend((record.REST, now, stream.runs.pop(depth)))
        # What is left runs a step, which this run was part of.
        outer = max(stream.runs, default=-1)
        stream.turning = stream.runs[outer] if outer in stream.usual else 0
        if not stream.runs:
            stream.foreign.clear()
        stream.flush(now)

    @_guarded
    def close(self, loop):
        """A loop was closed."""
        if id(loop) in self.running:  # with machinery of its own; nobody has said that it rests
            self.leave(loop, self.running.pop(id(loop)))
        stream = self.stream()
        now = clock()
        stream.extend((record.CLOSE, now, id(loop)))
        stream.flush(now)
        for one in self.streams.all():
            one.loops.discard(id(loop))
        if not stream.loops:  # what has not ended here never will, and may die without a word
            stream.places.known.clear()

    def destroyed(self, number):
        """The pending task with this `id()` dies: another one may lie there next."""
        self.early.discard(number)
        for stream in self.streams.all():
            if stream.places is not None:
                stream.places.known.pop(number, None)

    def before_step(self, stream: record.Stream, handle) -> None:
        """What is to be told before the record of a step that has just ended."""
        foreign = stream.foreign
        if None in foreign:
            loop = stream.runs.pop(stream.depth, None)
            if loop is not None:
                stream.extend((record.REST, stream.last, loop))
            if len(stream.runs) < 2:
                del foreign[None]
        thread = foreign.pop(id(handle), None)
        if thread is not None:
            stream.extend((record.FOREIGN, thread))

    def turns_as_asyncio(self, loop) -> bool:
        """Whether a loop runs its handles in asyncio's `_run_once`; if not, hooks what it does."""
        kind = type(loop)
        if not issubclass(kind, Loop) or kind._run_once is Loop._run_once:
            return issubclass(kind, Loop)
        self.hook(events.Handle, self.handle_hook)
        return False

    @_guarded
    def born(self, loop, task):
        """A task was made that could not be recorded the fast way."""
        if self.at_first_run:  # now, so that it does not look as if the task waited for it
            _undisturbed(self._hook_the_rest)
        self.turns_as_asyncio(loop)
        stream = self.stream(loop)
        now = clock()
        branch, site = stream.places.root(task._coro)
        if now > stream.deadline:
            stream.show(now)
        stream.extend((record.TASK, now, id(task), task_name(task), site))
        self._await_first_step(loop, task, branch)

    @_guarded
    def before_factory(self, loop, coro):
        """A task is about to be made in a way that may run its first step at once."""
        stream = self.stream(loop)
        branch, site = stream.places.root(coro)
        stream.held += 1
        return stream, coro, branch, site, clock(), len(stream.values)

    @_guarded
    def after_factory(self, loop, birth, task):
        """The task was made, or an error was raised and it is None."""
        if birth is None:
            return
        stream, coro, branch, site, then, place = birth
        stream.held -= 1
        if not issubclass(type(task), self.asyncio.task_types):
            return
        stream.values[place:place] = record.TASK, then, id(task), task_name(task), site
        ended = task._state != "PENDING"
        if ended or type(coro) is CoroutineType and coro.cr_await is not None:
            stream.extend((record.EAGER, clock(), id(task), stream.places.site(task)))
        if not ended:
            self._await_first_step(loop, task, branch)

    @_guarded
    def named(self, task):
        """A task has got its name after it was made, as named tasks do before Python 3.13."""
        stream = self.streams.current()
        values, name = stream.values, task_name(task)
        if values[-5:-4] == [record.TASK] and values[-3] == id(task):
            values[-2] = name
        else:
            stream.extend((record.NAME, id(task), name))

    def _await_first_step(self, loop, task, branch):
        """Remembers that the task has a record, in the stream in which it will run."""
        if id(loop) in self.running:
            self.running[id(loop)].places.known[id(task)] = branch
        else:
            self.early.add(id(task))
            # The loop may run in another thread, whose records must not come before this one.
            self.streams.current().show(clock())

    @_guarded
    def hook_loop_class(self, cls):
        """There is a class of loops that has nothing of `BaseEventLoop`. Whether it is hooked."""
        if cls.call_soon is events.AbstractEventLoop.call_soon:
            return False  # it is but a part of a class to come
        for hook in class_hooks(self, cls):
            self.hook(cls, hook)
        return True

    def step_out(self, error: Exception) -> None:
        """An error of our own: nothing is recorded from here on, and the trace says why."""
        self.unhook()
        trace = error.__traceback__
        while trace.tb_next is not None:
            trace = trace.tb_next
        where = trace.tb_frame.f_code.co_name, trace.tb_lineno
        words = text("%s in %s, line %d" % (type(error).__name__, *where))
        stream = self.streams.current()
        try:
            self.streams.flush()
        except Exception:
            pass  # the error may lie in what could not be written
        self.file.finish(stream.number, [record.NOTE, "stopped", words])
        self.file.close()

    def end(self) -> None:
        """The trace ends, with the interpreter or because the program says so. What still runs,
        threads, finalizers, the step that this is part of, is not recorded."""
        if self.watchdog is not None:
            self.watchdog.stop()
        self.unhook()
        stream = self.streams.current()
        if _was_imported_anew():
            words = "asyncio was imported anew: what its second copy has run"
            stream.extend((record.NOTE, "not-traced", words))
        self.streams.flush()
        self.file.end(stream, self.children())
        self.file.close()
