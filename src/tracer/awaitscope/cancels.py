"""Who asked for a cancel, and where it arrived.

A task learns of its cancel by a CancelledError that is made when its step begins: the class, which
is written in Python, tells of each one that is made there. Those who ask in asyncio itself say so
(seams.py). A program's own `task.cancel()` shows when the future that the task waits on, cancelled
by it, wakes the task up: still under that call. It shows by nothing where the task is not
suspended, or waits on a gather (whose children are asked, and tell) or on a task (which is asked,
and tells).

What became of a cancel follows from the records of the task: it arrived where the step before the
one with `cancelled` was suspended. That step ends by site -3: passed on; -2: turned into another
error, -1: swallowed, the task returned; else caught, and the task waits again, to clean up or to go
on: its end tells.
"""

import os
import sys
from asyncio import events, exceptions, tasks
from types import FrameType

from .record import CANCEL, CANCELLED

MAX_FRAMES = 20  # of the stack of who asks

# Frames from which a task's step begins, and those that lie between it and its CancelledError in a
# task written in Python.
RUNNERS = {"_run_once", "_run", "__call__"}
PYTHON_STEPS = {"__step", "__step_run_and_handle_result", "__wakeup"}
PYTHON_ERRORS = {"_make_cancelled_error", "result"}


def install(trace) -> None:
    """Puts the hooks in."""
    trace.seams.add(_seams(), asked=_asked(trace), spread=_spread(trace))
    trace.hook(exceptions.CancelledError, _made(trace))
    trace.woken_by_cancel = _woken(trace)


def _seams() -> dict:
    """Who asks for cancels in asyncio, each told after it has asked."""

    def asks(who: str, *tasks: str) -> dict:
        told = "%s.cancel(); $asked(%s, %r)"
        return {task + ".cancel()": told % (task, task, who) for task in tasks}

    group = "asyncio.TaskGroup"
    taskgroups = {
        "TaskGroup._abort": asks(group, "t"),
        "TaskGroup._on_task_done": asks(group, "self._parent_task"),
    }
    owner = getattr(sys.modules.get("asyncio.taskgroups"), "TaskGroup", None)
    if sys.version_info >= (3, 13):  # who was cancelled besides is cancelled again
        leaves = "TaskGroup._aexit" if hasattr(owner, "_aexit") else "TaskGroup.__aexit__"
        taskgroups[leaves] = asks(group, "self._parent_task")
    if hasattr(owner, "cancel"):  # from 3.15 on
        taskgroups["TaskGroup.cancel"] = asks(group, "self._parent_task")
        taskgroups["TaskGroup.create_task"] = asks(group, "task")
    staggered = {"staggered_race": asks("asyncio.staggered", "t")}
    spread = "exc = fut._make_cancelled_error()"
    return {
        "timeouts": {"Timeout._on_timeout": asks("asyncio.timeout", "self._task")},
        "taskgroups": taskgroups,
        "staggered": staggered,
        "runners": {
            "_cancel_all_tasks": asks("asyncio.run", "task"),
            "Runner._on_sigint": asks("asyncio.Runner", "main_task"),
        },
        "tasks": {
            "_cancel_and_wait": asks("asyncio.wait_for", "fut"),
            "_GatheringFuture.cancel": {
                "ret = True": "ret = True; $asked(child, 'asyncio.gather')",
            },
            "gather" if sys.version_info >= (3, 10) else "_gather": {
                spread: spread + "; $spread()",
            },
        },
    }


def _asked(trace):
    running, running_loop = trace.running, events._get_running_loop
    task_types = trace.asyncio.task_types

    def asked(task, who):
        """`who` of asyncio has asked for a task's cancel."""
        try:
            if issubclass(type(task), task_types):
                stream = running.get(id(running_loop())) or trace.stream()
                site = _site(trace, stream.places, sys._getframe(1), who)
                stream.extend((CANCEL, id(task), site))
        except Exception as error:
            trace.step_out(error)

    return asked


