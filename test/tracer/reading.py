"""A reader of trace files in plain Python, and a replay that holds each against its own rules.

    python reading.py FILE         prints the records
    python reading.py --story FILE prints what happened, without times and ids
"""

import collections
import marshal
import os
import struct
import sys

MAGIC = b"awaitscope 1\n"
# asyncio's own callbacks that are not the same in every Python.
RENAMED = {"_gather.<locals>._done_callback": "gather.<locals>._done_callback"}
RECENT = {"_discard_awaited_by"}
RETURNED, RAISED, CANCELLED = -1, -2, -3


def read(path):
    """A trace file's header, its records as (stream, name, fields), and whether its end is whole."""
    with open(path, "rb") as file:
        return parse(file.read())


def parse(data):
    """The same of a trace file's bytes, which may break off anywhere behind the first."""
    if data[: len(MAGIC)] != MAGIC:
        raise ValueError("this is no trace file")
    frames, whole = _frames(data, len(MAGIC))
    if not frames:
        return None, [], whole
    header = frames[0]
    shapes = {shape[0]: (name, shape[1:]) for name, shape in header["records"].items()}
    records = []
    for stream, values in frames[1:]:
        records.extend((stream, *record) for record in _records(values, shapes))
    return header, records, whole


def stream(path):
    """The (name, fields) of each record of a trace of any size, one after the other."""
    with open(path, "rb") as file:
        file.read(len(MAGIC))
        shapes = None
        while True:
            head = file.read(4)
            payload = file.read(struct.unpack("<I", head)[0]) if len(head) == 4 else b""
            if not payload:
                return
            value = marshal.loads(payload)
            if shapes is None:
                shapes = {shape[0]: (name, shape[1:]) for name, shape in value["records"].items()}
            else:
                yield from _records(value[1], shapes)


def _frames(data, at):
    frames = []
    while at + 4 <= len(data):
        (length,) = struct.unpack_from("<I", data, at)
        if at + 4 + length > len(data):
            break
        frames.append(marshal.loads(data[at + 4 : at + 4 + length]))
        at += 4 + length
    return frames, at == len(data)


def _records(values, shapes):
    at = 0
    while at < len(values):
        is_step = values[at] >= 0
        name, fields = shapes[0 if is_step else values[at]]
        at += not is_step
        if at + len(fields) > len(values):
            raise ValueError("a %s record is cut" % name)
        yield name, dict(zip(fields, values[at : at + len(fields)]))
        at += len(fields)


