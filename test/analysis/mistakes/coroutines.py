"""Coroutines that are awaited twice, or never: awaited-twice, coroutine-in-text, never-awaited, cached-coroutine."""
import asyncio
import functools
import logging
from functools import cache, lru_cache


async def fetch(key=0):
    await asyncio.sleep(0)
    return key


def plain():
    return 1


# ---- awaited twice


async def twice():
    job = fetch()
    first = await job
    second = await job
    #        ^ awaited-twice: `job` is awaited already at line 22
    return first, second


async def twice_deeper(flag):
    job = fetch()
    await job
    if flag:
        return await job
        #      ^ awaited-twice: RuntimeError: cannot reuse already awaited coroutine


async def task_and_await():
    job = fetch()
    task = asyncio.create_task(job)
    await job
    # ^ awaited-twice: `job` runs in a task since line 38
    await task


async def two_tasks():
    job = fetch()
    a = asyncio.create_task(job)
    b = asyncio.create_task(job)
    #   ^ awaited-twice: this task raises
    await asyncio.wait([a, b])


async def in_a_loop():
    job = fetch()
    for _ in range(3):
        await job
        # ^ awaited-twice: made once, before the loop


async def known_coroutine():
    pause = asyncio.sleep(1)
    await pause
    await pause
    # ^ awaited-twice: cannot reuse


async def made_again():
    job = fetch()
    await job
    job = fetch()
    await job


async def one_or_the_other(flag):
    job = fetch()
    if flag:
        await job
    else:
        await job


async def maybe_before(flag):
    job = fetch()
    if flag:
        await job
    await job


async def task_twice():
    job = asyncio.create_task(fetch())
    await job
    await job


async def made_in_each_round():
    for _ in range(3):
        job = fetch()
        await job


async def only_once_round():
    job = fetch()
    while True:
        result = await job
        if result is not None:
            break


async def on_purpose(self):
    job = fetch()
    await job
    with self.assertRaises(RuntimeError):
        await job


async def caught():
    job = fetch()
    await job
    try:
        await job
    except RuntimeError:
        pass


async def function_of_unknown(start):
    job = start()
    await job
    await job


async def short_circuit(flag):
    job = fetch()
    flag and await job
    await job


# ---- put into a text


async def shown(self):
    print(f"got {fetch(1)}")
    #            ^ coroutine-in-text: The text says `<coroutine object fetch at 0x…>`
    logging.info(f"a {plain()} b {fetch()!r:>10}")
    #                             ^ coroutine-in-text: `fetch` never runs
    print("got", fetch())
    #            ^ coroutine-in-text: `await fetch()`
    text = str(fetch())
    #          ^ coroutine-in-text: never runs
    print(f"got {await fetch(1)}", str(plain()), repr(await fetch()))
    print(f"{self.unknown()} {[fetch() for _ in range(2)]}")
    job = fetch()
    print(f"waiting for {job}", job)
    await job
    return text


def str_of_mine(str):
    return str(fetch())


# ---- never awaited


async def assigned():
    job = fetch()
    #     ^ never-awaited: `job` holds the coroutine of `fetch` and nothing uses `job`
    _ = fetch(2)
    #   ^ never-awaited: `await fetch(2)`
    kept = fetch()
    return kept


async def closed():
    job = fetch()
    job.close()


async def used_inside():
    job = fetch()

    async def inner():
        return await job

    return inner


async def start():
    return fetch()


async def dropped():
    await start()
    # ^ never-awaited: `start()` gives a coroutine of `fetch`, which is dropped
    await (await start())
    job = await start()
    await job


async def asked(items):
    if any(fetch(item) for item in items):
        #  ^ never-awaited: `any` does not ask `fetch`
        return all([fetch(item) for item in items])
        #           ^ never-awaited: A coroutine is always true
    return any([await fetch(item) for item in items]) or all(plain() for _ in items)


# ---- cached


@lru_cache(maxsize=None)
# ^ cached-coroutine: `functools.lru_cache` keeps the coroutine, not its result
async def cached_once(key):
    return await fetch(key)


@functools.cache
# ^ cached-coroutine: the second call with the same arguments
async def cached_too(key):
    return await fetch(key)


@cache
async def generator():
    yield 1


@cache
def cached_plain(key):
    return key


def as_task(function):
    return lambda *args: asyncio.ensure_future(function(*args))


@cache
@as_task
async def cached_task(key):
    return await fetch(key)
