#!/usr/bin/env python3
"""Runs unittest modules in this process and notes each test's result: one line of JSON for each event.

    suite_runner.py RESULTS [--only FILE] MODULE…

Invariant: the same command with and without a tracer in front of it runs exactly the same tests. So
this is a script of its own, and `python -m test`, whose workers are processes of their own, is not used.
"""

import json
import os
import sys
import tempfile
import unittest


def main(results, *modules):
    only = None
    if modules[0] == "--only":
        with open(modules[1], encoding="utf-8") as file:
            only = set(file.read().splitlines())
        modules = modules[2:]
    write = _writer(results)
    os.chdir(tempfile.mkdtemp(prefix="suite_"))  # tests write where they are, as under libregrtest
    try:
        tests = unittest.defaultTestLoader.loadTestsFromNames(modules)
    except unittest.SkipTest as reason:  # a module for another system
        write(kind="result", id=modules[0], result="skip", detail=str(reason))
        write(kind="end")
        return 0
    suite = unittest.TestSuite(_chosen(tests, only))
    result = unittest.TextTestRunner(verbosity=0, resultclass=_result_class(write)).run(suite)
    write(kind="end")
    return 0 if result.wasSuccessful() else 1


def _writer(path):
    """A function that appends one event to the file, in this process and not in a forked one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    owner = os.getpid()

    def write(**event):
        if os.getpid() == owner:
            os.write(descriptor, (json.dumps(event) + "\n").encode())

    return write


def _chosen(suite, only):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from _chosen(test, only)
        elif only is None or test.id() in only:
            yield test


def _result_class(write):
    class Result(unittest.TextTestResult):
        def _note(self, test, result, detail=""):
            write(kind="result", id=test.id(), result=result, detail=detail[-4000:])

        def startTest(self, test):
            write(kind="start", id=test.id())
            super().startTest(test)

        def stopTest(self, test):
            write(kind="stop", id=test.id())
            super().stopTest(test)

        def addSuccess(self, test):
            self._note(test, "ok")
            super().addSuccess(test)

        def addSkip(self, test, reason):
            self._note(test, "skip", reason)
            super().addSkip(test, reason)

        def addError(self, test, err):
            self._note(test, "error", self._exc_info_to_string(err, test))
            super().addError(test, err)

        def addFailure(self, test, err):
            self._note(test, "fail", self._exc_info_to_string(err, test))
            super().addFailure(test, err)

        def addExpectedFailure(self, test, err):
            self._note(test, "expected failure")
            super().addExpectedFailure(test, err)

        def addUnexpectedSuccess(self, test):
            self._note(test, "unexpected success")
            super().addUnexpectedSuccess(test)

        def addSubTest(self, test, subtest, err):
            if err is not None:
                self._note(test, "fail", self._exc_info_to_string(err, subtest))
            super().addSubTest(test, subtest, err)

    return Result


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
