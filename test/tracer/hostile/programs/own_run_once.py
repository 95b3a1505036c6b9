"""Overrides `_run_once` and counts its turns."""
import asyncio


class Loop(asyncio.SelectorEventLoop):
    turns = 0

    def _run_once(self):
        self.turns += 1
        super()._run_once()


async def main():
    for _ in range(10):
        await asyncio.sleep(0)


loop = Loop()
loop.run_until_complete(main())
print(loop.turns)
loop.close()
