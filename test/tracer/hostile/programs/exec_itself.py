"""Replaces itself by another program after a run."""
import asyncio
import os
import sys

asyncio.run(asyncio.sleep(0))
print("first", flush=True)
os.execv(sys.executable, [sys.executable, "-c", "import asyncio; asyncio.run(asyncio.sleep(0)); print('second')"])
