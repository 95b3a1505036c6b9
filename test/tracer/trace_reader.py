"""A reader of trace files in plain Python: what the tests hold the tracer's files against."""

import marshal
import struct

MAGIC = b"awaitscope 1\n"


def read(path):
    """The header of a trace file, its records as (stream, name, fields), and whether it is whole."""
    with open(path, "rb") as file:
        data = file.read()
    if data[: len(MAGIC)] != MAGIC:
        raise ValueError("%s is no trace file" % path)
    values, whole = _frames(data, len(MAGIC))
    if not values:
        return None, [], whole
    header, frames = values[0], values[1:]
    shapes = {shape[0]: (name, shape[1:]) for name, shape in header["records"].items()}
    records = []
    for stream, flat in frames:
        records.extend((stream, *record) for record in _records(flat, shapes))
    return header, records, whole


def _frames(data, at):
    values = []
    while at + 4 <= len(data):
        (length,) = struct.unpack_from("<I", data, at)
        if at + 4 + length > len(data):
            break
        values.append(marshal.loads(data[at + 4 : at + 4 + length]))
        at += 4 + length
    return values, at == len(data)


def _records(flat, shapes):
    at = 0
    while at < len(flat):
        code = flat[at] if flat[at] < 0 else 0
        name, fields = shapes[code]
        at += code < 0
        yield name, dict(zip(fields, flat[at : at + len(fields)]))
        at += len(fields)
    if at != len(flat):
        raise ValueError("a record is cut")
