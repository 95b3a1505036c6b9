"""Sends work and classes of `__main__` to spawned processes."""
import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor


class Number:
    def __init__(self, value):
        self.value = value


def double(number):
    time.sleep(0.05)  # so that each is waited for before it is done
    return Number(number.value * 2)


async def main():
    loop = asyncio.get_running_loop()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        work = [loop.run_in_executor(pool, double, Number(value)) for value in range(4)]
        doubled = await asyncio.gather(*work)
    print([type(one) is Number for one in doubled], [one.value for one in doubled])


if __name__ == "__main__":
    asyncio.run(main())
