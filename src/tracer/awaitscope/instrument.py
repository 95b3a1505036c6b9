"""The hooks on asyncio's event loop: which task ran, when, and what put it in the ready queue.

`install` replaces a few methods of `asyncio.base_events.BaseEventLoop` by functions that do the same
and record it. So loops of any policy, factory, runner, thread or subclass are seen, and no object of
the program is wrapped or replaced.

How a wake-up's cause is known for nothing: the ready queue is first in, first out. Its length after
each run, after the selector's events and after the timers tells which of them put each handle there.
Only handles put there by another thread are marked.

Invariant: what the program can see stays as it was. No reference to a handle, task or future outlives
its step; every function that runs inside the program carries asyncio's own file name, so that
tracebacks, debuggers and coverage take it for what it stands in for; an error in here brings the
original methods back and is told in one record.
"""

import atexit
import heapq
import sys
import time
from asyncio import base_events, events, format_helpers, futures, tasks
from contextvars import copy_context
from functools import partial
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType

from . import awaits, record
from .record import clock, get_ident, text

NAP = 0.02  # seconds: a loop sleeps no longer than this with records in hand
SELECTORS = {"selectors", "asyncio.windows_events"}  # modules of those that may be asked twice

SOURCE_HAS_DEBUG = "debug" in format_helpers._format_callback_source.__code__.co_varnames

Loop = base_events.BaseEventLoop
Handle, TimerHandle = events.Handle, events.TimerHandle


class Asyncio:
    """What this Python's asyncio is made of."""

    def __init__(self):
        self.file = base_events.__file__
        self.folder = record.os.path.dirname(self.file)
        self.partial = partial
        self.step, self.wakeup, self.future_iterator = _probe()
        self.task_types = (tasks.Task, tasks._PyTask)
        self.future_types = (futures.Future, futures._PyFuture)
        # A sleep's due time is in the loop's clock, records are in ours.
        self.clock_offset = clock() - time.monotonic()


def _probe():
    """The types of: the callback that begins a task, the one that wakes it up, a future's iterator.

    From 3.10 on a wake-up is a built-in method; before, its type only shows in a task that waits.
    """

    class Probe:
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

    loop = Probe()
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


class Session:
    """One trace, from the moment the program has asyncio until it ends or the tracer steps out."""

    def __init__(self, file):
        self.file = file
        self.streams = record.Streams(file)
        self.running = {}  # id(loop) -> stream of the thread that runs it
        self.asyncio = Asyncio()
        self.originals = {}
        self.hooks = {}
        self.name = tasks.Task.get_name

    def install(self):
        """Puts the hooks in. Raises OSError where the trace file cannot be opened."""
        self.file.open()
        self.file.given_up = self.uninstall
        for hook in (*_loop_hooks(self), *_queue_hooks(self), _factory_hook(self)):
            self.hook(hook)
        atexit.register(self.finish)

    def hook(self, function):
        """Puts a function in the place of the loop's method of the same name."""
        name = function.__name__
        if name not in self.hooks:
            original = self.originals[name] = Loop.__dict__[name]
            self.hooks[name] = function
            for attribute in ("__module__", "__qualname__", "__doc__"):
                setattr(function, attribute, getattr(original, attribute))
            setattr(Loop, name, function)

    def uninstall(self):
        """Puts the original methods back, where the program has not put others meanwhile."""
        for name, hook in self.hooks.items():
            if Loop.__dict__.get(name) is hook:
                setattr(Loop, name, self.originals[name])
        self.running.clear()

    def stream(self):
        """The calling thread's stream."""
        stream = self.streams.current()
        if stream.places is None:
            stream.places = awaits.Places(stream, self.asyncio)
        return stream

    def enter(self, loop):
        """A loop begins to run in this thread."""
        stream = self.running[id(loop)] = self.stream()
        kind = text(type(loop).__name__)
        stream.extend((record.RUN, clock(), id(loop), kind, len(loop._ready)))
        if type(loop)._run_once is not Loop._run_once:
            self.note("not-traced", "%s: it has a _run_once of its own" % kind)
        return stream

    def leave(self, loop, stream):
        """A loop has ended its run."""
        now = clock()
        stream.extend((record.REST, now, id(loop)))
        stream.flush(now)

    def note(self, kind, words):
        """Says in the trace what a viewer must know."""
        stream = self.streams.current()
        stream.extend((record.NOTE, kind, text(words)))
        stream.flush(clock())

    def born(self, loop, task):
        """A task was made: it has just put its first step in the queue."""
        try:
            stream = self.running.get(id(loop)) or self.stream()
            now = clock()
            root = stream.places.root(task._coro)
            stream.extend((record.TASK, now, id(task), text(self.name(task)), root))
            if stream.births:
                stream.births[-1].add(id(task))
            if now > stream.deadline:
                stream.flush(now)
        except Exception as error:
            self.step_out(error)

    def before_factory(self, coro):
        """A task factory is called: it may run the first step of the task it makes."""
        stream = self.stream()
        root = stream.places.root(coro)
        birth = stream, clock(), root, len(stream.values), set()
        stream.births.append(birth[-1])
        return birth

    def after_factory(self, birth, task):
        """The factory has given a task, or None where it raised an error."""
        stream, then, root, place, known = birth
        stream.births.pop()
        if id(task) not in known and issubclass(type(task), self.asyncio.task_types):
            stream.values[place:place] = record.TASK, then, id(task), text(self.name(task)), root
            stream.extend((record.EAGER, clock(), id(task), stream.places.site(task)))

    def step_out(self, error):
        """An error of our own: nothing is recorded from here on, and the trace says why."""
        self.uninstall()
        place = error.__traceback__
        while place.tb_next is not None:
            place = place.tb_next
        where = place.tb_frame.f_code.co_name, place.tb_lineno
        self.note("stopped", "%s in %s, line %d" % (type(error).__name__, *where))
        self.streams.flush()
        self.file.broken = True

    def finish(self):
        """The interpreter ends."""
        stream = self.streams.current()
        self.streams.flush()
        stream.extend((record.END, clock()))
        self.file.finish(stream.number, stream.values)


