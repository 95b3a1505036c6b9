"""May open no further file."""
import asyncio
import resource


async def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    for _ in range(3000):
        await asyncio.sleep(0)
    print("ok")


asyncio.run(main())
