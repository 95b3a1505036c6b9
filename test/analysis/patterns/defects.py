"""Each defect of custom awaitables: a class that has it, one that has not, and a check that sees the difference.

`# ^ rule` under a line says what is reported there. Run, it prints as JSON what each check saw: {rule: [bad, good]}.
"""

import asyncio
import contextvars
import gc
import inspect
import json
import threading
import time
import warnings
from contextvars import ContextVar

user = ContextVar("user", default="nobody")
real_time = time.time


class CoroutineReturned:
    async def run(self):
        return 1

    def __await__(self):
        return self.run()
        #      ^ await-not-iterator


class CoroutineDriven:
    async def run(self):
        return 1

    def __await__(self):
        return self.run().__await__()


def await_not_iterator(make):
    return fails_with(TypeError, make)


class AsyncAwait:
    async def __await__(self):
        #     ^ await-not-iterator
        return 1


class NothingReturned:
    def __await__(self):
        #   ^ await-not-iterator
        self.awaited = True


class ListReturned:
    def __await__(self):
        return [1]
        #      ^ await-not-iterator


class FromCoroutine:
    async def run(self):
        return 1

    def __await__(self):
        return (yield from self.run())
        #                  ^ await-not-iterator


class Values:
    def __await__(self):
        return iter([1, 2, 3])
        #           ^ await-yields-values


class ValueYielded:
    def __await__(self):
        yield 5
        #     ^ await-yields-values
        return 1


class ValueGiven:
    def __await__(self):
        yield
        return [1, 2, 3]


def await_yields_values(make):
    return fails_with(RuntimeError, make)


class FutureByHand:
    def __await__(self):
        future = asyncio.get_running_loop().create_future()
        future.get_loop().call_soon(future.set_result, 1)
        yield future
        #     ^ await-yields-future
        return future.result()


class FutureAwaited:
    def __await__(self):
        future = asyncio.get_running_loop().create_future()
        future.get_loop().call_soon(future.set_result, 1)
        return (yield from future)


def await_yields_future(make):
    return fails_with(RuntimeError, make)


class OnInstance:
    def __init__(self):
        self.__await__ = asyncio.sleep(0).__await__
        # ^ await-on-instance


def await_on_instance(make):
    return fails_with(TypeError, make)


class Sleeps:
    def __await__(self):
        time.sleep(0.08)
        # ^ await-blocks
        yield


def wait_for_it():
    time.sleep(0.08)


class SleepsInHelper:
    def _wait(self):
        wait_for_it()
        # ^ await-blocks

    def __await__(self):
        self._wait()
        yield


class SleepsInThread:
    def __await__(self):
        return asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.08).__await__()


def await_blocks(make):
    other_ran = threading.Event()
    sleep, stuck = time.sleep, []
    # Sleeps until another task has had a turn: on the loop's own thread that never comes.
    time.sleep = lambda seconds: stuck.append(not other_ran.wait(1))

    async def main():
        asyncio.get_running_loop().call_soon(other_ran.set)
        await make()

    try:
        asyncio.run(main())
    finally:
        time.sleep = sleep
    return any(stuck)


class Polls:
    def __init__(self, is_ready):
        self.is_ready = is_ready

    def __await__(self):
        while not self.is_ready():
            # ^ await-busy-loop
            yield


class PollsSlowly:
    def __init__(self, is_ready):
        self.is_ready = is_ready

    def __await__(self):
        while not self.is_ready():
            yield from asyncio.sleep(0.01).__await__()


def await_busy_loop(make):
    asked = []
    end = time.monotonic() + 0.05

    def is_ready():
        asked.append(1)
        return time.monotonic() > end

    run(make(is_ready))
    return len(asked) > 100


class CountsOnSelf:
    def __init__(self, n, told):
        self.n = n
        self.told = told

    def __await__(self):
        while self.n > 0:
            self.told(self.n)
            yield from asyncio.sleep(0).__await__()
            self.n -= 1
            # ^ shared-await-state


