"""Runs where every warning is an error."""
import asyncio

asyncio.run(asyncio.sleep(0))
print("ok")
