"""Destroys builtins before the interpreter ends: nothing that runs at exit may need them."""
import asyncio
import builtins


async def main():
    await asyncio.sleep(0)


asyncio.run(main())
print("ok")
for name in ("print", "open", "repr"):
    setattr(builtins, name, None)