class CountsInLocal:
    def __init__(self, n, told):
        self.n = n
        self.told = told

    def __await__(self):
        n = self.n
        while n > 0:
            self.told(n)
            yield from asyncio.sleep(0).__await__()
            n -= 1


def shared_await_state(make):
    told = []

    async def main():
        twice = make(3, told.append)
        await twice
        await twice

    asyncio.run(main())
    return told != [3, 2, 1, 3, 2, 1]


class CountsAsIterator:
    def __init__(self, n, told):
        self.n = n
        self.told = told

    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.told(self.n)
        self.n -= 1
        # ^ shared-await-state


class MadeOnce:
    def __init__(self):
        self.coroutine = self.run()

    async def run(self):
        return 1

    def __await__(self):
        return self.coroutine.__await__()
        #      ^ single-use-awaitable


class IteratorMadeOnce:
    def __init__(self):
        self.steps = self.run().__await__()

    async def run(self):
        return 1

    def __await__(self):
        return self.steps
        #      ^ single-use-awaitable


class MadeAnew:
    async def run(self):
        return 1

    def __await__(self):
        return self.run().__await__()


def single_use_awaitable(make):
    async def main():
        twice = make()
        await twice
        try:
            return await twice != 1
        except RuntimeError:
            return True

    return asyncio.run(main())


class SharedCache:
    known = {}
    # ^ class-level-state

    def __init__(self, load, key):
        self.load = load
        self.key = key
        self.lock = asyncio.Lock()

    async def _get(self):
        async with self.lock:
            if self.key not in self.known:
                self.known[self.key] = await self.load(self.key)
        return self.known[self.key]

    def __await__(self):
        return self._get().__await__()


class OwnCache:
    def __init__(self, load, key):
        self.known = {}
        self.load = load
        self.key = key
        self.lock = asyncio.Lock()

    async def _get(self):
        async with self.lock:
            if self.key not in self.known:
                self.known[self.key] = await self.load(self.key)
        return self.known[self.key]

    def __await__(self):
        return self._get().__await__()


def class_level_state(make):
    async def one(key):
        return 1

    async def two(key):
        return 2

    async def main():
        await make(one, "key")
        return await make(two, "key") != 2

    return asyncio.run(main())


class SharesTask:
    def __init__(self, make):
        self.make = make
        self.task = None

    async def _get(self):
        if self.task is None:
            self.task = asyncio.ensure_future(self.make())
        return await self.task
        #            ^ cancel-shared

    def __await__(self):
        return self._get().__await__()


class ShieldsTask:
    def __init__(self, make):
        self.make = make
        self.task = None

    async def _get(self):
        if self.task is None:
            self.task = asyncio.ensure_future(self.make())
        return await asyncio.shield(self.task)

    def __await__(self):
        return self._get().__await__()


def cancel_shared(make):
    async def work():
        await asyncio.sleep(0.02)
        return 1

    async def main():
        shared = make(work)
        first, second = asyncio.ensure_future(wait(shared)), asyncio.ensure_future(wait(shared))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait({first, second})
        return second.cancelled()

    return asyncio.run(main())


class WallClock:
    def __init__(self, interval):
        self.interval = interval
        self.last = 0.0
        self.lock = asyncio.Lock()

    async def _run(self):
        async with self.lock:
            left = self.interval - (time.time() - self.last)
            #                       ^ wall-clock
            if left > 0:
                await asyncio.sleep(left)
            self.last = time.time()

    def __await__(self):
        return self._run().__await__()


class LoopClock:
    def __init__(self, interval):
        self.interval = interval
        self.last = float("-inf")
        self.lock = asyncio.Lock()

    async def _run(self):
        loop = asyncio.get_running_loop()
        async with self.lock:
            left = self.interval - (loop.time() - self.last)
            if left > 0:
                await asyncio.sleep(left)
            self.last = loop.time()

    def __await__(self):
        return self._run().__await__()


