"""What a trace tells against what its program has noted of itself, handle by handle."""

import marshal
import os
import statistics
import sys
import unittest

import lanes
from agree import held_against, lane_gaps, run
from support import HERE, PROGRAMS, TRACER, TracerTest

TRUTH = os.path.join(HERE, "truth")
WORKLOADS = 9 if sys.version_info >= (3, 11) else 8  # without task groups
RANDOM = 150  # programs; `agree.py` runs more
OLDEST = {"task_group": (3, 11), "eager": (3, 12)}


class Truth(TracerTest):
    def recorded(self, *command):
        """The story of a program's trace, and what the program noted; held against each other."""
        path = os.path.join(self.folder, "log")
        done = self.traced(os.path.join(TRUTH, "recorder.py"), path, *command)
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        story = lanes.replay(self.trace())
        with open(path, "rb") as file:
            logs = marshal.load(file)
        self.assertEqual([[]] * (len(logs) + 1), held_against(story, logs))
        return story, logs

    def test_workloads(self):
        story, logs = self.recorded(os.path.join(TRUTH, "workloads.py"))
        self.assertEqual(WORKLOADS, len(logs))
        self.assertGreater(sum(len(log["handles"]) for log in logs), 10_000)
        gaps = lane_gaps(story, logs)
        self.assertLess(statistics.median(gaps), 0.001, gaps)

    def test_programs(self):
        for file in sorted(os.listdir(PROGRAMS)):
            if file.endswith(".py") and sys.version_info >= OLDEST.get(file[:-3], (3, 9)):
                with self.subTest(file):
                    _, logs = self.recorded(os.path.join(PROGRAMS, file))
                    self.assertTrue(logs)

    def test_random_programs(self):
        faults, compared = run(sys.executable, TRACER, self.folder, "--programs", str(RANDOM))
        self.assertEqual([], ["program %d: %s" % pair for pair in enumerate(faults) if pair[1]])
        self.assertEqual(RANDOM + 1, len(faults))
        self.assertGreater(compared, 10 * RANDOM)


if __name__ == "__main__":
    unittest.main()
