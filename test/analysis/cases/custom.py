# Classes with an `__await__` of their own, right and wrong.
import asyncio
import types
from collections.abc import Coroutine, Generator
from typing import Any


class Delegating:
    async def _run(self) -> int:
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep
        return 3

    def __await__(self):
        return self._run().__await__()


class Typed:
    def __await__(self) -> Generator[Any, None, str]:
        yield from asyncio.sleep(0).__await__()
        # ^ coroutine asyncio.sleep · suspends always
        return "done"


class FromFuture:
    def __init__(self):
        self.future = asyncio.get_running_loop().create_future()

    def __await__(self):
        return (yield from self.future)
        #       ^ future asyncio.Future


class Turn:
    def __await__(self):
        yield


class Instant:
    def __await__(self):
        return 42
        yield


class InstantToo:
    def __await__(self):
        if False:
            yield
        return 42


class Stepper:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration(3)

    def __await__(self):
        return self


class Inherited(Delegating):
    pass


class Lines:
    def _steps(self):
        yield from asyncio.sleep(0).__await__()
        return 1

    def __await__(self):
        return self._steps()


async def right():
    await Delegating()
    # ^ custom Delegating · runs here · suspends always · gives int · woken by a timer · does Delegating._run · defined line 14
    await Typed()
    # ^ custom Typed · gives str · suspends always
    await FromFuture()
    # ^ custom FromFuture · suspends maybe · woken by whoever sets its result
    await Turn()
    # ^ custom Turn · suspends always · because a turn of the loop
    await Instant()
    # ^ custom Instant · suspends never · because its iterator yields nothing
    await InstantToo()
    # ^ custom InstantToo · suspends never
    await Stepper()
    # ^ custom Stepper · suspends maybe
    await Inherited()
    # ^ custom Inherited · suspends always
    await Lines()
    # ^ custom Lines · suspends maybe
    d = Delegating()
    await d
    # ^ custom Delegating · made line 95


class Listed:
    def __await__(self):
        return iter([1, 2, 3, 4])


class Yielded:
    def __await__(self):
        yield 1


class ByHand:
    def __await__(self):
        future = asyncio.get_running_loop().create_future()
        yield future
        return future.result()


class Unwrapped:
    async def run(self):
        pass

    def __await__(self):
        return self.run()


class AsyncDef:
    async def __await__(self):
        return 1


class Nothing:
    def __await__(self):
        pass


class NoneReturned:
    def __await__(self):
        return None


class AList:
    def __await__(self):
        return [1]


class FromCoroutine:
    def __await__(self):
        yield from asyncio.sleep(1)
        # ^ coroutine · fails · because TypeError: cannot 'yield from' a coroutine object


async def wrong():
    await Listed()
    # ^ custom Listed · fails · because RuntimeError: Task got bad yield: 1 · defined line 101
    await Yielded()
    # ^ custom Yielded · fails · because Task got bad yield: 1
    await ByHand()
    # ^ custom ByHand · fails · because yield was used instead of yield from
    await Unwrapped()
    # ^ custom Unwrapped · fails · because __await__() returned a coroutine
    await AsyncDef()
    # ^ custom AsyncDef · fails · because __await__() returned a coroutine
    await Nothing()
    # ^ custom Nothing · fails · because non-iterator of type 'NoneType'
    await NoneReturned()
    # ^ custom NoneReturned · fails · because non-iterator of type 'NoneType'
    await AList()
    # ^ custom AList · fails · because non-iterator of type 'list'
    await FromCoroutine()
    # ^ custom FromCoroutine · fails


class OnInstance:
    def __init__(self):
        self.__await__ = lambda: iter(())


class GainsOne:
    pass


class AsCoroutine(Coroutine):
    def send(self, value): ...

    def throw(self, *args): ...

    def close(self): ...

    def __await__(self):
        return asyncio.sleep(1).__await__()


class OwnTask(asyncio.Task):
    pass


class OwnFuture(asyncio.Future):
    pass


class Both:
    def __await__(self):
        return self.__aenter__().__await__()

    async def __aenter__(self) -> "Both":
        return self

    async def __aexit__(self, *args):
        await asyncio.sleep(0)
        # ^ coroutine asyncio.sleep


async def others(given: Delegating):
    await OnInstance()
    # ^ not-awaitable OnInstance · fails · caution Python looks __await__ up on the class
    await AsCoroutine()
    # ^ coroutine AsCoroutine
    await OwnTask(asyncio.sleep(1))
    # ^ task OwnTask
    await OwnFuture()
    # ^ future OwnFuture
    await Both()
    # ^ custom Both · gives Both
    async with Both() as both:
        # ^ coroutine Both.__aenter__ · suspends never · gives Both · leaving Both.__aexit__ suspends always
        await both
        # ^ custom Both
    await given
    # ^ custom Delegating


class Turns:
    def __await__(self):
        for _ in range(self.n):
            yield


class TurnsIfAsked:
    def __await__(self):
        if self.n:
            yield
        return 1


class TurnsForEver:
    def __await__(self):
        while True:
            yield


class DelegatesIfAsked:
    def __await__(self):
        if self.n:
            yield from asyncio.sleep(1).__await__()
            # ^ coroutine asyncio.sleep
        return 1


class DelegatesBeforeEnd:
    def __await__(self):
        try:
            yield from asyncio.sleep(1).__await__()
            # ^ coroutine asyncio.sleep
        finally:
            self.n = 0


class FailsIfAsked:
    def __await__(self):
        if self.n:
            yield 1


class FailsFromCoroutineIfAsked:
    def __await__(self):
        if self.n:
            yield from asyncio.sleep(1)
            # ^ coroutine · fails


@types.coroutine
def turns(n):
    for _ in range(n):
        yield


@types.coroutine
def one_turn():
    yield


@types.coroutine
def turn_if(n):
    (yield) if n else None


@types.coroutine
def delegates(future: asyncio.Future):
    return (yield from future)


@types.coroutine
def delegates_to_generator():
    yield from one_turn()


@types.coroutine
def nothing_to_yield():
    yield from ()


async def reached_or_not():
    await Turns()
    # ^ custom Turns · suspends maybe · because at each yield that it comes to
    await TurnsIfAsked()
    # ^ custom TurnsIfAsked · suspends maybe
    await TurnsForEver()
    # ^ custom TurnsForEver · suspends always
    await DelegatesIfAsked()
    # ^ custom DelegatesIfAsked · suspends maybe · woken by a timer
    await DelegatesBeforeEnd()
    # ^ custom DelegatesBeforeEnd · suspends always
    await FailsIfAsked()
    # ^ custom FailsIfAsked · suspends maybe
    await FailsFromCoroutineIfAsked()
    # ^ custom FailsFromCoroutineIfAsked · suspends maybe
    await turns(2)
    # ^ generator turns · suspends maybe
    await one_turn()
    # ^ generator one_turn · suspends always
    await turn_if(1)
    # ^ generator turn_if · suspends maybe
    await delegates(asyncio.get_running_loop().create_future())
    # ^ generator delegates · suspends maybe
    await delegates_to_generator()
    # ^ generator delegates_to_generator · suspends always
    await nothing_to_yield()
    # ^ generator nothing_to_yield · suspends maybe
