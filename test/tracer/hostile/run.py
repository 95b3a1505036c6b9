#!/usr/bin/env python3
"""Runs hostile programs bare and traced, and holds one against the other.

    run.py [--python PY]… [--only NAME,NAME] [--heavy] [--jobs N] [--tracer FOLDER] [-v]

Both runs must give the same exit code, stdout and stderr, and the bare one must give what manifest.json
says, so that two runs that fail alike do not pass. Then the trace file must hold what the manifest
promises. What is masked before comparing is stated in `masked`, how slow a traced run may be in
`slowness`. The last line is `N passed, N failed` (`, N skipped`); the exit code is 1 if one failed.

Entries of the manifest: `file` (in programs/), `flags` of Python, `args`, `env`, `stdin`, `min` (oldest
Python), `needs` (a module), `heavy` (only with --heavy), `limit` (seconds), `signal` (sent
`signalAfter` seconds after the program printed READY), `closeStdout` (nobody reads it); `exit`,
`stdout` and `stderr` of a bare run (regular expressions; null: anything); `trace`, one of TRACES;
`records`, the least number of records by name; `lives`, how many tasks ended in each way ("returned",
"raised TYPE", "cancelled", "pending"; of those that the program named "NAME: …"); `loops`, how many ran;
`causes`, the least number of handles by what put them in their queue; `seen`, within how many seconds of
the program's end it must have been seen; `megabytes`, the most the trace may have.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
sys.path.insert(0, os.path.dirname(HERE))

import lanes  # noqa: E402
import reading  # noqa: E402

# What a trace file must be, besides readable:
#   complete  whole, with one `end` record as its last
#   readable  it may lack the `end` and may break off inside its last frame
#   header    nothing but the header and notes: the program never imported asyncio
#   any       it need not even be there
TRACES = ("complete", "readable", "header", "any")

Case = Dict[str, Any]


class Outcome(NamedTuple):
    """How a process ended: its exit code (minus the signal's number), or "hung"; times in seconds, and
    when, in seconds since 1970."""

    exit: Union[int, str]
    stdout: bytes
    stderr: bytes
    cpu: float
    wall: float
    time: float


class Verdict(NamedTuple):
    """One program on one Python: what is wrong with it, and the seconds of CPU it took both ways."""

    name: str
    faults: List[str]
    bare: float
    traced: float


def main() -> int:
    options = _options()
    # Started in the background we may ignore Ctrl+C, and what we start would as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with open(os.path.join(HERE, "manifest.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    chosen = options.only.split(",") if options.only else [case["name"] for case in manifest]
    unknown = set(chosen).difference(case["name"] for case in manifest)
    if unknown:
        sys.exit("no program is called %s" % ", ".join(sorted(unknown)))
    cases = [case for case in manifest if case["name"] in chosen and (options.heavy or not case.get("heavy"))]
    counts = [0, 0, 0]
    for python in options.python or [sys.executable]:
        for place, amount in enumerate(run_all(python, cases, options)):
            counts[place] += amount
    passed, failed, skipped = counts
    print("%d passed, %d failed%s" % (passed, failed, ", %d skipped" % skipped if skipped else ""))
    return 1 if failed or not passed else 0


def _options() -> argparse.Namespace:
    built = os.path.join(ROOT, "dist", "tracer", "awaitscope")
    source = os.path.join(ROOT, "src", "tracer", "awaitscope")
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", action="append")
    parser.add_argument("--only")
    parser.add_argument("--heavy", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--tracer", type=os.path.abspath, default=built if os.path.isdir(built) else source)
    parser.add_argument("-v", action="store_true", dest="verbose")
    return parser.parse_args()


def run_all(python: str, cases: List[Case], options: argparse.Namespace) -> Tuple[int, int, int]:
    """Runs the programs on one Python and says how it went: passed, failed, skipped."""
    began = time.monotonic()
    facts = "import platform, sys; print(platform.python_version(), sys.executable)"
    version, python = _ask(python, facts).split(" ", 1)
    # Else each traced run would compile the tracer: programs are run without writing byte code.
    subprocess.call([python, "-m", "compileall", "-q", options.tracer])
    cases = [case for case in cases if _number(case.get("min", "3.9")) <= _number(version)]
    missing = {case["needs"] for case in cases if "needs" in case and not _has(python, case["needs"])}
    lacking = [case for case in cases if case.get("needs") in missing]
    skipped = [case["name"] for case in lacking]
    cases = [case for case in cases if case["name"] not in skipped]
    verdicts = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for verdict in pool.map(lambda case: judge(python, options.tracer, case), cases):
            verdicts.append(verdict)
            _show(version, verdict, options.verbose)
    failed = sum(1 for verdict in verdicts if verdict.faults)
    print(
        "Python %s: %d of %d programs as without the tracer, %.0f s; CPU %.1f s bare, %.1f s traced%s"
        % (
            version,
            len(verdicts) - failed,
            len(verdicts),
            time.monotonic() - began,
            sum(verdict.bare for verdict in verdicts),
            sum(verdict.traced for verdict in verdicts),
            "; not run: " + ", ".join(skipped) if skipped else "",
        ),
        flush=True,
    )
    for need in sorted(missing):
        count = sum(1 for case in lacking if case["needs"] == need)
        print("not run (%d): hostile programs need %s" % (count, need), flush=True)
    return len(verdicts) - failed, failed, len(skipped)


def _show(version: str, verdict: Verdict, verbose: bool) -> None:
    times = "%.2f -> %.2f s" % (verdict.bare, verdict.traced)
    for fault in verdict.faults:
        print("FAIL %s %s (%s): %s" % (version, verdict.name, times, fault), flush=True)
    if verbose and not verdict.faults:
        print("ok   %s %s (%s)" % (version, verdict.name, times), flush=True)


def _number(version: str) -> Tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def _ask(python: str, code: str) -> str:
    return subprocess.check_output([python, "-I", "-c", code], text=True).strip()


def _has(python: str, module: str) -> bool:
    command = [python, "-I", "-c", "import " + module]
    return subprocess.call(command, stderr=subprocess.DEVNULL) == 0


def judge(python: str, tracer: str, case: Case) -> Verdict:
    """Runs one program both ways."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "trace.awaitscope")
        command = [os.path.join(HERE, "programs", case["file"]), *case.get("args", [])]
        head = [python, *case.get("flags", [])]
        bare = run([*head, *command], case)
        traced = run([*head, tracer, "--out", out, *command], case)
        faults = [*unlike_manifest(bare, case), *unlike(bare, traced, case)]
        faults += slowness(bare, traced) + broken_promises(out, case, traced.time)
        if os.listdir(folder) not in (["trace.awaitscope"], []):
            faults.append("left behind: %s" % os.listdir(folder))
    return Verdict(case["name"], faults, bare.cpu, traced.cpu)


def run(command: List[str], case: Case) -> Outcome:
    """Runs a program in a folder and a session of its own; nothing of it is left when it has ended."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment.update({"PYTHONDONTWRITEBYTECODE": "1", **case.get("env", {})})
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
        hung = threading.Event()
        watchdog = threading.Timer(case.get("limit", 30), lambda: (hung.set(), _end(process)))
        watchdog.start()
        stdout, stderr = bytearray(), bytearray()
        readers = [
            threading.Thread(target=_read, args=(process.stdout, stdout, _signaller(process, case))),
            threading.Thread(target=_read, args=(process.stderr, stderr, None)),
        ]
        if case.get("closeStdout"):
            process.stdout.close()
            del readers[0]
        for reader in readers:
            reader.start()
        _feed(process, case.get("stdin", ""))
        _, status, usage = os.wait4(process.pid, 0)
        wall, now = time.monotonic() - began, time.time()
        process.returncode = os.waitstatus_to_exitcode(status)
        watchdog.cancel()
        _end(process)
        for reader in readers:
            reader.join()
        for pipe in (process.stdout, process.stderr):
            pipe.close()
    ended = "hung" if hung.is_set() else process.returncode
    return Outcome(ended, bytes(stdout), bytes(stderr), usage.ru_utime + usage.ru_stime, wall, now)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kills whatever is left of a program and of the processes it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _signaller(process: "subprocess.Popen[bytes]", case: Case) -> Optional[threading.Timer]:
    if "signal" not in case:
        return None
    number = getattr(signal, case["signal"])
    return threading.Timer(case.get("signalAfter", 0.1), lambda: os.kill(process.pid, number))


def _read(pipe: Any, into: bytearray, when_ready: Optional[threading.Timer]) -> None:
    while True:
        data = os.read(pipe.fileno(), 65536)
        if not data:
            return
        into += data
        if when_ready is not None and b"READY" in into:
            when_ready.start()
            when_ready = None


def _feed(process: "subprocess.Popen[bytes]", text: str) -> None:
    try:
        process.stdin.write(text.encode())
        process.stdin.close()
    except BrokenPipeError:  # it has ended without reading
        pass


def unlike_manifest(bare: Outcome, case: Case) -> List[str]:
    """In what a program does not even bare what the manifest says."""
    faults = []
    if bare.exit != case["exit"]:
        faults.append("bare exit code %s, not %s" % (bare.exit, case["exit"]))
    for name, output in (("stdout", bare.stdout), ("stderr", bare.stderr)):
        shown, wanted = output.decode("utf-8", "replace"), case[name]
        if wanted == "" and shown or wanted and not re.search(wanted, shown):
            faults.append("bare %s is not as the manifest says: %r" % (name, shown[-500:]))
    return faults


def unlike(bare: Outcome, traced: Outcome, case: Case) -> List[str]:
    """In what the traced run shows that it is one."""
    faults = []
    if traced.exit != bare.exit:
        faults.append("exit code %s -> %s" % (bare.exit, traced.exit))
    pairs = ("stdout", bare.stdout, traced.stdout), ("stderr", bare.stderr, traced.stderr)
    for name, ours, theirs in pairs:
        if masked(ours) != masked(theirs):
            faults.append("%s %r -> %r" % (name, ours[-500:], theirs[-500:]))
    return faults


def masked(output: bytes) -> bytes:
    """Output without what differs between any two runs, or is not the program's own."""
    output = re.sub(rb"0x[0-9a-f]+", b"0x", output)
    output = re.sub(rb"\d+\.\d{3} seconds", b"N seconds", output)
    # Frames of asyncio inside a traceback: their file and source lines, and the marks below.
    frame = rb'(?m)^([ |]*)File "[^"\n]*[/\\]asyncio[/\\][^"\n]*", line \d+, in .*\n(?:\1  .*\n)*'
    return re.sub(frame, b"", output)


def slowness(bare: Outcome, traced: Outcome) -> List[str]:
    """Whether tracing costs more than three times the CPU and a second. The clock on the wall is
    granted some seconds more: on a busy machine it says little, but it shows who waits for nothing."""
    faults = []
    if traced.cpu > 3 * bare.cpu + 1:
        faults.append("CPU %.2f -> %.2f s" % (bare.cpu, traced.cpu))
    if traced.wall > 3 * bare.wall + 5:
        faults.append("time %.1f -> %.1f s" % (bare.wall, traced.wall))
    return faults


def broken_promises(path: str, case: Case, ended: float) -> List[str]:
    """In what the trace file of a program that ended then is not what the manifest promises."""
    promise = case["trace"]
    if promise not in TRACES:
        return ["the manifest promises an unknown trace: %s" % promise]
    if promise == "any":
        return []
    try:
        header, records, whole = reading.read(path)
    except Exception as error:
        return ["the trace is not readable: %s: %s" % (type(error).__name__, error)]
    if header is None:
        return ["the trace has no header"]
    faults = []
    try:
        reading.Replay(records)
        faults += untold(lanes.replay(records), case)
    except AssertionError as error:
        faults.append("the records contradict each other: %s" % error)
    late = ended - header["wall"] - (max(map(_time, records), default=0.0) - header["clock"])
    if late > case.get("seen", late):
        faults.append("the last record is %.2f s older than the program's end" % late)
    names = [name for _, name, _ in records]
    if promise == "header" and set(names) - {"note"}:
        faults.append("the trace has records: %s" % sorted(set(names)))
    if promise != "readable" and not whole:
        faults.append("the trace breaks off")
    if promise == "complete" and (names.count("end") != 1 or names[-1] != "end"):
        faults.append("the trace has %d ends, and ends with %s" % (names.count("end"), names[-1:]))
    if "stopped" in [fields["kind"] for _, name, fields in records if name == "note"]:
        faults.append("the tracer stopped: %s" % records[-1][2])
    for name, least in case.get("records", {}).items():
        if names.count(name) < least:
            faults.append("%d records of %s, not %d" % (names.count(name), name, least))
    megabytes = os.path.getsize(path) / 1e6
    if megabytes > case.get("megabytes", megabytes):
        faults.append("the trace has %.0f MB" % megabytes)
    return faults


def _time(record: Tuple[int, str, Dict[str, Any]]) -> float:
    _, name, fields = record
    return fields.get("time", 0.0) if name != "due" else 0.0


def untold(story: lanes.Story, case: Case) -> List[str]:
    """In what the tasks and loops of a trace are not those that the manifest promises."""
    faults = []
    lives, causes = Counter(map(outcome, story.lives)), Counter()
    for life in story.lives:
        life.segments()
    for loop in story.loops:
        causes.update("step" if isinstance(handle.cause, int) else handle.cause for handle in loop.handles)
    if lives != case.get("lives", lives):
        faults.append("tasks %s, not %s" % (dict(lives), case["lives"]))
    if len(story.loops) != case.get("loops", len(story.loops)):
        faults.append("%d loops, not %d" % (len(story.loops), case["loops"]))
    for cause, least in case.get("causes", {}).items():
        if causes[cause] < least:
            faults.append("%d handles put in by %s, not %d" % (causes[cause], cause, least))
    return faults


def outcome(life: lanes.Life) -> str:
    """How a task ended, in the words of the manifest."""
    last = life.steps[-1] if life.steps else life.eager
    how = "pending"
    if last is not None and life.over:
        how = {lanes.RETURNED: "returned", lanes.CANCELLED: "cancelled"}.get(last.site, "raised")
    if how == "raised":
        how += " " + dict(last.notes)["error"]["type"]
    # Python 3.13.0 calls tasks that a factory makes "None".
    return how if re.match(r"(Task-\d+|None)$", life.name) else "%s: %s" % (life.name, how)


if __name__ == "__main__":
    sys.exit(main())
