"""How the tests run programs: bare, and traced in either form."""

import os
import subprocess
import sys
import tempfile
import unittest

import reading

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = os.path.join(HERE, "programs")
TRACER = os.environ.get(
    "AWAITSCOPE_TRACER", os.path.join(os.path.dirname(os.path.dirname(HERE)), "src", "tracer", "awaitscope")
)
INJECT = os.path.join(TRACER, "inject")


def environment(**changes):
    """The environment that test programs get: ours, without Python's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **changes}


# Where packages lie for Pythons that have none of their own: Debian's, and those of its next release,
# which test/pythons/extra.sh brings.
PACKAGES = (
    "",
    os.path.join(os.path.dirname(os.path.dirname(HERE)), ".vscode-test", "pythons", "packages"),
    "/usr/lib/python3/dist-packages",
)


def packages(*names):
    """The environment in which this Python can import packages, None if it cannot."""
    for path in PACKAGES:
        env = environment(**{"PYTHONPATH": path} if path else {})
        command = [sys.executable, "-W", "ignore", "-c", "import " + ", ".join(names)]
        if subprocess.run(command, env=env, stderr=subprocess.DEVNULL).returncode == 0:
            return env
    return None


class TracerTest(unittest.TestCase):
    """A test with a folder of its own, in which it may run programs."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)
        self.out = os.path.join(self.folder, "trace.awaitscope")

    def write(self, name, source):
        """Makes a file in the test's folder; gives its path."""
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(source)
        return path

    def bare(self, *command, flags=(), env=None, **options):
        """Runs a program as its user would."""
        return self.run_python([*flags, *command], env or environment(), options)

    def traced(self, *command, flags=(), env=None, **options):
        """Runs it traced, through the launcher."""
        launcher = [*flags, TRACER, "--out", self.out]
        return self.run_python([*launcher, *command], env or environment(), options)

    def injected(self, *command, flags=(), env=None, **options):
        """Runs it traced in the form that the editor starts: its own command line."""
        env = env or environment()
        path = [INJECT, env["PYTHONPATH"]] if "PYTHONPATH" in env else [INJECT]
        env = {**env, "PYTHONPATH": os.pathsep.join(path), "AWAITSCOPE_OUT": self.out}
        return self.run_python([*flags, *command], env, options)

    def run_python(self, arguments, env, options):
        return subprocess.run(
            [sys.executable, *arguments],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            universal_newlines=True,
            timeout=60,
            **{"cwd": self.folder, "stdin": subprocess.DEVNULL, **options},
        )

    def trace(self):
        """The records of the trace that was written: whole, without contradiction, not broken off."""
        header, records, whole = reading.read(self.out)
        self.assertTrue(whole)
        stopped = [fields for _, name, fields in records if name == "note" and fields["kind"] == "stopped"]
        self.assertEqual([], stopped)
        reading.Replay(records)
        return records

    def traced_source(self, source, **options):
        """Runs a program given as text, which must not complain; gives the records of its trace."""
        done = self.traced(self.write("program.py", source), **options)
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        return self.trace()


def named(records, name):
    """The fields of all records of one name."""
    return [fields for _, kind, fields in records if kind == name]
