#!/usr/bin/env python3
"""Runs CPython's own tests of asyncio and its neighbours bare and traced, and compares test by test.

    compare_suite.py [--python PY]… [--modules NAME…] [--jobs N] [--limit SECONDS] [--tracer FOLDER]

Each module runs in a process of its own for each side. The tests that differ run again on both sides,
by themselves: some of CPython's tests fail now and then with nobody's help, so only a difference that
shows each time is one; the others are named. A tracer that steps out would pass everything: that its
traces go on to the end is checked as well. The last line is `N passed, N failed` (tests compared);
the exit code is 1 if one failed.
"""

import argparse
import marshal
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from json import loads
from typing import Dict, List, NamedTuple, Optional

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
RUNNER = os.path.join(HERE, "suite_runner.py")
MAGIC = b"awaitscope 1\n"
REPEATS = 3  # times that a difference must show

# Of several results of one test (of its sub-tests, of its clean-up) the last of these counts.
RANKS = ("ok", "skip", "expected failure", "unexpected success", "fail", "error", "died")

# Beside all of test.test_asyncio: what runs coroutines, patches them, or traces and profiles, and what
# looks at threads, frames, garbage, warnings, tracebacks and the end of the interpreter.
NEIGHBOURS = (
    "test.test_coroutines",
    "test.test_contextlib_async",
    "test.test_asyncgen",
    "test.test_types",
    "test.test_context",
    "test.test_sys_settrace",
    "test.test_sys_setprofile",
    "test.test_monitoring",
    "test.test_unittest.test_async_case",
    "test.test_unittest.testmock.testasync",
    "unittest.test.test_async_case",  # the same before 3.12
    "unittest.test.testmock.testasync",
    "test.test_atexit",
    "test.test_contextlib",
    "test.test_exceptions",
    "test.test_faulthandler",
    "test.test_frame",
    "test.test_gc",
    "test.test_generators",
    "test.test_inspect",
    "test.test_sys",
    "test.test_threading",
    "test.test_traceback",
    "test.test_tracemalloc",
    "test.test_warnings",
    "test.test_weakref",
)

LIST_MODULES = """
import importlib.util, os, sys
def there(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ImportError:
        return False
if there("test.test_asyncio"):
    folder = importlib.util.find_spec("test.test_asyncio").submodule_search_locations[0]
    files = sorted(name for name in os.listdir(folder) if name.startswith("test_") and name.endswith(".py"))
    print(*("test.test_asyncio." + name[:-3] for name in files), *filter(there, sys.argv[1:]))
"""


class Side(NamedTuple):
    """What one process made of a module: each test's result, and words about those that are not ok."""

    results: Dict[str, str]
    details: Dict[str, str]
    ended: bool
    output: str
    seconds: float


class Comparison(NamedTuple):
    """One module, bare and traced: how many tests, which differ each time, which differed once."""

    tests: int
    different: List[str]
    fickle: List[str]


def main() -> int:
    options = _options()
    # Started in the background we may ignore Ctrl+C, and what we start would as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    passed = failed = 0
    for python in options.python or [sys.executable]:
        version = _ask(python, "import platform; print(platform.python_version())").strip()
        there = _ask(python, LIST_MODULES, *NEIGHBOURS).split()
        # A module that is not there would fail alike on both sides.
        for name in set(options.modules or ["test.test_asyncio.test_tasks"]).difference(there):
            print("Python %s has no %s" % (version, name), flush=True)
        modules = [name for name in there if name in (options.modules or there)]
        subprocess.call([python, "-m", "compileall", "-q", options.tracer])
        comparisons = compare_all(python, version, modules, options)
        different = sum(len(one.different) for one in comparisons)
        tests = sum(one.tests for one in comparisons)
        figures = version, tests - different, tests
        print("Python %s: %d of %d tests as without the tracer" % figures, flush=True)
        passed += tests - different
        failed += different
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


def _options() -> argparse.Namespace:
    built = os.path.join(ROOT, "dist", "tracer", "awaitscope")
    source = os.path.join(ROOT, "src", "tracer", "awaitscope")
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", action="append")
    parser.add_argument("--modules", nargs="+")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--limit", type=float, default=300)
    default = built if os.path.isdir(built) else source
    parser.add_argument("--tracer", type=os.path.abspath, default=default)
    return parser.parse_args()


def _ask(python: str, code: str, *args: str) -> str:
    return subprocess.check_output([python, "-c", code, *args], text=True)


