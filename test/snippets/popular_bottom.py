"""Popular ways to write the bottom of an await chain, each with a defect. Never use these."""

import asyncio
import types


class SelfIterator:
    """Is its own iterator, so the second await finds it at its end."""

    def __init__(self, operation):
        self.operation, self.steps, self.suspensions = operation, None, 0

    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        if self.steps is None:
            self.steps = self.operation().__await__()
        try:
            future = next(self.steps)
        except StopIteration as end:
            raise StopIteration((end.value, self.suspensions)) from None
        self.suspensions += 1
        return future


class NoThrow:
    """Has no `throw`: a cancel ends the await, and what was awaited never learns of it."""

    def __init__(self, operation):
        self.operation = operation

    def __await__(self):
        return SelfIterator(self.operation)


class ValuesForTheLoop:
    """Yields its progress, and the loop does not know what to do with it."""

    def __init__(self, operation):
        self.operation = operation

    def __await__(self):
        yield "started"
        return (yield from self.operation().__await__())


@types.coroutine
def yields_a_number():
    yield 1


@types.coroutine
def yields_a_future():
    yield asyncio.get_running_loop().create_future()


def not_a_coroutine():
    yield


class SetFromThread:
    """Sets the result in the caller's thread, and the loop sleeps on."""

    def __init__(self, start):
        self.start = start

    def __await__(self):
        future = asyncio.get_running_loop().create_future()
        self.start(future.set_result, future.set_exception)
        return future.__await__()


class ReplyToAnyLoop:
    """A library that answers after the program's loop has ended gets an error for it."""

    def __init__(self, start):
        self.start = start

    def __await__(self):
        loop = asyncio.get_running_loop()
        future = loop.create_future()

        def settle(complete, outcome):
            if not future.done():
                complete(outcome)

        self.start(
            lambda result: loop.call_soon_threadsafe(settle, future.set_result, result),
            lambda error: loop.call_soon_threadsafe(settle, future.set_exception, error),
        )
        return future.__await__()


class UnguardedReply:
    """A second call, or one after a cancel, finds the future done."""

    def __init__(self, start):
        self.start = start

    def __await__(self):
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self.start(
            lambda result: loop.call_soon_threadsafe(future.set_result, result),
            lambda error: loop.call_soon_threadsafe(future.set_exception, error),
        )
        return future.__await__()


class EarlyFuture:
    """Makes its future where it is set up: it belongs to that loop, and is done after one await."""

    def __init__(self, start):
        self.start, self.loop = start, asyncio.new_event_loop()
        self.future = self.loop.create_future()

    def __await__(self):
        self.start(self.future.set_result, self.future.set_exception)
        return self.future.__await__()


class HeldWork:
    """Makes the coroutine once, so run() after an await finds it used up."""

    def __init__(self, name):
        self.name, self.parts = name, []
        self.coroutine = self._work()

    def add(self, part):
        self.parts.append(part)
        return self

    async def _work(self):
        return [await part() for part in self.parts]

    def __await__(self):
        return self.coroutine.__await__()

    async def run(self):
        return f"{self.name}: {await self}"
