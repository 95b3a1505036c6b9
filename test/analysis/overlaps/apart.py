# Awaits that stay one after another: each function says nothing is found in it by having no comment.
import asyncio
from contextvars import ContextVar

current: ContextVar[str] = ContextVar("current")
cache: dict[str, str] = {}
total = 0


async def fetch(url: str) -> str:
    await asyncio.sleep(1)
    return url


async def uses_the_result():
    first = await fetch("a")
    return await fetch(first)


async def something_between():
    first = await fetch("a")
    print(first)
    second = await fetch("b")
    return second


async def branch_between(flag):
    first = await fetch("a")
    if not first:
        return None
    second = await fetch("b")
    return second


async def walrus(flag):
    first = await fetch(url := "a")
    second = await fetch(url)
    return first, second


async def rebinds():
    url = await fetch("a")
    url = await fetch("b")
    return url


async def deletes():
    first = await fetch("a")
    del first
    second = await fetch("b")
    return second


async def closure():
    first = ""

    async def again():
        await asyncio.sleep(1)
        return first

    first = await fetch("a")
    second = await again()
    return first, second


async def callback():
    first = await asyncio.to_thread(lambda: 1)
    second = await asyncio.to_thread(lambda: first)
    return first, second


async def handed_to_other_code():
    global total
    total = await fetch("a")
    other = await fetch("b")
    return other


async def nonlocal_write():
    seen = 0

    async def look():
        nonlocal seen
        await asyncio.sleep(1)
        seen += 1
        return seen

    first = await look()
    second = await look()
    return first, second


async def fill(url: str) -> None:
    await asyncio.sleep(1)
    cache[url] = url


async def from_cache(url: str) -> str:
    await asyncio.sleep(1)
    return cache[url]


async def through_a_global():
    await fill("a")
    text = await from_cache("a")
    return text


async def count() -> int:
    global total
    total += 1
    await asyncio.sleep(1)
    return total


async def counts():
    first = await count()
    second = await count()
    return first, second


async def mark(name: str) -> None:
    current.set(name)
    await asyncio.sleep(1)


async def context_variable():
    await mark("a")
    await mark("b")


async def same_receiver(connection):
    first = await query(connection, 1)
    second = await query(connection, 2)
    return first, second


async def query(connection, number: int) -> str:
    await asyncio.sleep(0.1)
    return await connection.fetch(number)


async def same_list():
    lines: list[str] = []
    first = await collect(lines, "a")
    second = await collect(lines, "b")
    return first, second


async def collect(lines: list[str], text: str) -> int:
    await asyncio.sleep(1)
    lines.append(text)
    return len(lines)


async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
    head = await reader.readline()
    body = await reader.readexactly(10)
    writer.write(head + body)
    await writer.drain()
    await writer.wait_closed()


async def queue(items: asyncio.Queue[int]):
    await items.put(1)
    await items.put(2)
    first = await items.get()
    second = await items.get()
    return first, second


async def pacing():
    await asyncio.sleep(1)
    await asyncio.sleep(2)


async def order_without_results():
    await fetch("a")
    await other("b")


async def the_same_again():
    await fetch("a")
    await fetch("a")


async def result_after_an_effect():
    await fetch("a")
    second = await fetch_all("b")
    return second


async def other(url: str) -> None:
    await asyncio.sleep(1)


async def fetch_all(url: str) -> str:
    await asyncio.sleep(1)
    return url


async def lock_section(lock: asyncio.Lock):
    async with lock:
        first = await fetch("a")
        second = await fetch("b")
    return first, second


async def transaction(session):
    async with session.begin():
        first = await fetch("a")
        second = await fetch("b")
    return first, second


async def cleanup():
    try:
        pass
    finally:
        first = await fetch("a")
        second = await fetch("b")
        print(first, second)


async def tasks():
    one = asyncio.create_task(fetch("a"))
    two = asyncio.create_task(fetch("b"))
    first = await one
    second = await two
    return first, second


async def not_known(client):
    first = await client.get("a")
    second = await client.get("b")
    return first, second


async def never_suspends():
    first = await straight(1)
    second = await straight(2)
    return first, second


async def straight(number: int) -> int:
    return number


async def time_of_call(numbers):
    first = await fetch(next(numbers))
    second = await fetch(next(numbers))
    return first, second


async def argument_of_other_code(make):
    first = await fetch(make())
    second = await fetch(make())
    return first, second


class Session:
    def __init__(self):
        self.token = ""

    async def login(self) -> str:
        await asyncio.sleep(1)
        self.token = "secret"
        return self.token

    async def load(self) -> str:
        await asyncio.sleep(1)
        return self.token

    async def both(self):
        token = await self.login()
        text = await self.load()
        return token, text

    async def attribute_is_read(self):
        self.token = await fetch("a")
        self.text = await self.load()


async def carried_over(urls):
    page = ""
    for url in urls:
        page = await fetch(page + url)
    return page


async def retry():
    for _ in range(3):
        await fetch("a")


async def breaks(urls):
    pages = []
    for url in urls:
        page = await fetch(url)
        if not page:
            break
        pages.append(page)
    return pages


async def paced(urls):
    for url in urls:
        await fetch(url)
        await asyncio.sleep(1)


async def with_else(urls):
    for url in urls:
        await fetch(url)
    else:
        print("done")


async def used_afterwards(urls):
    for url in urls:
        await fetch(url)
    return url


async def captured_by_a_function(urls):
    for url in urls:
        await fetch(url)
    return lambda: url


async def drains(jobs: asyncio.Queue[str]):
    for job in iter(jobs.get_nowait, None):
        await fetch(job)


async def changes_what_it_iterates():
    for key in cache:
        await fill(key)


async def same_connection(connection, numbers):
    rows = []
    for number in numbers:
        rows.append(await query(connection, number))
    return rows


async def list_is_used(urls):
    pages: list[str] = []
    for url in urls:
        pages.append(await fetch(url + str(pages)))
    return pages


async def list_was_not_empty(urls, pages):
    for url in urls:
        pages.append(await fetch(url))
    return pages


async def lazy(urls):
    return [await fetch(url) for url in (make_url(each) for each in urls)]


def make_url(each):
    return each


async def a_set(urls):
    return {await fetch(url) for url in urls}
