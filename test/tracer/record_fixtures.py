"""Records the traces that the TypeScript reader's tests read: `test/trace/fixtures/NAME.awaitscope`.

    python record_fixtures.py [NAME …]       with a Python from 3.12 on, for eager tasks

They are the tracer's own records, with what differs from run to run replaced: times (a step takes 10 µs,
longer gaps are rounded to 20 ms, those of the samples to 1 ms), ids, paths, the process. So a change in a fixture is a change in the
tracer, or in asyncio.
"""

import marshal
import os
import subprocess
import sys
import tempfile

import reading
from support import HERE, PROGRAMS, TRACER, environment

RECORDED = os.path.join(HERE, "recorded")
SAMPLES = os.path.join(os.path.dirname(HERE), "sample")
FIXTURES = os.path.join(os.path.dirname(HERE), "trace", "fixtures")
STEP, ROUND, FINE = 1e-5, 0.02, 0.001  # seconds
START = 1000.0
# Fields that hold ids, where they are positive.
IDS = {"task", "object", "loop", "ident", "thread", "part", "waiter", "parent"}
DUE = {"due": "time", "timer": "due"}  # records of times to come, and their fields
FRAME = 16  # records


def record(name, program):
    """A fixture's bytes: the trace of `program`, a path."""
    with tempfile.TemporaryDirectory() as home:
        out = os.path.join(home, name)
        folder, _, file = program.rpartition(os.sep)
        command = [sys.executable, TRACER, "--out", out, program]
        subprocess.run(command, env=environment(), cwd=folder, check=True, stderr=subprocess.DEVNULL)
        header, records, _ = reading.read(out)
    assert not [fields for _, kind, fields in records if kind == "note"]
    fields = {"pid": 4711, "script": name + ".py", "cwd": "/project", "wall": 1.7e9, "clock": START}
    header = {**header, **fields}
    unit = FINE if folder == SAMPLES else ROUND
    return encode(header, normalise(records, header["python"], folder, unit))


def normalise(records, version, home, unit):
    """
    The records with what differs from run to run replaced; `home`: the program's folder, `unit`: of times,
    in seconds.
    """
    times, ids = _times(records, unit), {}
    library = "/usr/lib/python" + version.rpartition(".")[0]
    for stream, kind, fields in records:
        fields = dict(fields)
        for field in [field for field in fields if field in IDS]:
            if fields[field] <= 0 or kind == "site":
                continue
            fields[field] = ids.setdefault(fields[field], 140_000_000_000_000 + 64 * len(ids))
        moment = DUE.get(kind)
        if moment:
            now = max(time for time in times if time < fields[moment])
            fields[moment] = round(times[now] + round((fields[moment] - now) / unit) * unit, 5)
        elif "time" in fields:
            fields["time"] = times[fields["time"]]
        if fields.get("file"):
            folder, file = os.path.split(fields["file"])
            inner = os.path.join(library, os.path.basename(folder), file)
            fields["file"] = "/project/" + file if folder == home else inner
        yield stream, kind, fields


def _times(records, unit):
    """Each time of the trace -> the time that stands for it. Up to its first poll a loop is being made."""
    began = min(fields["time"] for _, kind, fields in records if kind == "poll")
    real = sorted({fields["time"] for _, kind, fields in records if "time" in fields and kind not in DUE})
    times, now, before = {}, START, real[0]
    for time in real:
        now += time > began and round((time - before) / unit) * unit or STEP
        times[time] = round(now, 5)
        before = time
    return times


def encode(header, records):
    """A trace file: the header and frames of at most FRAME records of one stream."""
    codes = {name: shape[0] for name, shape in header["records"].items()}
    frames, count = [], 0
    for stream, kind, fields in records:
        if not frames or frames[-1][0] != stream or count == FRAME:
            frames.append((stream, []))
            count = 0
        frames[-1][1].extend(([codes[kind]] if codes[kind] else []) + list(fields.values()))
        count += 1
    data = [marshal.dumps(value, 2) for value in [header, *frames]]
    return reading.MAGIC + b"".join(len(part).to_bytes(4, "little") + part for part in data)


def programs():
    """The programs by name: those whose stories are golden, and those that only the reader reads."""
    for folder in (PROGRAMS, RECORDED, SAMPLES):
        for file in sorted(os.listdir(folder)):
            if file.endswith(".py"):
                yield file[:-3], os.path.join(folder, file)


def main(wanted):
    os.makedirs(FIXTURES, exist_ok=True)
    for name, program in programs():
        if wanted and name not in wanted:
            continue
        data = record(name, program)
        fixtures = {name: data}
        if name == "basic":  # as if the program had been killed while it wrote
            fixtures["truncated"] = data[: len(data) * 2 // 3]
        for fixture, content in fixtures.items():
            with open(os.path.join(FIXTURES, fixture + ".awaitscope"), "wb") as output:
                output.write(content)


if __name__ == "__main__":
    main(sys.argv[1:])
