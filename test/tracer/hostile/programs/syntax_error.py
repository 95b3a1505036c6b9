"""Is not Python."""
import asyncio


async def main(:
    pass
