"""Locks and shared state: thread-lock-across-await, lock-reentered, stale-write."""
import asyncio
import threading
from threading import Lock

gate = threading.Lock()
counter = 0


async def fetch():
    await asyncio.sleep(0)
    return 1


async def computes():
    return 1


async def holds():
    with gate:
        #^ thread-lock-across-await: stays taken while the await at line 22 waits
        await fetch()


class Store:
    def __init__(self):
        self.lock = Lock()
        self.again = threading.RLock()
        self.gate = asyncio.Lock()
        self.other = asyncio.Lock()
        self.slots = asyncio.Semaphore(3)
        self.total = 0
        self.items = []

    async def put(self):
        with self.lock:
            #^ thread-lock-across-await: `self.lock` is a lock of `threading`
            async with self.gate:
                self.total += 1

    async def stream(self, source):
        with self.again:
            #^ thread-lock-across-await: others get it, too, and it protects nothing from them. Tasks share `asyncio.Lock`
            async for item in source:
                self.items.append(item)

    async def short(self):
        with self.lock:
            self.total += 1
        await fetch()

    async def never_suspends(self):
        with self.lock:
            return await computes()

    async def in_a_function(self):
        with self.lock:

            async def later():
                await fetch()

            self.items.append(later)

    def threaded(self):
        with self.lock:
            return fetch()

    # ---- taken again

    async def nested(self):
        async with self.gate:
            async with self.gate:
                #      ^ lock-reentered: waits here until it gives it back: for ever
                pass

    async def refresh(self):
        async with self.gate:
            await fetch()

    async def update(self):
        async with self.gate:
            await self.refresh()
            # ^ lock-reentered: `refresh` waits for it
            await self.maybe(False)

    async def maybe(self, flag):
        if flag:
            async with self.gate:
                pass

    async def two(self):
        async with self.gate:
            async with self.other:
                await self.put()

    async def semaphore(self):
        async with self.slots:
            async with self.slots:
                pass

    async def limited(self):
        async with self.gate:
            async with asyncio.timeout(1):
                async with self.gate:
                    pass

    async def gives_back(self):
        async with self.gate:
            self.gate.release()
            async with self.gate:
                pass
            await self.gate.acquire()

    async def in_another_task(self):
        async with self.gate:
            self.items.append(asyncio.create_task(self.refresh()))

    # ---- read, await, write

    async def add(self):
        self.total += await fetch()
        # ^ stale-write: Python reads `self.total` before the await

    async def add_long(self):
        self.total = self.total + await fetch()
        # ^ stale-write: what another task puts there meanwhile is lost

    async def copy(self):
        total = self.total
        await asyncio.sleep(0.1)
        self.total = total + 1
        # ^ stale-write: `self.total` is read at line 129

    async def await_first(self):
        got = await fetch()
        self.total += got

    async def await_left(self):
        self.total = await fetch() + self.total

    async def guarded(self):
        async with self.gate:
            self.total += await fetch()

    async def reads_again(self):
        total = self.total
        await fetch()
        self.total = self.total + 1
        return total

    async def no_turn(self):
        self.total += await computes()

    async def local(self):
        total = 0
        total += await fetch()
        return total

    async def first_or(self):
        self.total = self.total or await fetch()


async def add_global():
    global counter
    counter += await fetch()
    # ^ stale-write: `counter`


async def module_lock():
    async with shared:
        async with shared:
            #      ^ lock-reentered: `asyncio.Lock` is not reentrant
            pass


shared = asyncio.Lock()


async def gives_back_meanwhile():
    with gate:
        while not counter:
            gate.release()
            try:
                await fetch()
            finally:
                gate.acquire()
