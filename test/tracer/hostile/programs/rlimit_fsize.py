"""May write files of 4 KiB and no more, as if the disk were full."""
import asyncio
import resource
import signal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


async def main():
    for _ in range(3000):
        await asyncio.sleep(0)


asyncio.run(main())
print("ok")
