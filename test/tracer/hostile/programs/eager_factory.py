"""Runs tasks eagerly: the first step inside `create_task`."""
import asyncio


async def answer():
    return 1


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(answer())
    print(task.done(), await task)


asyncio.run(main())
