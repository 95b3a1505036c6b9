"""A trace taken apart: what each loop ran, what had put it in the queue, and every task's life.

`replay` goes through the records as a viewer does. It is what the truth tests hold against logs that
programs keep of themselves, so it uses nothing but the records. Raises AssertionError where the
records contradict each other.
"""

import collections
from typing import Any, Deque, Dict, List, NamedTuple, Optional, Tuple, Union

Fields = Dict[str, Any]
# The handle's place in its loop's list; or "start", "io", "timer", "foreign"; "outer" of a run of the
# same loop inside a step: what it found in the queue besides; "hand": it never was in the queue.
Cause = Union[int, str]

RETURNED, RAISED, CANCELLED = -1, -2, -3


class Handle:
    """One handle that a loop took from its queue: times in seconds of the program's perf_counter."""

    def __init__(self, place: int, cause: Cause, ready: float, start: float):
        self.place = place
        self.cause = cause
        self.ready = ready  # when what had put it in the queue had ended, or the loop noticed it
        self.start = start
        self.end = start
        self.kind = ""  # step, callback, skipped
        self.life: Optional[Life] = None  # of a step
        self.site = -1
        self.length = 0  # of the queue, right after it
        self.notes: List[Tuple[str, Fields]] = []
        self.made: List[Life] = []


class Eager(NamedTuple):
    """The first step of an eager task, inside its creator's."""

    end: float
    site: int
    notes: List[Tuple[str, Fields]]
    made: List["Life"]


class Life:
    """A task, from its making to its end."""

    def __init__(self, fields: Fields, at: int):
        self.id, self.name, self.created = fields["task"], fields["name"], fields["time"]
        self.function = fields["site"]
        self.at = at  # how many annotations the step in progress had then
        self.maker: Union[Handle, "Life", None] = None  # the handle or the eager task that made it
        self.eager: Optional[Eager] = None
        self.steps: List[Handle] = []
        self.over = False

    def segments(self) -> List[Tuple[str, float, float]]:
        """(state, start, end) from the making on, each of which begins where the last one ends."""
        parts, now = [], self.created
        if self.eager:
            parts.append(("running", now, self.eager.end))
            now = self.eager.end
        for step in self.steps:
            if now == step.end and step is self.steps[0]:  # made past the loop: told at its first step
                now = step.ready
            state = "suspended" if parts else "created"
            parts += [(state, now, step.ready), ("ready", step.ready, step.start)]
            parts.append(("running", step.start, step.end))
            now = step.end
        for state, start, end in parts:
            assert start <= end, "%s of %s ends %f s before it begins" % (state, self.name, start - end)
        return parts


class Loop:
    """One loop of the program, over all its runs."""

    def __init__(self, number: int, kind: str, stream: int):
        self.id, self.kind, self.stream = number, kind, stream
        self.handles: List[Handle] = []
        self.polls: List[Tuple[float, int, int]] = []  # time, queue's length then, handles run so far
        self.runs: List[Tuple[float, float]] = []
        self.idle = 0.0  # seconds between handles: polling, sleeping, beginning and ending a run


class _Run:
    """A run of a loop that has not ended yet."""

    def __init__(self, loop: Loop, start: float):
        self.loop, self.start = loop, start
        self.queue: Deque[Tuple[Cause, float]] = collections.deque()
        self.begun: Optional[Tuple[Cause, float]] = None  # of the step in progress, once a run inside it
        # of the same loop was told: it had left the queue before
        self.last = start  # when the last handle ended, or the loop had polled
        self.notes: List[Tuple[str, Fields]] = []
        self.made: List[Life] = []


class _Stream:
    def __init__(self) -> None:
        self.outside = _Run(Loop(0, "", 0), 0.0)  # what happens while no loop runs
        self.runs: List[_Run] = []
        self.codes: Dict[int, Fields] = {}
        self.sites: Dict[int, Fields] = {}

    @property
    def run(self) -> _Run:
        return self.runs[-1] if self.runs else self.outside


class Story:
    """What `replay` has found: loops in the order in which they first ran, lives as they began."""

    def __init__(self) -> None:
        self.loops: List[Loop] = []
        self.lives: List[Life] = []
        self.streams: Dict[int, _Stream] = collections.defaultdict(_Stream)

    def stack(self, stream: int, site: int) -> List[Tuple[str, str, int]]:
        """(file, function, line) of an await stack, outermost first."""
        places, known = [], self.streams[stream]
        while site >= 0:
            fields = known.sites[site]
            code = known.codes.get(fields["code"])
            if code is not None:
                places.append((code["file"], code["name"].rpartition(".")[2], fields["line"]))
            site = fields["parent"]
        return places[::-1]

    def what(self, stream: int, site: int) -> str:
        """What a site says that is waited on there."""
        return self.streams[stream].sites[site]["what"]


