# Tasks and futures run on their own: an await of one only waits.
import asyncio
import concurrent.futures


async def job(n) -> int:
    await asyncio.sleep(n)
    # ^ coroutine asyncio.sleep
    return n


async def made():
    t = asyncio.create_task(job(1), name="one")
    await t
    # ^ task asyncio.Task · runs alongside · suspends maybe · gives int · made line 13 · because not when it is done already · caution asyncio.shield
    await asyncio.create_task(job(2))
    # ^ task asyncio.Task · gives int
    await asyncio.ensure_future(job(3))
    # ^ task asyncio.Task
    await asyncio.ensure_future(t)
    # ^ task asyncio.Task · made line 13
    loop = asyncio.get_running_loop()
    await loop.create_task(job(4))
    # ^ task asyncio.Task
    future = loop.create_future()
    await future
    # ^ future asyncio.Future · woken by whoever sets its result · made line 25
    current = asyncio.current_task()
    await current
    # ^ task asyncio.Task
    for other in asyncio.all_tasks():
        await other
        # ^ task asyncio.Task


async def grouped():
    async with asyncio.TaskGroup() as group:
        # ^ coroutine asyncio.TaskGroup.__aenter__ · suspends never · gives TaskGroup · leaving asyncio.TaskGroup.__aexit__ suspends maybe
        a = group.create_task(job(1))
    await a
    # ^ task asyncio.Task · gives int
    a, b = await asyncio.gather(job(1), job(2))
    #      ^ future asyncio.gather · runs alongside · gives list · woken by the last of them · caution the others keep running
    await asyncio.gather()
    # ^ future asyncio.gather · suspends never
    pending = asyncio.gather(job(1))
    await pending
    # ^ future asyncio.gather · made line 46 · suspends maybe
    done, rest = await asyncio.wait([asyncio.create_task(job(1))])
    #            ^ coroutine asyncio.wait · suspends always
    for task in done:
        await task
        # ^ task asyncio.Task
    await asyncio.wait_for(job(1), timeout=3)
    # ^ coroutine asyncio.wait_for · suspends maybe · gives int · caution TimeoutError
    await asyncio.shield(job(1))
    # ^ future asyncio.shield · gives int · caution keep a reference
    for next_one in asyncio.as_completed([job(1), job(2)]):
        await next_one
        # ^ coroutine asyncio.as_completed · woken by whichever it is
    async for finished in asyncio.as_completed([job(1)]):
        # ^ coroutine asyncio._AsCompleted.__anext__ · caution from 3.13
        await finished
        # ^ future asyncio.Future


async def timed():
    async with asyncio.timeout(3) as scope:
        # ^ coroutine asyncio.Timeout.__aenter__ · suspends never · leaving asyncio.Timeout.__aexit__ suspends never · caution nothing
        await scope
        # ^ not-awaitable asyncio.Timeout · fails
    await asyncio.sleep(0)
    # ^ coroutine asyncio.sleep · suspends always · because for one turn of the loop; no timer is involved · does Gives every ready task one turn
    await asyncio.sleep(0, "x")
    # ^ coroutine asyncio.sleep · gives str · suspends always · because no timer is involved · woken by nothing
    await asyncio.sleep(1, result=3)
    # ^ coroutine asyncio.sleep · gives int · woken by a timer
    await asyncio.sleep(delay=0)
    # ^ coroutine asyncio.sleep · gives None · woken by nothing


async def threads():
    await asyncio.to_thread(len, "x")
    # ^ coroutine asyncio.to_thread · suspends maybe · gives int · caution does not stop the thread
    loop = asyncio.get_event_loop()
    await loop.run_in_executor(None, len, "x")
    # ^ future asyncio.AbstractEventLoop.run_in_executor · suspends maybe · gives int
    later = loop.run_in_executor(None, len, "x")
    await later
    # ^ future asyncio.AbstractEventLoop.run_in_executor · suspends maybe · because not when it is done already
    with concurrent.futures.ThreadPoolExecutor() as pool:
        await asyncio.wrap_future(pool.submit(len, "x"))
        # ^ future asyncio.wrap_future
    await asyncio.run_coroutine_threadsafe(job(1), loop)
    # ^ not-awaitable concurrent.futures.Future · fails · caution asyncio.wrap_future


async def by_arguments(given, pool: concurrent.futures.ProcessPoolExecutor, **options):
    both = [asyncio.create_task(job(1)), asyncio.create_task(job(2))]
    await asyncio.gather(job(1), job(2), return_exceptions=True)
    # ^ future asyncio.gather · does coroutines as tasks · woken by the last of them to end. · caution comes back in the list
    await asyncio.gather(*both)
    # ^ future asyncio.gather · does They run already, alongside; this waits for all of them. · woken by or the first to fail · caution raises at once
    await asyncio.gather(*both, both[0], return_exceptions=True)
    # ^ future asyncio.gather · does They run already · woken by the last of them to end. · caution comes back in the list
    await asyncio.gather(both[0], job(3))
    # ^ future asyncio.gather · does What it gathers runs alongside · caution raises at once
    await asyncio.gather(*given)
    # ^ future asyncio.gather · does What it gathers runs alongside · woken by or the first to fail
    await asyncio.gather(*both, return_exceptions=given)
    # ^ future asyncio.gather · woken by or the first to fail
    await asyncio.gather(*both, **options)
    # ^ future asyncio.gather · does They run already · woken by or the first to fail
    await asyncio.wait(both)
    # ^ coroutine asyncio.wait · woken by the task that makes the condition true.
    await asyncio.wait(both, timeout=given)
    # ^ coroutine asyncio.wait · woken by true, or the timeout
    await asyncio.wait(both, **options)
    # ^ coroutine asyncio.wait · woken by true, or the timeout
    await asyncio.wait_for(job(1), None)
    # ^ coroutine asyncio.wait_for · suspends maybe · because not when what it waits for does not · caution nothing
    await asyncio.wait_for(both[0], timeout=0)
    # ^ coroutine asyncio.wait_for · suspends maybe · because not when it is done already · caution cancelled at once
    await asyncio.wait_for(job(1), given)
    # ^ coroutine asyncio.wait_for · woken by what it waits for, or the timeout · caution On timeout
    async with asyncio.timeout(None):
        # ^ coroutine asyncio.Timeout.__aenter__ · suspends never
        pass
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(pool, len, "x")
    # ^ future asyncio.AbstractEventLoop.run_in_executor · does runs in the executor · woken by the executor
    await loop.run_in_executor(None, len, "x")
    # ^ future asyncio.AbstractEventLoop.run_in_executor · does runs in a helper thread · woken by the helper thread
