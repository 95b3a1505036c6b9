# Which binding counts: reaching definitions, never the union of all, never a guess.
import asyncio
from asyncio import sleep


async def job() -> str:
    return ""


async def rebound():
    x = 3
    x = job()
    await x
    # ^ coroutine job
    x = asyncio.create_task(job())
    await x
    # ^ task asyncio.Task · gives str · made line 15
    x = None
    await x
    # ^ not-awaitable None · fails


async def shadowed(sleep):
    await sleep(1)
    # ^ unknown · because sleep comes from an untyped parameter


async def shadowed_later():
    await sleep(1)
    # ^ unknown · because an augmented assignment
    sleep += 1


async def branches(flag):
    if flag:
        x = job()
    else:
        x = asyncio.create_task(job())
    await x
    # ^ union · and coroutine job, task asyncio.Task
    if flag:
        y = job()
    else:
        return
    await y
    # ^ coroutine job
    z = None
    if flag:
        z = job()
    await z
    # ^ coroutine job


async def narrowed(task: asyncio.Task | None):
    if task is None:
        task = asyncio.create_task(job())
    await task
    # ^ task asyncio.Task


async def loops(items):
    x = job()
    for item in items:
        await x
        # ^ union · and task asyncio.Task, coroutine job
        x = asyncio.create_task(job())
    while items:
        await x
        # ^ union · and task asyncio.Task, coroutine job
        break
    else:
        x = None
    for n in range(3):
        await n
        # ^ unknown
    for task in [asyncio.create_task(job())]:
        await task
        # ^ task asyncio.Task


async def filled(items):
    tasks = []
    for item in items:
        tasks.append(asyncio.create_task(job()))
    for task in tasks:
        await task
        # ^ task asyncio.Task · gives str
    mixed = [job()]
    mixed.append(asyncio.create_task(job()))
    for each in mixed:
        await each
        # ^ union · and coroutine job, task asyncio.Task
    lost = [job()]
    lost.extend(items)
    for each in lost:
        await each
        # ^ unknown · because lost is changed


async def tried():
    try:
        x = job()
        y = asyncio.create_task(job())
    except ValueError as error:
        x = asyncio.create_task(job())
        await y
        # ^ task asyncio.Task
        await error
        # ^ unknown · because error is bound by an except clause
    else:
        await x
        # ^ coroutine job
    await x
    # ^ union · and coroutine job, task asyncio.Task
    try:
        z = job()
    finally:
        await z
        # ^ coroutine job


async def matched(command):
    match command:
        case {"run": job}:
            await job()
            # ^ unknown · because job is bound by a match
        case [asyncio.sleep]:
            await asyncio.sleep(1)
            # ^ coroutine asyncio.sleep


async def deleted():
    x = job()
    del x
    await x
    # ^ unknown · because x is deleted


def closure():
    x = job()

    async def inner():
        await x
        # ^ union · and coroutine job, task asyncio.Task

    x = asyncio.create_task(job())
    return inner


def counted():
    made = None

    def make():
        nonlocal made
        made = job()

    async def use():
        await made
        # ^ coroutine job

    return make, use


current = None


def start():
    global current
    current = asyncio.create_task(job())


async def use_current():
    await current
    # ^ task asyncio.Task


async def comprehensions():
    x = 1
    [await x for x in [job()]]
    # ^ coroutine job
    [await asyncio for asyncio in (sleep(1), sleep(2))]
    # ^ coroutine asyncio.sleep
    await asyncio.sleep(0)
    # ^ coroutine asyncio.sleep
    [y := sleep(n) for n in range(2)]
    await y
    # ^ coroutine asyncio.sleep


class Names:
    # A class body's names are not its methods' names.
    job = 3

    async def method(self):
        await job()
        # ^ coroutine job
        await self.job
        # ^ unknown · because it is an int as far as the code tells


if asyncio:

    async def defined():
        return 1

else:

    def defined():
        return sleep(1)


async def either():
    await defined()
    # ^ coroutine · and coroutine defined, coroutine asyncio.sleep


async def patched():
    asyncio.sleep = job
    await asyncio.sleep(1)
    # ^ coroutine job


async def overwritten():
    pass


overwritten = asyncio.create_task(overwritten())


async def after():
    await overwritten
    # ^ task asyncio.Task


async def unbound():
    await nowhere()
    # ^ unknown · because nowhere is not defined in this file
    await itself
    # ^ unknown · because it depends on itself


itself = itself