def _woken(trace):
    """What is called as a cancelled future wakes up a task, by the loop's `call_soon`."""
    running, running_loop, folder = trace.running, events._get_running_loop, trace.asyncio.folder
    is_step, python_cancel = trace.asyncio.is_step, tasks._PyTask.cancel.__code__

    def woken(callback):
        try:
            if not is_step(callback):
                return
            frame = sys._getframe(2)
            if frame.f_code is python_cancel:
                frame = frame.f_back
            code = frame.f_code
            if os.path.dirname(code.co_filename) == folder and code.co_name not in RUNNERS:
                return  # one who says so
            task = callback.__self__
            # Else the future was cancelled, not the task. Before 3.11 nobody knows.
            who = ("Future.cancel", "Task.cancel", "cancel")[min(1, _requests(task))]
            stream = running.get(id(running_loop())) or trace.stream()
            stream.extend((CANCEL, id(task), _site(trace, stream.places, frame, who)))
        except Exception as error:
            trace.step_out(error)

    return woken


def _spread(trace):
    running, running_loop = trace.running, events._get_running_loop

    def spread():
        """A gather ends by CancelledError; inside a step only if eager children end at once."""
        loop = running_loop()
        stream = running.get(id(loop))
        if stream is not None and tasks.current_task(loop) is None:
            stream.extend((CANCELLED, -1))

    return spread


def _site(trace, places, frame: FrameType, who: str) -> int:
    """The site of who asks: the program's calls under way, as a stack, up to the loop."""
    folder = trace.asyncio.folder
    stack = []
    while frame is not None and len(stack) < MAX_FRAMES:
        code = frame.f_code
        if os.path.dirname(code.co_filename) != folder:
            stack.append(frame)
        elif code.co_name == "_run_once":
            break
        elif code.co_name == "_on_sigint":  # what it interrupts has nothing to do with it
            stack.clear()
            break
        if code.co_name == "<module>":
            break
        frame = frame.f_back
    return places.called(stack, who)


def _made(trace):
    """`CancelledError.__init__`, which tells of an error that is made to be thrown into a task."""
    running, running_loop, folder = trace.running, events._get_running_loop, trace.asyncio.folder
    make, frame_of = BaseException.__init__, sys._getframe

    def __init__(self, /, *args, **kwargs):
        make(self, *args, **kwargs)
        frame = frame_of(1)
        try:
            if os.path.dirname(frame.f_code.co_filename) == folder:
                task = _resumed(trace.asyncio, frame)
                stream = running.get(id(running_loop()))
                if task is not None and stream is not None:
                    stream.extend((CANCELLED, _requests(task)))
        except Exception as error:
            trace.step_out(error)
        finally:
            frame = task = None

    return __init__


def _resumed(asyncio, frame):
    """The task into which an error is about to be thrown that is made by a frame of asyncio, None
    if the error is made for something else."""
    while frame.f_code.co_name in PYTHON_ERRORS:
        frame = frame.f_back
    name = frame.f_code.co_name
    if name in PYTHON_STEPS:
        return _local(frame, "self")
    if name not in RUNNERS:
        return None
    callback = _local(frame, "callback")
    if callback is None:
        callback = getattr(_local(frame, "self"), "_callback", None)  # of a handle
    return callback.__self__ if callback is not None and asyncio.is_step(callback) else None


def _local(frame, name):
    """A frame's local variable. It is not kept by the frame's own copy of them."""
    names = frame.f_locals
    value = names.get(name)
    if type(names) is dict:
        names.clear()
    return value


def _requests(task) -> int:
    """How many cancels were asked for and not taken back; -1 before Python 3.11."""
    kind = tasks.Task if issubclass(type(task), tasks.Task) else tasks._PyTask
    return kind.cancelling(task) if hasattr(kind, "cancelling") else -1
