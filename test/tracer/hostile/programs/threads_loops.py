"""Runs twenty loops in twenty threads."""
import asyncio
import threading

done = []


async def main(number):
    await asyncio.sleep(0.01)
    done.append(number)


threads = [threading.Thread(target=lambda n=n: asyncio.run(main(n))) for n in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(done) == list(range(20)))
