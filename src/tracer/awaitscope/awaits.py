"""Where a task waits: from a suspended coroutine to a numbered site.

A suspended task is a chain: its coroutine awaits a coroutine that awaits … until one asyncio
coroutine, future or other awaitable that really waits. `Places.step` walks that chain after every
step, so it must be fast: it keeps a trie whose branches are coroutine functions and the
instructions (`f_lasti`) at which they are suspended, and which ends in site numbers. What the trie
does not know yet, or cannot hold (generators, async generators, custom iterators), `_learn` works
out.

Invariant: no method of the program's objects is called here, and none of them is kept alive.
"""

import os
import sys
from asyncio import tasks
from asyncio.base_events import BaseEventLoop
from types import BuiltinFunctionType, CoroutineType, FunctionType, MethodType, ModuleType

from .chain import LINKS, has_begun, message, referents, suspended, type_name
from .record import CALLBACK, DUE, ERROR, TASK, WAITS, clock, text
from .sites import sites_of

# The site of a step after which the task is not suspended, or nobody can tell where.
RETURNED, RAISED, CANCELLED, UNKNOWN = -1, -2, -3, -4
UNPLACED = -1  # the site of a task whose function cannot be told

# asyncio's coroutines are named by their qualified names, except where these say better.
RENAMED = {
    "BaseEventLoop": "loop",
    "BaseSelectorEventLoop": "loop",
    "BaseProactorEventLoop": "loop",
    "ProactorEventLoop": "loop",
    "_UnixSelectorEventLoop": "loop",
    "FlowControlMixin": "StreamWriter",
    "TaskGroup.__aexit__": "TaskGroup",
    "_wait": "wait",
    "_cancel_and_wait": "wait_for",
    "_wait_for_one": "as_completed",
    "as_completed.<locals>._wait_for_one": "as_completed",
    "_AsCompletedIterator._wait_for_one": "as_completed",
}
# asyncio's functions that only pass an await on. The hidden ones are left out of the stack;
# `wait_for` is a frame of it as long as it awaits a coroutine.
HIDDEN = {"_ContextManagerMixin.__aenter__", "Future.__await__", "Future.__iter__"}
PASSING = {"wait_for"}


_opmap = getattr(sys.modules.get("opcode"), "opmap", {})
_SUSPENSION = _opmap.get("YIELD_VALUE" if sys.version_info >= (3, 11) else "YIELD_FROM")


class Leaf:
    """An asyncio coroutine that ends a chain."""

    # site: where it waits on a future; bare: where it gives the loop a turn (`sleep(0)`). Either is
    # missing until it is known. timed: it waits on a timer of its own.
    __slots__ = ("code", "site", "bare", "timed")

    def __init__(self, code):
        self.code = code


class Branch:
    """A coroutine function, reached by one chain of places."""

    __slots__ = ("code", "only", "spots")

    def __init__(self, code):
        self.code = code
        self.only = None  # its Spot, if it can be suspended in one place only
        self.spots = {}  # f_lasti -> Spot


class Spot:
    """A place where a coroutine function is suspended, reached by one chain of places."""

    __slots__ = ("branch_code", "branch", "leaf_code", "leaf", "nodes", "future_type", "site")
    __slots__ += "futures", "timed"

    def __init__(self):
        self.branch_code = self.branch = None  # the coroutine last awaited here that goes on …
        self.leaf_code = self.leaf = None  # … and the one that ended the chain
        self.nodes = {}  # id(code) -> Branch or Leaf of each coroutine ever awaited here
        self.future_type = self.site = None  # type of the future last awaited here, and its site
        self.futures = {}  # type -> site of each future ever awaited here
        self.timed = False  # that future is ended by a timer: here is `asyncio.sleep` itself

    def recall(self, code):
        """Goes back to a coroutine that was awaited here before the last one; gives its Leaf, or
        None if it goes on. Raises KeyError if it is new."""
        node = self.nodes[id(code)]
        if type(node) is Leaf:
            self.leaf_code, self.leaf = code, node
            return node
        self.branch_code, self.branch = code, node
        return None

    def recall_future(self, kind):
        """Goes back to a future that was awaited here before the last one. Raises KeyError."""
        self.site = self.futures[kind]
        self.future_type = kind