def compare_all(
    python: str, version: str, modules: List[str], options: argparse.Namespace
) -> List[Comparison]:
    """Compares the modules and says what it finds while it goes."""
    comparisons = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        sides = []
        for module in modules:
            trace = os.path.join(folder, module + ".awaitscope")
            traced = [python, options.tracer, "--out", trace]
            for command in ([python], traced):
                sides.append(pool.submit(run, command, module, options.limit, folder))
        for module in modules:
            bare, traced = sides.pop(0).result(), sides.pop(0).result()
            trace = os.path.join(folder, module + ".awaitscope")
            one = compare(python, options.tracer, module, bare, traced, why_stopped(trace), options.limit)
            comparisons.append(one)
            figures = len(one.different), one.tests, bare.seconds, traced.seconds
            print("%s %-45s %d of %4d differ, %.0f -> %.0f s" % (version, module, *figures), flush=True)
            for words in one.different:
                print("DIFFERENT %s" % words)
            for words in one.fickle:
                print("differed once, then not: %s" % words)
            os.unlink(trace)
    return comparisons


def compare(
    python: str, tracer: str, module: str, bare: Side, traced: Side, stopped: str, limit: float
) -> Comparison:
    """Holds the two sides of a module against each other; what differs runs again, by itself."""
    differing = unlike(bare, traced)
    constant = differing
    with tempfile.TemporaryDirectory() as folder:
        traced_python = [python, tracer, "--out", os.path.join(folder, "trace.awaitscope")]
        for _ in range(REPEATS - 1):
            if not constant or not (bare.ended and traced.ended):
                break
            bare_again = run([python], module, limit, folder, constant)
            traced_again = run(traced_python, module, limit, folder, constant)
            constant = [name for name in unlike(bare_again, traced_again) if name in constant]
    different = [_words(name, bare, traced) for name in constant]
    if stopped:
        different.append("%s: the trace stopped: %s" % (module, stopped))
    tests = len(set(bare.results) | set(traced.results)) + bool(stopped)
    fickle = [_words(name, bare, traced) for name in differing if name not in constant]
    return Comparison(tests, different, fickle)


def unlike(bare: Side, traced: Side) -> List[str]:
    """The tests that went differently, or in which a process died: what it did not run proves nothing."""
    names = sorted(set(bare.results) | set(traced.results))
    pairs = {name: (bare.results.get(name), traced.results.get(name)) for name in names}
    return [name for name, (one, other) in pairs.items() if one != other or one == "died"]


def _words(name: str, bare: Side, traced: Side) -> str:
    detail = traced.details.get(name) or bare.details.get(name) or traced.output
    last = detail.strip().split("\n")[-1][:300]
    results = bare.results.get(name, "missing"), traced.results.get(name, "missing")
    return "%s: %s -> %s: %s" % (name, *results, last)


def run(python: List[str], module: str, limit: float, folder: str, only: Optional[List[str]] = None) -> Side:
    """Runs a module, or some tests of it, in one process that may take `limit` seconds."""
    handle, results = tempfile.mkstemp(dir=folder)
    os.close(handle)
    command = [*python, RUNNER, results]
    if only:
        with open(results + ".only", "w", encoding="utf-8") as file:
            file.write("\n".join(only))
        command += ["--only", results + ".only"]
    environment = {**os.environ, "TMPDIR": folder}
    began = time.monotonic()
    process = subprocess.Popen(
        [*command, module],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=limit)
        code = "exit code %d" % process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        code = "ran longer than %.0f s" % limit
    seconds = time.monotonic() - began
    return _side(results, code, output.decode("utf-8", "replace")[-3000:], seconds)


def _side(path: str, code: str, output: str, seconds: float) -> Side:
    results: Dict[str, str] = {}
    details: Dict[str, str] = {}
    running, ended = None, False
    with open(path, encoding="utf-8") as file:
        for line in file:
            event = loads(line)
            if event["kind"] == "result":
                name, result = event["id"], event["result"]
                if RANKS.index(result) >= RANKS.index(results.get(name, "ok")):
                    results[name], details[name] = result, event["detail"]
            else:
                running = event["id"] if event["kind"] == "start" else None
                ended = event["kind"] == "end"
    if not ended:
        name = running or "the process"
        results[name], details[name] = "died", code
    return Side(results, details, ended, output, seconds)


def why_stopped(path: str) -> str:
    """Why a trace does not go on to its end; "" if it does."""
    with open(path, "rb") as file:
        data = file.read()
    at = len(MAGIC)
    note, header = None, None
    while at + 4 <= len(data):
        length = int.from_bytes(data[at : at + 4], "little")
        value = marshal.loads(data[at + 4 : at + 4 + length])
        at += 4 + length
        if header is None:
            header, note = value, value["records"]["note"][0]
            continue
        values = value[1]
        if "stopped" in values and values[values.index("stopped") - 1] == note:
            return values[values.index("stopped") + 1]
    return ""


if __name__ == "__main__":
    sys.exit(main())
