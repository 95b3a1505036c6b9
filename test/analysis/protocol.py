"""What is awaitable and what is not: each function awaits one thing. Run, it prints what Python did, as JSON.

{name: null} for an await that worked, {name: "TypeError: ..."} for one that failed. The TypeScript test reads this same
file and must say the same about the await in each function, before anything runs.
"""

import asyncio
import concurrent.futures
import functools
import json
import threading
import types
import warnings


async def job():
    return 1


@types.coroutine
def turns():
    yield


async def numbers():
    yield 1


def plain():
    return 3


def nothing():
    pass


class Awaitable:
    def __await__(self):
        return job().__await__()


class Turn:
    def __await__(self):
        yield


class OnInstance:
    def __init__(self):
        self.__await__ = job().__await__


class Listed:
    def __await__(self):
        return [1]


class Iterated:
    def __await__(self):
        return iter([1, 2, 3, 4])


class Returned:
    def __await__(self):
        return job()


class AsyncDef:
    async def __await__(self):
        return 1


class Nothing:
    def __await__(self):
        pass


class Yielded:
    def __await__(self):
        yield 1


class ByHand:
    def __await__(self):
        future = asyncio.get_running_loop().create_future()
        yield future


class FromCoroutine:
    def __await__(self):
        yield from job()


class AsyncGenerator:
    async def __await__(self):
        yield 1


class Turned:
    def __await__(self):
        return turns()


class TextYielded:
    def __await__(self):
        yield "it's 1"


class Outer:
    class Inner:
        def __await__(self):
            return (1, 2)


class Inherits(Returned):
    pass


class Managed:
    def run(self):
        return self

    async def go(self):
        return self

    @staticmethod
    async def stop():
        return 1

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return None


class HalfManaged:
    async def __aexit__(self, *details):
        return None


@functools.lru_cache
def cached():
    return 1


def local():
    class Local:
        def __await__(self):
            return {1: 2}

    return Local()


class Empty:
    def __await__(self):
        return iter([])


class Rounds:
    def __init__(self, count):
        self.count = count

    def __aiter__(self):
        return self

    def __anext__(self):
        return 3


class CustomRounds:
    def __aiter__(self):
        return self

    def __anext__(self):
        return Listed()


class Entering:
    def __aenter__(self):
        return 3

    async def __aexit__(self, *exception):
        pass


class EnteringCustom:
    def __aenter__(self):
        return Listed()

    async def __aexit__(self, *exception):
        pass


class Leaving:
    async def __aenter__(self):
        pass

    def __aexit__(self, *exception):
        return False


async def coroutine():
    await job()


async def generator_based():
    await turns()


async def task():
    made = asyncio.ensure_future(job())
    await made


async def task_again():
    made = asyncio.ensure_future(job())
    await made
    await made


async def future():
    made = asyncio.get_running_loop().create_future()
    made.set_result(1)
    await made


async def future_again():
    made = asyncio.get_running_loop().create_future()
    made.set_result(1)
    await made
    await made


async def custom_again():
    made = Awaitable()
    await made
    await made


async def generator_again():
    made = turns()
    await made
    await made


async def custom():
    await Awaitable()


async def custom_turn():
    await Turn()


async def custom_empty():
    await Empty()


async def next_of_generator():
    await numbers().__anext__()


async def sending_to_generator():
    await numbers().asend(None)


async def closing_generator():
    await numbers().aclose()


async def wrapped_thread_future():
    made = concurrent.futures.Future()
    made.set_result(1)
    await asyncio.wrap_future(made)


async def gathered():
    await asyncio.gather(job(), job())


async def fails_instance_only():
    await OnInstance()


async def fails_async_generator():
    await numbers()


async def fails_text():
    await "text"


async def fails_number():
    await 3


async def fails_list():
    await [job]


async def fails_dict():
    await {}


async def fails_none():
    await None


async def fails_plain_result():
    await plain()


async def fails_nothing_returned():
    await nothing()


async def fails_not_called():
    await job


async def fails_thread_future():
    await concurrent.futures.Future()


async def fails_event():
    await asyncio.Event()


async def fails_list_returned():
    await Listed()


async def fails_iterated():
    await Iterated()


async def fails_coroutine_returned():
    await Returned()


async def fails_async_def():
    await AsyncDef()


async def fails_nothing_from_await():
    await Nothing()


async def fails_yielded():
    await Yielded()


async def fails_by_hand():
    await ByHand()


async def fails_from_coroutine():
    await FromCoroutine()


async def fails_twice():
    made = job()
    await made
    await made


async def fails_async_generator_from_await():
    await AsyncGenerator()


async def fails_generator_returned():
    await Turned()


async def fails_text_yielded():
    await TextYielded()


async def fails_inner():
    await Outer.Inner()


async def fails_inherited():
    await Inherits()


async def fails_local():
    await local()


async def fails_generator():
    def numbers():
        yield 1

    await numbers()


async def fails_method_not_called():
    await Managed().go


async def fails_static_method_not_called():
    await Managed.stop


async def fails_known_not_called():
    await asyncio.sleep


async def fails_known_method_not_called():
    await asyncio.Lock().acquire


async def fails_lambda():
    await (lambda: 1)


async def fails_cached_not_called():
    await cached


async def fails_plain_object():
    await Managed()


async def fails_lock():
    await threading.Lock()


async def fails_known_class():
    await asyncio.Queue()


async def fails_float():
    await 1.5


async def fails_bytes():
    await b""


async def fails_tuple():
    await (job(), job())


async def fails_range():
    await range(3)


async def fails_condition():
    await (1 < 2)


async def fails_with_plain():
    async with Managed():
        pass


async def fails_with_half():
    async with HalfManaged():
        pass


async def fails_with_number():
    async with 3:
        pass


async def fails_with_object():
    async with Outer.Inner():
        pass


async def fails_for_number():
    async for _ in 3:
        pass


async def fails_for_coroutine():
    async for _ in job():
        pass


async def fails_for_object():
    async for _ in Managed():
        pass


async def fails_with():
    async with job():
        pass


async def fails_for():
    async for _ in [1]:
        pass


async def fails_round():
    async for _ in Rounds(3):
        pass


async def fails_round_of_custom():
    async for _ in CustomRounds():
        pass


async def fails_comprehension():
    return [each async for each in Rounds(3)]


async def fails_entering():
    async with Entering():
        pass


async def fails_entering_custom():
    async with EnteringCustom():
        pass


async def fails_leaving():
    async with Leaving():
        pass


def outcome(case):
    try:
        asyncio.run(case())
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def main():
    warnings.simplefilter("ignore")
    last = list(globals()).index("coroutine")
    cases = [value for value in list(globals().values())[last:] if asyncio.iscoroutinefunction(value)]
    print(json.dumps({case.__name__: outcome(case) for case in cases}))


if __name__ == "__main__":
    main()
