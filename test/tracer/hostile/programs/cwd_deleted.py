"""Runs in a folder that is no longer there."""
import asyncio
import os
import tempfile

folder = tempfile.mkdtemp()
os.chdir(folder)
os.rmdir(folder)
asyncio.run(asyncio.sleep(0))
print("ok")
