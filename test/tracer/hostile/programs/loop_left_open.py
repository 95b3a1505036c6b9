"""Never closes its loop: that is done when the interpreter throws it away."""
import asyncio


async def main():
    await asyncio.sleep(0)
    print("ran")


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
