"""Does one thing very often, and prints its memory (KiB) after each fifth of it.

endless.py KIND COUNT
"""

import asyncio
import os
import sys
import threading

kind, count = sys.argv[1], int(sys.argv[2])
source = compile("async def made(): await asyncio.sleep(0)", "made.py", "exec")
code = next(const for const in source.co_consts if hasattr(const, "co_code"))


def memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


async def steps(number):
    for _ in range(number):
        await asyncio.sleep(0)


async def nothing():
    pass


async def tasks(number):
    for _ in range(number):
        await asyncio.create_task(nothing())


async def functions(number):
    """Each of its own code."""
    for _ in range(number):
        functions.line = getattr(functions, "line", 0) + 1
        function = type(nothing)(code.replace(co_firstlineno=functions.line), globals())
        await asyncio.create_task(function())


async def names(number):
    for _ in range(number):
        await asyncio.create_task(nothing(), name="x" * 10_000_000)


async def errors(number):
    async def fail(index):
        raise ValueError("y" * 10_000 + str(index))

    for index in range(number):
        await asyncio.gather(fail(index), return_exceptions=True)


async def locks(number):
    for _ in range(number):
        lock = asyncio.Lock()
        await lock.acquire()
        waiting = asyncio.ensure_future(lock.acquire())
        await asyncio.sleep(0)
        lock.release()
        await waiting


async def cancels(number):
    for _ in range(number):
        task = asyncio.create_task(asyncio.sleep(60))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])


async def threads(number):
    for _ in range(number):
        thread = threading.Thread(target=lambda: asyncio.run(steps(1)))
        thread.start()
        thread.join()


async def jobs(number):
    for _ in range(number):
        await asyncio.get_running_loop().run_in_executor(None, int)


async def main():
    run = globals()[kind]
    await run(count // 100 + 1)
    for _ in range(5):
        await run(count // 5)
        print(memory(), flush=True)


asyncio.run(main())