def _loop_hooks(session):
    """`_run_once` and the two ends of a run."""
    running, enter, leave, step_out = session.running, session.enter, session.leave, session.step_out
    step, wakeup = session.asyncio.step, session.asyncio.wakeup
    wakeup_is_builtin = wakeup is BuiltinFunctionType
    method, python_steps = MethodType, {tasks._PyTask._Task__step, tasks._PyTask._Task__wakeup}
    handle_type, timer_type, run_handle = Handle, TimerHandle, Handle._run
    set_origin_tracking, close_loop = Loop._set_coroutine_origin_tracking, Loop.close
    ulp = base_events.math.ulp if "ulp" in Loop._run_once.__code__.co_names else None
    poll, wakeups, plain_callback, mark = record.POLL, record.WAKEUPS, record.CALLBACK, record.FOREIGN
    skipped, nothing = (record.SKIPPED,), ()

    def _run_once(self):
        stream = running.get(id(self)) or enter(self)
        extend, site, foreign = stream.extend, stream.places.site, stream.foreign
        ready = self._ready
        inline = Handle._run is run_handle  # nobody else hooks the running of handles

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
            event_list = _select(self._selector, timeout, stream, ready)
        self._process_events(event_list)
        event_list = None
        io = len(ready)

        end_time = now = self.time()
        end_time += self._clock_resolution if ulp is None else max(self._clock_resolution, ulp(now))
        timers = self._scheduled
        while timers:
            handle = timers[0]
            if handle._when >= end_time:
                break
            handle = heapq.heappop(timers)
            handle._scheduled = False
            ready.append(handle)

        todo = len(ready)
        extend((poll, clock()) if todo == before else (wakeups, clock(), io, todo))
        for _ in range(todo):
            handle = ready.popleft()
            if handle._cancelled:
                foreign.pop(id(handle), None)
                extend(skipped)
                continue
            callback = handle._callback
            kind = type(handle)
            try:
                if inline and not self._debug and (kind is handle_type or kind is timer_type):
                    args = handle._args
                    try:
                        if args is nothing:
                            handle._context.run(callback)
                        elif type(args) is tuple and len(args) == 1:
                            handle._context.run(callback, args[0])
                        else:
                            handle._context.run(callback, *args)
                    except (SystemExit, KeyboardInterrupt):
                        raise
                    except BaseException as error:
                        _report(handle, error)
                elif self._debug:
                    try:
                        self._current_handle = handle
                        t0 = self.time()
                        handle._run()
                        dt = self.time() - t0
                        if dt >= self.slow_callback_duration:
                            source = base_events._format_handle(handle)
                            base_events.logger.warning("Executing %s took %.3f seconds", source, dt)
                    finally:
                        self._current_handle = None
                else:
                    handle._run()
            finally:
                try:
                    if foreign and id(handle) in foreign:
                        extend((mark, foreign.pop(id(handle))))
                    kind = type(callback)
                    now = clock()
                    if (
                        kind is step
                        or kind is wakeup
                        and (not wakeup_is_builtin or callback.__name__ == "task_wakeup")
                        or kind is method
                        and callback.__func__ in python_steps
                    ):
                        task = callback.__self__
                        extend((id(task), now, site(task), len(ready)))
                        task = None
                    else:
                        extend((plain_callback, now, stream.places.callback(callback), len(ready)))
                    if now > stream.deadline:
                        stream.flush(now)
                except Exception as error:
                    step_out(error)
        handle = callback = args = None

    def _set_coroutine_origin_tracking(self, enabled):
        set_origin_tracking(self, enabled)
        if self._thread_id is None:  # called by run_forever: as its first act, or as its last
            stream = running.pop(id(self), None)
            if stream is None:
                enter(self)
            else:
                leave(self, stream)

    def close(self):
        was_closed = self._closed
        close_loop(self)
        if not was_closed:
            stream = session.stream()
            now = clock()
            stream.extend((record.CLOSE, now, id(self)))
            stream.flush(now)

    return _run_once, _set_coroutine_origin_tracking, close


