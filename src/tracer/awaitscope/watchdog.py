"""Looks into steps that take long, while they run.

A thread looks at the loops some forty times a second. Where one has been in the same step for
longer than the threshold, it takes a sample: the stack inside the step, and whose step it is. It
looks again after twice the time, and so on. What the loop's thread has recorded is written for it
when it becomes stale. All that costs the loops nothing: that they are in a step, and since when,
shows in what they record anyway.

The thread is there from a loop's first run until some time after the last one has ended. What a
program could notice of it is little:

- It is a C function that calls C functions, and us only for an instant. So there is no frame of it
  in `sys._current_frames()`, `threading` knows nothing of it, and it never keeps a process alive.
- All signals are blocked in it: the program's threads get them.
- It ends before a fork, and comes back with the next records after it.
- It starts no garbage collection: finalizers of the program are not run in it.
- It holds the frames of other threads only while it holds the interpreter's lock.

What does show: a line "Thread … <no Python frame>" in faulthandler's dumps of all threads, one more
in the system's list of threads, an audit event when it starts; and, while it writes what has become
stale or where the system takes the processor from it in the midst of a look, its frame.
"""

import _signal
import _thread
import os
import sys
import time
from _weakref import ref
from asyncio import base_events, events, tasks
from itertools import chain, repeat

from .awaits import UNKNOWN
from .chain import import_gc
from .record import SAMPLE, clock, get_ident
from .sites import Sites

LINGER = 1.0  # seconds that the thread stays when no loop runs
STALE = 0.4  # seconds after which a thread's records are written, whatever it does
GROWTH = 2  # each sample of a step comes after so many times the time of the one before
MAX_SAMPLES = 20  # of one step: the last comes after days
MAX_DEPTH = 100  # frames of a sample, innermost first
PATIENCE = 0.2  # seconds that a fork, or the end of the program, waits for the thread to end
FIRST_NUMBER = 1 << 30  # of sites and codes: the watched thread numbers its own from 0 on

_gc = import_gc()
_sleep, _stat, _get_native_id = time.sleep, os.stat, getattr(_thread, "get_native_id", None)
_mask_signals = getattr(_signal, "pthread_sigmask", None)
_current_frames = sys._current_frames
# On free-threaded builds the frames of a thread that runs cannot be looked at.
_can_sample = getattr(sys, "_is_gil_enabled", lambda: True)
_dogs = []  # weak references to the watchdogs of this process's traces
FILES = {base_events.__file__, events.__file__}
# What the tracer does inside a step is no part of it.
OWN_FOLDER = os.path.join(os.path.dirname(Sites.suspended.__code__.co_filename), "")
# The functions that run a handle: what lies above one of their frames is a step.
STEP_RUNNERS = {"_run", "__call__"}
LOOP_RUNNERS = {"_run_once", "run_forever"}


def install(trace) -> None:
    """Lets each run of a loop be watched."""
    dog = trace.watchdog = Watchdog(trace, trace.file.slow_step)
    trace.at_run.append(lambda stream: dog.start())
    trace.hook(_thread, _count_hook(dog))
    if not _dogs and hasattr(os, "register_at_fork"):  # which is for ever
        os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
    _dogs[:] = [one for one in _dogs if one() is not None] + [ref(dog)]


def _before_fork():
    for dog in [one() for one in _dogs]:
        if dog is not None:
            dog.stop_for_fork()


def _after_fork():
    for dog in [one() for one in _dogs]:
        if dog is not None:
            dog.forget()


def _count_hook(dog):
    """`_thread._count`, by which tests find threads that were left behind: without ours."""
    count_as_it_is = _thread._count

    def _count():
        return count_as_it_is() - dog.counted

    return _count


class Watch:
    """What is known of one thread that runs loops."""

    __slots__ = ("idle", "since", "next", "samples", "sites")

    def __init__(self, stream, now):
        self.idle = now  # when it was last seen outside any step
        self.since = now  # when the step in progress began, at the latest
        self.next = 0.0  # seconds of the step after which the next sample is due
        self.samples = 0  # of this step
        self.sites = Sites(stream.beside.extend)
        self.sites.start_at(FIRST_NUMBER)

    def begin(self, since, threshold):
        """Another step is in progress."""
        self.since, self.next, self.samples = since, threshold, 0


