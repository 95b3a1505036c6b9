"""Shows the tracebacks of callbacks and of a task that failed, but for asyncio's own frames."""
import asyncio
import os
import traceback

LIBRARY = os.path.dirname(asyncio.__file__)


def own(error):
    frames = traceback.extract_tb(error.__traceback__)
    return [frame.name for frame in frames if os.path.dirname(frame.filename) != LIBRARY]


def handle(loop, context):
    print(context["message"].split("(")[0], own(context["exception"]))


def fail():
    raise ValueError("in a callback")


async def fail_later():
    await asyncio.sleep(0)
    fail()


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handle)
    loop.call_soon(fail)
    try:
        await asyncio.create_task(fail_later())
    except ValueError as error:
        print(own(error))
    loop.call_later(0, fail)
    await asyncio.sleep(0.05)


asyncio.run(main())
