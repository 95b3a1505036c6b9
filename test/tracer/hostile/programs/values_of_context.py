"""Sets a context variable in two tasks: neither its value nor a further variable may leak."""
import asyncio
import contextvars

number = contextvars.ContextVar("number", default=0)


async def remember(value):
    number.set(value)
    await asyncio.sleep(0)
    return number.get(), len(contextvars.copy_context())


async def main():
    before = len(contextvars.copy_context())
    print(before, await asyncio.gather(remember(1), remember(2)), number.get())


asyncio.run(main())
