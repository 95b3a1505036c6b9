"""Holds traces against the logs that programs keep of themselves (truth/recorder.py), and random
programs against theirs (truth/schedules.py).

    agree.py [--python PY]… [--programs N] [--seed N] [--tracer FOLDER]

Runs N random programs traced, 500 in a process, and holds each trace against its program's log: which
handles ran in which order, put in by what; each task's maker, where it waits, how it ended, who
cancelled it. A program that disagrees is made smaller as long as it does, and printed. The last line is
`N passed, N failed`; the exit code is 1 if one failed.
"""

import argparse
import json
import marshal
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import lanes  # noqa: E402
import reading  # noqa: E402

SCHEDULES = os.path.join(HERE, "truth", "schedules.py")
TRACER = os.path.join(os.path.dirname(os.path.dirname(HERE)), "src", "tracer", "awaitscope")
AT_ONCE = 500  # programs in one process
OUTCOMES = {lanes.RETURNED: "returned", lanes.RAISED: "raised", lanes.CANCELLED: "cancelled"}
# Where nothing but the task's own cancel raises a CancelledError, and where nobody catches it.
SIMPLE = {"asyncio.sleep", "asyncio.Lock.acquire", "asyncio.Semaphore.acquire", "asyncio.Event.wait"}
SIMPLE |= {"asyncio.Queue.get", "asyncio.Queue.put", "yield"}
# What the steps of schedules.py wait on, by the function that awaits.
WHATS = {
    "main": {"asyncio.sleep"},
    "sleep": {"asyncio.sleep", "yield"},
    "clean_up": {"yield"},
    "managed": {"yield"},
    "turn": {"yield"},
    "join": {"asyncio.Task"},
    "gather": {"asyncio.gather"},
    "gather_tasks": {"asyncio.gather"},
    "wait": {"asyncio.wait"},
    "as_completed": {"asyncio.as_completed"},
    "wait_for": {"asyncio.wait_for"},
    "wait_for_task": {"asyncio.wait_for"},
    "shield": {"asyncio.Future"},
    "group": {"asyncio.TaskGroup"},
    "lock": {"asyncio.Lock.acquire"},
    "acquire": {"asyncio.Semaphore.acquire"},
    "wait_event": {"asyncio.Event.wait"},
    "wait_condition": {"asyncio.Condition.wait", "asyncio.Lock.acquire"},
    "notify": {"asyncio.Lock.acquire"},
    "put": {"asyncio.Queue.put"},
    "get": {"asyncio.Queue.get"},
    "meet": {"asyncio.Barrier.wait"},
    "wait_future": {"asyncio.Future"},
    "job": {"asyncio.Future"},
    "__await__": {"asyncio.Future"},
}


def held_against(story, logs):
    """Where the story of a trace contradicts the logs of its loops: a list for each log, and one for
    what is in no log."""
    faults, left = [], list(story.loops)
    for log in logs:
        loop = next((one for one in left if one.id == log["id"]), None)
        if loop is None:
            faults.append(["a loop of %d handles is not in the trace" % len(log["handles"])])
            continue
        left.remove(loop)
        polls = polls_unlike(loop, log["polls"]) + runs_unlike(loop, log["runs"])
        faults.append(handles_unlike(story, loop, log["handles"]) + polls)
    more = ["the trace has a loop more, of %d handles" % len(loop.handles) for loop in left if loop.handles]
    return [*faults, more + [words for life in story.lives for words in lives_unlike(life)]]


def lives_unlike(life):
    """Whether a task's segments tile its life."""
    try:
        parts = life.segments()
    except AssertionError as error:
        return [str(error)]
    gaps = [one for one, other in zip(parts, parts[1:]) if one[2] != other[1]]
    return ["%s has a gap after %s" % (life.name, gap) for gap in gaps]


def handles_unlike(story, loop, log):
    if len(loop.handles) != len(log):
        return ["%d handles ran, not %d" % (len(log), len(loop.handles))]
    faults, last = [], 0.0
    waited = {}  # id of a task -> what it waits on
    for handle, entry in zip(loop.handles, log):
        words = unlike(handle, entry, last) or inside_unlike(story, loop, handle, entry)
        if handle.life and not words:
            words = arrival_unlike(waited.get(entry[2]), handle, entry[11])
            waited[entry[2]] = story.what(loop.stream, handle.site) if handle.site >= 0 else None
        last = handle.end
        if words:
            faults.append("handle %d, %s: %s" % (handle.place, entry[3], words))
    return faults


