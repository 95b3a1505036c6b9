"""Drops failed tasks whose tracebacks keep the loop's frames, with and without asyncio's debug mode."""
import asyncio
import gc
import weakref


async def fail():
    raise ZeroDivisionError


async def main(kind, last):
    told = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context["message"]))
    task = weakref.ref(kind(fail(), loop=asyncio.get_running_loop()))
    if last:  # it runs as the last one of its turn
        await asyncio.sleep(0.001)
    else:
        await asyncio.sleep(0)
    print(kind.__module__, task() is None, told)


gc.disable()
for debug in (False, True):
    for kind in (asyncio.tasks._CTask, asyncio.tasks._PyTask):
        for last in (False, True):
            asyncio.run(main(kind, last), debug=debug)