def wall_clock(make):
    async def main():
        limit = make(0.01)
        await limit
        time.time = lambda: real_time() - 3600
        try:
            await asyncio.wait_for(wait(limit), 0.3)
        except asyncio.TimeoutError:
            return True
        finally:
            time.time = real_time
        return False

    return run_without_waiting(main())


class SkipsZero:
    def __init__(self, delay, result):
        self.delay = delay
        self.result = result

    def __await__(self):
        if self.delay > 0:
            # ^ skips-zero-delay
            yield from asyncio.sleep(self.delay).__await__()
        return self.result


class SleepsZero:
    def __init__(self, delay, result):
        self.delay = delay
        self.result = result

    def __await__(self):
        yield from asyncio.sleep(self.delay).__await__()
        return self.result


def skips_zero_delay(make):
    try:
        next(make(0, 1).__await__())
    except StopIteration:
        return True
    return False


class Unreserved:
    def __init__(self, interval):
        self.interval = interval
        self.last = float("-inf")

    async def _run(self):
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self.last + self.interval - loop.time())
        self.last = loop.time()
        # ^ unreserved-slot

    def __await__(self):
        return self._run().__await__()


class Reserved:
    def __init__(self, interval):
        self.interval = interval
        self.last = float("-inf")

    async def _run(self):
        loop = asyncio.get_running_loop()
        self.last = max(self.last + self.interval, loop.time())
        await asyncio.sleep(self.last - loop.time())

    def __await__(self):
        return self._run().__await__()


def unreserved_slot(make):
    async def main():
        limit = make(0.04)
        await limit
        ends = []

        async def one():
            await limit
            ends.append(asyncio.get_running_loop().time())

        await asyncio.gather(one(), one())
        return ends[1] - ends[0] < 0.02

    return run_without_waiting(main())


class Swallows:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        try:
            return await self.operation()
        except asyncio.CancelledError:
            # ^ cancel-swallowed
            return None

    def __await__(self):
        return self._run().__await__()


class PassesCancel:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        try:
            return await self.operation()
        except asyncio.CancelledError:
            print(end="")
            raise

    def __await__(self):
        return self._run().__await__()


def cancel_swallowed(make):
    return not cancelled(make(forever))


class RetriesCancel:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        for attempt in range(3):
            try:
                return await self.operation()
            except BaseException:
                # ^ cancel-retried
                if attempt == 2:
                    raise

    def __await__(self):
        return self._run().__await__()


class RetriesCancelToo:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        attempt = 0
        while attempt < 3:
            try:
                return await self.operation()
            except:  # noqa: E722
            # ^ cancel-retried
                attempt += 1
        raise RuntimeError from None

    def __await__(self):
        return self._run().__await__()


class RetriesErrors:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        for attempt in range(3):
            try:
                return await self.operation()
            except Exception:
                if attempt == 2:
                    raise

    def __await__(self):
        return self._run().__await__()


def cancel_retried(make):
    runs = []

    async def operation():
        runs.append(1)
        await forever()

    cancelled(make(operation))
    return len(runs) > 1


class RetriesForEver:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        while True:
            # ^ unbounded-retry
            try:
                return await self.operation()
            except Exception:
                await asyncio.sleep(0.001)

    def __await__(self):
        return self._run().__await__()


class RetriesThrice:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        attempt = 1
        while True:
            try:
                return await self.operation()
            except Exception:
                if attempt == 3:
                    raise
                attempt += 1
                await asyncio.sleep(0.001)

    def __await__(self):
        return self._run().__await__()


def unbounded_retry(make):
    async def main():
        try:
            await asyncio.wait_for(wait(make(broken)), 0.3)
        except asyncio.TimeoutError:
            return True
        except LookupError:
            return False

    return asyncio.run(main())


