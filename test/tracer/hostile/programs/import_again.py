"""Throws asyncio away and imports it anew."""
import asyncio
import sys

asyncio.run(asyncio.sleep(0))
old = asyncio
for name in [name for name in sys.modules if name.split(".")[0] in ("asyncio", "_asyncio")]:
    del sys.modules[name]

import asyncio  # noqa: E402


async def main():
    await asyncio.sleep(0)
    return "anew"


print(asyncio is not old, asyncio.run(main()))
