"""What tracing takes of memory and disk, whatever the length of the run.

    limits.py [--python PY]… [--only KIND,KIND] [--share N] [--tracer FOLDER]

Each program of limits/endless.py runs bare and traced; printed is by how much the traced one has more
memory after each fifth of it, in MB, and how large the trace is. A run may have 10 MB more, at no point
more than that, and its trace must go on to its end: what was dropped at the file's limit is counted.
`--share 100` runs a hundredth of each. The last line is `N passed, N failed`; the exit code is 1 if one
failed.
"""

import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import reading  # noqa: E402

TRACER = os.path.join(os.path.dirname(os.path.dirname(HERE)), "src", "tracer", "awaitscope")
PROGRAM = os.path.join(HERE, "limits", "endless.py")
KINDS = {
    "steps": 10_000_000,
    "tasks": 1_000_000,
    "functions": 100_000,
    "names": 500,
    "errors": 100_000,
    "locks": 200_000,
    "cancels": 200_000,
    "threads": 2000,
    "jobs": 50_000,
}
MOST = 10.0  # MB of memory


def memory(command):
    """MB after each fifth of a program."""
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return [int(line) / 1024 for line in done.stdout.split()]


def measure(python, tracer, kind, count):
    """MB that the traced program has more after each fifth; the trace's MB; what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "trace")
        program = [PROGRAM, kind, str(count)]
        bare = memory([python, *program])
        traced = memory([python, tracer, "--out", out, *program])
        more = [two - one for one, two in zip(bare, traced)]
        faults = ["%.1f MB more memory" % max(more)] * (max(more) > MOST)
        return more, os.path.getsize(out) / 1e6, faults + broken(out, kind, count)


def broken(out, kind, count):
    """Whether the trace does not go on to its end, or lacks steps that it does not count as dropped."""
    steps = lost = 0
    last = None
    for last, fields in reading.stream(out):
        steps += last == "step"
        lost += fields.get("count", 0) if last == "lost" else 0
        if last == "note" and fields["kind"] == "stopped":
            return ["the tracer stopped: %s" % fields["text"]]
    faults = [] if last == "end" else ["the trace ends with %s" % last]
    least = count if kind in ("steps", "tasks", "functions", "names", "errors", "locks", "cancels") else 0
    if steps + lost < least:
        faults.append("%d steps and %d lost records of %d steps" % (steps, lost, least))
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--python", action="append")
    parser.add_argument("--only", default=",".join(KINDS))
    parser.add_argument("--share", type=int, default=1)
    parser.add_argument("--tracer", type=os.path.abspath, default=TRACER)
    options = parser.parse_args()
    passed = failed = 0
    for python in options.python or [sys.executable]:
        print(python)
        for kind in options.only.split(","):
            count = max(100, KINDS[kind] // options.share)
            more, size, faults = measure(python, options.tracer, kind, count)
            passed, failed = passed + (not faults), failed + bool(faults)
            figures = " ".join("%+6.1f" % number for number in more)
            print("%-10s%10d: %s MB of memory, trace %.1f MB" % (kind, count, figures, size), flush=True)
            for words in faults:
                print("FAIL %s: %s" % (kind, words), flush=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
