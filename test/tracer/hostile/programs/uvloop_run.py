"""Runs on uvloop, which has no `_run_once`."""
import asyncio

import uvloop


async def pause():
    await asyncio.sleep(0)
    return 1


async def main():
    results = await asyncio.gather(pause(), pause())
    return results, type(asyncio.get_running_loop()).__module__


loop = uvloop.new_event_loop()
print(loop.run_until_complete(main()))
loop.close()
