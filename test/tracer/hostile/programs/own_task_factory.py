"""Brings a task factory and a task class of its own."""
import asyncio


class OwnTask(asyncio.Task):
    pass


def make(loop, coro, **options):
    return OwnTask(coro, loop=loop, **options)


async def name_of_class():
    await asyncio.sleep(0)
    return type(asyncio.current_task()).__name__


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(make)
    print(await asyncio.gather(name_of_class(), name_of_class()))
    print(await asyncio.create_task(name_of_class(), name="named"))
    print(loop.get_task_factory() is make)


asyncio.run(main())
