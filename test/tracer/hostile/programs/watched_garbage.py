"""Makes garbage with finalizers during long steps: they run in this thread and in no other."""

import asyncio
import sys
import threading
import time
import weakref

threads = set()


class Node:
    def __init__(self):
        self.me = self

    def __del__(self):
        threads.add(threading.get_ident())


def gone(reference):
    threads.add(threading.get_ident())


async def main():
    for interval in (0.005, 0.00001):
        sys.setswitchinterval(interval)
        end = time.perf_counter() + 0.5
        while time.perf_counter() < end:
            references = [weakref.ref(Node(), gone) for _ in range(20)]
            [[] for _ in range(50)]
        del references


asyncio.run(main())
print(threads == {threading.get_ident()}, threading.active_count())
