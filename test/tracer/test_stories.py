"""Golden traces: what the tracer tells of the programs in `programs/`.

`golden/NAME.txt` is the story of `programs/NAME.py`. Where asyncio itself went another way in older
Pythons, `golden/NAME@3.11.txt` is the story up to and including 3.11.

    AWAITSCOPE_WRITE=1 python -m unittest test_stories      writes the stories anew
"""

import os
import re
import sys
import unittest

import reading
from support import HERE, PROGRAMS, TracerTest

GOLDEN = os.path.join(HERE, "golden")
OLDEST = {"task_group": (3, 11), "eager": (3, 12)}


def golden(name):
    """The file with a program's story, for the Python that runs this."""
    places = []
    for file in os.listdir(GOLDEN):
        match = re.fullmatch(re.escape(name) + r"@(\d+)\.(\d+)\.txt", file)
        if match:
            version = int(match.group(1)), int(match.group(2))
            if version >= sys.version_info[:2]:
                places.append((version, file))
    return os.path.join(GOLDEN, min(places)[1] if places else name + ".txt")


class Stories(TracerTest):
    maxDiff = None

    def check(self, name):
        if sys.version_info < OLDEST.get(name, (3, 9)):
            self.skipTest("asyncio has it from Python %d.%d on" % OLDEST[name])
        done = self.traced(os.path.join(PROGRAMS, name + ".py"))
        self.assertEqual(("", "", 0), (done.stdout, done.stderr, done.returncode))
        story = "\n".join(reading.Replay(self.trace()).story()) + "\n"
        if os.environ.get("AWAITSCOPE_WRITE"):
            with open(golden(name), "w", encoding="utf-8") as file:
                file.write(story)
        with open(golden(name), encoding="utf-8") as file:
            self.assertEqual(file.read(), story)


def _test(name):
    return lambda self: self.check(name)


for _file in sorted(os.listdir(PROGRAMS)):
    if _file.endswith(".py"):
        setattr(Stories, "test_" + _file[:-3], _test(_file[:-3]))


if __name__ == "__main__":
    unittest.main()
