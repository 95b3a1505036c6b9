"""Runs a loop inside a running one, by the trick that notebooks use."""
import asyncio


async def pause(result):
    await asyncio.sleep(0.01)
    return result


def run_nested(loop, coro):
    task = loop.create_task(coro)
    outer = asyncio.current_task(loop)
    asyncio.tasks._leave_task(loop, outer)
    try:
        while not task.done():
            loop._run_once()
    finally:
        asyncio.tasks._enter_task(loop, outer)
    return task.result()


async def main():
    loop = asyncio.get_running_loop()
    print(run_nested(loop, pause("inner")), await pause("outer"))


asyncio.run(main())
