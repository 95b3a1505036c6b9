"""The hooks on asyncio's event loop: which task ran, when, and what put it in the ready queue.

`install` replaces a few methods of `asyncio.base_events.BaseEventLoop` by functions that do the
same and record it. So loops of any policy, factory, runner, thread or subclass are seen, and no
object of the program is wrapped or replaced.

How a wake-up's cause is known for nothing: the ready queue is first in, first out. Its length after
each run, after the selector's events and after the timers tells which of them put each handle
there. Only handles put there by another thread are marked.

Invariant: what the program can see stays as it was. No reference to a handle, task or future
outlives its step; every function that runs inside the program carries asyncio's own file name, so
that tracebacks, debuggers and coverage take it for what it stands in for; an error in here brings
the original methods back and is told in one record.
"""

import heapq
import sys
from asyncio import base_events, events, format_helpers, futures, tasks
from contextvars import copy_context
from types import CoroutineType

from . import (
    awaits,
    cancels,
    chain,
    disguise,
    jobs,
    kept,
    objects,
    other_loops,
    record,
    seams,
    session,
    sites,
    steps,
    troubles,
    watchdog,
)
from .record import MAX_NAME, clock, get_ident

NAP = 0.02  # seconds: a loop sleeps no longer than this with records in hand
SELECTORS = {"selectors", "asyncio.windows_events"}  # modules of those that may be asked twice
SOURCE_HAS_DEBUG = "debug" in format_helpers._format_callback_source.__code__.co_varnames

# What is hooked besides the loop: at once, or when the first loop runs and all of asyncio is there.
AT_ONCE = jobs, troubles, watchdog
AT_FIRST_RUN = objects, cancels
OURS = (
    *(awaits, chain, disguise, kept, other_loops, record, seams, session, sites, steps),
    *AT_ONCE,
    *AT_FIRST_RUN,
)

_undisguised = [sys.modules[__name__], *OURS]

Loop = base_events.BaseEventLoop
Handle, TimerHandle = events.Handle, events.TimerHandle


def install(file: record.TraceFile, late: bool = False) -> session.Session:
    """Traces this process from here on. Called once asyncio is there; `late`, when loops may run
    already. Raises OSError before anything is hooked."""
    while _undisguised:
        part = _undisguised.pop()
        disguise.rename(part, part.__name__, base_events.__file__)
    trace = session.Session(file, _report, late)
    trace.begin()
    try:
        if hasattr(tasks, "_set_task_name"):
            trace.hook(tasks, _name_hook(trace))
        trace.at_first_run = [part.install for part in AT_FIRST_RUN]
        for part in AT_ONCE:
            part.install(trace)
        # Last: once they are there, a loop of another thread may make the first run.
        for hook in (*_loop_hooks(trace), *_queue_hooks(trace), _create_task_hook(trace)):
            trace.hook(Loop, hook)
    except BaseException:
        trace.unhook()
        raise
    return trace


