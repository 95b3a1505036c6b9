"""Traces a run of the loop with sys.settrace: it must meet nobody but itself and the library."""
import asyncio
import os
import sys

LIBRARY = os.path.dirname(os.__file__)
files = set()


def trace(frame, event, argument):
    files.add(frame.f_code.co_filename)
    return trace


async def main():
    await asyncio.sleep(0)


sys.settrace(trace)
asyncio.run(main())
sys.settrace(None)
strangers = [file for file in files if not file.startswith((LIBRARY, "<")) and file != __file__]
print(sys.gettrace(), len(files) > 5, sorted(strangers))
