"""One trace of one process: its streams, the loops that run, and what the hooks tell it.

The hooks (instrument.py) do by themselves what happens at every step; everything rarer comes here.
"""

import atexit
import os
import sys
import time
from asyncio import base_events, futures, tasks
from functools import partial
from types import BuiltinFunctionType

from . import record
from .awaits import Places, task_name
from .record import clock, text


class Asyncio:
    """What this Python's asyncio is made of."""

    def __init__(self):
        self.folder = os.path.dirname(base_events.__file__)
        self.step, self.wakeup, self.future_iterator = _probe()
        self.task_types = (tasks.Task, tasks._PyTask)
        self.future_types = (futures.Future, futures._PyFuture)
        self.partial = partial
        # A sleep's due time is in the loop's clock, records are in ours.
        self.clock_offset = clock() - time.monotonic()


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


class Session:
    """One trace, from the moment the program has asyncio until it ends or the tracer steps out."""

    def __init__(self, file):
        self.file = file
        self.streams = record.Streams(file)
        self.running = {}  # id(loop) -> stream of the thread that runs it
        self.early = set()  # id() of each task that was made where its loop does not run
        self.asyncio = Asyncio()
        self._hooks = []  # (owner, name, original, hook)

    def begin(self):
        """Opens the file for records. Raises OSError."""
        self.file.open()
        self.file.given_up = self.unhook
        atexit.register(self.end)

    def hook(self, owner, function):
        """Puts a function in the place of a class's method of the same name."""
        name = function.__name__
        original = owner.__dict__[name]
        if original is not function:
            for attribute in ("__module__", "__qualname__", "__doc__"):
                setattr(function, attribute, getattr(original, attribute))
            self._hooks.append((owner, name, original, function))
            setattr(owner, name, function)

    def unhook(self, *names):
        """Puts original methods back, where the program has not put others meanwhile."""
        for hook in [hook for hook in self._hooks if not names or hook[1] in names]:
            owner, name, original, function = hook
            if owner.__dict__.get(name) is function:
                setattr(owner, name, original)
            self._hooks.remove(hook)
        if not names:
            self.running.clear()

    def stream(self, loop=None):
        """The stream of the thread that runs `loop`, else the calling thread's."""
        stream = self.running.get(id(loop)) or self.streams.current()
        if stream.places is None:
            stream.places = Places(stream, self.asyncio, self.early)
        return stream

    def note(self, kind, words):
        """Says in the trace what a viewer must know."""
        stream = self.streams.current()
        stream.extend((record.NOTE, kind, text(words)))
        stream.flush(clock())

    @_guarded
    def enter(self, loop):
        """A loop begins to run in this thread."""
        stream = self.running[id(loop)] = self.stream()
        kind = text(type(loop).__name__)
        stream.extend((record.RUN, clock(), id(loop), kind, len(loop._ready)))
        return stream

    @_guarded
    def leave(self, loop, stream):
        """A loop has ended its run."""
        now = clock()
        stream.extend((record.REST, now, id(loop)))
        stream.flush(now)

    @_guarded
    def close(self, loop):
        """A loop was closed."""
        stream = self.stream()
        now = clock()
        stream.extend((record.CLOSE, now, id(loop)))
        stream.flush(now)

    @_guarded
    def born(self, loop, task):
        """A task was made that could not be recorded the fast way."""
        stream = self.stream(loop)
        now = clock()
        branch, site = stream.places.root(task._coro)
        stream.extend((record.TASK, now, id(task), task_name(task), site))
        self._await_first_step(loop, task, branch)
        if now > stream.deadline:
            stream.flush(now)

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
        if ended or getattr(coro, "cr_await", None) is not None:
            stream.extend((record.EAGER, clock(), id(task), stream.places.site(task)))
        if not ended:
            self._await_first_step(loop, task, branch)

    def _await_first_step(self, loop, task, branch):
        """Remembers that the task has a record, in the stream in which it will run."""
        if id(loop) in self.running:
            self.running[id(loop)].places.known[id(task)] = branch
        else:
            self.early.add(id(task))

    def step_out(self, error):
        """An error of our own: nothing is recorded from here on, and the trace says why."""
        self.unhook()
        trace = error.__traceback__
        while trace.tb_next is not None:
            trace = trace.tb_next
        where = trace.tb_frame.f_code.co_name, trace.tb_lineno
        self.note("stopped", "%s in %s, line %d" % (type(error).__name__, *where))
        self.streams.flush()
        self.file.broken = True

    def end(self):
        """The interpreter ends."""
        stream = self.streams.current()
        self.streams.flush()
        stream.extend((record.END, clock()))
        self.file.finish(stream.number, stream.values)