class Watchdog:
    """The thread, and what it has seen. `slow`: seconds after which a step is looked into."""

    def __init__(self, trace, slow: float):
        self._trace = trace
        self._slow = slow
        self._tick = min(max(slow / 2, 0.005), 0.25)
        self._lock = _thread.allocate_lock()  # held to start the thread, and by it to decide to end
        self.forget()

    def forget(self) -> None:
        """There is no such thread in this process: not yet, or it was left in the parent's."""
        self.alive = False
        self.counted = 0  # threads of ours in `_thread._count()`
        self._bell = self._gone = self._handle = None
        self._thread = self._ident = None  # the system's and Python's number of the thread
        self._watches = {}  # number of a stream -> Watch
        self._last_run = self._last_sweep = clock()
        self._lock = _thread.allocate_lock()

    def start(self) -> None:
        """A loop runs: makes sure that it is watched, if a thread can be had."""
        if self.alive:
            return
        self._trace.file.before_write = None
        with self._lock:
            if not self.alive and not self._trace.file.broken:
                self._last_run = clock()
                try:
                    self._start_masked()
                except RuntimeError:
                    pass

    def _start_masked(self):
        """Starts the thread with all signals blocked: it inherits that from us."""
        if _mask_signals is None:
            self._start_thread()
            return
        mask = _mask_signals(_signal.SIG_BLOCK, ())
        try:
            _mask_signals(_signal.SIG_BLOCK, _signal.valid_signals())
            self._start_thread()
        finally:
            _mask_signals(_signal.SIG_SETMASK, mask)

    def _start_thread(self):
        self._bell, self._gone = _thread.allocate_lock(), _thread.allocate_lock()
        self._bell.acquire()
        self._gone.acquire()
        self._thread = self._ident = None
        naps = chain((0,), repeat(self._tick))
        rounds = map(self._look, map(self._bell.acquire, repeat(True), naps))
        self.alive = True
        try:
            if hasattr(_thread, "start_joinable_thread"):  # from Python 3.13 on
                turn = self._trace.asyncio.partial(any, rounds)
                self._handle = _thread.start_joinable_thread(turn, daemon=True)
            else:
                _thread.start_new_thread(any, (rounds,))
        except BaseException:
            self.alive = False
            raise

    def stop_for_fork(self) -> None:
        """A fork is about to happen: Python warns of threads, and the child would have but one."""
        if self.alive and self._trace.file.is_ours():
            self.stop()
            self._trace.file.before_write = self.start

    def stop(self) -> None:
        """Ends the thread, and waits for that."""
        bell, gone = self._bell, self._gone
        if not self.alive or get_ident() == self._ident:
            return
        try:
            bell.release()
        except RuntimeError:
            pass  # someone else does the same
        if gone.acquire(True, PATIENCE):
            self._await_end()

    def _await_end(self):
        """Waits until the system has no such thread any more; it has done all that we see of it."""
        if self._handle is not None:
            self._handle.join(PATIENCE)
            self._handle = None
        path, deadline = "/proc/self/task/%s" % self._thread, clock() + PATIENCE
        try:
            while sys.platform == "linux" and clock() < deadline:
                _stat(path)
                _sleep(0.0002)
        except OSError:
            return
        _sleep(0.001)

    # In the thread.

    def _look(self, called) -> bool:
        """Looks at all loops; `called`: the thread is to end. Gives whether it ends."""
        try:
            self.counted = 1
            if called or not self._go_on():
                self.alive = False
                self.counted = 0
                self._gone.release()
                return True
            now = clock()
            enabled = _gc.isenabled()
            if enabled:
                _gc.disable()
            try:
                stale = self._look_at_all(now)
            finally:
                if enabled:
                    _gc.enable()
            while stale:
                stale.pop().show(now)
        except Exception as error:
            self._trace.step_out(error)
        return False

    def _go_on(self):
        """Whether there is anything to watch, or may soon be again."""
        if self._thread is None:
            self._ident = get_ident()
            self._thread = _get_native_id() if _get_native_id else 0
        if self._trace.file.broken:
            return False
        if self._trace.running or clock() < self._last_run + LINGER:
            return True
        with self._lock:
            self.alive = False
            # Whoever makes a loop run now waits for the lock, or we see it run here.
            self.alive = bool(self._trace.running)
            return self.alive

    def _look_at_all(self, now):
        """Takes the samples that are due; gives the streams whose records must not wait longer."""
        running = list(self._trace.running.values())
        if running:
            self._last_run = now
        for stream in running:
            watch = self._watches.get(stream.number)
            if watch is None:
                watch = self._watches[stream.number] = Watch(stream, now)
            if not self._is_in_step(stream):
                watch.idle = now
            elif now - stream.stepped > self._slow and self._is_due(stream, watch, now):
                self._sample(stream, watch, now)
        if now - self._last_sweep < STALE / 2:
            return None
        self._last_sweep = now
        streams = self._trace.streams.all()
        if len(self._watches) > len(streams):
            numbers = [stream.number for stream in streams]
            self._watches = {n: self._watches[n] for n in self._watches if n in numbers}
        due = now - STALE
        return [one for one in streams if one.deadline < due and (one.values or one.beside)]

    def _is_in_step(self, stream):
        """Whether a thread's loop is running handles; it may just have finished the last one."""
        inner = stream.depth - 1
        return stream.turning != 0 or inner >= 0 and inner not in stream.usual

    def _is_due(self, stream, watch, now):
        """Whether the step in progress has become long enough for another sample."""
        since = max(stream.stepped, watch.idle, stream.last, stream.last_end())
        if since > watch.since:
            watch.begin(since, self._slow)
        return now - watch.since >= watch.next and watch.samples < MAX_SAMPLES

    def _sample(self, stream, watch, now):
        """Adds a sample of the stack inside a thread's step to its stream."""
        if not _can_sample():
            places, task = [], -1
        else:
            frame = _current_frames().get(stream.ident)
            places, task = self._inside(frame, stream)
            frame = None
        if places is None:  # it is between two steps
            watch.idle = now
            return
        if watch.sites.are_many():
            watch.sites.forget()
        site = -1
        for place in reversed(places):
            name = getattr(place.code, "co_qualname", place.code.co_name)
            site = watch.sites.suspended(site, name, place.code, place, "")
        stream.beside.extend((SAMPLE, now, task, site if places else UNKNOWN))
        watch.next = (now - watch.since) * GROWTH
        watch.samples += 1

    def _inside(self, frame, stream):
        """The places of a step's frames, innermost first, and the id() of its task or -1; None in
        their place if the thread is not in a step."""
        places = []
        while frame is not None and len(places) < MAX_DEPTH:
            code = frame.f_code
            if code.co_filename in FILES:
                if code.co_name in STEP_RUNNERS:
                    return places, self._task(frame, stream)
                if code.co_name in LOOP_RUNNERS:
                    return None, -1
            if not code.co_filename.startswith(OWN_FOLDER):
                places.append(Place(code, frame.f_lasti, frame.f_lineno))
            frame = frame.f_back
        return (places, self._task(None, stream)) if places else (None, -1)

    def _task(self, frame, stream):
        """id() of the task whose step it is, -1 if it is none's."""
        if sys.version_info < (3, 14):
            number = stream.turning or stream.runs.get(stream.depth - 1)
            for loop, task in list(tasks._current_tasks.items()):
                if id(loop) == number:
                    return id(task)
            return -1
        if frame is None:
            return -1
        loop = frame.f_locals.get("self")  # a view, which keeps nothing
        loop = getattr(loop, "loop", getattr(loop, "_loop", loop))
        task = tasks.current_task(loop)
        return -1 if task is None else id(task)


class Place:
    """Where a frame is, without the frame."""

    __slots__ = ("code", "f_lasti", "f_lineno")

    def __init__(self, code, f_lasti, f_lineno):
        self.code = code
        self.f_lasti = f_lasti
        self.f_lineno = f_lineno
