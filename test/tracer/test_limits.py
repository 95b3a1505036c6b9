"""What is left of a trace whatever happens to its program, and what never gets into one."""

import os
import signal
import subprocess
import sys
import unittest

import lanes
import limits
import reading
from support import HERE, PROGRAMS, TRACER, TracerTest, environment, named

DYING = os.path.join(HERE, "limits", "dying.py")


@unittest.skipIf(sys.platform == "win32", "there are no such signals")
class Deaths(TracerTest):
    """A program that dies without any warning, held against what it had written until then."""

    def die(self, mode, end):
        """When the program's last step ended by its own account, and by its trace; seconds."""
        command = [sys.executable, TRACER, "--out", self.out, DYING, mode, end]
        done = subprocess.run(
            command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60
        )
        self.assertIn(done.returncode, (3, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT))
        _, records, _ = reading.read(self.out)
        lanes.replay(records)
        times = [float(line) for line in done.stdout.split()]
        steps = [step["time"] for step in named(records, "step") if step["site"] >= 0]
        # The steps that noted their times are those of `work`, one step each.
        self.assertGreater(len(steps), 0.9 * len([time for time in times if time < steps[-1]]))
        return times[-1], steps[-1]

    def test_of_a_busy_program(self):
        for end in ("kill", "segfault", "exit", "abort"):
            with self.subTest(end):
                last, told = self.die("busy", end)
                self.assertLess(last - told, 0.25)

    def test_of_a_program_that_sleeps(self):
        last, told = self.die("asleep", "kill")
        self.assertLess(last, told)  # the step after it as well: main's, which sleeps

    def test_of_a_program_that_blocks_its_loop(self):
        last, told = self.die("blocked", "kill")
        self.assertLess(last - told, 0.05)

    def test_at_any_byte_leave_what_was_written_before(self):
        for name in ("custom", "threads"):
            self.traced(os.path.join(PROGRAMS, name + ".py"))
            with open(self.out, "rb") as file:
                data = file.read()
            whole = reading.parse(data)[1]
            kept = 0
            for length in range(len(reading.MAGIC), len(data) + 1):
                records = reading.parse(data[:length])[1]
                if len(records) != kept:
                    kept = len(records)
                    self.assertEqual(whole[:kept], records)
                    lanes.replay(records)
            self.assertEqual(len(whole), kept)


class Disks(TracerTest):
    SOURCE = """
import asyncio, os, resource, signal

async def main():
    for number in range(10000):
        await asyncio.sleep(0)
        if number == 5000:
            await asyncio.sleep(0.05)  # what was recorded is written
            size = os.path.getsize(OUT) + MORE
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
        if number == 8000:
            await asyncio.sleep(0.05)  # there was no room for the rest
            # There is room again, but the last frame may be torn.
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            await asyncio.sleep(0.05)
    print(size)

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
asyncio.run(main())
"""

    @unittest.skipIf(sys.platform == "win32", "there is no such limit")
    def test_that_are_full_in_mid_run_leave_what_was_written_before(self):
        for more in (0, 1000):
            source = self.SOURCE.replace("OUT", repr(self.out)).replace("MORE", str(more))
            done = self.traced(self.write("program.py", source))
            self.assertEqual(("", 0), (done.stderr, done.returncode))
            _, records, _ = reading.read(self.out)
            lanes.replay(records)
            self.assertGreater(len(named(records, "step")), 5000)
            self.assertEqual(int(done.stdout), os.path.getsize(self.out))


@unittest.skipUnless(os.path.exists("/proc/self/statm"), "memory is read from /proc")
class Memory(TracerTest):
    """`limits.py` runs more, and longer."""

    def test_does_not_grow_with(self):
        for kind, count in (("steps", 60_000), ("functions", 10_000), ("names", 50), ("threads", 100)):
            with self.subTest(kind):
                self.assertEqual([], limits.measure(sys.executable, TRACER, kind, count)[2])


class Secrets(TracerTest):
    """Marked values that must not be in the file, and marked texts that may."""

    SOURCE = """
import asyncio, contextvars, functools

variable = contextvars.ContextVar("variable", default="S3CRET-context")


class Account:
    password = "S3CRET-attribute"

    def __init__(self, number):
        self.number = number

    def __repr__(self):
        return "S3CRET-repr"

    __str__ = __repr__

    def __await__(self):
        yield from asyncio.sleep(0.001, self.number).__await__()
        return "S3CRET-awaited"

    async def method(self, argument):
        await asyncio.sleep(0)
        return argument

    def called(self, argument):
        return argument


class Refused(Exception):
    def __init__(self, account, text):
        super().__init__(account, text)
        self.account = account


async def items(count):
    for number in range(count):
        await asyncio.sleep(0)
        yield "S3CRET-item-%d" % number


async def child(argument, *more, keyword="S3CRET-default", **others):
    local = argument + "S3CRET-local"
    variable.set("S3CRET-set")
    with open("/dev/null", "w") as file:
        await asyncio.sleep(0.001, "S3CRET-slept")
    return local


async def fails(error):
    await asyncio.sleep(0)
    raise error


async def main(account):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: None)
    loop.call_soon(len, "S3CRET-callback")
    loop.call_soon(functools.partial(account.called, "S3CRET-partial"))
    loop.call_later(0.001, account.called, "S3CRET-later")
    loop.call_soon_threadsafe(account.called, "S3CRET-threadsafe")
    await loop.run_in_executor(None, account.called, "S3CRET-job")
    await asyncio.gather(child("S3CRET-argument"), child("", "S3CRET-more", keyword="S3CRET-keyword"))
    await account
    await account.method("S3CRET-method")
    async for item in items(2):
        pass
    queue, future = asyncio.Queue(), loop.create_future()
    loop.call_later(0.001, queue.put_nowait, "S3CRET-queued")
    loop.call_later(0.001, future.set_result, "S3CRET-future")
    await queue.get()
    await future
    dropped = loop.create_future()
    dropped.set_exception(Refused(account, "S3CRET-of-an-object"))
    del dropped
    for error in (
        Refused(account, "S3CRET-argument-of-error"),
        KeyError(account),
        ValueError({"S3CRET-key": 1}),
        ValueError(["S3CRET-element"]),
        ValueError(b"S3CRET-bytes"),
        ValueError("S3EN" + "-" * 196 + "S3CRET-behind"),
    ):
        await asyncio.gather(fails(error), return_exceptions=True)
    reader, writer = await asyncio.open_connection("127.0.0.1", await serve())
    writer.write(b"S3CRET-line\\n")
    await reader.readline()
    writer.close()
    task = asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    task.cancel("S3CRET-cancel")
    await asyncio.wait([task])
    try:
        await asyncio.wait_for(asyncio.sleep(60, "S3CRET-late"), 0.001)
    except asyncio.TimeoutError:
        pass


async def serve():
    async def answer(reader, writer):
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    return server.sockets[0].getsockname()[1]


asyncio.run(main(Account("S3CRET-number")))
"""

    def test_are_not_in_the_file(self):
        done = self.traced(self.write("program.py", self.SOURCE), env=environment(TOKEN="S3CRET-environ"))
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        with open(self.out, "rb") as file:
            data = file.read()
        self.assertEqual([], [data[at : at + 40] for at in range(len(data)) if data.startswith(b"S3CRET", at)])
        self.assertEqual(1, data.count(b"S3EN"))  # of an error's text: its first 200 characters
        errors = [fields["text"] for fields in named(self.trace(), "error")]
        self.assertIn("S3EN" + "-" * 196, errors)


if __name__ == "__main__":
    unittest.main()
