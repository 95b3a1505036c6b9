"""Popular ways to put something around an operation, each with a defect. Never use these."""

import asyncio
import functools
from contextvars import ContextVar


def compose_inside_out(handler, *middleware):
    """Wraps in the order given, so the last of them is the outermost."""
    for layer in middleware:
        handler = functools.partial(layer, handler=handler)
    return handler


def compose_nameless(handler, *middleware):
    """Every composed handler is called `call`."""

    def around(layer, inner):
        async def call(request):
            return await layer(request, inner)

        return call

    for layer in reversed(middleware):
        handler = around(layer, handler)
    return handler


def compose_by_kind(handler, *middleware):
    """Asks the callable what it is, and so takes a partial's or lambda's awaitable for a result."""

    def around(layer, inner):
        async def call(request):
            async def next_handler(request):
                if asyncio.iscoroutinefunction(inner):
                    return await inner(request)
                return inner(request)

            return await layer(request, next_handler)

        return functools.wraps(inner)(call)

    for layer in reversed(middleware):
        handler = around(layer, handler)
    return handler


class SimulatedProgress:
    """A timer counts up to 99, whatever the operation does."""

    def __init__(self, operation, on_progress):
        self.operation, self.on_progress = operation, on_progress

    async def _run(self):
        task = asyncio.ensure_future(self.operation(lambda done, total: None))
        for percent in range(0, 100, 33):
            self.on_progress(percent, 100)
            await asyncio.sleep(0.1)
        return await task

    def __await__(self):
        return self._run().__await__()


class FragileProgress:
    """What a broken progress bar raises ends the operation."""

    def __init__(self, operation, on_progress):
        self.operation, self.on_progress = operation, on_progress

    def __await__(self):
        return self.operation(self.on_progress).__await__()


shared_tags = ContextVar("shared_tags", default=[])


class MutableDefault:
    """Adds to the default, which all tasks of the program share."""

    def __init__(self, value, operation):
        self.value, self.operation = value, operation

    async def _run(self):
        shared_tags.get().append(self.value)
        return await self.operation()

    def __await__(self):
        return self._run().__await__()


def context_set_back_by_hand(variable):
    class SetBackByHand:
        """Sets it back behind the await: never after an error or a cancel."""

        def __init__(self, value, operation):
            self.value, self.operation = value, operation

        async def _run(self):
            before = variable.get()
            variable.set(self.value)
            result = await self.operation()
            variable.set(before)
            return result

        def __await__(self):
            return self._run().__await__()

    return SetBackByHand


def context_of_another_task(variable):
    class ResetElsewhere:
        """Sets it in the awaiting task and resets it in another, whose context is a copy."""

        def __init__(self, value, operation):
            self.value, self.operation = value, operation

        async def _run(self):
            token = variable.set(self.value)

            async def task():
                try:
                    return await self.operation()
                finally:
                    variable.reset(token)

            return await asyncio.ensure_future(task())

        def __await__(self):
            return self._run().__await__()

    return ResetElsewhere


class UnshieldedCleanUp:
    """A second cancel, or asyncio.run's own, cuts the clean-up short."""

    def __init__(self, operation, clean_up, limit=5.0):
        self.operation, self.clean_up = operation, clean_up

    async def _run(self):
        try:
            return await self.operation()
        except asyncio.CancelledError:
            await self.clean_up()
            raise

    def __await__(self):
        return self._run().__await__()


class UnboundedCleanUp:
    """A clean-up that hangs keeps the cancelled task for ever."""

    def __init__(self, operation, clean_up, limit=5.0):
        self.operation, self.clean_up = operation, clean_up

    async def _run(self):
        try:
            return await self.operation()
        except asyncio.CancelledError:
            await asyncio.shield(self.clean_up())
            raise

    def __await__(self):
        return self._run().__await__()


class SwallowedCancel:
    """Cleans up and goes on: the caller never learns of its own cancel."""

    def __init__(self, operation, clean_up, limit=5.0):
        self.operation, self.clean_up = operation, clean_up

    async def _run(self):
        try:
            return await self.operation()
        except asyncio.CancelledError:
            await self.clean_up()

    def __await__(self):
        return self._run().__await__()


class WrapsEverything:
    """The operation's own errors, and a cancel too, come out as invalid results."""

    error = ValueError

    def __init__(self, operation, parse):
        self.operation, self.parse = operation, parse

    async def _run(self):
        try:
            return self.parse(await self.operation())
        except BaseException as error:
            raise self.error(str(error)) from error

    def __await__(self):
        return self._run().__await__()


class LosesTheCause:
    """Says that something is wrong, and not what."""

    error = ValueError

    def __init__(self, operation, parse):
        self.operation, self.parse = operation, parse

    async def _run(self):
        result = await self.operation()
        try:
            return self.parse(result)
        except Exception:
            raise self.error("invalid") from None

    def __await__(self):
        return self._run().__await__()


class TimeoutByKind:
    """Takes every TimeoutError for its own limit's, the operation's too."""

    error = asyncio.TimeoutError

    def __init__(self, operation, seconds=10.0):
        self.operation, self.seconds = operation, seconds

    async def _run(self):
        try:
            return await asyncio.wait_for(self.operation(), self.seconds)
        except asyncio.TimeoutError:
            raise self.error("took too long") from None

    def __await__(self):
        return self._run().__await__()


class TimeoutByCancel:
    """Cancels itself by a timer and takes every cancel for the timer's."""

    error = asyncio.TimeoutError

    def __init__(self, operation, seconds=10.0):
        self.operation, self.seconds = operation, seconds

    async def _run(self):
        task = asyncio.current_task()
        timer = asyncio.get_running_loop().call_later(self.seconds, task.cancel)
        try:
            return await self.operation()
        except asyncio.CancelledError:
            raise self.error("took too long") from None
        finally:
            timer.cancel()

    def __await__(self):
        return self._run().__await__()


class TimeoutThatLeaves:
    """Stops waiting; the operation runs on."""

    error = asyncio.TimeoutError

    def __init__(self, operation, seconds=10.0):
        self.operation, self.seconds = operation, seconds

    async def _run(self):
        self.task = asyncio.ensure_future(self.operation())
        done, _ = await asyncio.wait({self.task}, timeout=self.seconds)
        if not done:
            raise self.error("took too long")
        return self.task.result()

    def __await__(self):
        return self._run().__await__()


class TimeoutByWaitFor(TimeoutByKind):
    """Before 3.12 wait_for gives the result when a cancel comes in the turn that it is done."""


