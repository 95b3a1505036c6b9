"""Records the traces that the TypeScript reader's tests read: `test/trace/fixtures/NAME.awaitscope`.

    python record_fixtures.py        with a Python from 3.12 on, for eager tasks

They are the tracer's own records, with what differs from run to run replaced: times (a step takes 10 µs,
longer gaps are rounded to 20 ms), ids, paths, the process. So a change in a fixture is a change in the
tracer, or in asyncio.
"""

import marshal
import os
import subprocess
import sys
import tempfile

import reading
from support import HERE, PROGRAMS, TRACER, environment

FIXTURES = os.path.join(os.path.dirname(HERE), "trace", "fixtures")
STEP, ROUND = 1e-5, 0.02  # seconds
START = 1000.0
IDS = {"task", "object", "loop", "ident", "thread"}  # fields that hold ids
FRAME = 16  # records


def record(name):
    """A fixture's bytes."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, name)
        program = os.path.join(PROGRAMS, name + ".py")
        command = [sys.executable, TRACER, "--out", out, program]
        subprocess.run(command, env=environment(), cwd=PROGRAMS, check=True)
        header, records, _ = reading.read(out)
    assert not [fields for _, kind, fields in records if kind == "note"]
    fields = {"pid": 4711, "script": name + ".py", "cwd": "/project", "wall": 1.7e9, "clock": START}
    header = {**header, **fields}
    return encode(header, normalise(records, header["python"]))


def normalise(records, version):
    """The records with what differs from run to run replaced."""
    times, ids = _times(records), {}
    library = "/usr/lib/python" + version.rpartition(".")[0]
    for stream, kind, fields in records:
        fields = dict(fields)
        for field in IDS.intersection(fields):
            fields[field] = ids.setdefault(fields[field], 140_000_000_000_000 + 64 * len(ids))
        if kind == "due":
            now = max(time for time in times if time < fields["time"])
            fields["time"] = times[now] + round((fields["time"] - now) / ROUND) * ROUND
        elif "time" in fields:
            fields["time"] = times[fields["time"]]
        if kind == "code":
            folder, file = os.path.split(fields["file"])
            inner = os.path.join(library, os.path.basename(folder), file)
            fields["file"] = "/project/" + file if folder == PROGRAMS else inner
        yield stream, kind, fields


def _times(records):
    """Each time of the trace -> the time that stands for it."""
    real = sorted({fields["time"] for _, kind, fields in records if "time" in fields and kind != "due"})
    times, now, before = {}, START, real[0]
    for time in real:
        now += round((time - before) / ROUND) * ROUND or STEP
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


def main():
    os.makedirs(FIXTURES, exist_ok=True)
    for file in sorted(os.listdir(PROGRAMS)):
        if not file.endswith(".py"):
            continue
        name = file[:-3]
        data = record(name)
        fixtures = {name: data}
        if name == "basic":  # as if the program had been killed while it wrote
            fixtures["truncated"] = data[: len(data) * 2 // 3]
        for fixture, content in fixtures.items():
            with open(os.path.join(FIXTURES, fixture + ".awaitscope"), "wb") as output:
                output.write(content)


if __name__ == "__main__":
    main()
