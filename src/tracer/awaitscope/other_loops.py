"""Loops with machinery of their own, which the hooks of instrument.py do not see at work.

A subclass of `BaseEventLoop` may have its own `_run_once` (nest_asyncio puts one in, so that a step
can run its own loop): then `Handle._run` is hooked, which all of them must call.

A loop that is no `BaseEventLoop` (uvloop) shares only the interface that tasks use: their steps and
wake-ups go through `call_soon`, and there they are wrapped. Plain callbacks of such a loop are not
recorded, which a note says; its queue's length is the number of tasks waiting in it.
"""

from asyncio import base_events, events, futures

from .chain import type_name
from .record import NOTE, POLL, WAKEUPS, clock, text

# What is not known of a loop of such a class.
UNSEEN = ": its callbacks, timers and what woke its tasks; what its tasks do is traced"

Loop, AbstractLoop = base_events.BaseEventLoop, events.AbstractEventLoop


def handle_hook(trace, report):
    """`Handle._run`, recorded. `report` tells a loop's exception handler of a callback's error."""
    running, is_step = trace.running, trace.asyncio.is_step
    run_as_it_is = events.Handle._run

    def _run(self):
        loop, callback = self._loop, self._callback
        stream = running.get(id(loop)) or trace.stream()
        if stream.own is self:  # our _run_once records it
            return run_as_it_is(self)
        _begin(trace, stream, loop, len(loop._ready) + 1)
        try:
            self._context.run(callback, *self._args)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            report(self, error)
        finally:
            _finish(trace, stream, is_step(callback), callback, len(loop._ready))
            self = loop = callback = None

    return _run


def loop_hook(trace):
    """`AbstractEventLoop.__init_subclass__`, which hooks classes that are no `BaseEventLoop`. Those
    that are there already are hooked now."""
    hooked = set()

    def meet(cls):
        if not issubclass(cls, Loop) and hooked.isdisjoint(cls.__mro__):
            if trace.hook_loop_class(cls):
                hooked.add(cls)

    def meet_below(cls):
        for below in type.__subclasses__(cls):
            meet(below)
            meet_below(below)

    def __init_subclass__(cls, **options):
        super(AbstractLoop, cls).__init_subclass__(**options)
        meet(cls)

    meet_below(AbstractLoop)
    return classmethod(__init_subclass__)


def class_hooks(trace, cls):
    """`call_soon`, `create_task` and `run_forever` of a loop that is no `BaseEventLoop`."""
    running, is_step, late = trace.running, trace.asyncio.is_step, trace.late
    call_soon_as_it_is, create_task_as_it_is = cls.call_soon, cls.create_task
    run_forever_as_it_is = cls.run_forever
    waiting = {}  # id(loop) -> steps in its queue
    told = set()  # classes whose loops a note was made of

    def enter(loop):
        stream = trace.enter(loop, waiting.setdefault(id(loop), 0))
        if stream is not None and type(loop) not in told:
            told.add(type(loop))
            name = "%s.%s" % (type(loop).__dict__.get("__module__"), type_name(type(loop)))
            stream.extend((NOTE, "not-traced", text(name + UNSEEN)))
        return stream

    class Step:
        """A callback that is a step of a task, recorded when it is called."""

        __slots__ = ("callback", "loop")

        def __init__(self, callback, loop):
            self.callback = callback
            self.loop = loop

        def __repr__(self):
            return repr(self.callback)

        def __call__(self, *args):
            callback, loop = self.callback, self.loop
            stream, queued = running.get(id(loop)), waiting.get(id(loop), 1)
            if stream is None and late:  # the loop was running as the trace began
                stream = enter(loop)
            waiting[id(loop)] = queued - 1
            if stream is None:
                return callback(*args)
            _begin(trace, stream, loop, queued)
            try:
                return callback(*args)
            finally:
                _finish(trace, stream, True, callback, waiting[id(loop)])

    def call_soon(self, callback, *args, context=None):
        if is_step(callback):
            waiting[id(self)] = waiting.get(id(self), 0) + 1
            if args and type(args[0]) is futures.Future and args[0]._state == "CANCELLED":
                trace.woken_by_cancel(callback)
            callback = Step(callback, self)
        return call_soon_as_it_is(self, callback, *args, context=context)

    def create_task(self, coro, **options):
        task = create_task_as_it_is(self, coro, **options)
        trace.born(self, task)
        return task

    def run_forever(self):
        seen = running.pop(id(self), None)
        if seen is not None:  # it was running as the trace began, and nobody has seen the end
            trace.leave(self, seen)
        stream = enter(self)
        try:
            return run_forever_as_it_is(self)
        finally:
            if not waiting.get(id(self)):
                waiting.pop(id(self), None)
            if running.pop(id(self), None) is not None:
                trace.leave(self, stream)

    return call_soon, create_task, run_forever


def _begin(trace, stream, loop, queued: int) -> None:
    """A handle begins to run; `queued` is the queue's length with it."""
    outer = stream.depth - 1
    if outer in stream.usual and stream.runs.get(outer) == id(loop) != stream.turning:
        stream.usual.remove(outer)  # the loop has got other machinery while it was running
        stream.depth = outer
    if stream.depth not in stream.runs:  # a run inside a step, which nobody has announced
        trace.enter(loop, queued)
        stream.foreign[None] = None
    now = clock()
    stream.extend((POLL, now) if queued <= stream.queued else (WAKEUPS, now, queued, queued))
    stream.depth += 1


def _finish(trace, stream, is_step: bool, callback, queued: int) -> None:
    """It has run."""
    try:
        if stream.foreign:
            trace.before_step(stream, None)
        stream.depth -= 1
        stream.queued = queued
        if is_step:
            stream.places.step(callback.__self__, queued)
        else:
            stream.places.ran(callback, queued)
        stream.last = clock()
    except Exception as error:
        trace.step_out(error)