class Unchecked:
    def __init__(self, operation, attempts):
        self.operation = operation
        self.attempts = attempts

    async def _run(self):
        for attempt in range(self.attempts):
            #          ^ attempts-unchecked
            try:
                return await self.operation()
            except Exception:
                if attempt == self.attempts - 1:
                    raise

    def __await__(self):
        return self._run().__await__()


class Checked:
    def __init__(self, operation, attempts):
        if attempts < 1:
            raise ValueError(attempts)
        self.operation = operation
        self.attempts = attempts

    async def _run(self):
        for attempt in range(self.attempts):
            try:
                return await self.operation()
            except Exception:
                if attempt == self.attempts - 1:
                    raise

    def __await__(self):
        return self._run().__await__()


def attempts_unchecked(make):
    try:
        return run(make(broken, 0)) is None
    except ValueError:
        return False


class LosesCause:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        for _ in range(3):
            try:
                return await self.operation()
            except Exception:
                await asyncio.sleep(0)
        raise RuntimeError("failed")
        # ^ cause-lost

    def __await__(self):
        return self._run().__await__()


class KeepsCause:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        last = None
        for _ in range(3):
            try:
                return await self.operation()
            except Exception as error:
                last = error
                await asyncio.sleep(0)
        raise RuntimeError("failed") from last

    def __await__(self):
        return self._run().__await__()


def cause_lost(make):
    try:
        run(make(broken))
    except RuntimeError as error:
        return error.__cause__ is None and error.__context__ is None


class RunsEach:
    def __init__(self, load):
        self.load = load
        self.value = None

    async def _get(self):
        if self.value is None:
            self.value = await self.load()
            # ^ no-single-flight
        return self.value

    def __await__(self):
        return self._get().__await__()


class RunsOnce:
    def __init__(self, load):
        self.load = load
        self.value = None
        self.lock = asyncio.Lock()

    async def _get(self):
        async with self.lock:
            if self.value is None:
                self.value = await self.load()
        return self.value

    def __await__(self):
        return self._get().__await__()


def no_single_flight(make):
    loads = []

    async def load():
        loads.append(1)
        await asyncio.sleep(0)
        return 1

    async def main():
        shared = make(load)
        await asyncio.gather(wait(shared), wait(shared))

    asyncio.run(main())
    return len(loads) > 1


class CachesEach:
    def __init__(self, load):
        self.load = load
        self.known = {}
        self.key = "key"

    async def _get(self):
        if self.key in self.known:
            return self.known[self.key]
        value = await self.load()
        self.known[self.key] = value
        # ^ no-single-flight
        return value

    def __await__(self):
        return self._get().__await__()


class CachesFailure:
    def __init__(self, load, key):
        self.load = load
        self.key = key
        self.running = {}

    async def _get(self):
        if self.key not in self.running:
            self.running[self.key] = asyncio.ensure_future(self.load(self.key))
            # ^ failure-cached
        return await asyncio.shield(self.running[self.key])

    def __await__(self):
        return self._get().__await__()


class ForgetsFailure:
    def __init__(self, load, key):
        self.load = load
        self.key = key
        self.running = {}

    async def _get(self):
        if self.key not in self.running:
            self.running[self.key] = asyncio.ensure_future(self.load(self.key))
        try:
            return await asyncio.shield(self.running[self.key])
        except Exception:
            self.running.pop(self.key, None)
            raise

    def __await__(self):
        return self._get().__await__()


def failure_cached(make):
    fails = [True]

    async def load(key):
        if fails:
            raise LookupError(fails.pop())
        return 1

    async def main():
        cached = make(load, "key")
        for _ in range(2):
            try:
                return await cached != 1
            except LookupError:
                pass
        return True

    return asyncio.run(main())


class TextKeys:
    def __init__(self, load, key):
        self.load = load
        self.key = key
        self.known = {}
        self.lock = asyncio.Lock()

    async def _get(self):
        key = json.dumps(self.key, default=str)
        #     ^ text-keys
        async with self.lock:
            if key not in self.known:
                self.known[key] = await self.load(self.key)
        return self.known[key]

    def __await__(self):
        return self._get().__await__()


