"""Where the tasks of trio wait, and who cancels them: names as a program knows them."""

import os
import sys
from types import CoroutineType, GeneratorType

from .chain import LINKS, suspended, type_name
from .record import text
from .sites import sites_of

UNKNOWN = -4  # the site of a task that nobody can tell
UNPLACED = -1  # the site of a task whose function cannot be told

# trio's functions are named by the module in which a program finds them: their file tells.
MODULES = {
    "_core": "trio.lowlevel",
    "_socket.py": "trio.socket",
    "_threads.py": "trio.to_thread",
    "_unix_pipes.py": "trio.lowlevel",
    "_windows_pipes.py": "trio.lowlevel",
    "_wait_for_object.py": "trio.lowlevel",
}
RENAMED = {
    "to_thread_run_sync": "trio.to_thread.run_sync",
    "_SocketType": "trio.socket",
    "NurseryManager": "trio.Nursery",
    "Nursery": "trio.Nursery",
    "_LockImpl": "trio.Lock",
}
# Those that only pass on an await of the one below.
HIDDEN = {
    "AsyncContextManagerMixin.__aenter__",
    "AsyncResource.__aexit__",
    "ReceiveChannel.__anext__",
}

# Who asks for a cancellation, by the function of trio that does, and by the reason that trio keeps.
ASKERS = {
    "cancel": "trio.CancelScope.cancel",
    "expire": "trio.CancelScope.deadline",
    "__enter__": "trio.CancelScope.__enter__",
    "_close": "trio.CancelScope.__exit__",
    "_child_finished": "trio.Nursery",
    "_nested_child_finished": "trio.Nursery",
}
REASONS = {
    "explicit": "trio.CancelScope.cancel",
    "deadline": "trio.CancelScope.deadline",
    "nursery": "trio.Nursery",
}


class Node:
    """A place of a function that is awaited in a chain of places."""

    __slots__ = ("code", "inner", "site", "what")

    def __init__(self, code):
        self.code = code  # kept: its id() is a key
        self.inner = {}  # (id(code), f_lasti) of what is awaited here -> Node
        self.site = -1  # of the chain that ends here, once one did
        self.what = None  # and what it waits for


class Places:
    """Where the tasks of trio wait in one stream.

    Whole chains are remembered in a trie, down to trio's own generator that yields to the runner.
    """

    def __init__(self, stream, folder: str):
        self._sites = sites_of(stream)
        self._folder = folder + os.sep
        self._roots = Node(None)
        self._round = self._sites.round

    def root(self, coro) -> int:
        """The site of the function that a new task will run."""
        links = LINKS.get(type(coro))
        if links is None:
            return UNPLACED
        self._forget_if_full()
        return self._sites.function(getattr(coro, links[0]), coro.__qualname__, "")

    def site(self, coro):
        """The site of a suspended task, and what it waits for, or None for a mere turn."""
        node, awaited = self._roots, coro
        while True:
            kind = type(awaited)
            if kind is CoroutineType:
                code, frame, below = awaited.cr_code, awaited.cr_frame, awaited.cr_await
            elif kind is GeneratorType:
                code, frame, below = awaited.gi_code, awaited.gi_frame, awaited.gi_yieldfrom
            else:
                return self._learn(coro)
            if frame is None:
                return self._learn(coro)
            inner = node.inner.get((id(code), frame.f_lasti))
            if inner is None:
                return self._learn(coro)
            node = inner
            if below is None:
                if node.site < 0 or self._sites.round != self._round:
                    return self._learn(coro)
                return node.site, node.what
            awaited = below

    def _learn(self, coro):
        self._forget_if_full()
        stack, end = suspended(coro)
        if not stack:
            return UNKNOWN, None
        last = max((n for n, item in enumerate(stack) if not self._is_trios(item[1])), default=0)
        what = self._what(stack[last + 1 :], end)
        number = -1
        for place, (own, code, frame) in enumerate(stack[: last + 1]):
            words = what or "yield" if place == last else ""
            number = self._sites.suspended(number, own.__qualname__, code, frame, words)
        if end is None and all(type(item[0]) in (CoroutineType, GeneratorType) for item in stack):
            node = self._roots
            for _, code, frame in stack:
                key = id(code), frame.f_lasti
                node = node.inner.setdefault(key, Node(code))
            node.site, node.what = number, what
        return number, what

    def _is_trios(self, code):
        return code.co_filename.startswith(self._folder)

    def _what(self, stack, end):
        """What is waited for, in words; None for a mere turn of the loop."""
        if end is not None:
            return text(type_name(type(end)))
        inner = [item[0].__qualname__ for item in stack]
        if not inner or inner[-2:-1] == ["cancel_shielded_checkpoint"]:
            return None  # it runs again in the next turn
        first = next((n for n, name in enumerate(inner) if name not in HIDDEN), 0)
        name = stack[first][0].__name__ if "<locals>" in inner[first] else inner[first]
        return _public(name, stack[first][1].co_filename[len(self._folder) :])

    def asker(self, scope):
        """The site of whoever is cancelling a task: the program's frames that are running, or
        trio's nursery or deadline. None if that was asked for earlier, and trio keeps no reason."""
        frames, inner = [], ""
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_name != "unrolled_run":
            name = frame.f_code.co_name
            if not self._is_trios(frame.f_code):
                frames.append(frame)
            elif not frames:
                inner = ASKERS.get(name, inner)
            frame = frame.f_back
        if not inner:
            reason = getattr(getattr(scope, "_cancel_reason", None), "source", "")
            inner = REASONS.get(reason)
            if inner is None:
                return None
        if not frames or frame is None:
            return self._sites.named(inner)
        number = -1
        for frame in frames[::-1]:
            code = frame.f_code
            name = getattr(code, "co_qualname", code.co_name)
            words = inner if frame is frames[0] else ""
            number = self._sites.suspended(number, name, code, frame, words)
        return number

    def _forget_if_full(self):
        if self._sites.are_many():
            self._sites.forget()
        if self._sites.round != self._round:
            self._round = self._sites.round
            self._roots = Node(None)


def _public(name: str, file: str) -> str:
    """The name by which a program knows a function of trio, in a file of trio's folder."""
    head, dot, tail = name.partition(".")
    if head in RENAMED:
        return text(RENAMED[head] + dot + tail)
    if dot:
        return text("trio." + name)
    return text(MODULES.get(file.split(os.sep)[0], "trio") + "." + name)
