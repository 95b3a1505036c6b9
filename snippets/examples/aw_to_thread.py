"""aw-to-thread: this file is read in a thread."""

import asyncio
from pathlib import Path


async def read_file(path: Path) -> bytes:
    """Reads in a thread while tasks run. A cancel ends the wait, never the read."""
    return await asyncio.to_thread(path.read_bytes)


async def main() -> None:
    print(len(await read_file(Path(__file__))), "bytes")


asyncio.run(main())
