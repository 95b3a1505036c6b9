"""Custom awaitables as people write them, in other words than ours: above each stands the pattern it is."""

import asyncio
import contextvars
import functools
import time
from asyncio import CancelledError, create_task, get_running_loop, sleep as pause
from asyncio import to_thread as elsewhere
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import coroutine

who = ContextVar("who")


# aw-class
class Greeting:
    def __init__(self, name):
        self.name = name

    def __await__(self):
        async def inner():
            await pause(1)
            return f"hello {self.name}"

        return inner().__await__()


# aw-class
class Client:
    def __init__(self, host, port):
        self._host, self._port = host, port

    async def open(self):
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    def __await__(self):
        return (yield from self.open().__await__())


# aw-class
class Inherits(Client):
    pass


# aw-timed
class Later:
    def __init__(self, seconds, value):
        self._s = seconds
        self._v = value

    def __await__(self):
        yield from pause(self._s).__await__()
        return self._v


# aw-timed
@dataclass
class Delayed:
    answer: int
    after: float = 1.0

    async def _go(self):
        await asyncio.sleep(self.after)
        return self.answer

    def __await__(self):
        return self._go().__await__()


# aw-countdown
class Rocket:
    def __init__(self, n):
        self.n = n

    def __await__(self):
        left = self.n
        while left > 0:
            print(left)
            yield from asyncio.sleep(1).__await__()
            left -= 1
        return "lift-off"


# aw-countdown
class Ticker:
    def __init__(self, ticks, gap):
        self.ticks = ticks
        self.gap = gap

    async def _tick(self):
        for i in range(self.ticks):
            print(i)
            await pause(self.gap)

    def __await__(self):
        return self._tick().__await__()


# aw-retry
class Stubborn:
    def __init__(self, fn, *args, times=5, **kwargs):
        self.fn = fn
        self.args = args
        self.kwargs = kwargs
        self.times = times

    def __await__(self):
        return self.__go().__await__()

    async def __go(self):
        wait = 1
        last = None
        for _ in range(self.times):
            try:
                value = await self.fn(*self.args, **self.kwargs)
            except ValueError as e:
                last = e
                await pause(wait)
                wait *= 2
            else:
                return value
        raise last


# aw-retry
def again(times):
    def wrap(f):
        @functools.wraps(f)
        async def inner(*args):
            for n in range(times):
                try:
                    return await f(*args)
                except OSError:
                    if n + 1 == times:
                        raise
                    await asyncio.sleep(2**n)

        return inner

    return wrap


# aw-retry
class Fetch:
    def __init__(self, session, url):
        self.session = session
        self.url = url

    def __await__(self):
        return self._fetch().__await__()

    async def _fetch(self):
        n = 0
        while n < 3:
            try:
                return await self.session.get(self.url)
            except OSError:
                n += 1
                await pause(n)
        raise TimeoutError


# aw-ratelimit
class Throttle:
    def __init__(self, every):
        self.every = every
        self.previous = None
        self.guard = asyncio.Lock()

    def __await__(self):
        return self.acquire().__await__()

    async def acquire(self):
        async with self.guard:
            now = time.monotonic()
            if self.previous is not None:
                remaining = self.every - (now - self.previous)
                if remaining > 0:
                    await pause(remaining)
            self.previous = time.monotonic()


# aw-ratelimit
class Slots:
    def __init__(self, gap):
        self.gap, self.upcoming = gap, 0

    def __await__(self):
        clock = get_running_loop().time
        mine = max(self.upcoming, get_running_loop().time())
        self.upcoming = mine + self.gap
        yield from pause(mine - get_running_loop().time()).__await__()
        return clock


# aw-cached
class Cached:
    _store = {}

    def __init__(self, func, *args, ttl=60):
        self.func = func
        self.args = args
        self.ttl = ttl

    async def _load(self):
        if self.args in self._store:
            at, value = self._store[self.args]
            if asyncio.get_running_loop().time() - at < self.ttl:
                return value
        value = await self.func(*self.args)
        self._store[self.args] = (asyncio.get_running_loop().time(), value)
        return value

    def __await__(self):
        return self._load().__await__()


