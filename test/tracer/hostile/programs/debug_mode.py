"""Turns the loop's debug mode on while it runs: a slow step must be reported."""
import asyncio
import logging
import time

logging.basicConfig(format="%(message)s")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0.05
    await asyncio.sleep(0)
    time.sleep(0.1)


asyncio.run(main())
