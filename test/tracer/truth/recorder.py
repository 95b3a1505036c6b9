"""A log that a program keeps of its own event loops, by means that no tracer uses.

    recorder.py LOG PROGRAM [ARGUMENT…]      runs a program, then writes the log, in marshal format

A loop's queue is exchanged for one that notes what goes in and what comes out; its selector's
`select`, its `_process_events` and its `run_forever` say in which phase it is. So for every handle it
is known when it ran, how long the queue was, which task stepped, and what had put it there.

The log is a list of loops: {"id", "runs": [[start, end]…], "polls": [[time, length, handles]…],
"handles": [[time, length, task, name, cause, state, next, after, foreign, where, eager, arrived]…]} with
`time` when it was taken from the queue, `length` of the queue with it, `task` (id or 0) and its `name`, or the
callback's `name`; `cause` as in lanes.py; `state` after it: "skipped", "callback", "waiting",
"returned", "raised ERROR" or "cancelled"; `next`: when the loop went on; `after`: the queue's length
then, of which `foreign` handles came from other threads meanwhile (these three are None where nobody
saw it); `where` the task waits; `eager`: [task, name, state, where] of each eager task that began in it;
`arrived`: whether it began with a CancelledError inside the task, None if nobody saw its beginning.
"""

import asyncio
import collections
import marshal
import runpy
import sys
import threading
from time import perf_counter

logs = []  # of all loops, as they are made


def where(task):
    """Where a task waits by the program's own account; None if it keeps none."""


class Queue(collections.deque):
    """A loop's queue of handles."""

    log = None

    def append(self, handle):
        self.log.put_in(handle)
        super().append(handle)

    def popleft(self):
        length = len(self)
        handle = super().popleft()
        self.log.taken(handle, length)
        return handle


class Log:
    def __init__(self, loop):
        self.id = id(loop)
        self.runs, self.polls, self.handles = [], [], []
        self.queue = loop._ready = Queue()
        self.queue.log = self
        self.phase = "start"
        self.thread = None
        self.causes = {}  # id(handle) -> cause
        self.open = None  # the handle that runs, and its task
        self.foreign = 0
        self.arrived = None  # whether the handle's first words were of a CancelledError
        self.eager = []  # tasks whose first steps ran inside the handle
        self._watch(loop)

    def _watch(self, loop):
        selector = getattr(loop, "_selector", None)
        select, process, run = selector.select, loop._process_events, loop.run_forever

        def watched_select(timeout=None):
            self.went_on(len(self.queue))
            self.phase = "io"
            return select(timeout)

        def watched_process(events):
            process(events)
            self.phase = "timer"

        def watched_run():
            self.thread = threading.get_ident()
            self.phase = "start"
            self.causes = {number: "start" for number in self.causes}
            began = perf_counter()
            try:
                return run()
            finally:
                self.runs.append([began, perf_counter()])
                self.went_on(None)
                self.phase, self.thread = "start", None

        selector.select, loop._process_events, loop.run_forever = (
            watched_select,
            watched_process,
            watched_run,
        )

    def put_in(self, handle):
        cause = self.phase
        if self.thread not in (None, threading.get_ident()):
            cause = "foreign"
            self.foreign += 1
        self.causes[id(handle)] = cause

    def taken(self, handle, length):
        cause = self.causes.pop(id(handle))
        now = perf_counter()
        if self.phase == "timer":
            self.polls.append([now, length, len(self.handles)])
        self.went_on(length, now)
        task = getattr(handle._callback, "__self__", None)
        if not isinstance(task, asyncio.Future) or not hasattr(task, "get_coro"):
            task = None
        self.phase = len(self.handles)
        state = "skipped" if handle._cancelled else "callback"
        name = task.get_name() if task else getattr(handle._callback, "__qualname__", "")
        entry = [now, length, id(task) if task else 0, name, cause, state, *[None] * 6]
        self.handles.append(entry)
        self.open = entry, task if state == "callback" else None
        self.foreign = 0

    def went_on(self, length, now=None):
        """The handle that ran has ended."""
        if self.open is None:
            return
        (entry, task), self.open = self.open, None
        if length is not None:
            entry[6:9] = now or perf_counter(), length, self.foreign
        if task is not None:
            entry[5] = outcome(task)
            entry[9] = where(task)  # of an ended task: none
        entry[10] = [[id(one), one.get_name(), outcome(one), where(one)] for one in self.eager]
        entry[11], self.arrived = self.arrived, None
        self.eager.clear()


def outcome(task):
    """How a task ended, or that it waits."""
    if not task.done():
        return "waiting"
    if task.cancelled():
        return "cancelled"
    error = task.exception()
    return "returned" if error is None else "raised " + type(error).__name__


def install():
    """Loops that are made from here on keep a log."""
    made = asyncio.SelectorEventLoop.__init__

    def __init__(self, *args, **options):
        made(self, *args, **options)
        logs.append(Log(self))

    asyncio.SelectorEventLoop.__init__ = __init__


def save(path):
    """Writes the logs of all loops that ran."""
    kept = [vars(log) for log in logs if log.handles]
    with open(path, "wb") as file:
        names = ("id", "runs", "polls", "handles")
        marshal.dump([{name: log[name] for name in names} for log in kept], file)


if __name__ == "__main__":
    install()
    path = sys.argv[1]
    del sys.argv[:2]
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    finally:
        save(path)
