# Whether a coroutine of this file gives other tasks a turn, and where it first does.
import asyncio
import contextlib


async def computes(n):
    return n * 2


async def waits():
    await asyncio.sleep(1)
    # ^ coroutine asyncio.sleep


async def waits_after_return(n):
    if n:
        return
    await asyncio.sleep(1)
    # ^ coroutine asyncio.sleep


async def waits_in_branch(n):
    if n:
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep


async def computes_through():
    await computes(1)
    # ^ coroutine computes · suspends never · because computes awaits nothing


async def deep():
    try:
        with open("x") as file:
            text = await waits()
            #      ^ coroutine waits · suspends always
    finally:
        pass
    return text, file


async def recursive(n):
    await recursive(n - 1)
    # ^ coroutine recursive · suspends maybe


async def reads(lock=asyncio.Lock()):
    async with lock:
        # ^ unknown
        pass


async def forwards(other):
    await other
    # ^ unknown · suspends unknown


async def all_of_them():
    await waits()
    # ^ coroutine waits · suspends always · woken by a timer
    await waits_after_return(1)
    # ^ coroutine waits_after_return · suspends maybe
    await waits_in_branch(1)
    # ^ coroutine waits_in_branch · suspends maybe
    await computes_through()
    # ^ coroutine computes_through · suspends never · because nothing that computes_through awaits does
    await deep()
    # ^ coroutine deep · suspends always
    await reads()
    # ^ coroutine reads · suspends maybe
    await forwards(waits())
    # ^ coroutine forwards · suspends maybe


# ---- on the way to the await: what may leave the function, and what may swallow an exception


class Timed:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        print("took", args)


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, kind, *args):
        return kind is not None


async def swallowed_before():
    try:
        _ = 1 / 0
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep
    except Exception:
        pass


async def raised_again():
    try:
        _ = 1 / 0
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep
    except OSError as error:
        print(error)
        raise
    except Exception as error:
        raise ValueError("no") from error


async def returned_by_handler():
    try:
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep
    except Exception as error:
        if error.args:
            return
        raise


async def cleaned_up():
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        pass
    finally:
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep


async def lost_in_finally():
    try:
        _ = 1 / 0
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep
    finally:
        return 1


async def after_try(n):
    try:
        _ = 1 / n
    except ZeroDivisionError:
        print("none")
    await asyncio.sleep(1)
    # ^ coroutine asyncio.sleep


async def in_else(n):
    try:
        _ = 1 / n
    except ZeroDivisionError:
        print("none")
    else:
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep


async def suppressed(x):
    with contextlib.suppress(AttributeError):
        await asyncio.sleep(x.delay)
        # ^ coroutine asyncio.sleep


async def suppressed_by_class():
    with Quiet():
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep


async def let_through():
    with Timed(), open("x") as file:
        print(file.read())
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep


async def locked():
    async with asyncio.Lock():
        # ^ coroutine asyncio.Lock.__aenter__
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep


async def managed(something):
    async with something:
        # ^ unknown
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep


async def in_match(n):
    match n:
        case 1:
            await asyncio.sleep(1)
            # ^ coroutine asyncio.sleep


async def for_ever(n):
    while True:
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep


async def for_ever_with_a_way_out(n):
    while True:
        if n:
            break
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep


async def while_there_is_work(n):
    while n:
        await asyncio.sleep(1)
        # ^ coroutine asyncio.sleep


async def after_a_loop(items):
    for item in items:
        if item:
            break
    await asyncio.sleep(1)
    # ^ coroutine asyncio.sleep


async def after_a_loop_that_returns(items):
    for item in items:
        print(item)
    else:
        return
    await asyncio.sleep(1)
    # ^ coroutine asyncio.sleep


async def guarded(n):
    if n < 0:
        raise ValueError(n)
    await asyncio.sleep(n)
    # ^ coroutine asyncio.sleep


async def in_one_branch_of_an_expression(n):
    return await asyncio.sleep(1) if n else None
    #      ^ coroutine asyncio.sleep


async def in_a_test(n):
    if await asyncio.sleep(1, n) and n:
        # ^ coroutine asyncio.sleep
        print(n)


async def behind_or(n):
    return n or await asyncio.sleep(1)
    #           ^ coroutine asyncio.sleep


async def as_an_argument(n):
    print(n, await asyncio.sleep(1))
    #        ^ coroutine asyncio.sleep


async def in_a_generator(items):
    return (await asyncio.sleep(item) for item in items)
    #       ^ coroutine asyncio.sleep


async def one_of_two(n, lock: asyncio.Lock, event: asyncio.Event):
    waiting = lock.acquire() if n else event.wait()
    return await waiting
    #      ^ coroutine


async def reached():
    await swallowed_before()
    # ^ coroutine swallowed_before · suspends maybe
    await raised_again()
    # ^ coroutine raised_again · suspends always
    await returned_by_handler()
    # ^ coroutine returned_by_handler · suspends maybe
    await cleaned_up()
    # ^ coroutine cleaned_up · suspends always
    await lost_in_finally()
    # ^ coroutine lost_in_finally · suspends maybe
    await after_try(1)
    # ^ coroutine after_try · suspends always
    await in_else(1)
    # ^ coroutine in_else · suspends maybe
    await suppressed(None)
    # ^ coroutine suppressed · suspends maybe
    await suppressed_by_class()
    # ^ coroutine suppressed_by_class · suspends maybe
    await let_through()
    # ^ coroutine let_through · suspends always
    await locked()
    # ^ coroutine locked · suspends always
    await managed(None)
    # ^ coroutine managed · suspends maybe
    await in_match(1)
    # ^ coroutine in_match · suspends maybe
    await for_ever(1)
    # ^ coroutine for_ever · suspends always
    await for_ever_with_a_way_out(1)
    # ^ coroutine for_ever_with_a_way_out · suspends maybe
    await while_there_is_work(1)
    # ^ coroutine while_there_is_work · suspends maybe
    await after_a_loop([])
    # ^ coroutine after_a_loop · suspends always
    await after_a_loop_that_returns([])
    # ^ coroutine after_a_loop_that_returns · suspends maybe
    await guarded(1)
    # ^ coroutine guarded · suspends always
    await in_one_branch_of_an_expression(1)
    # ^ coroutine in_one_branch_of_an_expression · suspends maybe
    await in_a_test(1)
    # ^ coroutine in_a_test · suspends always
    await behind_or(1)
    # ^ coroutine behind_or · suspends maybe
    await as_an_argument(1)
    # ^ coroutine as_an_argument · suspends always
    await in_a_generator([])
    # ^ coroutine in_a_generator · suspends maybe
    await one_of_two(1, asyncio.Lock(), asyncio.Event())
    # ^ coroutine one_of_two · suspends maybe · woken by nothing
