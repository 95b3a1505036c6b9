"""Runs of trio, told through the instrument interface that trio has for this.

Each run gets one instrument behind those that the program has asked for. The records are those of
asyncio's loops: a runner is a loop of class `trio`, a pass of its own loop that runs tasks begins
with `poll` or `wakeups`, and what a task waits for is named by the first of trio's functions below
the program's own.

trio takes the tasks of a batch from either end. So which place of the queue a step came from is
recorded where that is not the front, and the queue's lengths tell who put each task there, as they
do for asyncio.

Invariant: nothing of asyncio is needed here; no task, scope or runner is kept alive. A program can
tell by its runner's `instruments` alone that there is one more.
"""

import atexit
import os
import sys
from collections import deque

from . import chain, disguise, record, sites, trio_places
from .chain import type_name
from .record import clock, text
from .trio_places import UNKNOWN, Places

MODULE = "trio._core._run"  # by the time it is there, all of trio that is needed is there
RETURNED, RAISED, CANCELLED = -1, -2, -3  # sites of tasks that have ended
NAP = 0.02  # seconds: trio sleeps no longer than this with records in hand
SLEEPS = {"trio.sleep", "trio.sleep_until"}
MAX_PARTS = 1_000  # children of a nursery that are told

_undisguised = [sys.modules[__name__], trio_places, chain, disguise, record, sites]


def install(file: record.TraceFile) -> "Runs | None":
    """Traces the runs of trio that begin from here on, and the one that this thread is in. Called
    once `trio._core._run` is there; raises OSError."""
    module = sys.modules[MODULE]
    if not {"unrolled_run", "Runner", "Cancelled"} <= set(vars(module)):
        file.note("not-traced", "trio: it is not as this tracer knows it")
        return None
    while _undisguised:
        part = _undisguised.pop()
        disguise.rename(part, part.__name__, module.__file__)
    runs = Runs(file, module)
    runner = getattr(getattr(module, "GLOBAL_RUN_CONTEXT", None), "runner", None)
    if runner is not None:
        runner.instruments.add_instrument(Joiner(runs, runner))
    return runs


class Runs:
    """What is recorded of this process's runs, until it ends or the tracer steps out."""

    def __init__(self, file: record.TraceFile, module):
        self.file = file
        self.folder = os.path.dirname(os.path.dirname(module.__file__))
        self.cancelled = module.Cancelled
        self._module = module
        self._original = module.unrolled_run
        if file.fd < 0:
            file.open()
        self._hook = module.unrolled_run = self._make_hook()
        atexit.register(self.end)

    def _make_hook(self):
        original = self._original

        def unrolled_run(runner, *args, **options):
            self.instrument(runner)
            return original(runner, *args, **options)

        for name in ("__module__", "__qualname__", "__doc__", "__annotations__"):
            setattr(unrolled_run, name, getattr(original, name))
        return unrolled_run

    def instrument(self, runner) -> None:
        """Adds our instrument to a run that is about to begin."""
        try:
            runner.instruments.add_instrument(Run(self, runner))
        except Exception as error:
            self.step_out(error)

    def step_out(self, error: Exception) -> None:
        """An error of our own: nothing is recorded from here on, and the trace says why."""
        self._unhook()
        self.file.given_up()
        trace = error.__traceback__
        while trace.tb_next is not None:
            trace = trace.tb_next
        where = type(error).__name__, trace.tb_frame.f_code.co_name, trace.tb_lineno
        try:
            self.file.streams.flush()
        except Exception:
            pass  # the error may lie in what could not be written
        self.file.finish(0, [record.NOTE, "stopped", text("%s in %s, line %d" % where)])
        self.file.close()

    def is_over(self) -> bool:
        """Whether nothing is recorded any more: the trace has ended, or this is a forked child."""
        return self.file.broken or self.file.pid != os.getpid()

    def leave(self) -> None:
        """The trace ends before the interpreter does; who has it ends the file."""
        self._unhook()
        atexit.unregister(self.end)

    def end(self) -> None:
        """The interpreter ends, and with it the trace, if asyncio's hooks have not ended it."""
        self._unhook()
        if not self.is_over():
            stream = self.file.streams.current()
            self.file.streams.flush()
            self.file.end(stream)
            self.file.close()

    def _unhook(self):
        if self._module.unrolled_run is self._hook:
            self._module.unrolled_run = self._original


def _guarded(method):
    """A hook's method: after the trace has ended, or by an error of ours, the instrument goes."""

    def guarded(self, *args):
        if self._over:
            self._go()
            return
        try:
            method(self, *args)
        except Exception as error:
            self._runs.step_out(error)
            self._go()

    return guarded


