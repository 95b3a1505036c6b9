"""aw-run: the smallest whole program."""

import asyncio
import sys


async def main() -> int:
    """The whole program: tasks that are left when it returns are cancelled."""
    await asyncio.sleep(0)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
