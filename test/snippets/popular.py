"""The same classes as widely read tutorials have them, in our words, each with one defect or more.

The checks in `test_*.py` must find every one of these defects. Never use these classes."""

import asyncio
import time


class HeldCoroutine:
    """Makes the coroutine once, so only the first await works."""

    def __init__(self, name):
        self._coroutine = self._run(name)

    async def _run(self, name):
        await asyncio.sleep(0)
        return name

    def __await__(self):
        return self._coroutine.__await__()


class CoroutineAwait:
    """`__await__` must return an iterator; a coroutine is none."""

    def __init__(self, name):
        self.name = name

    async def __await__(self):
        return self.name


class IteratorOfValues:
    """What an iterator yields goes to the event loop, not to the awaiter."""

    def __init__(self, name):
        self.name = name

    def __await__(self):
        return iter([1, 2, 3, self.name])


class OnInstance:
    """Special methods are looked up on the class."""

    def __init__(self, name):
        async def run():
            return name

        self.__await__ = lambda: run().__await__()


class SkippedZero:
    """A delay of zero does not suspend, unlike asyncio.sleep(0)."""

    def __init__(self, result, delay):
        self.result, self.delay = result, delay

    def __await__(self):
        if self.delay > 0:
            yield from asyncio.sleep(self.delay).__await__()
        return self.result


class BlockingSleep:
    """time.sleep stops every task on the loop."""

    def __init__(self, result, delay):
        self.result, self.delay = result, delay

    def __await__(self):
        time.sleep(self.delay / 100)
        yield
        return self.result


class BusyWait:
    """A bare yield means "run me again at once": the loop never rests."""

    def __init__(self, result, delay):
        self.result, self.delay = result, delay

    def __await__(self):
        end = asyncio.get_running_loop().time() + self.delay
        while asyncio.get_running_loop().time() < end:
            yield
        return self.result


class SwallowedCancel:
    """Takes the cancel for the end of the wait."""

    def __init__(self, result, delay):
        self.result, self.delay = result, delay

    async def _run(self):
        try:
            await asyncio.sleep(self.delay)
        except asyncio.CancelledError:
            pass
        return self.result

    def __await__(self):
        return self._run().__await__()


class SharedCountdown:
    """Counts on self: the second await finds the counter used up, two at once share it."""

    def __init__(self, start, on_tick, interval):
        self.current, self.on_tick, self.interval = start, on_tick, interval

    def __await__(self):
        began = asyncio.get_running_loop().time()
        while self.current > 0:
            self.on_tick(self.current)
            yield from asyncio.sleep(self.interval).__await__()
            self.current -= 1
        return asyncio.get_running_loop().time() - began


class RetryOnAnything:
    """Also catches the cancel, and runs the operation again instead of ending."""

    def __init__(self, operation, attempts=3, base=0.1):
        self.operation, self.attempts, self.base = operation, attempts, base

    async def _run(self):
        for attempt in range(self.attempts):
            try:
                return await self.operation()
            except BaseException:
                if attempt == self.attempts - 1:
                    raise
                await asyncio.sleep(self.base * 2**attempt)

    def __await__(self):
        return self._run().__await__()


class RetryWithNewError:
    """No jitter, a wait after the last attempt too, and a new error that hides the cause."""

    def __init__(self, operation, attempts=3, base=0.1):
        self.operation, self.attempts, self.base = operation, attempts, base

    async def _run(self):
        for attempt in range(self.attempts):
            try:
                return await self.operation()
            except Exception:
                await asyncio.sleep(self.base * 2**attempt)
        raise RuntimeError(f"failed after {self.attempts} attempts")

    def __await__(self):
        return self._run().__await__()


class RetryUnchecked:
    """Zero attempts are silently None."""

    def __init__(self, operation, attempts=3, base=0.1):
        self.operation, self.attempts = operation, attempts

    async def _run(self):
        for attempt in range(self.attempts):
            try:
                return await self.operation()
            except Exception:
                if attempt == self.attempts - 1:
                    raise
        return None

    def __await__(self):
        return self._run().__await__()


class RetryByFunctionKind:
    """Asks the callable what it is, and so misses lambdas and objects; deprecated from 3.14 on."""

    def __init__(self, operation, attempts=3, base=0.1):
        self.operation, self.attempts = operation, attempts

    async def _run(self):
        if asyncio.iscoroutinefunction(self.operation):
            return await self.operation()
        return self.operation()

    def __await__(self):
        return self._run().__await__()


class WallClockLimit:
    """Goes by time.time(), which jumps when somebody sets the clock."""

    def __init__(self, interval):
        self.interval, self.last = interval, 0.0

    async def _run(self):
        elapsed = time.time() - self.last
        if elapsed < self.interval:
            await asyncio.sleep(self.interval - elapsed)
        self.last = time.time()

    def __await__(self):
        return self._run().__await__()


class UnreservedLimit:
    """Reads the last call before its wait, notes its own after: who wait together pass together."""

    def __init__(self, interval):
        self.interval, self.last = interval, float("-inf")

    async def _run(self):
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self.last + self.interval - loop.time())
        self.last = loop.time()

    def __await__(self):
        return self._run().__await__()


class ReservedLimit:
    """Reserves a slot: a cancelled waiter's slot is lost, and a stall ends in a burst."""

    def __init__(self, interval):
        self.interval, self.next = interval, float("-inf")

    async def _run(self):
        loop = asyncio.get_running_loop()
        slot = max(self.next, loop.time())
        self.next = slot + self.interval
        await asyncio.sleep(slot - loop.time())

    def __await__(self):
        return self._run().__await__()
