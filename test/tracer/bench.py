"""What tracing costs: CPU of a workload traced at full detail, over the same workload bare.

    python bench.py [--python PY]… [--rounds N] [--only NAME,NAME]

Bare and traced runs alternate, so that both see the same weather on the machine; the figure is the
median of the ratios of neighbours. asyncio's debug mode is measured once, as a reference.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TRACER = os.path.join(HERE, "..", "..", "src", "tracer", "awaitscope")
# Without these the C library maps and unmaps memory for each large receive buffer, or does not, as
# luck has it: timings of sockets fall in two heaps.
STEADY = {
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TRIM_THRESHOLD_": "67108864",
    "MALLOC_TOP_PAD_": "16777216",
}


async def _tree(depth, leaf):
    if depth == 0:
        return await leaf()
    children = [asyncio.create_task(_tree(depth - 1, leaf)) for _ in range(2)]
    for child in children:
        await child


async def _nothing():
    pass


async def task_tree():
    for _ in range(12):
        await _tree(11, _nothing)


async def _group(depth):
    if depth:
        async with asyncio.TaskGroup() as group:
            for _ in range(2):
                group.create_task(_group(depth - 1))


async def task_groups():
    for _ in range(8):
        await _group(11)


async def tree_sleep():
    async def leaf():
        await asyncio.sleep(0.001)

    for _ in range(8):
        await _tree(11, leaf)


async def tree_cpu():
    async def leaf():
        sum(range(1000))

    for _ in range(8):
        await _tree(11, leaf)


async def tcp_echo():
    async def serve(reader, writer):
        while True:
            line = await reader.readline()
            if not line:
                break
            writer.write(line)
            await writer.drain()
        writer.close()

    async def client(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(400):
            writer.write(b"hello\n")
            await writer.drain()
            await reader.readline()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.gather(*[client(port) for _ in range(10)])
    server.close()


async def queue_ping_pong():
    async def player(mine, other, rounds):
        for _ in range(rounds):
            other.put_nowait(await mine.get())

    pairs = []
    for _ in range(10):
        left, right = asyncio.Queue(), asyncio.Queue()
        left.put_nowait(None)
        pairs += [player(left, right, 3000), player(right, left, 3000)]
    await asyncio.gather(*pairs)


async def sleep_zero():
    async def storm():
        for _ in range(3000):
            await asyncio.sleep(0)

    await asyncio.gather(*[storm() for _ in range(50)])


async def sleeps():
    for _ in range(3):
        await asyncio.gather(*[asyncio.sleep(number / 20_000) for number in range(10_000)])


async def executor_jobs():
    loop = asyncio.get_running_loop()
    for _ in range(3):
        await asyncio.gather(*[loop.run_in_executor(None, int) for _ in range(2000)])


WORKLOADS = {
    "task tree": task_tree,
    "task groups": task_groups,
    "tree + sleep": tree_sleep,
    "tree + CPU": tree_cpu,
    "TCP echo": tcp_echo,
    "queue": queue_ping_pong,
    "sleep(0)": sleep_zero,
    "10k sleeps": sleeps,
    "executor": executor_jobs,
}


def run_one(name, debug):
    """In the child: the CPU seconds that a workload takes, of all threads."""
    start = time.process_time()
    asyncio.run(WORKLOADS[name](), debug=debug)
    print(time.process_time() - start)


def measure(python, name, out=None, debug=False):
    """CPU seconds of one run in a process of its own."""
    command = [python]
    if out is not None:
        command += [TRACER, "--out", out]
    command += [os.path.abspath(__file__), "--run", name] + ["--debug"] * debug
    done = subprocess.run(
        command,
        env={**os.environ, **STEADY},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # where debug mode tells of slow callbacks
        check=True,
    )
    return float(done.stdout)


def bench(python, names, rounds, folder):
    """Prints a row for each workload, and the geometric mean."""
    import reading

    code = "import sys; print(*sys.version_info[:2])"
    version = tuple(map(int, subprocess.check_output([python, "-c", code]).split()))
    print("\nPython %d.%d" % version)
    heads = "workload", "bare s", "traced", "debug", "steps", "B/step"
    print("%-14s%10s%10s%10s%10s%10s" % heads)
    ratios = []
    for name in names:
        if name == "task groups" and version < (3, 11):
            continue
        out = os.path.join(folder, "trace")
        measure(python, name)  # warm
        pairs = [(measure(python, name), measure(python, name, out)) for _ in range(rounds)]
        bare = statistics.median(pair[0] for pair in pairs)
        ratio = statistics.median(traced / plain for plain, traced in pairs)
        ratios.append(ratio)
        debug = measure(python, name, debug=True) / bare
        kinds = [kind for _, kind, _ in reading.read(out)[1]]
        steps, tasks = kinds.count("step"), kinds.count("task")
        size = os.path.getsize(out)
        row = name, bare, ratio, debug, steps, size / steps
        print("%-14s%10.3f%9.2fx%9.1fx%10d%10.1f" % row, end="")
        print("%10.1f B/task" % (size / tasks) if tasks > 100 else "", flush=True)
    print("%-24s%9.2fx" % ("geometric mean", statistics.geometric_mean(ratios)))
    return ratios


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", action="append")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(WORKLOADS))
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        return run_one(options.run, options.debug)
    with tempfile.TemporaryDirectory() as folder:
        for python in options.python or [sys.executable]:
            bench(python, options.only.split(","), options.rounds, folder)


if __name__ == "__main__":
    main()
