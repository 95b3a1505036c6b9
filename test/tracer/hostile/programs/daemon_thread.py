"""Ends while a loop still runs in a daemon thread."""
import asyncio
import threading

running = threading.Event()


async def wait_long():
    running.set()
    await asyncio.sleep(60)


threading.Thread(target=lambda: asyncio.run(wait_long()), daemon=True).start()
running.wait()
print("done")
