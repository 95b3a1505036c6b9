"""Names tasks as an attacker would, or nobody in their right mind."""
import asyncio

NAMES = [
    "<img src=x onerror=alert(1)>",
    "\x1b[31mred\x1b[0m\x1b]0;pwn\x07",
    "\U0001f40d" * 3,
    "a\x00b",
    "\ud800lone",
    "</script><script>",
    "x" * (1 << 20),
    "",
    " ",
    "\u202egnp.exe",
    "__proto__",
    "constructor",
    "${7*7}",
    "{{7*7}}",
    "\u2028",
    "'\"`",
    "../../etc/passwd",
    "a\nb\r\nc",
    12345,
    None,
]


async def own_name():
    await asyncio.sleep(0)
    return asyncio.current_task().get_name()


async def main():
    names = await asyncio.gather(*[asyncio.create_task(own_name(), name=name) for name in NAMES])
    print([one == str(other) for one, other in zip(names, NAMES)].count(False))
    print(names[-1].startswith("Task-"))


asyncio.run(main())
