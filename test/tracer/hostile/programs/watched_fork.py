"""Forks in the middle of a long step: neither Python's warning nor the system may see a thread."""

import asyncio
import os
import sys
import time
import warnings

warnings.simplefilter("error")


def threads():
    return len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 1


def fork():
    pid = os.fork()
    if not pid:
        os._exit(threads() + 10)
    print(os.WEXITSTATUS(os.waitpid(pid, 0)[1]), threads())


async def main():
    await asyncio.sleep(0.05)
    for _ in range(3):
        time.sleep(0.2)
        fork()
        await asyncio.sleep(0.02)
    fork()
    fork()


asyncio.run(main())
fork()
