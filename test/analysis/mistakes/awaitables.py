"""Custom awaitables whose defects are none, beside the same that are."""
import asyncio


class Refuses:
    """Who comes second is refused, so nothing is fetched twice."""

    def __init__(self, connect):
        self.connect = connect
        self.connection = None

    def __await__(self):
        return self.start().__await__()

    async def start(self):
        if self.connection:
            raise RuntimeError("started already")
        self.connection = await self.connect()
        return self


class Fetches:
    def __init__(self, connect):
        self.connect = connect
        self.connection = None

    def __await__(self):
        return self.start().__await__()

    async def start(self):
        if self.connection is None:
            self.connection = await self.connect()
            # ^ no-single-flight: each run the operation
        return self.connection


class SetsUp:
    """The task makes the object ready, for the one who made it."""

    def __init__(self):
        self._started = asyncio.ensure_future(self._start())

    async def _start(self):
        await asyncio.sleep(1)
        return self

    def __await__(self):
        return self._started.__await__()


class Shares:
    def __init__(self):
        self._started = asyncio.ensure_future(self._start())

    async def _start(self):
        await asyncio.sleep(1)
        return 1

    def __await__(self):
        return self._started.__await__()
        #      ^ cancel-shared: All awaiters wait


class Translates:
    """The attribute may hold a cancel."""

    def __init__(self, task):
        self.task = task
        self.error = asyncio.CancelledError

    async def _run(self):
        try:
            return await self.task
        except asyncio.CancelledError as error:
            raise self.error from error

    def __await__(self):
        return self._run().__await__()


class Renames:
    def __init__(self, task):
        self.task = task

    async def _run(self):
        try:
            return await self.task
        except asyncio.CancelledError as error:
            raise ConnectionError("gone") from error
            # ^ timeout-taken-for-cancel: becomes

    def __await__(self):
        return self._run().__await__()


class Raises:
    def __await__(self):
        1 / 0


class Suite:
    """Only a class in it is an awaitable."""

    def test_completion(self, loop):
        future = loop.create_future()

        def done():
            future.set_result(1)

        class Awaitable:
            def __await__(self):
                return future.__await__()

        done()
        return Awaitable()


class Completes:
    """A coroutine completes the future, once."""

    def __await__(self):
        future = asyncio.get_running_loop().create_future()

        async def work():
            future.set_result(1)

        self.task = asyncio.ensure_future(work())
        return (yield from future)
