# Whether a coroutine of this file gives other tasks a turn, and where it first does.
import asyncio


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
