"""The loop that others need: endless-loop, blocking-helper, nested-run, unbounded-gather, result-too-early."""
import asyncio
import subprocess
import time
import urllib.request
from time import sleep

import requests


async def work():
    await asyncio.sleep(0)


# ---- blocking helpers


def pause():
    time.sleep(1)


def load(url):
    answer = requests.get(url)
    return answer.json()


def deploy(name):
    checked = name.strip()
    run_script(checked)


def run_script(name):
    subprocess.run(["deploy", name], check=True)


def download(url, cached=None):
    if cached is not None:
        return cached
    return urllib.request.urlopen(url).read()


def hands_on():
    time.sleep(0)


def fails():
    raise ValueError
    time.sleep(1)


def generates():
    time.sleep(1)
    yield 1


def only_when(flag):
    if flag:
        sleep(1)


class Client:
    def _wait(self):
        sleep(0.5)

    async def get(self):
        self._wait()
        # ^ blocking-helper: `_wait` (line 62) calls `time.sleep`, which sleeps


async def calls(loop):
    pause()
    # ^ blocking-helper: `pause` (line 18) calls `time.sleep`
    load("x")
    # ^ blocking-helper: `load` (line 22) calls `requests.get`, which waits for the network
    deploy("x")
    # ^ blocking-helper: `deploy` (line 27), through `run_script`, calls `subprocess.run`
    download("x", 1)
    hands_on()
    generates()
    only_when(True)
    fails()
    await asyncio.to_thread(pause)
    await loop.run_in_executor(None, pause)
    [pause for _ in range(3)]


def sync_caller():
    pause()


# ---- an event loop inside another


def start():
    asyncio.run(work())


def start_if(flag):
    if flag:
        asyncio.run(work())


async def nested():
    asyncio.run(work())
    # ^ nested-run: asyncio.run() cannot be called from a running event loop
    asyncio.get_running_loop().run_until_complete(work())
    # ^ nested-run: This event loop is already running
    asyncio.new_event_loop().run_until_complete(work())
    # ^ nested-run: Cannot run the event loop while another loop is running
    start()
    # ^ nested-run: `start` (line 94) starts an event loop
    start_if(False)
    await asyncio.to_thread(start)
    await asyncio.to_thread(lambda: asyncio.run(work()))
    await asyncio.to_thread(asyncio.run, work())


async def on_purpose(self):
    with self.assertRaises(RuntimeError):
        asyncio.run(work())


def main():
    asyncio.run(work())


# ---- loops without an end


async def spin():
    while True:
        # ^ endless-loop: awaits nothing and has no way out
        print("tick")


async def busy():
    done = asyncio.Event()
    while not done.is_set():
        # ^ endless-loop: Write `await done.wait()`
        time.sleep(0.1)


async def poll():
    task = asyncio.create_task(work())
    while not task.done():
        # ^ endless-loop: Only the event loop can change what `task` says
        pass


async def polls_right():
    task = asyncio.create_task(work())
    while not task.done():
        await asyncio.sleep(0.1)


async def ends(queue):
    while True:
        if queue.empty():
            break
        print(queue)


async def raises(queue):
    while True:
        queue.get_nowait()


async def generator():
    while True:
        yield 1


async def has_await():
    while True:
        await work()


def thread():
    while True:
        print("tick")


# ---- gathers without a bound


async def connect(host):
    reader, writer = await asyncio.open_connection(host, 80)
    return reader


async def connect_some(host, slots=asyncio.Semaphore(8)):
    async with slots:
        return await asyncio.open_connection(host, 80)


async def scan(hosts):
    await asyncio.gather(*[connect(host) for host in hosts])
    #     ^ unbounded-gather: Each `connect` opens a connection
    await asyncio.gather(*(connect(host) for host in ("a", "b")))
    await asyncio.gather(*[connect_some(host) for host in hosts])
    await asyncio.gather(*[work() for _ in hosts])
    await asyncio.gather(*[connect("a") for _ in range(3)])
    known = [f"host{index}" for index in range(10)]
    await asyncio.gather(*[connect(host) for host in known])


# ---- results too early


async def early():
    task = asyncio.create_task(work())
    print(task.result())
    #     ^ result-too-early: InvalidStateError: Result is not set.
    await task
    return task.result()


async def early_exception(flag):
    task = asyncio.ensure_future(work())
    if flag:
        return task.exception()
        #      ^ result-too-early: `task` is made at line 219


async def in_time(flag):
    task = asyncio.create_task(work())
    if flag:
        await asyncio.sleep(1)
    task.result()


async def asked_first():
    task = asyncio.create_task(work())
    if task.done():
        return task.result()


async def waited_for(tasks):
    task = asyncio.create_task(work())
    async for _ in tasks:
        pass
    return task.result()


class AsyncClient(Client):
    async def _wait(self):
        await asyncio.sleep(0.5)


class Session:
    def __init__(self):
        self.client = self._client_class()()

    def _client_class(self):
        return Client

    def wait(self):
        return self.client._wait()


class AsyncSession(Session):
    def _client_class(self):
        return AsyncClient

    async def wait(self):
        return await self.client._wait()
