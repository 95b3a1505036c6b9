# Classes, methods and attributes that change after they are made.
import asyncio


class GainsOne:
    pass


GainsOne.__await__ = lambda self: asyncio.sleep(1).__await__()


class GainsLater:
    pass


def later():
    GainsLater.__await__ = lambda self: asyncio.sleep(1).__await__()


class Patched:
    async def get(self):
        return 1

    def post(self):
        return self.get()


Patched.get = lambda self: asyncio.create_task(asyncio.sleep(1))


class Descriptor:
    def __get__(self, instance, owner):
        return asyncio.sleep(1)

    def __await__(self):
        return asyncio.sleep(2).__await__()


class Everything:
    async def get(self):
        pass

    def __getattribute__(self, name):
        return lambda: asyncio.create_task(asyncio.sleep(1))


class Holder:
    held = Descriptor()

    @property
    def value(self):
        return asyncio.sleep(1)

    @value.setter
    def value(self, new):
        self._value = new

    async def stream(self):
        raise NotImplementedError

    async def use(self):
        async for _ in self.stream():
            # ^ unknown · because methods of typing.Coroutine are not followed
            pass


async def use(holders):
    await GainsOne()
    # ^ custom GainsOne
    await GainsLater()
    # ^ unknown · because GainsLater shows no __await__
    await Patched().get()
    # ^ union · and coroutine Patched.get, task asyncio.Task
    await Holder().held
    # ^ coroutine asyncio.sleep
    await Holder().value
    # ^ coroutine asyncio.sleep
    await Everything().get()
    # ^ unknown · because Everything makes up attributes
    async for _ in Holder().stream():
        # ^ not-awaitable · fails · because has no __aiter__
        pass
    for first in holders:
        first.queue = asyncio.Queue()
        await first.queue.get()
        # ^ coroutine asyncio.Queue.get
    for holder in holders:
        holder.queue = asyncio.Queue()
    for holder in holders:
        await holder.queue.get()
        # ^ unknown
    one = holders[0]
    one.queue = asyncio.Queue()
    one = holders[1]
    await one.queue.get()
    # ^ unknown