def _loop_hooks(trace):
    """`_run_once`, the two ends of a run, and a loop's end."""
    running, enter, leave, flush = trace.running, trace.enter, trace.leave, trace.flush
    run_as_it_is, run_hooked, make_handle = Handle._run, trace.handle_hook, Handle.__init__
    run_once_as_it_is, close_as_it_is = Loop._run_once, Loop.close
    set_origin_tracking = Loop._set_coroutine_origin_tracking
    ulp = base_events.math.ulp if "ulp" in Loop._run_once.__code__.co_names else None
    poll, wakeups = record.POLL, record.WAKEUPS

    def _run_once(self):
        stream = running.get(id(self)) or enter(self)
        if stream is None:  # the tracer has stepped out
            return run_once_as_it_is(self)
        if stream.turning:  # called by hand, inside a step
            return trace.turn_inside(self, stream)
        ready = self._ready

        # Cancelled timers go: all of them if they are many, else those at the head.
        timers = self._scheduled
        count = len(timers)
        if (
            count > base_events._MIN_SCHEDULED_TIMER_HANDLES
            and self._timer_cancelled_count / count
            > base_events._MIN_CANCELLED_TIMER_HANDLES_FRACTION
        ):
            kept = []
            for handle in timers:
                if handle._cancelled:
                    handle._scheduled = False
                else:
                    kept.append(handle)
            heapq.heapify(kept)
            self._scheduled = timers = kept
            self._timer_cancelled_count = 0
        else:
            while timers and timers[0]._cancelled:
                self._timer_cancelled_count -= 1
                handle = heapq.heappop(timers)
                handle._scheduled = False

        before = len(ready)
        if before or self._stopping:
            event_list = self._selector.select(0)
        else:
            timeout = None
            if timers:
                timeout = timers[0]._when - self.time()
                timeout = min(max(0, timeout), base_events.MAXIMUM_SELECT_TIMEOUT)
            event_list = _select(self._selector, timeout, stream, ready, flush)
        self._process_events(event_list)
        event_list = None
        io = len(ready)

        now = self.time()
        resolution = self._clock_resolution
        end_time = now + (resolution if ulp is None else max(resolution, ulp(now)))
        timers = self._scheduled
        while timers:
            handle = timers[0]
            if handle._when >= end_time:
                break
            handle = heapq.heappop(timers)
            handle._scheduled = False
            ready.append(handle)

        todo = len(ready)
        stream.extend((poll, clock()) if todo == before else (wakeups, clock(), io, todo))
        stream.turning = id(self)
        if Handle.__init__ is not make_handle:
            trace.unhook("call_soon", "call_at")
        handle_run = Handle._run
        inline = (handle_run is run_as_it_is or handle_run is run_hooked) and not self._debug
        try:
            stream.run(self, ready, todo, inline)
        finally:
            stream.turning = 0

    _run_once = disguise.aligned(_run_once, "run", run_once_as_it_is, "_run")

    def _set_coroutine_origin_tracking(self, enabled):
        set_origin_tracking(self, enabled)
        if self._thread_id is None:  # called by run_forever: as its first act, or as its last
            stream = running.pop(id(self), None)
            if stream is not None:
                leave(self, stream)
            elif not trace.was_running(self):
                enter(self)

    def close(self):
        was_closed = self._closed
        close_as_it_is(self)
        if not was_closed:
            trace.close(self)

    return _run_once, _set_coroutine_origin_tracking, close


def _select(selector, timeout, stream, ready, flush):
    """Waits in the selector, but not for long with records in hand: they are written first."""
    if not stream.values or timeout is not None and timeout <= NAP:
        return selector.select(timeout)
    if type(selector).__module__ in SELECTORS:
        start = clock()
        event_list = selector.select(NAP)
        if event_list or ready:
            return event_list
        if timeout is not None:
            timeout = max(0, timeout - (clock() - start))
    flush(stream)
    return selector.select(timeout)


def _report(handle, error: BaseException) -> None:
    """Tells the loop's exception handler what `Handle._run` would."""
    options = {"debug": handle._loop.get_debug()} if SOURCE_HAS_DEBUG else {}
    source = format_helpers._format_callback_source(handle._callback, handle._args, **options)
    context = {
        "message": "Exception in callback %s" % source,
        "exception": error,
        "handle": handle,
    }
    if handle._source_traceback:
        context["source_traceback"] = handle._source_traceback
    handle._loop.call_exception_handler(context)


