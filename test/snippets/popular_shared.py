"""Popular ways to share one result, each with one defect or more. Never use these classes."""

import asyncio
import json
import time


class CacheWithoutFlight:
    """Notes a value when it is there: who asks before that runs the operation again."""

    def __init__(self, load, ttl=60.0):
        self.load, self.ttl, self.values = load, ttl, {}

    async def __call__(self, key):
        now = asyncio.get_running_loop().time()
        if key in self.values and self.values[key][0] > now:
            return self.values[key][1]
        value = await self.load(key)
        self.values[key] = now + self.ttl, value
        return value


class CacheOfTasks:
    """Keeps the task itself: a failure is kept too, and a cancelled waiter cancels it for all."""

    def __init__(self, load, ttl=60.0):
        self.load, self.ttl, self.tasks = load, ttl, {}

    async def __call__(self, key):
        now = asyncio.get_running_loop().time()
        if key not in self.tasks or self.tasks[key][0] <= now:
            self.tasks[key] = now + self.ttl, asyncio.ensure_future(self.load(key))
        return await self.tasks[key][1]


class CacheOfText:
    """Writes keys as text: keys that look alike are taken for one."""

    def __init__(self, load, ttl=60.0):
        self.load, self.values = load, {}

    async def __call__(self, key):
        name = json.dumps(key, default=str)
        if name not in self.values:
            self.values[name] = await self.load(key)
        return self.values[name]


class CacheOfClass:
    """One dict in the class: all instances share it."""

    values = {}

    def __init__(self, load, ttl=60.0):
        self.load = load

    async def __call__(self, key):
        if key not in self.values:
            self.values[key] = await self.load(key)
        return self.values[key]


class OnceByFlag:
    """Looks before its await, notes after it: the first awaits all run it."""

    def __init__(self, operation):
        self.operation, self.done, self.result = operation, False, None

    async def _run(self):
        if not self.done:
            self.result = await self.operation()
            self.done = True
        return self.result

    def __await__(self):
        return self._run().__await__()


class OnceByTask:
    """Awaits the shared task itself, so a cancelled awaiter cancels it for all."""

    def __init__(self, operation):
        self.operation, self.task = operation, None

    async def _run(self):
        if self.task is None:
            self.task = asyncio.ensure_future(self.operation())
        return await self.task

    def __await__(self):
        return self._run().__await__()


class OnceByShield:
    """shield keeps the task alive, and nobody runs it again when the task itself was cancelled."""

    def __init__(self, operation):
        self.operation, self.task = operation, None

    async def _run(self):
        if self.task is None:
            self.task = asyncio.ensure_future(self.operation())
        return await asyncio.shield(self.task)

    def __await__(self):
        return self._run().__await__()


class LostTask:
    """Starts a task and keeps nothing: the loop does not either, so it can vanish half done."""

    def __init__(self, operation):
        self.operation = operation

    def start(self):
        asyncio.ensure_future(self.operation())


class KeptTask:
    """Keeps the task and never asks for its error: asyncio complains when it is collected."""

    def __init__(self, operation):
        self.operation = operation

    def start(self):
        self.task = asyncio.ensure_future(self.operation())


class HeldValue:
    """Makes the coroutine where it is set up: the second await finds it used up."""

    def __init__(self, produce):
        self.coroutine = produce()

    def __await__(self):
        return self.coroutine.__await__()


class StaleValue:
    """Asks once and gives the same for ever."""

    def __init__(self, produce):
        self.produce, self.value = produce, None

    async def _run(self):
        self.value = self.value or await self.produce()
        return self.value

    def __await__(self):
        return self._run().__await__()


class WallClockCache(CacheWithoutFlight):
    """Counts its time by time.time(), which jumps when somebody sets the clock."""

    async def __call__(self, key):
        if key in self.values and self.values[key][0] > time.time():
            return self.values[key][1]
        value = await self.load(key)
        self.values[key] = time.time() + self.ttl, value
        return value