class Replay:
    """Runs through the records of a trace as the loops did, and tells the story of each thread.

    Raises AssertionError where the records contradict each other: a queue that would hold fewer than
    no handles, time that goes back, a site that was not defined, a step of an ended task.
    """

    def __init__(self, records):
        self.streams = collections.defaultdict(_Stream)
        for number, name, fields in records:
            stream = self.streams[number]
            if "time" in fields and name not in ("due", "task", "trouble", "sample", "child"):
                assert fields["time"] >= stream.time, "time goes back at %s %s" % (name, fields)
                stream.time = fields["time"]
            getattr(self, "_" + name, self._annotation)(stream, name, fields)

    def story(self):
        """What happened up to the first rest of each thread's loop: a line for each event."""
        threads = sorted(self.streams.values(), key=lambda stream: stream.name)
        return [line for stream in threads for line in ["# " + stream.name, *stream.story]]

    def _annotation(self, stream, name, fields):
        stream.notes[name] = fields

    def _thread(self, stream, name, fields):
        stream.name = fields["name"]

    def _code(self, stream, name, fields):
        stream.codes[fields["code"]] = fields

    def _site(self, stream, name, fields):
        assert fields["parent"] == -1 or fields["parent"] in stream.sites
        assert fields["code"] == -1 or fields["code"] in stream.codes
        assert fields["site"] not in stream.sites
        stream.sites[fields["site"]] = fields

    def _run(self, stream, name, fields):
        # A run of the same loop inside a step goes on with its queue, which that step has left.
        same = [queue for loop, queue, _ in stream.outer if loop == fields["loop"]]
        if stream.loop == fields["loop"]:
            same.append(stream.queue)
            if stream.begun is None:
                stream.begun = self._popped(stream)
        stream.outer.append((stream.loop, stream.queue, stream.begun))
        stream.begun = None
        stream.loop, stream.queue = fields["loop"], same[-1] if same else collections.deque()
        stream.grow(fields["ready"], "the step around it" if same else "start")

    def _rest(self, stream, name, fields):
        assert stream.loop == fields["loop"], "a loop rests that was not the innermost"
        stream.loop, stream.queue, stream.begun = stream.outer.pop()
        stream.told = True

    def _poll(self, stream, name, fields):
        pass

    def _wakeups(self, stream, name, fields):
        stream.grow(fields["io"], "io")
        stream.grow(fields["ready"], "timer")

    def _job(self, stream, name, fields):
        stream.tell("job %d is to run %s" % (fields["job"], stream.sites[fields["site"]]["what"]))

    def _jobStart(self, stream, name, fields):
        stream.tell("job %d starts" % fields["job"])

    def _jobEnd(self, stream, name, fields):
        stream.tell("job %d ends" % fields["job"])

    def _skipped(self, stream, name, fields):
        self._popped(stream)

    def _task(self, stream, name, fields):
        stream.tasks[fields["task"]] = fields["name"]
        function = stream.place(fields["site"]).split(" ")[-1] if fields["site"] >= 0 else "?"
        stream.tell("%s is made of %s" % (fields["name"], function))

    def _name(self, stream, name, fields):
        stream.tell("%s is its name" % fields["name"])
        if fields["task"] in stream.tasks:  # it may have ended, if it was eager
            stream.tasks[fields["task"]] = fields["name"]

    def _eager(self, stream, name, fields):
        self._outcome(stream, fields, "at once")
        stream.notes.clear()

    def _step(self, stream, name, fields):
        cause = self._popped(stream)
        task = self._outcome(stream, fields, "by " + cause)
        stream.grow(fields["ready"], task)
        stream.notes.clear()

    def _callback(self, stream, name, fields):
        cause = self._popped(stream)
        what = RENAMED.get(stream.sites[fields["site"]]["what"], stream.sites[fields["site"]]["what"])
        if what not in RECENT:
            stream.tell("%s() by %s" % (what, cause))
        stream.grow(fields["ready"], what + "()")
        stream.notes.clear()

    def _popped(self, stream):
        if stream.begun is not None:
            cause, stream.begun = stream.begun, None
            return cause
        place = stream.notes.get("picked", {"place": 0})["place"]
        if place < 0:
            return "hand"
        if place == len(stream.queue) and "foreign" in stream.notes:
            return "another thread"  # put in after the last length was told, and before the loop looked
        assert place < len(stream.queue), "a handle ran that nobody had put in the queue"
        cause = stream.queue[place]
        del stream.queue[place]
        return "another thread" if "foreign" in stream.notes else cause

    def _home(self, stream, task):
        """The living tasks among which one is: first those made in the thread itself. Others may have
        its id already, because threads write one after the other."""
        streams = (stream, *self.streams.values())
        return next((one.tasks for one in streams if task in one.tasks), stream.tasks)

    def _late(self, stream, name, fields):
        if fields["site"] >= 0:
            task = self._home(stream, fields["task"])[fields["task"]]
            stream.tell("%s was there: waits %s" % (task, stream.stack(fields["site"])))
        stream.notes.clear()

    def _outcome(self, stream, fields, cause):
        task, site = fields["task"], fields["site"]
        tasks = self._home(stream, task)
        assert task in tasks, "a step of a task that was not made"
        name = tasks[task]
        if site >= 0:
            awaited = stream.notes.get("waits", {}).get("object")
            waits = self._home(stream, awaited).get(awaited)
            on = " on " + waits if waits else ""
            stream.tell("%s %s: waits %s%s" % (name, cause, stream.stack(site), on))
            return name
        del tasks[task]
        error = {"type": "?", "text": "", **stream.notes.get("error", {})}
        how = {
            RETURNED: "returned",
            RAISED: "raised %(type)s(%(text)s)" % error,
            CANCELLED: "cancelled",
        }
        stream.tell("%s %s: %s" % (name, cause, how.get(site, "waits somewhere")))
        return name


class _Stream:
    def __init__(self):
        self.name = ""
        self.time = 0.0
        self.tasks = {}  # id -> name of the living
        self.codes, self.sites, self.notes = {}, {}, {}
        self.loop, self.queue, self.outer = None, collections.deque(), []
        self.begun = None  # the cause of the step in progress, if a run inside it was recorded
        self.story, self.told = [], False

    def tell(self, line):
        """Adds to the story; what a runner does after the program's own run is none of it."""
        if not self.told:
            self.story.append(line)

    def grow(self, length, cause):
        """What made the queue as long as it is."""
        assert length >= len(self.queue), "the queue shrinks from %d to %d" % (len(self.queue), length)
        self.queue.extend([cause] * (length - len(self.queue)))

    def place(self, number):
        site = self.sites[number]
        code = self.codes[site["code"]]
        name = code["name"].rpartition(".")[2]
        folder, file = os.path.split(code["file"])
        if os.path.basename(folder) == "asyncio":  # its lines differ from version to version
            return "%s %s" % (file, name)
        return "%s:%d %s" % (file, site["line"], name)

    def stack(self, number):
        """The await stack of a site, outermost first."""
        places, what = [], self.sites[number]["what"]
        while number != -1:
            places.append(self.place(number))
            number = self.sites[number]["parent"]
        return " > ".join(reversed(places)) + " | " + what


def main(arguments):
    header, records, whole = read(arguments[-1])
    if arguments[0] == "--story":
        print(*Replay(records).story(), sep="\n")
        return
    print(header)
    for stream, name, fields in records:
        print(stream, name, *("%s=%r" % item for item in fields.items()))
    print("whole" if whole else "cut")


if __name__ == "__main__":
    main(sys.argv[1:])