# aw-cached
def cached(seconds):
    def decorate(f):
        known = {}

        async def inner(*args):
            if args in known and known[args][0] > time.monotonic():
                return known[args][1]
            value = await f(*args)
            known[args] = time.monotonic() + seconds, value
            return value

        return inner

    return decorate


# aw-progress
class Download:
    def __init__(self, parts, told):
        self.parts = parts
        self.told = told

    async def _all(self):
        bodies = []
        for n, part in enumerate(self.parts, 1):
            bodies.append(await part())
            self.told(n, len(self.parts))
        return bodies

    def __await__(self):
        return self._all().__await__()


# aw-compose
class Pipeline:
    def __init__(self, target, layers):
        self.target = target
        self.layers = layers

    def __await__(self):
        return self._through().__await__()

    async def _through(self):
        call = self.target
        for layer in reversed(self.layers):
            call = functools.partial(layer, call)
        return await call()


# aw-compose
def chain(*steps):
    def around(f: Callable):
        for step in steps:
            f = step(f)
        return f

    return around


# none: the text passes through filters
def filtered(text, filters):
    for each in filters:
        text = each(text)
    return text


# none: waits until it is ready, as often as that takes
async def when_ready(ready, attempt):
    while True:
        try:
            return attempt()
        except BlockingIOError:
            await ready()


# none: each round tries another one
async def first_that_answers(ask, hosts):
    for host in hosts:
        try:
            return await ask(host)
        except OSError:
            continue
    return None


# aw-context
class As:
    def __init__(self, user, job):
        self.user = user
        self.job = job

    async def _run(self):
        before = who.set(self.user)
        try:
            return await self.job()
        finally:
            who.reset(before)

    def __await__(self):
        return self._run().__await__()


# aw-context
class InCopy:
    def __init__(self, job):
        self.job = job

    def __await__(self):
        context = contextvars.copy_context()
        return asyncio.get_running_loop().create_task(self.job(), context=context).__await__()


# aw-nonblocking
class Read:
    def __init__(self, path):
        self.path = path

    def __await__(self):
        return elsewhere(self.path.read_text).__await__()


# aw-nonblocking
class Crunch:
    def __init__(self, n, pool=None):
        self.n = n
        self.pool = pool

    def __await__(self):
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self.pool, sum, range(self.n)).__await__()


# aw-cancellable
class Upload:
    def __init__(self, send, undo):
        self.send = send
        self.undo = undo

    async def _do(self):
        try:
            return await self.send()
        except CancelledError:
            await asyncio.shield(self.undo())
            raise

    def __await__(self):
        return self._do().__await__()


# aw-validate
class Checked:
    def __init__(self, job, is_right):
        self.job = job
        self.is_right = is_right

    async def _value(self):
        got = await self.job
        if not self.is_right(got):
            raise ValueError(got)
        return got

    def __await__(self):
        return self._value().__await__()


# aw-once
class Shared:
    def __init__(self, make):
        self.make = make
        self.lock = asyncio.Lock()
        self.done = False
        self.value = None

    async def _get(self):
        async with self.lock:
            if not self.done:
                self.value = await self.make()
                self.done = True
        return self.value

    def __await__(self):
        return self._get().__await__()


# aw-once
class Memo:
    def __init__(self, make):
        self.make = make
        self._future = None

    def __await__(self):
        if self._future is None:
            self._future = asyncio.ensure_future(self.make())
        return asyncio.shield(self._future).__await__()


# aw-producer
class Fresh:
    def __init__(self, make):
        self.make = make

    def __await__(self):
        return self.make().__await__()


# aw-future
class Clicked:
    def __init__(self, button):
        self.button = button

    def __await__(self):
        loop = get_running_loop()
        click = loop.create_future()
        self.button.on_click(lambda event: loop.call_soon_threadsafe(click.set_result, event))
        return (yield from click)


# aw-future
class OnSignal:
    def __init__(self, register):
        self.register = register

    async def _wait(self):
        loop = asyncio.get_event_loop()
        got = loop.create_future()

        def told(value):
            if not got.done():
                got.set_result(value)

        self.register(told)
        return await got

    def __await__(self):
        return self._wait().__await__()