class RealKeys:
    def __init__(self, load, key):
        self.load = load
        self.key = key
        self.known = {}
        self.lock = asyncio.Lock()

    async def _get(self):
        async with self.lock:
            if self.key not in self.known:
                self.known[self.key] = await self.load(self.key)
        return self.known[self.key]

    def __await__(self):
        return self._get().__await__()


def text_keys(make):
    class Same:
        def __str__(self):
            return "same"

    async def load(key):
        return id(key)

    async def main():
        one, other = Same(), Same()
        cached = make(load, one)
        first = await cached
        cached.key = other
        return first == await cached

    return asyncio.run(main())


class TestsFunction:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        if asyncio.iscoroutinefunction(self.operation):
            # ^ tests-function-kind
            return await self.operation()
        return self.operation()

    def __await__(self):
        return self._run().__await__()


class TestsResult:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        given = self.operation()
        return await given if inspect.isawaitable(given) else given

    def __await__(self):
        return self._run().__await__()


def tests_function_kind(make):
    result = run(make(lambda: asyncio.sleep(0, 1)))
    if inspect.iscoroutine(result):
        result.close()
    return result != 1


class RenamesCancel:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        try:
            return await self.operation()
        except asyncio.CancelledError:
            raise TimeoutError("too slow")
            # ^ timeout-taken-for-cancel

    def __await__(self):
        return self._run().__await__()


def timeout_taken_for_cancel(make):
    return not cancelled(make(forever))


class CleansUpOpen:
    def __init__(self, operation, clean_up):
        self.operation = operation
        self.clean_up = clean_up

    async def _run(self):
        try:
            return await self.operation()
        except asyncio.CancelledError:
            await self.clean_up()
            # ^ clean-up-unshielded
            raise

    def __await__(self):
        return self._run().__await__()


class CleansUpShielded:
    def __init__(self, operation, clean_up):
        self.operation = operation
        self.clean_up = clean_up

    async def _run(self):
        try:
            return await self.operation()
        except asyncio.CancelledError:
            await asyncio.shield(self.clean_up())
            raise

    def __await__(self):
        return self._run().__await__()


def clean_up_unshielded(make):
    done = []

    async def clean_up():
        await asyncio.sleep(0.01)
        done.append(1)

    async def main():
        task = asyncio.ensure_future(wait(make(forever, clean_up)))
        for _ in range(2):
            await asyncio.sleep(0.002)
            task.cancel()
        await asyncio.sleep(0.03)

    asyncio.run(main())
    return not done


class MadeUpProgress:
    def __init__(self, operation, told):
        self.operation = operation
        self.told = told

    async def _run(self):
        for percent in range(0, 100, 10):
            self.told(percent)
            # ^ simulated-progress callback-breaks-await
            await asyncio.sleep(0)
        return await self.operation(lambda percent: None)

    def __await__(self):
        return self._run().__await__()


class RealProgress:
    def __init__(self, operation, told):
        self.operation = operation
        self.told = told

    async def _run(self):
        return await self.operation(self._told)

    def _told(self, percent):
        try:
            self.told(percent)
        except Exception:
            print(end="")

    def __await__(self):
        return self._run().__await__()


def simulated_progress(make):
    told = []

    async def operation(tell):
        tell(50)
        tell(100)

    run(make(operation, told.append))
    return told != [50, 100]


def callback_breaks_await(make):
    def told(percent):
        raise LookupError(percent)

    async def operation(tell):
        tell(50)

    return fails_with(LookupError, lambda: make(operation, told))


class NotRestored:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        token = user.set("somebody")
        result = await self.operation()
        user.reset(token)
        # ^ context-not-restored
        return result

    def __await__(self):
        return self._run().__await__()


