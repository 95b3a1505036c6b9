"""Gets twenty thousand callbacks from four other threads."""
import asyncio
import threading

THREADS, CALLS = 4, 5000


async def main():
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    called = 0

    def count():
        nonlocal called
        called += 1
        if called == THREADS * CALLS:
            done.set()

    def call():
        for _ in range(CALLS):
            loop.call_soon_threadsafe(count)

    for _ in range(THREADS):
        threading.Thread(target=call).start()
    await done.wait()
    print(called)


asyncio.run(main())