def replay(records: List[Tuple[int, str, Fields]]) -> Story:
    """Runs through a trace's records."""
    story = Story()
    current: Dict[int, Life] = {}
    open_loops: Dict[int, Loop] = {}
    for number, name, fields in records:
        stream = story.streams[number]
        run = stream.run
        if name == "code":
            stream.codes[fields["code"]] = fields
        elif name == "site":
            stream.sites[fields["site"]] = fields
        elif name == "run":
            loop = open_loops.get(fields["loop"])
            if loop is None:
                loop = open_loops[fields["loop"]] = Loop(fields["loop"], fields["class"], number)
                story.loops.append(loop)
            if run.loop is loop and run.begun is None:
                run.begun = run.queue.popleft()
            stream.runs.append(_Run(loop, fields["time"]))
            around = [one.queue for one in stream.runs[:-1] if one.loop is loop]
            if around:  # inside a step of the same loop, whose queue it works on
                stream.run.queue = around[-1]
            _grow(stream.run, fields["ready"], "outer" if around else "start", fields["time"])
        elif name == "rest":
            assert run.loop.id == fields["loop"], "a loop rests that does not run"
            stream.runs.pop()
            run.loop.runs.append((run.start, fields["time"]))
            run.loop.idle += fields["time"] - run.last
        elif name == "close":
            open_loops.pop(fields["loop"], None)
        elif name in ("poll", "wakeups"):
            _poll(run, fields)
        elif name == "task":
            life = Life(fields, len(run.notes))
            # A pending task may have been collected, and its id used again, but not at once.
            twins = [one for one in run.made[-1:] if one.id == life.id and not one.over]
            assert not twins, "%s is made twice" % life.name
            current[life.id] = life
            story.lives.append(life)
            run.made.append(life)
        elif name == "name":
            if fields["task"] in current:
                current[fields["task"]].name = fields["name"]
        elif name == "eager":
            _eager(run, fields, current[fields["task"]])
        elif name == "late":  # where a task waits that was made before the trace began
            run.notes.clear()
        elif name in ("step", "callback", "skipped"):
            _handle(run, name, fields, current)
        elif name not in ("thread", "note", "end", "lost", "jobStart", "jobEnd", "sample", "child"):
            run.notes.append((name, fields))
    return story


def _poll(run: _Run, fields: Fields) -> None:
    time = fields["time"]
    for cause, length in (("io", fields.get("io")), ("timer", fields.get("ready"))):
        _grow(run, length, cause, time)
    assert time >= run.last, "time goes back"
    run.loop.idle += time - run.last
    run.last = time
    run.loop.polls.append((time, len(run.queue), len(run.loop.handles)))


def _grow(run: _Run, length: Optional[int], cause: Cause, time: float) -> None:
    if length is not None:
        missing = length - len(run.queue)
        assert missing >= 0, "the queue shrinks from %d to %d" % (len(run.queue), length)
        run.queue.extend([(cause, time)] * missing)


def _handle(run: _Run, kind: str, fields: Fields, current: Dict[int, Life]) -> None:
    notes = dict(run.notes)
    place = notes.get("picked", {"place": 0})["place"]  # most loops take what is in front
    foreign = "foreign" in notes
    if place < 0:
        cause, ready = "hand", run.last
    elif run.begun is not None:
        (cause, ready), run.begun = run.begun, None
    elif foreign and place == len(run.queue):
        # Put in by another thread after the loop had looked: the next record finds the queue longer.
        cause, ready = "foreign", run.last
    else:
        assert place < len(run.queue), "a handle ran that nobody had put in the queue"
        cause, ready = run.queue[place]
        del run.queue[place]
    handle = Handle(len(run.loop.handles), "foreign" if foreign else cause, ready, run.last)
    run.loop.handles.append(handle)
    handle.kind = kind
    handle.length = len(run.queue)
    if kind == "skipped":
        run.notes.clear()
        return
    handle.end = run.last = fields["time"]
    assert handle.end >= handle.start, "time goes back"
    handle.site, handle.length = fields["site"], fields["ready"]
    handle.notes, run.notes = run.notes, []
    handle.made, run.made = run.made, []
    for life in handle.made:
        life.maker = handle
    if kind == "step":
        life = current.get(fields["task"])
        assert life is not None and not life.over, "a step of a task that was not made"
        handle.life = life
        life.steps.append(handle)
        life.over = handle.site in (RETURNED, RAISED, CANCELLED)
    _grow(run, fields["ready"], handle.place, handle.end)


def _eager(run: _Run, fields: Fields, life: Life) -> None:
    """What was told after the task's making and before this is of its own first step."""
    assert life in run.made, "an eager task that the step in progress did not make"
    place = run.made.index(life)
    made, run.made = run.made[place + 1 :], run.made[: place + 1]
    notes, run.notes = run.notes[life.at :], run.notes[: life.at]
    for one in made:
        one.maker = life
    life.eager = Eager(fields["time"], fields["site"], notes, made)
    life.over = life.eager.site in (RETURNED, RAISED, CANCELLED)
