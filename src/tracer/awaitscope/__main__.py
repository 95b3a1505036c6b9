# Runs a program under the tracer. Pythons of any age can read this file, to say what they lack.
"""usage: python [flags] awaitscope --out FILE [--children] (PATH | -m MODULE | -c CODE | -) [args]

Runs the program exactly as python would, and writes a trace of its asyncio tasks to FILE.
With --children, each process that comes of it writes one beside it, to FILE's name with its number.
"""
import os
import sys

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
from awaitscope import OLDEST_PYTHON  # noqa: E402

if sys.version_info < OLDEST_PYTHON:
    sys.stderr.write(
        "awaitscope: Python %d.%d or newer is needed to trace, this is Python %d.%d\n"
        % (OLDEST_PYTHON + tuple(sys.version_info[:2]))
    )
    sys.exit(2)

from awaitscope import launch  # noqa: E402

if "-h" in sys.argv[1:2] or "--help" in sys.argv[1:2]:
    sys.stdout.write(__doc__)
    sys.exit(0)
if sys.argv[1:2] != ["--out"] or len(sys.argv) < 4:
    sys.stderr.write(__doc__)
    sys.exit(2)
family = sys.argv[3] == "--children"
command = sys.argv[4 if family else 3 :]
if not command:
    sys.stderr.write(__doc__)
    sys.exit(2)
launch.run(sys.argv[2], command, family)