def unlike(handle, entry, last):
    """In what a handle of the trace is not what the program noted."""
    time, _, task, name, cause, state, following, after, foreign = entry[:9]
    if handle.cause != cause:
        return "put in by %s, not %s" % (cause, handle.cause)
    if state == "skipped" or handle.kind == "skipped":
        return "" if handle.kind == state else "%s, not %s" % (state, handle.kind)
    if not last <= time <= handle.end:
        return "began at %f, not before %f" % (time, handle.end)
    if following is not None and handle.end > following:
        return "ended before %f, not at %f" % (following, handle.end)
    if after is not None and not after - foreign <= handle.length <= after:
        return "left %d handles in the queue, not %d" % (after, handle.length)
    if state == "callback":
        return "" if handle.kind == "callback" else "a callback, not a step"
    if handle.life is None or handle.life.id != task:
        return "a step of task %x, not %s" % (task, handle.life and hex(handle.life.id))
    if handle.life.name != name[:200]:
        return "its name is %r, not %r" % (name, handle.life.name)
    return outcome_unlike(state, handle.site, handle.notes)


def outcome_unlike(state, site, notes):
    told = OUTCOMES.get(site, "waiting")
    if told == "raised":
        told += " " + dict(notes).get("error", {}).get("type", "?")
    return "" if told == state else "%s, not %s" % (state, told)


def inside_unlike(story, loop, handle, entry):
    """Whether a step's place is another one, or what eager tasks did inside the handle."""
    if entry[5] == "waiting" and entry[9] is not None:
        place = places(story, loop, handle.site)
        if place != entry[9]:
            return "waits at %s, not %s" % (entry[9], place)
        what = story.what(loop.stream, handle.site)
        if place and what not in WHATS[place[-1][0]]:
            return "waits at %s on %s" % (place[-1], what)
    eager = [life for life in made_in(handle) if life.eager and places(story, loop, life.function)]
    if entry[9] is not None and [life.id for life in eager] != [one[0] for one in entry[10]]:
        return "%d eager tasks, not %d" % (len(entry[10]), len(eager))
    for life, (_, name, state, place) in zip(eager, entry[10] or ()):
        words = outcome_unlike(state, life.eager.site, life.eager.notes)
        if life.name != name or words:
            return "eager %s %s: %s" % (name, life.name, words)
        if state == "waiting" and places(story, loop, life.eager.site) != place:
            return "eager %s waits at %s, not %s" % (name, place, places(story, loop, life.eager.site))
    return ""


def arrival_unlike(what, handle, arrived):
    """Whether a task that waited on something simple was resumed by a CancelledError, or was not."""
    told = any(name == "cancelled" for name, _ in handle.notes)
    if what not in SIMPLE or arrived is None or told == arrived:
        return ""
    return "a CancelledError %s at %s" % ("arrived" if arrived else "did not arrive", what)


def places(story, loop, site):
    """The await stack of a site as far as it lies in schedules.py, as (function, line)."""
    stack = story.stack(loop.stream, site) if site >= 0 else []
    return [(name, line) for file, name, line in stack if file == SCHEDULES]


def made_in(maker):
    """The tasks that a step or callback has made, and what eager ones of them have, in that order."""
    for life in maker.made:
        yield life
        if life.eager:
            yield from made_in(life.eager)


def polls_unlike(loop, log):
    """Whether at each turn of the loop the queue was as long as the trace says."""
    told = {handles: (time, length) for time, length, handles in loop.polls if length}
    faults = []
    for time, length, handles in log:
        if handles not in told:
            faults.append("a turn before handle %d is not in the trace" % handles)
            continue
        then, said = told[handles]
        late = sum(1 for handle in loop.handles[handles:] if handle.cause == "foreign")
        if then > time or not length - late <= said <= length:
            faults.append("%d handles at turn before %d, not %d" % (length, handles, said))
    if len(told) != len(log):
        faults.append("%d turns with handles, not %d" % (len(log), len(told)))
    return faults


def runs_unlike(loop, log):
    if len(loop.runs) != len(log):
        return ["%d runs, not %d" % (len(log), len(loop.runs))]
    pairs = zip(loop.runs, log)
    return ["a run from %f to %f, not inside %f to %f" % (*a, *b) for a, b in pairs if a[0] < b[0] or a[1] > b[1]]


