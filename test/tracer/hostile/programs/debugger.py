"""Steps through a run of the loop with a debugger, and shows what it saw of its own functions."""
import asyncio
import bdb


class Debugger(bdb.Bdb):
    def __init__(self):
        super().__init__(skip=["asyncio*", "contextvars", "selectors"])
        self.lines = []

    def user_line(self, frame):
        if frame.f_code.co_filename == __file__:
            self.lines.append((frame.f_code.co_name, frame.f_lineno))


async def inner():
    await asyncio.sleep(0)
    return 1


async def main():
    task = asyncio.create_task(inner())
    return await task


debugger = Debugger()
print(debugger.runcall(asyncio.run, main()))
print(debugger.lines)
