"""What asyncio and Python complain about."""

import asyncio
import gc


async def forgotten():
    await asyncio.sleep(0)


async def fails():
    raise ValueError("nobody asks")


async def waits_forever():
    await asyncio.get_running_loop().create_future()


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: None)
    forgotten()
    asyncio.create_task(fails(), name="unheard")
    asyncio.create_task(waits_forever(), name="lost")
    loop.call_soon(lambda: 1 / 0)
    await asyncio.sleep(0.1)
    gc.collect()
    await asyncio.sleep(0.1)


asyncio.run(main())
