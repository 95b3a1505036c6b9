"""Awaitscope's tracer: records what every asyncio task of a program does, from inside it.

    launch.py      how the program is started so that it cannot tell
    instrument.py  the hooks on asyncio's event loop: who ran, when, woken by whom
    awaits.py      where a task waits: from a suspended coroutine to a numbered site
    record.py      what a record is, and how records reach the trace file
    inject/        the `sitecustomize` that installs the hooks and removes itself

Nothing here is ever left in the program's `sys.modules`, and nothing but the standard library is used.
"""

OLDEST_PYTHON = (3, 9)