class Restored:
    def __init__(self, operation):
        self.operation = operation

    async def _run(self):
        token = user.set("somebody")
        try:
            return await self.operation()
        finally:
            user.reset(token)

    def __await__(self):
        return self._run().__await__()


def context_not_restored(make):
    async def main():
        try:
            await make(broken)
        except LookupError:
            return user.get() != "nobody"

    return asyncio.run(main())


class FutureInInit:
    def __init__(self):
        self.future = asyncio.Future()
        #             ^ future-without-loop

    def __await__(self):
        self.future.get_loop().call_soon(self._set)
        return self.future.__await__()

    def _set(self):
        if not self.future.done():
            self.future.set_result(1)


class LoopInInit:
    def __init__(self):
        self.loop = asyncio.get_event_loop()
        #           ^ future-without-loop

    def __await__(self):
        future = self.loop.create_future()
        self.loop.call_soon(future.set_result, 1)
        return future.__await__()


class FutureInAwait:
    def __await__(self):
        future = asyncio.get_running_loop().create_future()
        future.get_loop().call_soon(lambda: future.done() or future.set_result(1))
        return future.__await__()


def future_without_loop(make):
    try:
        early = make()
        return asyncio.run(asyncio.wait_for(wait(early), 0.2)) != 1
    except (RuntimeError, asyncio.TimeoutError):
        return True


class SetFromThread:
    def __await__(self):
        future = asyncio.get_running_loop().create_future()

        def work():
            time.sleep(0.02)
            if not future.done():
                future.set_result(1)
                # ^ set-from-thread

        threading.Thread(target=work).start()
        return future.__await__()


class SetInLoop:
    def __await__(self):
        future = asyncio.get_running_loop().create_future()

        def settle(value):
            if not future.done():
                future.set_result(value)

        def work():
            time.sleep(0.02)
            future.get_loop().call_soon_threadsafe(settle, 1)

        threading.Thread(target=work).start()
        return future.__await__()


def set_from_thread(make):
    loop = asyncio.SelectorEventLoop()
    waits = threading.Event()
    select, sleep = loop._selector.select, time.sleep

    def watched(timeout=None):
        if timeout is None or timeout > 0.1:
            waits.set()
        return select(timeout)

    loop._selector.select = watched
    # The thread comes when the loop has nothing to do but to wait.
    time.sleep = lambda seconds: (waits.wait(5), sleep(0.02))

    async def main():
        began = loop.time()
        try:
            await asyncio.wait_for(wait(make()), 1)
        except asyncio.TimeoutError:
            pass
        return loop.time() - began > 0.9

    try:
        return loop.run_until_complete(main())
    finally:
        time.sleep = sleep
        loop.close()


class CompletesTwice:
    def __init__(self, register):
        self.register = register

    def __await__(self):
        future = asyncio.get_running_loop().create_future()

        def told(value):
            future.set_result(value)
            # ^ double-completion

        self.register(told)
        return (yield from future)


class CompletesOnce:
    def __init__(self, register):
        self.register = register

    def __await__(self):
        future = asyncio.get_running_loop().create_future()

        def told(value):
            if not future.done():
                future.set_result(value)

        self.register(told)
        return (yield from future)


def double_completion(make):
    errors = []

    def register(told):
        told(1)
        try:
            told(2)
        except asyncio.InvalidStateError as error:
            errors.append(error)

    run(make(register))
    return bool(errors)


class LosesTask:
    def __init__(self, work):
        self.work = work

    async def _run(self):
        asyncio.ensure_future(self.work())
        # ^ task-not-kept
        await asyncio.sleep(0.001)

    def __await__(self):
        return self._run().__await__()


class KeepsTask:
    def __init__(self, work):
        self.work = work

    async def _run(self):
        self.task = asyncio.ensure_future(self.work())
        await asyncio.sleep(0.001)

    def __await__(self):
        return self._run().__await__()


def task_not_kept(make):
    ended = []

    async def work():
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.append(1)

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        kept = make(work)
        await kept
        gc.collect()
        return bool(ended)

    return asyncio.run(main())


