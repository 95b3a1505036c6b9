"""A line sent to a server and back, over a socket of this machine."""

import asyncio


async def serve(reader, writer):
    writer.write(await reader.readline())
    await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep(0.04)
    writer.write(b"hello\n")
    await reader.readline()
    writer.close()
    server.close()


asyncio.run(main())
