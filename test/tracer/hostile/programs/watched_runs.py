"""Many short runs of loops, some in threads, some with a long step."""

import asyncio
import threading
import time


async def main(seconds):
    time.sleep(seconds)
    await asyncio.sleep(0)
    return seconds


for number in range(300):
    asyncio.run(main(0.06 if number % 100 == 0 else 0))
threads = [threading.Thread(target=lambda: asyncio.run(main(0.1))) for _ in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
time.sleep(1.3)
print(asyncio.run(main(0.1)), threading.active_count())
