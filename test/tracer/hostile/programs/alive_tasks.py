"""Has a hundred thousand tasks that wait at the same time."""
import asyncio


async def wait(event):
    await event.wait()


async def main():
    event = asyncio.Event()
    tasks = [asyncio.create_task(wait(event)) for _ in range(100_000)]
    await asyncio.sleep(0)
    event.set()
    await asyncio.gather(*tasks)
    print(len(tasks))


asyncio.run(main())
