"""What happens at every step: the handles of one iteration of a loop run, and each is recorded.

This is the tracer's hot path: each instruction in here is paid at every step of the program, and
all that is rarer lies elsewhere. How `_run` finds the place of a step is said once more, without
its haste, by `Places.step` (awaits.py), for loops with machinery of their own.
"""

from asyncio import base_events, events
from types import BuiltinFunctionType, CoroutineType, FunctionType

from . import disguise
from .awaits import RETURNED
from .record import CALLBACK, SKIPPED, WAITS, clock

Handle, TimerHandle = events.Handle, events.TimerHandle


def runner(trace, stream, report):
    """`run(loop, ready, todo, inline)`, which runs the first `todo` handles of a ready queue.

    Handles run `inline`, without the call of `Handle._run`, where nobody else has hooked that:
    then `run` takes its place on the stack. `report` tells the loop of a callback's error.
    """
    places, asyncio = stream.places, trace.asyncio
    extend, foreign, known = stream.extend, stream.foreign, places.known
    ended, tell_due = places.ended, places.tell_due
    ran, is_step = places.ran, asyncio.is_step
    before_step, step_out = trace.before_step, trace.step_out
    step, future_iterator = asyncio.step, asyncio.future_iterator
    wakeup = step if asyncio.wakeup is BuiltinFunctionType else asyncio.wakeup
    builtin, coroutine, function = BuiltinFunctionType, CoroutineType, FunctionType
    callbacks, ran_callback = places.callbacks, CALLBACK
    handle_type, timer_type = Handle, TimerHandle
    nothing, skipped, waits, returned = (), (SKIPPED,), WAITS, RETURNED

    def _run(self, ready, todo, inline):
        for _ in range(todo):
            handle = ready.popleft()
            if handle._cancelled:
                foreign.pop(id(handle), None)
                extend(skipped)
                continue
            callback = handle._callback
            try:
                if inline and (type(handle) is handle_type or type(handle) is timer_type):
                    args = handle._args
                    if args is nothing:
                        handle._context.run(callback)
                    elif type(args) is tuple and len(args) == 1:
                        handle._context.run(callback, args[0])
                    else:
                        handle._context.run(callback, *args)
                else:
                    run_as_it_is(self, handle)
            except BaseException as error:
                if is_final(handle, error, inline, len(ready)):
                    raise
            try:
                if foreign:
                    before_step(stream, handle)
                kind = type(callback)
                # A task's wake-up is a built-in method, the only one of its without a text.
                if kind is step or kind is wakeup or kind is builtin and callback.__doc__ is None:
                    task = callback.__self__
                elif kind is function and (site := callbacks.get(id(callback.__code__))) is not None:
                    now = clock()
                    extend((ran_callback, now, site, len(ready)))
                    if now > stream.deadline:
                        stream.flush(now)
                    continue
                else:
                    ran(callback, len(ready))
                    continue
                now = clock()
                number = id(task)
                try:
                    waiter = task._fut_waiter
                    if waiter is None and (state := task._state) != "PENDING":
                        del known[number]
                        if state == "FINISHED" and task._exception is None:
                            extend((number, now, returned, len(ready)))
                        else:
                            extend((number, now, ended(task), len(ready)))
                    else:
                        branch = known[number]
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
                                extend((number, now, site, len(ready)))
                            elif type(awaited) is future_iterator:
                                if type(waiter) is not spot.future_type:
                                    spot.recall_future(type(waiter))
                                if spot.timed:
                                    tell_due(waiter)
                                    extend((number, now, spot.site, len(ready)))
                                else:
                                    extend((waits, id(waiter), number, now, spot.site, len(ready)))
                            else:
                                record(callback, len(ready))
                            break
                except (AttributeError, KeyError):
                    record(callback, len(ready))
                task = waiter = awaited = None  # the next one may be what lets go of them
                if now > stream.deadline:
                    stream.flush(now)
            except Exception as error:
                step_out(error)
        # An error's traceback may keep this frame, and with it what it holds.
        handle = callback = args = None

    def run_as_it_is(loop, handle):
        """Runs a handle of another type, or one that a debugging loop watches."""
        stream.own = handle
        try:
            if not loop._debug:
                handle._run()
                return
            loop._current_handle = handle
            start = loop.time()
            handle._run()
            duration = loop.time() - start
            if duration >= loop.slow_callback_duration:
                shown = base_events._format_handle(handle)
                base_events.logger.warning("Executing %s took %.3f seconds", shown, duration)
        finally:
            stream.own = None
            if loop._debug:
                loop._current_handle = None
            loop = handle = None  # an error's traceback may keep this frame

    def is_final(handle, error, inline, queued):
        """Tells the loop of a callback's error. Whether it ends the loop's run instead; then the
        step is recorded, for the caller raises the error on."""
        final = True
        try:
            if inline and type(handle) in (handle_type, timer_type):
                if not issubclass(type(error), (SystemExit, KeyboardInterrupt)):
                    report(handle, error)
                    final = False
        finally:
            if final:
                try:
                    if foreign:
                        before_step(stream, handle)
                    record(handle._callback, queued)
                except Exception as own:
                    step_out(own)
        return final

    def record(callback, queued):
        """Records what a callback has done, without haste."""
        if is_step(callback):
            places.step(callback.__self__, queued)
        else:
            ran(callback, queued)

    return disguise.aligned(_run, "run", Handle._run, "run")
