# `async with`, `async for` and asynchronous comprehensions await without saying so.
import asyncio
import contextlib


class Session:
    async def __aenter__(self):
        await asyncio.sleep(0)
        # ^ coroutine asyncio.sleep
        return self

    async def __aexit__(self, *args):
        pass

    async def get(self) -> bytes:
        return b""


class Countdown:
    def __aiter__(self):
        return self

    async def __anext__(self) -> int:
        raise StopAsyncIteration


async def ticks():
    yield 1
    await asyncio.sleep(1)
    # ^ coroutine asyncio.sleep


@contextlib.asynccontextmanager
async def opened():
    yield Session()


async def contexts(unknown_one):
    async with Session() as session, opened() as other:
        # ^ coroutine Session.__aenter__ · suspends always · leaving Session.__aexit__ suspends never · and coroutine contextlib._AsyncGeneratorContextManager.__aenter__
        await session.get()
        # ^ coroutine Session.get
        await other.get()
        # ^ coroutine Session.get
    async with (
        # ^ coroutine Session.__aenter__ · and coroutine asyncio.Lock.__aenter__
        Session() as session,
        asyncio.Lock(),
    ):
        await session.get()
        # ^ coroutine Session.get
    async with unknown_one:
        # ^ unknown · because untyped parameter
        pass
    async with asyncio.Lock().acquire():
        # ^ not-awaitable · fails · because a coroutine that was not awaited
        pass
    async with 3:
        # ^ not-awaitable · fails · because has no __aenter__
        pass
    async with Countdown():
        # ^ not-awaitable · fails · because has no __aenter__
        pass
    async with contextlib.AsyncExitStack() as stack:
        # ^ coroutine contextlib.AsyncExitStack.__aenter__ · suspends never
        await stack.enter_async_context(Session())
        # ^ coroutine contextlib.AsyncExitStack.enter_async_context


async def iterations(unknown_one):
    async for n in Countdown():
        # ^ coroutine Countdown.__anext__ · gives int
        await n
        # ^ unknown
    async for n in ticks():
        # ^ coroutine types.AsyncGeneratorType.__anext__ · gives int
        await n
        # ^ not-awaitable int · fails
    async for n in unknown_one:
        # ^ unknown
        pass
    async for n in [1, 2]:
        # ^ not-awaitable · fails · because has no __aiter__
        pass
    [n async for n in Countdown()]
    #  ^ coroutine Countdown.__anext__
    print({n: m async for n in ticks() async for m in Countdown() if await asyncio.sleep(0)})
    #           ^ coroutine types.AsyncGeneratorType.__anext__
    #                                  ^ coroutine Countdown.__anext__
    #                                                                ^ coroutine asyncio.sleep


async def by_hand():
    generator = ticks()
    await generator.__anext__()
    # ^ coroutine types.AsyncGeneratorType.__anext__ · gives int
    await anext(generator)
    # ^ coroutine types.AsyncGeneratorType.__anext__
    await anext(generator, None)
    # ^ coroutine anext
    await generator.asend(None)
    # ^ coroutine types.AsyncGeneratorType.asend
    await generator.athrow(ValueError)
    # ^ coroutine types.AsyncGeneratorType.athrow · gives int
    await generator.aclose()
    # ^ coroutine types.AsyncGeneratorType.aclose · gives None
    await generator
    # ^ not-awaitable types.AsyncGeneratorType · fails
    await Countdown().__anext__()
    # ^ coroutine Countdown.__anext__