# aw-iterator
class Stepped:
    def __init__(self, inner):
        self.inner = inner

    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        return self.send(None)

    def send(self, value):
        return self.inner.send(value)

    def throw(self, *error):
        return self.inner.throw(*error)


# aw-iterator
class Instant:
    def __init__(self, result):
        self.result = result

    def __await__(self):
        return self

    def __next__(self):
        raise StopIteration(self.result)


# aw-types-coroutine
@coroutine
def turns(n):
    for _ in range(n):
        yield


# aw-object
class Basket:
    def __init__(self):
        self.items = []

    def add(self, item):
        self.items.append(item)

    def total(self):
        return sum(self.items)

    async def _check_out(self):
        await pause(0.1)
        return self.total()

    def __await__(self):
        return self._check_out().__await__()

    async def buy(self):
        return await self


# aw-lazy-task
class Background:
    def __init__(self, coro):
        self.task = create_task(coro)

    def __await__(self):
        return self.task.__await__()


# aw-lazy-task
@dataclass
class OnDemand:
    make: object
    running: asyncio.Task = field(default=None, init=False)

    def __await__(self):
        if self.running is None:
            self.running = asyncio.create_task(self.make())
        return self.running.__await__()


# aw-timeout
class Within:
    def __init__(self, job, limit):
        self.job = job
        self.limit = limit

    def __await__(self):
        return asyncio.wait_for(self.job(), self.limit).__await__()


# aw-timeout
class Bounded:
    def __init__(self, coro, limit):
        self.coro = coro
        self.limit = limit

    async def _run(self):
        async with asyncio.timeout(self.limit):
            return await self.coro

    def __await__(self):
        return self._run().__await__()


# none: it hands on what it was given
class Wrapper:
    def __init__(self, inner):
        self.inner = inner

    def __await__(self):
        return self.inner.__await__()


# none: nothing tells what it is for
class Turn:
    def __await__(self):
        yield


# none: abstract
class Base:
    def __await__(self):
        raise NotImplementedError


# none: a loop that handles messages retries nothing
async def serve(receive, handle):
    while True:
        try:
            message = await receive()
            await handle(message)
        except ValueError:
            print("bad message")


# none: no operation is handed in
async def connect(host, port):
    return await asyncio.wait_for(asyncio.open_connection(host, port), 10)


# none
class Lookup:
    def __init__(self, cache, key):
        self.cache, self.key = cache, key

    def __await__(self):
        return self.cache.fetch(self.key).__await__()


# aw-cancellable
class Transfer:
    def __init__(self, send, undo):
        self.send, self.undo = send, undo

    def __await__(self):
        try:
            return (yield from self.send().__await__())
        except CancelledError:
            yield from self._tidy().__await__()
            raise

    async def _tidy(self):
        await asyncio.wait_for(self.undo(), 5)


# aw-validate
class Parsed:
    def __init__(self, ask, parse):
        self.ask, self.parse = ask, parse

    def __await__(self):
        answer = yield from self.ask().__await__()
        if not self.parse(answer):
            raise ValueError(answer)
        return answer


# aw-producer
@dataclass
class Reading:
    sensor: Callable

    def __await__(self):
        return self.sensor().__await__()


# aw-progress
class Copy:
    def __init__(self, copy, tell):
        self.copy, self.tell = copy, tell

    async def _do(self):
        def report(done, total):
            self.tell(done / total)

        return await self.copy(report)

    def __await__(self):
        return self._do().__await__()


# aw-progress
class Upload:
    def __init__(self, send, tell):
        self.send, self.tell = send, tell

    async def _do(self):
        return await self.send(lambda done, total: self.tell(done / total))

    def __await__(self):
        return self._do().__await__()


# aw-types-coroutine
@coroutine
def one_turn():
    yield


# aw-object
class Query:
    def __init__(self, table):
        self.table, self.filters = table, []

    def where(self, text):
        self.filters.append(text)
        return self

    async def rows(self):
        return [self.table, *self.filters]

    def __await__(self):
        rows = yield from self.rows().__await__()
        return rows

    async def run(self):
        return len(await self)
