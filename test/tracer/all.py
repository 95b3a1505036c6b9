"""Runs the tests of the tracer on this Python; says at the end which were not run, and why."""

import collections
import os
import sys
import unittest


def main() -> int:
    tests = unittest.defaultTestLoader.discover(os.path.dirname(os.path.abspath(__file__)))
    result = unittest.TextTestRunner().run(tests)
    reasons = collections.Counter(reason for _, reason in result.skipped)
    for reason, count in reasons.most_common():
        sys.stderr.write("not run (%d): %s\n" % (count, " ".join(reason.split())))
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main())
