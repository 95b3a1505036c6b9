"""Looks at the frames of all threads, and at the threads, again and again during long steps."""

import asyncio
import gc
import signal
import sys
import threading
import time

seen, states, alive, late = set(), set(), 0, 0


class Local:
    def __init__(self):
        global alive
        alive += 1

    def __del__(self):
        global alive
        alive -= 1


def call():
    local = Local()
    return sum(range(20)), local is None


async def main():
    global late
    end = time.perf_counter() + 0.35
    while time.perf_counter() < end:
        seen.add(len(sys._current_frames()))
        states.add((gc.isenabled(), threading.active_count(), len(threading.enumerate())))
        call()
        late += alive


before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
asyncio.run(main())
print(seen, states, late, signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before)