def _select(selector, timeout, stream, ready):
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
    stream.flush(clock())
    return selector.select(timeout)


def _report(handle, error):
    """Tells the loop's exception handler what `Handle._run` would."""
    options = {"debug": handle._loop.get_debug()} if SOURCE_HAS_DEBUG else {}
    callback = format_helpers._format_callback_source(handle._callback, handle._args, **options)
    context = {
        "message": "Exception in callback %s" % callback,
        "exception": error,
        "handle": handle,
    }
    if handle._source_traceback:
        context["source_traceback"] = handle._source_traceback
    handle._loop.call_exception_handler(context)


def _queue_hooks(session):
    """What puts handles in the ready queue: `call_soon`, where tasks are born, and threads."""
    running, born = session.running, session.born
    step = session.asyncio.step
    handle_type, new_handle, handle_init = Handle, Handle.__new__, Handle.__init__
    threadsafe_type = getattr(events, "_ThreadSafeHandle", Handle)
    own_frames = -1 if threadsafe_type is Handle else -2  # of a handle's source traceback

    def call_soon(self, callback, *args, context=None):
        if self._closed:
            self._check_closed()
        if type(callback) is step:
            try:
                fresh = callback.__self__._coro.cr_await is None
            except AttributeError:
                fresh = tasks.current_task(self) is not callback.__self__
            if fresh:
                born(self, callback.__self__)
        if self._debug or Handle.__init__ is not handle_init:
            if self._debug:
                self._check_thread()
                self._check_callback(callback, "call_soon")
            handle = self._call_soon(callback, args, context)
            if handle._source_traceback:
                del handle._source_traceback[-1]
            return handle
        handle = new_handle(handle_type)
        handle._context = copy_context() if context is None else context
        handle._loop = self
        handle._callback = callback
        handle._args = args
        handle._cancelled = False
        handle._repr = handle._source_traceback = None
        self._ready.append(handle)
        return handle

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

    return call_soon, call_soon_threadsafe


def _factory_hook(session):
    """A task factory may start tasks eagerly: their first step runs inside `create_task`."""
    set_task_factory_as_it_is = Loop.set_task_factory
    create_task_as_it_is = Loop.create_task

    def create_task(self, coro, **options):
        if self._task_factory is None:
            return create_task_as_it_is(self, coro, **options)
        birth = session.before_factory(coro)
        task = None
        try:
            task = create_task_as_it_is(self, coro, **options)
            return task
        finally:
            session.after_factory(birth, task)
            task = None

    def set_task_factory(self, factory):
        set_task_factory_as_it_is(self, factory)
        if factory is not None:
            session.hook(create_task)

    return set_task_factory


def install(file):
    """Traces this process from here on. Called once asyncio is there; raises OSError."""
    for part in (awaits, record, sys.modules[__name__]):
        for value in vars(part).values():
            if getattr(value, "__module__", None) == part.__name__:
                for function in vars(value).values() if isinstance(value, type) else (value,):
                    _disguise(function)
    Session(file).install()


def _disguise(function):
    """Gives one of our functions the name of asyncio's own file, for whoever looks at frames."""
    if type(function) is FunctionType:
        function.__code__ = _renamed(function.__code__)


def _renamed(code):
    inner = tuple(_renamed(const) if type(const) is CodeType else const for const in code.co_consts)
    return code.replace(co_filename=base_events.__file__, co_consts=inner)