class Places:
    """The places of one stream. `asyncio` is what session.py found out about this asyncio."""

    def __init__(self, stream, asyncio, early):
        self._stream = stream
        self._extend = stream.extend
        self._asyncio = asyncio
        self._early = early  # id() of each task that was made where its loop does not run
        self.known = {}  # id() of each task that has run or will run here -> Branch it began with
        self._sites = sites_of(stream)
        self._round = self._sites.round
        self.roots = {}  # id(code) -> (Branch, site) of each function that a task began with
        self.recent = None, None, UNPLACED  # the code, Branch and site of the last one of these
        self._branches = {}  # id(code) -> Branch of the same: the roots of the trie
        self.callbacks = {}  # id(code) -> site of each function that ran as a callback
        self.step = self._stepper()
        self.ran = self._runner()

    def _stepper(self):
        """The function that runs after each step of a task, and records it.

        `ready` is the length of the queue right after the step.
        """
        stream, extend, known = self._stream, self._extend, self.known
        meet, ended, learn = self.meet, self.ended, self.learn
        future_iterator, coroutine = self._asyncio.future_iterator, CoroutineType
        clock_offset = self._asyncio.clock_offset

        def step(task, ready):
            now = clock()
            number = id(task)
            try:
                branch = known[number]
            except KeyError:
                branch = meet(task, now)
            waiter = task._fut_waiter
            if waiter is None and (state := task._state) != "PENDING":
                if state == "FINISHED" and task._exception is None:
                    site = RETURNED
                else:
                    site = ended(task)
                del known[number]
            else:
                try:
                    awaited = task._coro
                    while True:
                        spot = branch.only or branch.spots[awaited.cr_frame.f_lasti]
                        awaited = awaited.cr_await
                        if type(awaited) is coroutine:
                            code = awaited.cr_code
                            if code is spot.branch_code:
                                branch = spot.branch
                                continue
                            leaf = spot.leaf if code is spot.leaf_code else spot.recall(code)
                            if leaf is None:
                                branch = spot.branch
                                continue
                            if waiter is None:
                                site = leaf.bare
                            else:
                                site = leaf.site
                                if leaf.timed:
                                    tell_due(waiter)
                        elif type(awaited) is future_iterator:
                            if type(waiter) is not spot.future_type:
                                spot.recall_future(type(waiter))
                            site = spot.site
                            if spot.timed:
                                tell_due(waiter)
                            else:
                                extend((WAITS, id(waiter)))
                        else:
                            site = learn(task, waiter)
                        break
                except (AttributeError, KeyError):
                    site = learn(task, waiter)
            extend((number, now, site, ready))
            if now > stream.deadline:
                stream.flush(now)

        def tell_due(future):
            """Tells when the timer rings that will end a sleep."""
            try:
                timer = future._loop._scheduled[-1]
                if timer._args[0] is not future:
                    timer = _find_timer(future)
                if type(timer._when) is float:
                    extend((DUE, timer._when + clock_offset))
            except (AttributeError, IndexError, TypeError):
                pass  # not asyncio's own timers

        self.tell_due = tell_due
        return step

    def site(self, task) -> int:
        """Where a task waits, or how it ended, without the speed of `step`."""
        waiter = task._fut_waiter
        if waiter is None and task._state != "PENDING":
            return self.ended(task)
        return self.learn(task, waiter)

    def late_site(self, task, dues) -> int:
        """Where a task waits that was made before the trace began; UNKNOWN if it has not begun.

        `dues` has the due times of the loop's timers by the id() of the future that each ends.
        """
        coro, waiter = task._coro, task._fut_waiter
        if waiter is None and not has_begun(coro):
            return UNKNOWN
        values = self._stream.values
        site = self.learn(task, waiter)
        if values[-2:-1] != [DUE] and id(waiter) in dues:
            self._extend((DUE, dues[id(waiter)] + self._asyncio.clock_offset))
        return site

    def ended(self, task):
        """How a task ended; its error is recorded."""
        error = task._exception
        if error is not None:
            self._extend((ERROR, text(type_name(type(error))), message(error)))
            return RAISED
        return RETURNED if task._state == "FINISHED" else CANCELLED

    def meet(self, task, now):
        """The Branch of a task that runs here for the first time, or None. One that was made past
        the loop's `create_task` is recorded now."""
        branch, site = self.root(task._coro)
        if id(task) in self._early:
            self._early.discard(id(task))
        else:
            self._extend((TASK, now, id(task), task_name(task), site))
        self.known[id(task)] = branch
        return branch

    def learn(self, task, waiter):
        """The site of a chain that the trie does not hold; puts it in where it can."""
        self._forget_if_full()
        stack, end = suspended(task._coro, self._really_waits)
        if not stack:
            return UNKNOWN
        names = [self._asyncio_name(*item[:2]) for item in stack]
        leaf = names[-1] is not None and names[-1] not in HIDDEN and names[-1] not in PASSING
        what = self._what(names[-1], leaf, end, waiter)
        seen = self._seen(stack, names)
        number = -1
        for place in seen:
            own, code, frame = place
            words = what if place is seen[-1] else ""
            number = self._sites.suspended(number, own.__qualname__, code, frame, words)
        sleeps = names[-1] == "sleep" and waiter is not None
        if waiter is None and names[-1] != "sleep":
            self._tell_refusal(task)  # each time: such a place is not put in
        elif all(type(item[0]) is CoroutineType for item in stack):
            below = stack[-1][0].cr_await
            if leaf and len(stack) > 1:
                self._plant(stack[:-1], stack[-1][1], sleeps, waiter, number)
            elif type(below) is self._asyncio.future_iterator:
                self._plant(stack, None, sleeps, waiter, number)
            elif leaf and type(below) is CoroutineType:
                self._plant(stack, below.cr_code, False, waiter, number)
        if sleeps:
            self.tell_due(waiter)
        elif waiter is not None and not leaf:
            self._extend((WAITS, id(waiter)))
        return number

    def _tell_refusal(self, task):
        """Tells the error that asyncio is about to throw into a task, if what it has just yielded
        is nothing that a task can wait on."""
        loop = task._loop
        if not issubclass(type(loop), BaseEventLoop) or not loop._ready:
            return
        handle = loop._ready[-1]  # its next step, put there as the last act of this one
        things = [*referents(handle._callback), *(handle._args or ())]
        if any(thing is task for thing in things):
            for thing in things:
                if issubclass(type(thing), BaseException):
                    self._extend((ERROR, text(type_name(type(thing))), message(thing)))

    def _really_waits(self, coro, code) -> bool:
        """Whether a suspended coroutine is one of asyncio's that does not just pass an await on."""
        name = self._asyncio_name(coro, code)
        return name is not None and name not in HIDDEN and name not in PASSING

    def _asyncio_name(self, coro, code):
        """The qualified name of one of asyncio's own functions, None for any other."""
        if os.path.dirname(code.co_filename) != self._asyncio.folder:
            return None
        return coro.__qualname__

    def _seen(self, stack, names):
        """The part of a stack that sites show: without hidden frames, and without asyncio's own
        last one, unless the task began with it."""
        seen = [item for item, name in zip(stack, names) if name not in HIDDEN]
        if names[-1] is not None and names[-1] not in HIDDEN:
            seen.pop()
        return seen or stack[:1]

    def _what(self, name, leaf, end, waiter):
        """What is waited on, in words."""
        if name in PASSING or leaf and not (name == "sleep" and waiter is None):
            head, dot, tail = name.partition(".")
            return "asyncio." + RENAMED.get(name, RENAMED.get(head, head) + dot + tail)
        if waiter is None and (end is None or leaf):
            return "yield"
        if waiter is None and type(end) is self._asyncio.future_iterator:
            waiter = referents(end)[-1]  # not of this loop, or the task itself
        if end is None or type(end) is self._asyncio.future_iterator:
            return self._future_name(type(waiter))
        return text(type_name(type(end)))

    def _future_name(self, kind):
        if issubclass(kind, self._asyncio.task_types):
            return "asyncio.Task"
        if kind in self._asyncio.future_types:
            return "asyncio.Future"
        name = type_name(kind)
        return "asyncio.gather" if name == "_GatheringFuture" else text(name)

    def _plant(self, stack, end, timed, waiter, number):
        """Puts a chain of coroutines into the trie. Below them is a coroutine of code `end`, or,
        where that is None, a future."""
        nodes = self._branches
        for _, code, frame in stack:
            branch = self._branch(nodes, code)
            spot = branch.spots.setdefault(frame.f_lasti, Spot())
            if _suspensions(code) == 1:
                branch.only = spot
            nodes = spot.nodes
        if timed and end is None:
            branch.only = spot  # `sleep` awaits a future in one place only; what else, `learn` sees
        if end is None:
            spot.futures[type(waiter)] = number
            spot.timed = timed
            return
        leaf = nodes.get(id(end))
        if type(leaf) is not Leaf:
            leaf = nodes[id(end)] = Leaf(end)
        if waiter is None:
            leaf.bare = number
        else:
            leaf.site = number
            leaf.timed = timed

    @staticmethod
    def _branch(nodes, code):
        branch = nodes.get(id(code))
        if type(branch) is not Branch:
            branch = nodes[id(code)] = Branch(code)
        return branch

    def root(self, coro):
        """The Branch and the site of the function that a new task will run; (None, UNPLACED) if
        they cannot be told."""
        links = LINKS.get(type(coro))
        if links is None:
            return None, UNPLACED
        self._forget_if_full()
        code = getattr(coro, links[0])
        site = self._sites.function(code, coro.__qualname__, "")
        self.roots[id(code)] = known = self._branch(self._branches, code), site
        return known

    def called(self, stack, what: str) -> int:
        """The site of calls under way, innermost first; the last one ends in `what`."""
        number = -1
        for frame in reversed(stack):
            code = frame.f_code
            name = getattr(code, "co_qualname", code.co_name)
            words = what if frame is stack[0] else ""
            number = self._sites.suspended(number, name, code, frame, words)
        return number if stack else self._sites.named(what)

    def _runner(self):
        """The function that records, after it has run, each callback that is no step of a C task."""
        stream, extend = self._stream, self._extend
        sites, learn, step = self.callbacks, self.callback_site, self.step
        is_step = self._asyncio.is_step
        function_type, method_type = FunctionType, MethodType

        def ran(callback, ready):
            now = clock()
            function = callback.__func__ if type(callback) is method_type else callback
            try:
                site = sites[id(function.__code__ if type(function) is function_type else function)]
            except KeyError:
                if function is not callback and is_step(callback):  # of a task written in Python
                    step(callback.__self__, ready)
                    return
                site = learn(function)
            extend((CALLBACK, now, site, ready))
            if now > stream.deadline:
                stream.flush(now)

        return ran

    def callback_site(self, function):
        """The site that names a plain callback."""
        self._forget_if_full()
        kind = type(function)
        while kind is MethodType or kind is self._asyncio.partial:  # of a bound method of …
            function = function.__func__ if kind is MethodType else function.func
            kind = type(function)
        if kind is FunctionType:
            name, code = text(function.__qualname__), function.__code__
            site = self.callbacks[id(code)] = self._sites.function(code, name, name)
            return site
        if issubclass(kind, BuiltinFunctionType):
            owner, name = type(function.__self__), function.__name__
            if owner is not ModuleType:
                name = type_name(owner) + "." + name
            return self._sites.named(name)
        return self._sites.named(type_name(kind))

    def _forget_if_full(self):
        """Starts anew when a program has shown too many places."""
        if self._sites.are_many():
            self._sites.forget()
        if self._sites.round != self._round:  # runs of trio in this thread may have seen to it
            self._round = self._sites.round
            self.roots.clear()
            self.recent = None, None, UNPLACED
            self._branches.clear()
            self.callbacks.clear()


def task_name(task) -> str:
    """A task's name, of the C task or of the one in Python, whatever a subclass makes of it."""
    kind = tasks.Task if issubclass(type(task), tasks.Task) else tasks._PyTask
    return text(kind.get_name(task))


def _find_timer(future):
    """The timer that was just made to end a sleep, None if it cannot be told.

    It was pushed on the heap a moment ago, so it lies on the way from the last place up.
    """
    heap = future._loop._scheduled
    place = len(heap)
    while place > 0:
        timer = heap[place - 1]
        if timer._args is not None and timer._args[0] is future:
            return timer
        place >>= 1
    return None


def _suspensions(code) -> int:
    """In how many places a function can be suspended; 0 if that is not known."""
    return code.co_code[::2].count(_SUSPENSION) if _SUSPENSION else 0
