# Awaits that run one after another and need not. The comment at a function says the lines that could overlap; `sure` is
# what is told unasked, `shares` names what they hand on to code that is not read, `guarded` says that an except is around.
import asyncio
import logging

import aiohttp

logger = logging.getLogger(__name__)
LIMIT = 3


async def fetch(url: str) -> str:
    logger.info("fetching %s", url)
    await asyncio.sleep(LIMIT)
    return url


async def say_after(delay: float, what: str) -> None:
    await asyncio.sleep(delay)
    print(what)


async def docs_example():  # → 24+25 sure
    await say_after(1, "hello")
    await say_after(2, "world")


async def results():  # → 29+30+31 sure
    first = await fetch("a")
    second: str = await fetch("b")
    third = fourth = await fetch("c")
    return first, second, third, fourth


async def only_neighbours():  # → 38+39 sure
    first = await fetch("a")
    print(first)
    second = await fetch(first)
    third = await fetch("c")
    return second, third


async def after_a_dependent_one():  # → 45+46 sure
    first = await fetch("a")
    second = await fetch(first)
    third = await fetch("c")
    return second, third


async def nested(flag: bool):  # → 53+54 sure
    if flag:
        for _ in range(2):
            first = await fetch("a")
            second = await fetch("b")
            print(first, second)


async def targets(self, table):  # → 59+60+61 sure
    self.first = await fetch("a")
    table["b"] = await fetch("b")
    (left, right), *rest = await fetch("c")
    return left, right, rest


async def handler():  # → 67+68 sure guarded
    try:
        first = await fetch("a")
        second = await fetch("b")
    except OSError:
        return None
    return first, second


async def inside_a_timeout():  # → 76+77 sure
    async with asyncio.timeout(3):
        first = await fetch("a")
        second = await fetch("b")
    return first, second


async def with_client(user: int):  # → 83+84 sure
    async with aiohttp.ClientSession() as client:
        first = await load(client, f"/users/{user}")
        second = await load(client, f"/orders/{user}")
    return first, second


async def load(client: aiohttp.ClientSession, path: str) -> str:
    async with client.get(path) as response:
        return await response.text()


async def threads(path: str):  # → 94+95 sure
    first = await asyncio.to_thread(open, path)
    second = await asyncio.to_thread(open, "b")
    return first, second


async def loader(source, key):
    return await source.load(key)


async def hands_on(key):  # → 104+105 shares key
    first = await passes_on(key)
    second = await passes_on(key)
    return first, second


async def passes_on(key):
    await asyncio.sleep(1)
    return unknown_code(key)  # noqa: F821


async def dropped_and_not_read():  # → 115+116
    await contact(1)
    await contact(2)


async def contact(number):
    await asyncio.sleep(1)
    unknown_code(number)  # noqa: F821


class Shop:
    def __init__(self, client: aiohttp.ClientSession):
        self.client = client
        self.hits = 0

    async def price(self, name: str) -> float:
        async with self.client.get(name) as response:
            return float(await response.text())

    async def stock(self, name: str) -> int:
        await asyncio.sleep(1)
        return len(name)

    async def methods(self, name: str):  # → 138+139 sure
        price = await self.price(name)
        stock = await self.stock(name)
        return price, stock

    async def attributes(self, name: str):  # → 143+144 sure
        self.last_price = await self.price(name)
        self.last_stock = await self.stock(name)


async def loop(urls):  # → 149 sure
    pages = []
    for url in urls:
        pages.append(await fetch(url))
    return pages


async def loop_in_steps(urls: list[str]):  # → 156 sure
    pages: list[str] = []
    for index, url in enumerate(urls):
        page = await fetch(f"{index}{url}")
        pages.append(page)
    return pages


async def loop_without_results(names: list[str]):  # → 163 sure
    for name in names:
        await say_after(1, name)


async def comprehension(urls: dict[str, str]):  # → 168 sure
    pages = [await fetch(url) for url in urls.values() if url]
    return pages


async def returned(urls: list[str]):  # → 173 sure
    return [await fetch(url) for url in urls]
