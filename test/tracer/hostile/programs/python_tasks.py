"""Uses the tasks and futures written in Python, as debuggers do."""
import asyncio
import asyncio.futures
import asyncio.tasks

asyncio.Task = asyncio.tasks.Task = asyncio.tasks._CTask = asyncio.tasks._PyTask
asyncio.Future = asyncio.futures.Future = asyncio.futures._CFuture = asyncio.futures._PyFuture
asyncio.current_task = asyncio.tasks.current_task = getattr(
    asyncio.tasks, "_py_current_task", asyncio.tasks.current_task
)
for name in ("_enter_task", "_leave_task", "_register_task", "_unregister_task"):
    setattr(asyncio.tasks, name, getattr(asyncio.tasks, "_py" + name))


async def wait(future):
    return await future


async def main():
    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(wait(future))
    await asyncio.sleep(0)
    future.set_result("done")
    print(await task, type(task).__module__, type(task) is asyncio.tasks._PyTask)


asyncio.run(main())
