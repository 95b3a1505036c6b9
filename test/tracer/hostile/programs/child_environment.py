"""Starts a child of the same Python: it must find the environment as it was for us."""
import asyncio
import os
import sys

SHOW = "import os, sys; print(sorted(k for k in os.environ if k[:6] in ('PYTHON', 'AWAITS')), len(sys.path))"


async def main():
    print(sorted(name for name in os.environ if name.startswith(("PYTHON", "AWAIT"))), flush=True)
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", SHOW)
    print(await child.wait())


asyncio.run(main())
