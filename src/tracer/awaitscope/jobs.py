"""Jobs of thread pools, and timers.

A job is numbered when the loop gives it to an executor. Where that executor makes a work item of
`concurrent.futures` of it in the same call, as every pool of threads does, the number goes along in
the item: the worker tells start and end in its own thread's stream. So the user's function, its
arguments and the executor stay what they are, and nothing is wrapped. Any other executor (of
processes, of one's own) gives the job's record alone.
"""

import os
import sys
from asyncio import base_events, futures
from contextvars import Context
from functools import partial
from itertools import count
from types import BuiltinFunctionType, FunctionType, MethodType

from . import disguise
from .record import JOB, JOB_END, JOB_START, TIMER, TIMER_OFF, clock, get_ident

Loop = base_events.BaseEventLoop
THREAD_POOL = "concurrent.futures.thread"


def install(trace) -> None:
    """Puts the hooks in."""
    trace.hook(Loop, _executor_hook(trace))
    trace.hook(Loop, _timer_cancel_hook(trace))


def _executor_hook(trace):
    queued = {}  # ident of a thread that is giving a job to an executor -> the job's number
    next_job = count(1).__next__
    concurrent = base_events.concurrent

    def run_in_executor(self, executor, func, *args):
        self._check_closed()
        if self._debug:
            self._check_callback(func, "run_in_executor")
        if executor is None:
            executor = self._default_executor
            # Only check when the default executor is being used
            self._check_default_executor()
            if executor is None:
                executor = concurrent.futures.ThreadPoolExecutor(thread_name_prefix="asyncio")
                self._default_executor = executor
        if THREAD_POOL in sys.modules:
            _hook_work_items(trace, queued)
        ident = get_ident()
        job = queued[ident] = next_job()
        try:
            future = futures.wrap_future(executor.submit(func, *args), loop=self)
        finally:
            queued.pop(ident, None)
        _tell_job(trace, future, job, func)
        return future

    return disguise.aligned(run_in_executor, "submit", Loop.run_in_executor, "submit")


def _tell_job(trace, future, job, function):
    try:
        stream = trace.stream()
        site = stream.places.callback_site(_innermost(function))
        stream.extend((JOB, id(future), job, site))
    except Exception as error:
        trace.step_out(error)


def _innermost(function):
    """The function that a job runs in the end: `asyncio.to_thread` runs it in a context."""
    while type(function) is partial:
        inside, args = function.func, function.args
        is_run = type(inside) is BuiltinFunctionType and type(inside.__self__) is Context
        function = args[0] if is_run and inside.__name__ == "run" and args else inside
    return function


def _hook_work_items(trace, queued):
    """Lets the work items of `concurrent.futures` know the number of their job."""
    items = sys.modules[THREAD_POOL]._WorkItem
    if trace.hooks(items, "run"):
        return
    run = _work_item_run(trace, items.run)
    if run is not None:
        trace.hook(items, run)
        trace.hook(items, _work_item_birth(items.__init__, queued))


def _work_item_birth(init_as_it_is, queued):
    def __init__(self, *args, **options):
        init_as_it_is(self, *args, **options)
        if queued:
            job = queued.pop(get_ident(), None)
            if job is not None:
                self.job = job

    return __init__


# `_WorkItem.run`: as it is up to Python 3.13, and from 3.14 on.
WORK_ITEM_RUNS = (
    {"parameters": "self", "call": "self.fn(*self.args, **self.kwargs)", "uses": "fn"},
    {"parameters": "self, ctx", "call": "ctx.run(self.task)", "uses": "task"},
)
WORK_ITEM_RUN = """
if True:  # the columns of the original
    def run({parameters}):
        if not self.future.set_running_or_notify_cancel():
            return
        job = began(self)
        try:
            result = {call}
        except BaseException as exc:
            ended(job)
            self.future.set_exception(exc)
            # Break a reference cycle with the exception 'exc'
            self = None
        else:
            ended(job)
            self.future.set_result(result)
"""


def _work_item_run(trace, run_as_it_is):
    """`_WorkItem.run`, which tells when a job starts and ends; None if there is no form of it for
    this Python. Its lines are those of the original: the traceback of a job's error shows them."""
    current = trace.streams.current

    def tell(kind, job):
        try:
            stream, now = current(), clock()
            stream.extend((kind, now, job))
            if now > stream.deadline:
                stream.flush(now)
        except Exception as error:
            trace.step_out(error)

    def began(item):
        job = item.__dict__.get("job")
        if job is not None:
            tell(JOB_START, job)
        return job

    def ended(job):
        if job is not None:
            tell(JOB_END, job)

    names = {"began": began, "ended": ended}
    for form in WORK_ITEM_RUNS:
        exec(compile(WORK_ITEM_RUN.format(**form), base_events.__file__, "exec"), names)
        run, code = names["run"], run_as_it_is.__code__
        if form["uses"] in code.co_names and code.co_argcount == run.__code__.co_argcount:
            return disguise.aligned(run, form["uses"], run_as_it_is, form["uses"])
    return None


# Timers, but those of sleeps: these are told by the steps that wait for them.


def timer_teller(trace):
    """What `call_at` calls with a timer that it has made for anything but a sleep."""
    offset = trace.asyncio.clock_offset

    def tell_timer(timer):
        try:
            when = timer._when
            if type(when) is float or type(when) is int:
                stream = trace.stream(timer._loop)
                site = stream.places.callback_site(timer._callback)
                stream.extend((TIMER, when + offset, _behind(trace, timer), site))
        except Exception as error:
            trace.step_out(error)

    return tell_timer


def _timer_cancel_hook(trace):
    ends_sleep = futures._set_result_unless_cancelled

    def _timer_handle_cancelled(self, handle):
        if handle._scheduled:
            self._timer_cancelled_count += 1
            if handle._callback is not ends_sleep:
                try:
                    trace.stream(self).extend((TIMER_OFF, _behind(trace, handle)))
                except Exception as error:
                    trace.step_out(error)

    return _timer_handle_cancelled


def _behind(trace, timer) -> int:
    """id() of what a timer is for: asyncio's own object, the future that it ends, or itself."""
    callback, args = timer._callback, timer._args
    if type(callback) is MethodType:
        function = callback.__func__
        is_plain = type(function) is FunctionType
        if is_plain and os.path.dirname(function.__code__.co_filename) == trace.asyncio.folder:
            return id(callback.__self__)
    if type(args) is tuple and args and issubclass(type(args[0]), trace.asyncio.future_types):
        return id(args[0])
    return id(timer)
