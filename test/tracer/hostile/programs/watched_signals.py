"""Signals in long steps and in the selector: they must reach the main thread, at once."""

import asyncio
import os
import signal
import threading
import time


def handler(number, frame):
    times.append((threading.current_thread() is threading.main_thread(), number))


def send(number, delay):
    return threading.Timer(delay, os.kill, (os.getpid(), number))


async def main():
    begun = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, 0.15)
    time.sleep(0.25)
    timer = send(signal.SIGUSR1, 0.1)
    timer.start()
    try:
        os.read(pipe[0], 1)
    except InterruptedError:
        print("interrupted")
    timer.join()
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR2, told.set)
    time.sleep(0.1)
    timer = send(signal.SIGUSR2, 0.1)
    timer.start()
    await told.wait()
    timer.join()
    print(time.perf_counter() - begun < 5)
    signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    time.sleep(0.1)
    timer = send(signal.SIGTERM, 0.1)
    timer.start()
    print(signal.sigwait([signal.SIGTERM]))
    timer.join()
    try:
        timer = send(signal.SIGINT, 0.1)
        timer.start()
        time.sleep(10)
    except KeyboardInterrupt:
        print("stopped")
    timer.join()


times = []
pipe = os.pipe()


def give_up(number, frame):
    handler(number, frame)
    raise InterruptedError


signal.signal(signal.SIGALRM, handler)
signal.signal(signal.SIGUSR1, handler)
signal.signal(signal.SIGINT, signal.default_int_handler)
first = signal.signal(signal.SIGUSR1, give_up)
try:
    asyncio.run(main())
except (InterruptedError, KeyboardInterrupt) as error:
    print(type(error).__name__)
print([(main, int(number)) for main, number in times])
