"""What tracing costs: CPU of a workload traced at full detail, over the same workload bare.

    python bench.py [--python PY]… [--rounds N] [--only NAME,NAME]

Beside it stand asyncio's debug mode, cProfile, and yappi and VizTracer where that Python has them,
all in the same rounds, so that they see the same weather on the machine. Figures are medians of
ratios within a round; bytes are those of the trace.
"""

import argparse
import asyncio
import collections
import marshal
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


# What else there is to see a program with. Each runs a function under it, where it is installed.
def _debug(run):
    run(debug=True)


def _cprofile(run):
    import cProfile

    cProfile.Profile().runcall(run)


def _yappi(run):
    import yappi

    yappi.set_clock_type("cpu")
    yappi.start()
    run()
    yappi.stop()


def _viztracer(run):
    import viztracer

    with viztracer.VizTracer(log_async=True, output_file=os.devnull, verbose=0):
        run()


REFERENCES = {"debug": _debug, "cProfile": _cprofile, "yappi": _yappi, "viztracer": _viztracer}
NEEDS = {"yappi": "yappi", "viztracer": "viztracer"}  # the modules of those that may be missing


def run_one(name, reference):
    """In the child: prints the CPU seconds that a workload takes, of all threads."""

    def run(**options):
        asyncio.run(WORKLOADS[name](), **options)

    start = time.process_time()
    if reference:
        REFERENCES[reference](run)
    else:
        run()
    print(time.process_time() - start)


def measure(python, name, *, out=None, reference=""):
    """CPU seconds of one run in a process of its own: traced to `out`, or under a reference."""
    launcher = [TRACER, "--out", out] if out else []
    program = [os.path.abspath(__file__), "--run", name, "--reference", reference]
    done = subprocess.run(
        [python, *launcher, *program],
        env={**os.environ, **STEADY},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # where debug mode tells of slow callbacks
        check=True,
    )
    return float(done.stdout.split()[-1])


def sizes(path):
    """Bytes a step and bytes a task of a trace, each with all that is recorded on its account.

    What a step waits on counts as the step's, what names a task, how it fails and the place of its
    function as the task's. Sites and the heads of frames are shared out among the steps.
    """
    import reading

    spent, counts = collections.Counter(), collections.Counter()
    for _, kind, fields in reading.read(path)[1]:
        spent["task" if kind in ("task", "name", "error", "eager") else "step"] += _bytes(kind, fields)
        counts[kind] += 1
    spent["step"] += os.path.getsize(path) - sum(spent.values())
    handles = counts["step"] + counts["callback"]
    return handles, spent["step"] / handles, spent["task"] / max(counts["task"], 1)


def _bytes(kind, fields):
    """What a record takes in the file: each value by itself, and a code where it has one."""
    code = 0 if kind == "step" else 5
    return code + sum(len(marshal.dumps(value, 2)) for value in fields.values())


def bench(python, names, rounds, folder):
    """Prints a row for each workload, and the geometric mean of each column.

    In each round all that is compared runs once, one after the other.
    """
    code = "import sys; print(*sys.version_info[:2])"
    version = tuple(map(int, subprocess.check_output([python, "-c", code]).split()))
    references = [name for name in REFERENCES if _has(python, NEEDS.get(name))]
    print("\nPython %d.%d, CPU over bare, medians of %d rounds" % (*version, rounds))
    heads = "workload", "bare s", "awaitscope", *references, "B/step", "B/task", "steps"
    print("%-14s" % heads[0] + "".join("%12s" % head for head in heads[1:]))
    columns = collections.defaultdict(list)
    for name in names:
        if name == "task groups" and version < (3, 11):
            continue
        out = os.path.join(folder, "trace")
        measure(python, name)  # warm
        runs = [_round(python, name, references, out) for _ in range(rounds)]
        bare = statistics.median(run[""] for run in runs)
        row = "%-14s%12.3f" % (name, bare)
        for what in ["awaitscope", *references]:
            ratio = statistics.median(run[what] / run[""] for run in runs)
            columns[what].append(ratio)
            row += "%11.2fx" % ratio
        steps, by_step, by_task = sizes(out)
        print(row + "%12.1f%12.1f%12d" % (by_step, by_task, steps), flush=True)
    means = [statistics.geometric_mean(columns[what]) for what in ["awaitscope", *references]]
    print("%-26s" % "geometric mean" + "".join("%11.2fx" % mean for mean in means))
    print("%-26s" % "worst" + "".join("%11.2fx" % max(column) for column in columns.values()))


def _round(python, name, references, out):
    runs = {"": measure(python, name), "awaitscope": measure(python, name, out=out)}
    for reference in references:
        runs[reference] = measure(python, name, reference=reference)
    return runs


def _has(python, module):
    """Whether a Python can import a module; None stands for one of its own."""
    found = "import sys, importlib.util as u; sys.exit(u.find_spec(%r) is None)" % module
    return module is None or subprocess.run([python, "-c", found], check=False).returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", action="append")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(WORKLOADS))
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--reference", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        return run_one(options.run, options.reference)
    with tempfile.TemporaryDirectory() as folder:
        for python in options.python or [sys.executable]:
            bench(python, options.only.split(","), options.rounds, folder)


if __name__ == "__main__":
    main()