def _queue_hooks(trace):
    """What puts handles in the queues. Handles are made without their `__init__`, as long as nobody
    else hooks it: that pays for a good part of the recording."""
    running, future = trace.running, futures.Future
    handle_type, new_handle = Handle, Handle.__new__
    timer_type, new_timer, call_at_as_it_is = TimerHandle, TimerHandle.__new__, Loop.call_at
    ends_sleep, tell_timer = futures._set_result_unless_cancelled, jobs.timer_teller(trace)
    threadsafe_type = getattr(events, "_ThreadSafeHandle", Handle)
    own_frames = -1 if threadsafe_type is Handle else -2  # at the end of a handle's traceback

    def call_soon(self, callback, *args, context=None):
        if self._closed:
            self._check_closed()
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_soon")
            handle = self._call_soon(callback, args, context)
            if handle._source_traceback:
                del handle._source_traceback[-1]
            if args and type(args[0]) is future and args[0]._state == "CANCELLED":
                trace.woken_by_cancel(callback)
            return handle
        handle = new_handle(handle_type)
        if context is None:
            handle._context = copy_context()
        else:  # a future that is done wakes up whoever waits on it
            handle._context = context
            if args and type(args[0]) is future and args[0]._state == "CANCELLED":
                trace.woken_by_cancel(callback)
        handle._loop = self
        handle._callback = callback
        handle._args = args
        handle._cancelled = False
        handle._repr = None
        handle._source_traceback = None
        self._ready.append(handle)
        return handle

    def call_at(self, when, callback, *args, context=None):
        if when is None or self._closed:
            return call_at_as_it_is(self, when, callback)  # raises
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_at")
            timer = TimerHandle(when, callback, args, self, context)
            if timer._source_traceback:
                del timer._source_traceback[-1]
        else:
            timer = new_timer(timer_type)
            timer._context = copy_context() if context is None else context
            timer._loop = self
            timer._callback = callback
            timer._args = args
            timer._cancelled = False
            timer._repr = None
            timer._source_traceback = None
            timer._when = when
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        if callback is not ends_sleep:
            tell_timer(timer)
        return timer

    def call_soon_threadsafe(self, callback, *args, context=None):
        self._check_closed()
        if self._debug:
            self._check_callback(callback, "call_soon_threadsafe")
        handle = threadsafe_type(callback, args, self, context)
        if handle._source_traceback:
            del handle._source_traceback[own_frames:]
        stream = running.get(id(self))
        if stream is not None and self._thread_id != get_ident():
            stream.foreign[id(handle)] = get_ident()
        self._ready.append(handle)
        self._write_to_self()
        return handle

    return call_soon, call_at, call_soon_threadsafe


# `create_task`, whose signature depends on Python's version. A factory, or `eager_start`, may run
# the new task's first step at once.
CREATE_TASK = """
def create_task(self, coro, {parameters}):
    if self._closed:
        self._check_closed()
    if self._task_factory is not None {or_eager}:
        birth = before_factory(self, coro)
        task = None
        try:
            task = create_task_as_it_is(self, coro, {arguments})
            return task
        finally:
            after_factory(self, birth, task)
            task = None
    task = tasks.Task(coro, loop=self, {arguments})
    try:
        if task._source_traceback:
            del task._source_traceback[-1]
        try:
            name = get_name(task)
            if type(name) is str and len(name) <= MAX_NAME and type(coro) is coroutine:
                stream = running[id(self)]
                places = stream.places
                code = coro.cr_code
                recent, branch, site = places.recent
                if code is not recent:
                    branch, site = places.roots[id(code)]
                    places.recent = code, branch, site
                number = id(task)
                now = clock()
                if now > stream.deadline:  # not after it: the record may yet get another name
                    stream.show(now)
                stream.extend((TASK, now, number, name, site))
                places.known[number] = branch
            else:
                born(self, task)
        except (AttributeError, KeyError, TypeError):
            born(self, task)
        return task
    finally:
        del task
"""


def _create_task_hook(trace):
    code = Loop.create_task.__code__
    if code.co_flags & 8:  # takes **kwargs
        parts = {"parameters": "**kwargs", "or_eager": 'or "eager_start" in kwargs'}
        parts["arguments"] = "**kwargs"
    else:
        names = [name for name in ("name", "context") if name in code.co_varnames]
        parts = {"parameters": "*, " + ", ".join(name + "=None" for name in names), "or_eager": ""}
        parts["arguments"] = ", ".join(name + "=" + name for name in names)
    namespace = {
        "tasks": tasks,
        "create_task_as_it_is": Loop.create_task,
        "get_name": tasks.Task.get_name,
        "before_factory": trace.before_factory,
        "after_factory": trace.after_factory,
        "born": trace.born,
        "running": trace.running,
        "clock": clock,
        "coroutine": CoroutineType,
        "MAX_NAME": MAX_NAME,
        "TASK": record.TASK,
    }
    exec(compile(CREATE_TASK.format(**parts), base_events.__file__, "exec"), namespace)
    return namespace["create_task"]


def _name_hook(trace):
    """Before Python 3.13 `asyncio.create_task` names a task after the loop has made it."""
    set_name_as_it_is, task_types = tasks._set_task_name, trace.asyncio.task_types

    def _set_task_name(task, name):
        set_name_as_it_is(task, name)
        if name is not None and issubclass(type(task), task_types):
            trace.named(task)

    return _set_task_name
