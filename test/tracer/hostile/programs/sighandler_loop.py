"""Ends gracefully when the loop's signal handler says so."""
import asyncio
import signal


async def main():
    terminated = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminated.set)
    print("READY", flush=True)
    await terminated.wait()
    print("graceful", signal.getsignal(signal.SIGINT) is not None)


asyncio.run(main())
