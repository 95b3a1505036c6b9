# Where an await can stand. What it awaits is the same throughout: `number`, a coroutine that never suspends.
import asyncio


async def number(value=1) -> int:
    return value


async def nested():
    await number(await number())
    # ^ coroutine number · suspends never · gives int · runs here · defined line 5
    #            ^ coroutine number · suspends never · because number awaits nothing


async def operators(x):
    -await number() ** 2
    # ^ coroutine number · gives int
    y = await number() + await number()
    #   ^ coroutine number
    #                     ^ coroutine number
    return not await number() or await x ** 2
    #          ^ coroutine number
    #                             ^ unknown · because x comes from an untyped parameter


async def choices(flag):
    a = await (number() if flag else number(2))
    #   ^ coroutine number
    if (n := await number()) > 1:
    #          ^ coroutine number
        first, *rest = await number(), await number(), 3
        #              ^ coroutine number
        #                               ^ coroutine number
    return a, n


async def texts():
    print(f"{await number()!r:>{await number()}} and {{not await}}")
    #        ^ coroutine number
    #                           ^ coroutine number
    print(t"{await number()}")
    #        ^ coroutine number


async def lines():
    await (
    # ^ coroutine number
        number()
    )
    return (
        # the operand stands on the next line
        await
        # ^ coroutine number
        number()
    )


async def scopes():
    [await number(n) for n in range(3)]
    # ^ coroutine number
    {await number(k): await number(v) for k, v in {}.items()}
    # ^ coroutine number
    #                   ^ coroutine number
    list(await number() for _ in range(2) if await number())
    #    ^ coroutine number
    #                                          ^ coroutine number
    await (lambda n: number(n))(1)
    # ^ coroutine number
    # The lambda's own `await` would not compile; the default value's does.
    return lambda n=await number(): n
    #               ^ coroutine number


async def received():
    await (yield 1)
    # ^ unknown · because what is sent into a generator cannot be told


async def stored():
    coroutine = number()
    await coroutine
    # ^ coroutine number · made line 80 · caution can be awaited only once
    await asyncio.sleep(0)
    # ^ coroutine asyncio.sleep · suspends always
