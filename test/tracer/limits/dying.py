"""Notes each step on stdout, and dies.

dying.py MODE END      MODE: what it does when it dies; END: how
"""

import asyncio
import ctypes
import os
import signal
import sys
import threading
import time

mode, end = sys.argv[1:]
ENDS = {
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "segfault": lambda: ctypes.string_at(0),
    "exit": lambda: os._exit(3),
    "abort": os.abort,
}


def note():
    os.write(1, b"%r\n" % time.perf_counter())


async def work(until):
    while time.perf_counter() < until:
        await asyncio.sleep(0)
        note()


async def main():
    now = time.perf_counter()
    await asyncio.gather(*[work(now + 0.15) for _ in range(3)])
    if mode == "busy":
        ENDS[end]()
    threading.Timer(0.5, ENDS[end]).start()
    if mode == "asleep":
        await asyncio.sleep(60)
    elif mode == "blocked":
        time.sleep(60)
    else:
        while True:
            await asyncio.sleep(0)


asyncio.run(main())
