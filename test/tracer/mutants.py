"""Breaks the tracer on purpose, in a copy, and shows that a test notices.

    mutants.py [--python PY] [--only N,N]

Each mutant runs the unit tests up to the first failure, then the hostile programs. One that nobody
notices, or whose text is no more in the tracer, is a failure. The last line is `N passed, N failed`.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
TRACER = os.path.join(os.path.dirname(os.path.dirname(HERE)), "src", "tracer", "awaitscope")
TESTS = "test_truth", "test_limits", "test_records", "test_stories", "test_launch"


class Mutant(NamedTuple):
    """What is wrong with it; the file, its text and what stands there instead, each time."""

    fault: str
    file: str
    text: str
    instead: str


MUTANTS = (
    Mutant("drops the records of cancelled handles", "steps.py", "extend(skipped)", "pass"),
    Mutant(
        "drops the last step of each task",
        "steps.py",
        "extend((number, now, returned, len(ready)))",
        "pass",
    ),
    Mutant(
        "tells a queue one too short",
        "steps.py",
        "extend((number, now, returned, len(ready)))",
        "extend((number, now, returned, max(0, len(ready) - 1)))",
    ),
    Mutant(
        "tells a queue one too long after sleep(0)",
        "steps.py",
        "extend((number, now, site, len(ready)))",
        "extend((number, now, site, len(ready) + 1))",
    ),
    Mutant("stamps steps a millisecond late", "steps.py", "now = clock()", "now = clock() + 0.001"),
    Mutant("stamps steps before they ran", "steps.py", "now = clock()", "now = stream.deadline - 1"),
    Mutant("keeps the last task of a turn", "steps.py", "task = waiter = awaited = None", "pass"),
    Mutant("forgets no task", "steps.py", "del known[number]", "pass"),
    Mutant("takes one future for another", "steps.py", "spot.recall_future(type(waiter))", "pass"),
    Mutant("tells errors as results", "awaits.py", "return RAISED", "return RETURNED"),
    Mutant("tells cancels as errors", "awaits.py", "else CANCELLED", "else RAISED"),
    Mutant("tells due times in the wrong clock", "awaits.py", " + clock_offset))", " + clock_offset + 1))"),
    Mutant("tells the callers in the wrong order", "awaits.py", "for place in seen:", "for place in seen[::-1]:"),
    Mutant("tells timers as input", "instrument.py", "(wakeups, clock(), io, todo)", "(wakeups, clock(), todo, todo)"),
    Mutant("never tells what woke the loop", "instrument.py", "if todo == before else", "if True else"),
    Mutant("does not tell threads", "instrument.py", "stream.foreign[id(handle)] = get_ident()", "pass"),
    Mutant("puts eager tasks behind what they did", "session.py", "stream.values[place:place] =", "stream.values[len(stream.values):] ="),
    Mutant("drops eager steps", "session.py", "stream.extend((record.EAGER,", "str((record.EAGER,"),
    Mutant("never ends", "record.py", "*more, END, clock()]", "*more]"),
    Mutant("ends twice", "record.py", "*more, END, clock()]", "*more, END, clock(), END, clock()]"),
    Mutant("drops the ends of runs", "session.py", "stream.extend((record.REST, now,", "str((record.REST, now,"),
    Mutant("drops names given late", "session.py", "values[-2] = name", "pass"),
    Mutant("flushes late", "record.py", "INTERVAL = 0.005", "INTERVAL = 5"),
    Mutant("sleeps with records in hand", "instrument.py", "    flush(stream)\n", ""),
    Mutant("writes twice", "record.py", " " * 16 + "self._put(data)", " " * 16 + "self._put(data); self._put(data)"),
    Mutant("writes to other streams", "record.py", "self.file.write(self.number, self.values)", "self.file.write(0, self.values)"),
    Mutant("loses what it cannot write at once", "record.py", "self.broken = written != len(data)", "pass"),
    Mutant("does not count what it drops", "record.py", "self.lost += count(values)", "self.lost += 1"),
    Mutant("has no limit", "record.py", "if self.size + len(data) > self.limit:", "if False:"),
    Mutant("keeps names of any length", "record.py", "MAX_NAME = 200", "MAX_NAME = 1 << 40"),
    Mutant("trusts a descriptor", "record.py", "if _identity(self.fd) == self.identity:", "if True:"),
    Mutant("writes from forked children", "record.py", "self.pid != _getpid()", "False"),
    Mutant("keeps every place", "sites.py", "MAX_SITES = 6_000", "MAX_SITES = 1 << 40"),
    Mutant("tells objects in errors", "chain.py", 'else:\n            return ""', "else:\n            parts.append(str(part))"),
    Mutant("does not tell where cancels arrive", "cancels.py", "stream.extend((CANCELLED, _requests(task)))", "pass"),
)  # fmt: skip


def noticed_by(python: str, mutant: Mutant) -> str:
    """The first test that fails with it; "" if none does. Raises ValueError if it cannot be made."""
    with tempfile.TemporaryDirectory() as folder:
        tracer = os.path.join(folder, "awaitscope")
        shutil.copytree(TRACER, tracer, ignore=shutil.ignore_patterns("__pycache__"))
        path = os.path.join(tracer, mutant.file)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if mutant.text not in text:
            raise ValueError("%s has no %r" % (mutant.file, mutant.text))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(mutant.text, mutant.instead))
        env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        for test in TESTS:
            words = _run([python, "-m", "unittest", "-f", test], {**env, "AWAITSCOPE_TRACER": tracer})
            failed = re.search(r"^(?:FAIL|ERROR): (.*)", words, re.M)
            if failed:
                return "%s %s" % (test, failed[1].split()[0])
        words = _run([python, "hostile/run.py", "--python", python, "--tracer", tracer], env)
        failed = re.search(r"^FAIL \S+ (\S+)", words, re.M)
        return "hostile program %s" % failed[1] if failed else ""


def _run(command: list, env: dict) -> str:
    done = subprocess.run(
        command, cwd=HERE, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600
    )
    return done.stdout.decode("utf-8", "replace")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--only", help="their numbers")
    options = parser.parse_args()
    chosen = [int(one) for one in options.only.split(",")] if options.only else range(len(MUTANTS))
    passed = failed = 0
    for number in chosen:
        mutant = MUTANTS[number]
        try:
            who = noticed_by(options.python, mutant)
        except ValueError as error:
            who = ""
            print(error)
        passed, failed = passed + bool(who), failed + (not who)
        print("%2d %-45s %s" % (number, mutant.fault, who or "NOBODY NOTICES"), flush=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