class Joiner:
    """Stands in a run that was going on as the trace began, until its next wait."""

    def __init__(self, runs: Runs, runner):
        self._runs = runs
        self._runner = runner

    def before_io_wait(self, timeout):
        runs, runner = self._runs, self._runner
        try:
            runner.instruments.remove_instrument(self)
            if not runs.is_over():
                run = Run(runs, runner)
                run.join(runner)
                runner.instruments.add_instrument(run)
        except Exception as error:
            runs.step_out(error)


class Run:
    """The instrument of one run. trio calls its methods by their names, in the run's thread."""

    def __init__(self, runs: Runs, runner):
        self._runs = runs
        self._instruments = runner.instruments
        self._is_guest = runner.is_guest
        self._number = id(runner)
        self._begun = False
        self._over = runs.file.broken
        # trio's own clock is ours but for an offset; of others nothing is known.
        own = type_name(type(runner.clock)) == "SystemClock"
        self._offset = runner.clock.offset if own else None
        self._stream = None
        self._places = None
        self._queue = deque()  # id() of each task that is to run after the batch
        self._batch = deque()  # id() of each task that is to run before the next wait
        self._told = 0  # how many were to run as last recorded
        self._io = -1  # how many after the last wait's events; -1 once the batch has begun
        self._place = 0  # where in the batch the step in progress came from
        self._task = 0  # id() of the task whose step is in progress
        self._outcome = None  # the site that stands for how it ended, if it did
        self._parents = {}  # id(task) -> id() of the task in whose nursery it lives
        self._sleeps = {}  # id(task) -> id() of the scope whose deadline ends its sleep
        self._by = None  # the cancel scope that the step in progress was resumed by

    @_guarded
    def before_run(self):
        self._stream = stream = self._runs.file.streams.current()
        self._places = Places(stream, self._runs.folder)
        if self._is_guest:
            words = "trio as a guest: what its host does to tasks between two turns counts as I/O"
            stream.extend((record.NOTE, "guest", words))

    def join(self, runner) -> None:
        """Begins in a run that is going on, before one of its waits."""
        self.before_run()
        self._begun = True
        self._queue.extend(map(id, runner.runq))
        self._enter()
        tasks, places, extend = [*runner.tasks], self._places, self._stream.extend
        for task in sorted(tasks, key=lambda task: task._counter):
            now, number = clock(), id(task)
            extend((record.TASK, now, number, text(task.name), places.root(task.coro)))
            self._parents[number] = parent = _parent(task)
            if parent:
                extend((record.PARENT, number, parent))
            begun = chain.has_begun(task.coro)
            site, what = places.site(task.coro) if begun else (UNKNOWN, None)
            if what is not None:
                self._tell_wait(task, what)
            extend((record.LATE, now, number, site))

    @_guarded
    def after_run(self):
        stream = self._stream
        self._leave()
        now = clock()
        stream.extend((record.CLOSE, now, self._number))
        stream.flush(now)

    @_guarded
    def task_spawned(self, task):
        name, site = text(task.name), self._places.root(task.coro)
        self._stream.extend((record.TASK, clock(), id(task), name, site))
        parent = _parent(task)
        if parent != self._task and parent:
            self._stream.extend((record.PARENT, id(task), parent))
        self._parents[id(task)] = parent

    @_guarded
    def task_scheduled(self, task):
        self._queue.append(id(task))
        if self._is_cancelled(task):
            scope = self._scope(task)
            if scope is not None and self._sleeps.get(id(task)) != id(scope):
                site = self._places.asker(scope)
                if site is not None:
                    self._stream.extend((record.CANCEL, id(task), site))
                    self._tell_scope(scope)

    @_guarded
    def before_io_wait(self, timeout):
        if self._is_guest:
            self._leave()
        elif not self._begun:  # the first wait: trio's own first task was made before it
            self._begun = True
            self._enter()
        if timeout > NAP and self._stream.values:
            self._stream.flush(clock())

    @_guarded
    def after_io_wait(self, timeout):
        if self._is_guest:
            self._enter()
        self._io = len(self._queue)

    @_guarded
    def before_task_step(self, task):
        if self._io >= 0:
            self._begin_batch()
        number, batch = id(task), self._batch
        if batch[0] == number:
            batch.popleft()
            self._place = 0
        elif batch[-1] == number:
            batch.pop()
            self._place = len(batch)
        else:  # shuffled, by tests that want it so
            self._place = batch.index(number)
            del batch[self._place]
        self._task = number
        self._by = None
        if self._is_cancelled(task):
            scope = self._scope(task)
            if scope is not None and self._sleeps.get(number) != id(scope):
                self._by = scope
        self._sleeps.pop(number, None)

    @_guarded
    def task_exited(self, task):
        # Its error is on its way from trio to the nursery. Only the frame that calls us has it yet.
        frame = sys._getframe(1)
        while frame.f_code.co_name != "task_exited" or "outcome" not in frame.f_code.co_varnames:
            frame = frame.f_back
        outcome = frame.f_locals["outcome"]
        self._outcome = self._end(getattr(outcome, "error", None))

    @_guarded
    def after_task_step(self, task):
        now, stream, number = clock(), self._stream, self._task
        if self._by is not None:
            stream.extend((record.CANCELLED, -1))
            self._tell_scope(self._by)
            self._by = None
        if self._place:
            stream.extend((record.PICKED, self._place))
        parent = _parent(task)
        if parent != self._parents.get(number):
            self._parents[number] = parent
            stream.extend((record.PARENT, number, parent))
        site = self._outcome
        if site is None:
            site, what = self._places.site(task.coro)
            if what is not None:
                self._tell_wait(task, what)
        else:
            self._outcome = None
            del self._parents[number]
        self._task = 0
        self._told = len(self._batch) + len(self._queue)
        stream.extend((number, now, site, self._told))
        if now > stream.deadline:
            stream.flush(now)
            self._over = self._runs.is_over()

    def _begin_batch(self):
        """Tells of the wait before the first step that follows it."""
        self._batch, self._queue = self._queue, self._batch
        now, ready = clock(), len(self._batch)
        if ready == self._told:
            self._stream.extend((record.POLL, now))
        else:
            self._stream.extend((record.WAKEUPS, now, self._io, ready))
        self._io = -1

    def _enter(self):
        stream = self._stream
        self._told = len(self._queue)
        stream.extend((record.RUN, clock(), self._number, "trio", self._told))
        stream.runs[stream.depth] = self._number
        stream.usual.add(stream.depth)
        stream.depth += 1

    def _leave(self):
        stream = self._stream
        depth = next((one for one, run in stream.runs.items() if run == self._number), None)
        if depth is None:
            return
        now = clock()
        for inner in [one for one in stream.runs if one >= depth][::-1]:
            stream.usual.discard(inner)
            stream.extend((record.REST, now, stream.runs.pop(inner)))
        stream.depth = depth
        stream.flush(now)

    def _go(self):
        try:
            self._instruments.remove_instrument(self)
        except KeyError:
            pass

    def _is_cancelled(self, task):
        """Whether a task is about to be resumed by `trio.Cancelled`."""
        error = getattr(task._next_send, "error", None)
        return type(error) is self._runs.cancelled

    @staticmethod
    def _scope(task):
        """The cancel scope that will catch the cancellation of a task: the outermost one cancelled
        that no shield hides. None if there is none, as for Ctrl+C."""
        found, status = None, task._cancel_status
        while status is not None:
            scope = status._scope
            if scope._cancel_called:
                found = scope
            if scope._shield:
                break
            status = status._parent
        return found

    def _tell_scope(self, scope):
        due = -1
        if self._offset is not None and 0 < scope._deadline - self._offset < 1e12:
            due = float(scope._deadline - self._offset)
        self._stream.extend((record.SCOPE, id(scope), due))

    def _end(self, error):
        """How a task has ended; its error is recorded."""
        if error is None:
            return RETURNED
        if self._only_cancelled(error):
            return CANCELLED
        name = text(type_name(type(error)))
        self._stream.extend((record.ERROR, name, chain.message(error)))
        return RAISED

    def _only_cancelled(self, error):
        """Whether an error is trio's cancellation, or a group of nothing else."""
        groups = getattr(sys.modules["builtins"], "BaseExceptionGroup", None)
        if groups is not None and isinstance(error, groups):
            return all(map(self._only_cancelled, groups.exceptions.__get__(error)))
        return type(error) is self._runs.cancelled

    def _tell_wait(self, task, what):
        """What is known about that which a task waits for, besides its name."""
        if what in SLEEPS:
            scope = task._cancel_status._scope
            due = scope._registered_deadline
            self._sleeps[id(task)] = id(scope)
            if self._offset is not None and 0 < due - self._offset < 1e12:
                self._stream.extend((record.DUE, float(due - self._offset)))
        elif what == "trio.Nursery.__aexit__":
            self._tell_nursery(task._child_nurseries[-1])
        elif task.custom_sleep_data is not None:
            self._stream.extend((record.AT, id(task.custom_sleep_data)))

    def _tell_nursery(self, nursery):
        extend, number = self._stream.extend, id(nursery)
        extend((record.AT, number))
        children = sorted((task._counter, id(task)) for task in nursery._children)
        for _, child in children[:MAX_PARTS]:
            extend((record.PART, number, child))
        if len(children) > MAX_PARTS:
            extend((record.PART, number, MAX_PARTS - len(children)))


def _parent(task) -> int:
    """id() of the task in whose nursery a task lives, or will once it has started; 0: in none."""
    nursery = getattr(task, "_eventual_parent_nursery", None) or task._parent_nursery
    return 0 if nursery is None else id(nursery._parent_task)
