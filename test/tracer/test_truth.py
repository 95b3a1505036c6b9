"""What a trace tells against what its program has noted of itself, handle by handle."""

import marshal
import os
import statistics
import sys
import unittest

import lanes
import reading
from support import HERE, PROGRAMS, TracerTest

TRUTH = os.path.join(HERE, "truth")
WORKLOADS = 9 if sys.version_info >= (3, 11) else 8  # without task groups
OLDEST = {"task_group": (3, 11), "eager": (3, 12)}
OUTCOMES = {lanes.RETURNED: "returned", lanes.RAISED: "raised", lanes.CANCELLED: "cancelled"}


def held_against(story, logs):
    """Where the story of a trace contradicts the logs of its loops; how many handles were compared."""
    faults, compared = [], 0
    left = list(story.loops)
    for log in logs:
        loop = next((one for one in left if one.id == log["id"]), None)
        if loop is None:
            faults.append("a loop of %d handles is not in the trace" % len(log["handles"]))
            continue
        left.remove(loop)
        compared += len(log["handles"])
        faults += handles_unlike(loop, log["handles"]) + polls_unlike(loop, log["polls"])
        faults += runs_unlike(loop, log["runs"])
    faults += ["the trace has a loop more, of %d handles" % len(loop.handles) for loop in left if loop.handles]
    return faults, compared


def handles_unlike(loop, log):
    if len(loop.handles) != len(log):
        return ["%d handles ran, not %d" % (len(log), len(loop.handles))]
    faults, last = [], 0.0
    for handle, entry in zip(loop.handles, log):
        words = unlike(handle, entry, last)
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
    if OUTCOMES.get(handle.site, "waiting") != state.split()[0]:
        return "%s, not %s" % (state, OUTCOMES.get(handle.site, "waiting"))
    error = dict(handle.notes).get("error", {}).get("type")
    return "" if state.split()[1:] in ([], [error]) else "%s, not %s" % (state, error)


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


class Truth(TracerTest):
    def recorded(self, *command):
        """The story of a program's trace, and what the program noted; held against each other."""
        path = os.path.join(self.folder, "log")
        done = self.traced(os.path.join(TRUTH, "recorder.py"), path, *command)
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        story = lanes.replay(self.trace())
        with open(path, "rb") as file:
            logs = marshal.load(file)
        faults, compared = held_against(story, logs)
        self.assertEqual([], faults[:10])
        for life in story.lives:
            parts = life.segments()
            self.assertEqual([part[2] for part in parts[:-1]], [part[1] for part in parts[1:]])
        return story, logs, compared

    def test_workloads(self):
        story, logs, compared = self.recorded(os.path.join(TRUTH, "workloads.py"))
        self.assertEqual(WORKLOADS, len(logs))
        self.assertGreater(compared, 10_000)
        gaps = lane_gaps(story, logs)
        self.assertLess(statistics.median(gaps), 0.001, gaps)

    def test_programs(self):
        for file in sorted(os.listdir(PROGRAMS)):
            if file.endswith(".py") and sys.version_info >= OLDEST.get(file[:-3], (3, 9)):
                with self.subTest(file):
                    _, logs, _ = self.recorded(os.path.join(PROGRAMS, file))
                    self.assertTrue(logs)


if __name__ == "__main__":
    unittest.main()
