# asyncio's locks, queues, streams and processes, held in variables and in attributes.
import asyncio

lock = asyncio.Lock()


class Pool:
    def __init__(self, size):
        self.free = asyncio.Semaphore(size)
        self.jobs: asyncio.Queue[str] = asyncio.Queue()
        self.closed = asyncio.Event()
        self.changed = asyncio.Condition()
        self.task = None

    def start(self):
        self.task = asyncio.create_task(self.run())

    async def run(self):
        async with self.free, lock:
            # ^ coroutine asyncio.Semaphore.__aenter__ · because not while its counter is above zero · leaving asyncio.Semaphore.__aexit__ suspends never · and coroutine asyncio.Lock.__aenter__
            job = await self.jobs.get()
            #     ^ coroutine asyncio.Queue.get · suspends maybe · woken by the task that puts one in
        await self.jobs.put(job)
        # ^ coroutine asyncio.Queue.put
        await self.jobs.join()
        # ^ coroutine asyncio.Queue.join · woken by task_done
        await self.closed.wait()
        # ^ coroutine asyncio.Event.wait · gives bool
        async with self.changed:
            # ^ coroutine asyncio.Condition.__aenter__
            await self.changed.wait()
            # ^ coroutine asyncio.Condition.wait · suspends always · caution check it in a loop
            await self.changed.wait_for(lambda: True)
            # ^ coroutine asyncio.Condition.wait_for · suspends maybe

    async def stop(self):
        await self.task
        # ^ task asyncio.Task
        await self.free
        # ^ unknown


async def parties():
    barrier = asyncio.Barrier(2)
    await barrier.wait()
    # ^ coroutine asyncio.Barrier.wait · because not for the last task to arrive
    async with barrier as position:
        # ^ coroutine asyncio.Barrier.__aenter__ · gives int
        await position
        # ^ not-awaitable int · fails


async def streams():
    reader, writer = await asyncio.open_connection("localhost", 80)
    #                ^ coroutine asyncio.open_connection · gives tuple[StreamReader, StreamWriter]
    writer.write(b"")
    await writer.drain()
    # ^ coroutine asyncio.StreamWriter.drain · suspends maybe · because high-water mark
    await reader.readexactly(3)
    # ^ coroutine asyncio.StreamReader.readexactly · gives bytes
    async for text in reader:
        # ^ coroutine asyncio.StreamReader.__anext__ · gives bytes
        await text
        # ^ not-awaitable bytes · fails
    writer.close()
    await writer.wait_closed()
    # ^ coroutine asyncio.StreamWriter.wait_closed · caution nothing


async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
    await reader.readline()
    # ^ coroutine asyncio.StreamReader.readline
    server = await asyncio.start_server(served, port=0)
    #        ^ coroutine asyncio.start_server · gives Server
    async with server:
        # ^ coroutine asyncio.Server.__aenter__
        await server.serve_forever()
        # ^ coroutine asyncio.Server.serve_forever · suspends always


async def processes():
    process = await asyncio.create_subprocess_exec("true", stdout=asyncio.subprocess.PIPE)
    #         ^ coroutine asyncio.create_subprocess_exec · gives Process
    out, err = await process.communicate()
    #          ^ coroutine asyncio.subprocess.Process.communicate · suspends always · gives tuple[bytes, bytes]
    await process.stdout.read()
    # ^ coroutine asyncio.StreamReader.read
    await out
    # ^ not-awaitable bytes · fails
