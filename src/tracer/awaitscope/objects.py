"""Which lock, semaphore, event, condition, barrier, queue or stream a task waits at, who holds it,
and what a gather, a group or another wait is made of.

Each of these is written in Python and says by itself what it does; see seams.py for how it is made
to record that. While a single thread runs loops, as in nearly every program, records go straight
into its stream.
"""

import sys
from asyncio import events

from .record import AT, GIVE, GOT, PART, PUT, QUEUE, TAKE, WAITS

MAX_PARTS = 1000  # children of one wait that are told one by one

_WAITS = "$extend((%d, $id(self)))" % AT
_WAITS_FOR_UNIT = "$extend((%d, $id(self), %d, $id(fut)))" % (AT, WAITS)
_TAKES = "$extend((%d, $id(self), 0))" % TAKE
_HANDS = "$extend((%d, $id(self), $id(fut)))" % TAKE
_GIVES = "$extend((%d, $id(self)))" % GIVE
_MADE = "$extend((%d, $id(self)))" % QUEUE
_PUTS = "$extend((%d, $id(self)))" % PUT
_GETS = "$extend((%d, $id(self)))" % GOT


def _part(whole: str, part: str) -> str:
    return "$extend((%d, $id(%s), $id(%s)))" % (PART, whole, part)


def _after(words: str, *lines: str) -> dict:
    return {line: line + "; " + words for line in lines}


def _object_seams(oldest: bool) -> dict:
    """What objects record. `oldest`: on Python 3.9, where each has its loop from the start.

    Where a waiter's future is made, an `await` of it follows: whoever gets there waits. Items are
    counted where they are put and taken, for only a queue's own code could tell how many it has.
    """
    future = "self._loop.create_future()" if oldest else "self._get_loop().create_future()"
    waits = _after(_WAITS, "fut = " + future)
    semaphore = {
        "Semaphore.acquire": {**waits, **_after(_TAKES, "self._value -= 1")},
        "Semaphore.release": _after(_GIVES, "self._value += 1"),
    }
    if not oldest:  # a unit is handed to a waiter, who gives it back if it cannot use it
        semaphore["Semaphore.acquire"].update(_after(_GIVES, "self._value += 1"))
        semaphore["Semaphore.acquire"].update(_after(_WAITS_FOR_UNIT, "fut = " + future))
        semaphore["Semaphore._wake_up_next"] = _after(_HANDS, "self._value -= 1")
    in_condition = _WAITS + "; $inside(self)"
    joins = "if self._unfinished_tasks > 0:"
    return {
        "locks": {
            "Lock.acquire": {**waits, **_after(_TAKES, "self._locked = True")},
            "Lock.release": _after(_GIVES, "self._locked = False"),
            "Event.wait": waits,
            "Condition.wait": _after(in_condition, "fut = " + future),
            **semaphore,
            "Barrier.wait": _after(_part("self", "self._cond"), "index = self._count"),
        },
        "queues": {
            "Queue.__init__": _after(_MADE, "self._maxsize = maxsize"),
            "Queue.put_nowait": _after(_PUTS, "self._put(item)"),
            "Queue.get_nowait": _after(_GETS, "item = self._get()"),
            "Queue.shutdown": _after(_GETS, "self._get()"),
            "Queue.put": _after(_WAITS, "putter = " + future),
            "Queue.get": _after(_WAITS, "getter = " + future),
            "Queue.join": {joins: joins[:-1] + " and not " + _part("self", "self._finished") + ":"},
        },
        "streams": {
            "StreamReader._wait_for_data": _after(
                _WAITS, "self._waiter = self._loop.create_future()"
            ),
        },
    }


def _group_seams() -> dict:
    """What waits on several things records."""
    children = _after("$children(None, (fut,))", "fut.add_done_callback(cb)")
    done = _after("$children(outer, children)", "outer = _GatheringFuture(children, loop=loop)")
    tasks = {
        "shield": _after("$children(outer, (inner,))", "outer = loop.create_future()"),
        "_wait": _after("$children(None, fs)", "waiter = loop.create_future()"),
        "_cancel_and_wait": children,
        "gather" if sys.version_info >= (3, 10) else "_gather": done,
    }
    if sys.version_info < (3, 12):  # from then on it is a timeout around an await
        tasks["wait_for"] = children
    if sys.version_info < (3, 13):
        todo = "todo = {ensure_future(f, loop=loop) for f in set(fs)}"
        tasks["as_completed"] = _after("$children(done, todo)", todo)
    else:
        todo = _after("$children(self._done, todo)", "self._todo = todo")
        tasks["_AsCompletedIterator.__init__"] = todo
    group = getattr(sys.modules.get("asyncio.taskgroups"), "TaskGroup", None)
    completed = "self._on_completed_fut = self._loop.create_future()"
    joins = "self._on_completed_fut is None or $joins(self, task)"
    groups = {
        "TaskGroup._aexit" if hasattr(group, "_aexit") else "TaskGroup.__aexit__": _after(
            "$children(None, self._tasks)", completed
        ),
        "TaskGroup.create_task": _after(joins, "self._tasks.add(task)"),
    }
    return {"tasks": tasks, "taskgroups": groups}


def install(trace) -> None:
    """Puts the hooks in."""
    children, joins = _group_helpers(trace)
    trace.seams.add(_group_seams(), children=children, joins=joins)
    first = trace.stream()
    helpers = {"extend": first.extend, "id": id, "inside": _inside(trace)}
    trace.seams.add(_object_seams(sys.version_info < (3, 10)), **helpers)
    number = first.number

    def told(stream):
        """A loop begins to run: is this the first thread that runs some?"""
        if stream.number != number:
            trace.at_run.remove(told)
            trace.seams.put_in(extend=_extend_here(trace))

    trace.at_run.append(told)


def _extend_here(trace):
    running, running_loop = trace.running, events._get_running_loop

    def extend_here(values):
        """Records in the stream of the thread whose loop is running."""
        stream = running.get(id(running_loop()))
        if stream is not None:
            stream.extend(values)

    return extend_here


def _inside(trace):
    running, running_loop = trace.running, events._get_running_loop
    attributes = object.__getattribute__

    def inside(condition):
        """A task is about to wait at a condition; this is its lock."""
        try:
            stream = running.get(id(running_loop()))
            lock = attributes(condition, "__dict__").get("_lock")  # a subclass may do without
            if stream is not None and lock is not None:
                stream.extend((PART, id(condition), id(lock)))
        except Exception as error:
            trace.step_out(error)

    return inside


def _group_helpers(trace):
    running, running_loop, step_out = trace.running, events._get_running_loop, trace.step_out

    def children(whole, parts):
        """Something waits on `parts`: the future `whole`, or, where it is None, this step."""
        try:
            stream = running.get(id(running_loop()))
            if stream is None:
                return
            number = 0 if whole is None else id(whole)
            values = []
            for part in parts:
                if len(values) == 3 * MAX_PARTS:
                    values += (PART, number, MAX_PARTS - len(parts))
                    break
                values += (PART, number, id(part))
            stream.extend(values)
        except Exception as error:
            step_out(error)

    def joins(group, task):
        """A task group has got a task more while another task waits for all of it."""
        try:
            stream = running.get(id(running_loop()))
            if stream is not None:
                stream.extend((PART, id(group._parent_task), id(task)))
        except Exception as error:
            step_out(error)

    return children, joins
