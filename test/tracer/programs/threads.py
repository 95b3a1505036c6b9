"""A second loop in another thread; each puts work into the other."""

import asyncio
import threading
import time


async def answer(event):
    await event.wait()
    return 42


async def serve(ready, done):
    stop, event = asyncio.Event(), asyncio.Event()
    ready.append((asyncio.get_running_loop(), stop, event))
    done.release()
    await stop.wait()


async def main():
    ready, done = [], threading.Semaphore(0)
    thread = threading.Thread(target=lambda: asyncio.run(serve(ready, done)), name="second")
    thread.start()
    done.acquire()
    loop, stop, event = ready[0]
    answered = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(answer(event), loop))
    await asyncio.sleep(0.04)
    loop.call_soon_threadsafe(event.set)
    await answered
    loop.call_soon_threadsafe(stop.set)
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.04)
    thread.join()


asyncio.run(main())
