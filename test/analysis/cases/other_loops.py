# anyio and trio: no task is awaited there.
import anyio
import trio
from anyio import create_task_group, to_thread


async def with_anyio():
    await anyio.sleep(1)
    # ^ coroutine anyio.sleep · suspends always
    async with create_task_group() as group:
        # ^ coroutine anyio.abc.TaskGroup.__aenter__ · suspends never · leaving anyio.abc.TaskGroup.__aexit__ suspends maybe
        await group.start_soon(anyio.sleep, 1)
        # ^ not-awaitable None · fails
        await group.start(anyio.sleep, 1)
        # ^ coroutine anyio.abc.TaskGroup.start · suspends always
    await to_thread.run_sync(len, "x")
    # ^ coroutine anyio.to_thread.run_sync
    await anyio.lowlevel.checkpoint()
    # ^ coroutine anyio.lowlevel.checkpoint
    await anyio.sleep(0)
    # ^ coroutine anyio.sleep · suspends always · because no timer is involved · woken by nothing
    await anyio.Event().wait()
    # ^ coroutine anyio.Event.wait · suspends always
    stream = await anyio.connect_tcp("localhost", 443, tls=True)
    #        ^ coroutine anyio.connect_tcp · gives ByteStream
    await stream.receive()
    # ^ coroutine anyio.abc.ByteStream.receive · gives bytes
    await anyio.something_new()
    # ^ unknown · because something_new comes from anyio


async def with_trio():
    await trio.sleep(1)
    # ^ coroutine trio.sleep · suspends always
    async with trio.open_nursery() as nursery:
        # ^ coroutine trio._NurseryManager.__aenter__ · suspends never · leaving trio._NurseryManager.__aexit__ suspends always
        nursery.start_soon(trio.sleep, 1)
        await nursery.start(trio.sleep, 1)
        # ^ coroutine trio.Nursery.start
    send, receive = trio.open_memory_channel(0)
    await send.send(1)
    # ^ coroutine trio.MemorySendChannel.send
    await receive.receive()
    # ^ coroutine trio.MemoryReceiveChannel.receive
    await trio.lowlevel.checkpoint()
    # ^ coroutine trio.lowlevel.checkpoint · suspends always
    await trio.sleep(0)
    # ^ coroutine trio.sleep · suspends always · because no timer is involved · woken by nothing
