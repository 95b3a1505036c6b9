"""Awaitscope's tracer: records what every asyncio task of a program does, from inside it.

    launch.py      how the program is started so that it cannot tell
    children.py    the processes that a traced one makes, when asked
    api.py         `awaitscope.trace`: start and stop from inside the program
    instrument.py  the hooks on asyncio's event loop: who ran, when, woken by whom
    other_loops.py the same for loops that go about it in their own way (uvloop, nest_asyncio)
    jobs.py        executor jobs from queue to end, and timers
    troubles.py    what asyncio complains about
    watchdog.py    looks into long steps while they run
    objects.py     what locks, queues, groups and the like do: who waits, who holds, who belongs
    cancels.py     who asked for a cancel, and where it arrived
    session.py     one trace: the loops that run, the tasks that are made, the end
    seams.py       how asyncio's own functions are made to tell
    kept.py        what was made of them, kept for the next run
    steps.py       the handles of one iteration run, and each is recorded
    awaits.py      where a task waits: from a suspended coroutine to a place
    trio_runs.py   trio's runs, through its instruments
    trio_places.py where the tasks of trio wait, and who cancels them
    sites.py       the numbers of places
    chain.py       what suspended functions and errors can be asked without running code
    disguise.py    functions that pass for those they stand in for
    record.py      what a record is, and how records reach the trace file
    inject/        the `sitecustomize` that installs the hooks and removes itself

Each imports only what stands below it. What the launcher brings in is never left in the program's
`sys.modules`, and nothing but the standard library is used.
"""

import sys

__version__ = "0.1.0"
OLDEST_PYTHON = (3, 9)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .api import Trace as Trace
    from .api import trace as trace
else:

    def __getattr__(name):
        """Imports what programs use once they ask for it: the launcher must not import asyncio."""
        if name not in ("trace", "Trace"):
            raise AttributeError("module 'awaitscope' has no attribute %r" % name)
        from sys import version_info

        if version_info < OLDEST_PYTHON:
            raise ImportError("awaitscope needs Python %d.%d or newer" % OLDEST_PYTHON)
        from . import api

        return getattr(api, name)


def unfit():
    """Why this Python cannot trace a program though it is new enough, "" if it can."""
    if sys.implementation.name != "cpython":
        return "the tracer knows CPython's asyncio, coroutines and frames, not those of %s" % (
            sys.implementation.name
        )
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return "threads run side by side in this free-threaded Python; with -X gil=1 it is traced"
    return ""