# ---- what the checks use


async def wait(awaitable):
    return await awaitable


async def forever():
    await asyncio.sleep(3600)


async def broken():
    raise LookupError("broken")


def run_without_waiting(coroutine):
    """Runs it in a loop whose clock jumps to the next timer, so that a busy machine changes nothing."""
    loop = asyncio.SelectorEventLoop()
    now = [1000.0]
    select = loop._selector.select

    def jump(timeout=None):
        now[0] += timeout or 0
        return select(0)

    loop.time = lambda: now[0]
    loop._selector.select = jump
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


def run(awaitable):
    return asyncio.run(wait(awaitable))


def fails_with(error, make):
    async def main():
        try:
            await make()
        except error:
            return True
        return False

    return asyncio.run(main())


def cancelled(awaitable):
    """Whether a task that awaits it ends as cancelled when it is."""

    async def main():
        task = asyncio.ensure_future(wait(awaitable))
        await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.wait({task}, timeout=0.02)
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=0.02)
            return False
        return task.cancelled()

    return asyncio.run(main())


cases = {
    await_not_iterator: ((CoroutineReturned, AsyncAwait, NothingReturned, ListReturned, FromCoroutine), (CoroutineDriven,)),
    await_yields_values: ((Values, ValueYielded), (ValueGiven,)),
    await_yields_future: ((FutureByHand,), (FutureAwaited,)),
    await_on_instance: ((OnInstance,), (CoroutineDriven,)),
    await_blocks: ((Sleeps, SleepsInHelper), (SleepsInThread,)),
    await_busy_loop: ((Polls,), (PollsSlowly,)),
    shared_await_state: ((CountsOnSelf, CountsAsIterator), (CountsInLocal,)),
    single_use_awaitable: ((MadeOnce, IteratorMadeOnce), (MadeAnew,)),
    class_level_state: ((SharedCache,), (OwnCache,)),
    cancel_shared: ((SharesTask,), (ShieldsTask,)),
    wall_clock: ((WallClock,), (LoopClock,)),
    skips_zero_delay: ((SkipsZero,), (SleepsZero,)),
    unreserved_slot: ((Unreserved,), (Reserved,)),
    cancel_swallowed: ((Swallows,), (PassesCancel,)),
    cancel_retried: ((RetriesCancel, RetriesCancelToo), (RetriesErrors,)),
    unbounded_retry: ((RetriesForEver,), (RetriesThrice,)),
    attempts_unchecked: ((Unchecked,), (Checked,)),
    cause_lost: ((LosesCause,), (KeepsCause,)),
    no_single_flight: ((RunsEach, CachesEach), (RunsOnce,)),
    failure_cached: ((CachesFailure,), (ForgetsFailure,)),
    text_keys: ((TextKeys,), (RealKeys,)),
    tests_function_kind: ((TestsFunction,), (TestsResult,)),
    timeout_taken_for_cancel: ((RenamesCancel,), (PassesCancel,)),
    clean_up_unshielded: ((CleansUpOpen,), (CleansUpShielded,)),
    simulated_progress: ((MadeUpProgress,), (RealProgress,)),
    callback_breaks_await: ((MadeUpProgress,), (RealProgress,)),
    context_not_restored: ((NotRestored,), (Restored,)),
    future_without_loop: ((FutureInInit, LoopInInit), (FutureInAwait,)),
    set_from_thread: ((SetFromThread,), (SetInLoop,)),
    double_completion: ((CompletesTwice,), (CompletesOnce,)),
    task_not_kept: ((LosesTask,), (KeepsTask,)),
}


def main():
    warnings.simplefilter("ignore")
    seen = {}
    for check, (bad, good) in cases.items():
        outcome = {each.__name__: check(each) for each in bad}
        outcome.update({each.__name__: check(each) for each in good})
        seen[check.__name__.replace("_", "-")] = outcome
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
