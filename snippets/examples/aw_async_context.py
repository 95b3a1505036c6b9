"""aw-async-context: a server of our own, and a connection to it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator


@contextlib.asynccontextmanager
async def connected(
    host: str, port: int
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter], None]:
    """A connection for the block; an error or a cancel drops it at once."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield reader, writer
    except BaseException:
        writer.transport.abort()  # what is not sent yet must not keep us
        raise
    finally:
        writer.close()
        with contextlib.suppress(OSError):  # the other side is gone
            await writer.wait_closed()


async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"hello\n")
    await writer.drain()
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    async with connected("127.0.0.1", port) as (reader, _):
        print(await reader.readline())
    server.close()
    await server.wait_closed()


asyncio.run(main())
