"""Closes every descriptor it did not open, as daemons do."""
import asyncio
import os

os.closerange(3, 4096)
asyncio.run(asyncio.sleep(0))
print("ok", len(os.listdir("/proc/self/fd")))