def lane_gaps(story, logs):
    """By how much each loop's wall time differs from what its lane is filled with, in seconds: what its
    handles ran, and what it polled and slept."""
    gaps = []
    for loop, log in zip(story.loops, logs):
        ran = sum(handle.end - handle.start for handle in loop.handles)
        gaps.append(abs(sum(end - start for start, end in log["runs"]) - ran - loop.idle))
    return gaps


def makers_unlike(loop, made):
    """Whether the trace tells another maker of a task; `made` is [its name, its id, its maker's id]."""
    lives = [life for handle in loop.handles for life in made_in(handle)]
    makers = {life.id: getattr(life.maker, "life", life.maker) for life in lives}  # of a callback: None
    told = {task: getattr(maker, "id", 0) for task, maker in makers.items()}
    return [
        "%s was made by %x, not %x" % (name, maker, told.get(task, -1))
        for name, task, maker in made
        if told.get(task) != maker
    ]


def run(python, tracer, folder, *arguments):
    """Runs schedules.py traced; gives a list of faults for each of its programs, and the handles."""
    out, log = os.path.join(folder, "trace"), os.path.join(folder, "log")
    command = [python, tracer, "--out", out, SCHEDULES, log, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
    if done.returncode:
        return [[done.stdout.decode("utf-8", "replace")[-2000:]]], 0
    with open(log, "rb") as file:
        logs = marshal.load(file)
    with open(log + ".made", "rb") as file:
        notes = marshal.load(file)
    story = lanes.replay(reading.read(out)[1])
    faults = held_against(story, logs)
    if len(story.loops) != len(notes):
        return [["%d loops for %d programs" % (len(story.loops), len(notes))]], 0
    for number, (loop, made) in enumerate(zip(story.loops, notes)):
        faults[number] += makers_unlike(loop, made)
    return faults, sum(len(log["handles"]) for log in logs)


def shrunk(program, fails):
    """A smaller program that still disagrees."""
    while True:
        for one in smaller(program):
            if fails(one):
                program = one
                break
        else:
            return program


def smaller(program):
    """Programs with one step less, or with a step's inner steps in its place."""
    for number, body in enumerate(program["bodies"]):
        for steps in fewer(body):
            bodies = program["bodies"][:number] + [steps] + program["bodies"][number + 1 :]
            yield {**program, "bodies": bodies}


def fewer(steps):
    for place, step in enumerate(steps):
        before, after = steps[:place], steps[place + 1 :]
        yield before + after
        for number, inner in enumerate(step):
            if isinstance(inner, list) and inner and isinstance(inner[0], list):
                yield before + inner + after
                for one in fewer(inner):
                    yield before + [step[:number] + [one] + step[number + 1 :]] + after


def check(python, tracer, seed, programs, folder):
    """How many of the programs disagree, which are printed, and how many handles were compared."""
    bad = compared = 0
    for first in range(seed, seed + programs, AT_ONCE):
        count = min(AT_ONCE, seed + programs - first)
        faults, handles = run(python, tracer, folder, "--seed", str(first), "--programs", str(count))
        compared += handles
        for number, words in enumerate(faults):
            if words:
                bad += 1
                print("program %d: %s" % (first + number, words[:3]), flush=True)
                if number < count and bad < 4:
                    show_smaller(python, tracer, folder, first + number)
    return bad, compared


def show_smaller(python, tracer, folder, seed):
    sys.path.insert(0, os.path.dirname(SCHEDULES))
    import schedules

    def fails(program):
        return any(run(python, tracer, folder, "--program", json.dumps(program))[0])

    program = schedules.generate(seed)
    if fails(program):
        program = shrunk(program, fails)
    print(json.dumps(program), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--python", action="append")
    parser.add_argument("--programs", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tracer", type=os.path.abspath, default=TRACER)
    options = parser.parse_args()
    failed = 0
    for python in options.python or [sys.executable]:
        with tempfile.TemporaryDirectory() as folder:
            bad, compared = check(python, options.tracer, options.seed, options.programs, folder)
        failed += bad
        figures = python, options.programs, options.seed, bad, compared
        print("%s: %d programs from seed %d, %d disagree; %d handles compared" % figures, flush=True)
    total = options.programs * len(options.python or [0])
    print("%d passed, %d failed" % (total - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
