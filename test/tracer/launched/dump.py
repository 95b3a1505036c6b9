"""Tells in one line of JSON all that a way of starting Python could change: before and after asyncio is there."""
import sys

MODULES = sorted(sys.modules)

import atexit  # noqa: E402
import builtins  # noqa: E402
import gc  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import signal  # noqa: E402
import threading  # noqa: E402
import warnings  # noqa: E402


def words(value):
    """What a value is, without addresses."""
    return re.sub(r"0x[0-9a-fA-F]+", "0x", repr(value))


def state(frame):
    main = sys.modules["__main__"]
    finder = next(one for one in sys.meta_path if getattr(one, "__name__", "") == "PathFinder")
    return {
        "argv": sys.argv,
        "orig_argv": getattr(sys, "orig_argv", None),
        "executable": sys.executable,
        "flags": words(sys.flags),
        "warnoptions": sys.warnoptions,
        "xoptions": sys._xoptions,
        "path": sys.path,
        "meta_path": words(sys.meta_path),
        "path_hooks": words(sys.path_hooks),
        "path_importer_cache": sorted(sys.path_importer_cache),
        "find_spec": words(finder.__dict__["find_spec"]),
        "main": {name: words(value) for name, value in vars(main).items() if name.startswith("__")},
        "main_is": main.__dict__ is globals(),
        "customize": {
            name: [words(sys.modules[name]), sorted(vars(sys.modules[name]))]
            for name in ("sitecustomize", "usercustomize")
            if name in sys.modules
        },
        "environ": dict(os.environ),
        "cwd": os.getcwd(),
        "descriptors": descriptors(),
        "signals": {int(number): words(signal.getsignal(number)) for number in signal.valid_signals()},
        "filters": words(warnings.filters),
        "hooks": words([sys.excepthook, sys.displayhook, sys.unraisablehook, threading.excepthook]),
        "tracing": words([sys.gettrace(), sys.getprofile(), gc.callbacks, gc.get_threshold()]),
        "threads": [thread.name for thread in threading.enumerate()],
        "atexit": atexit._ncallbacks(),
        "builtins": sorted(vars(builtins)),
        "recursion": sys.getrecursionlimit(),
        "frames": frames(frame),
        "streams": words([sys.stdin, sys.stdout, sys.stderr]),
    }


def descriptors():
    folder = "/proc/self/fd"
    if not os.path.isdir(folder):
        return None
    names = os.listdir(folder)  # while it is read, the folder has a descriptor of its own
    return sorted(int(name) for name in names if os.path.exists(os.path.join(folder, name)))


def frames(frame):
    files = []
    while frame is not None:
        files.append(frame.f_code.co_filename)
        frame = frame.f_back
    return files


before = state(sys._getframe())

import asyncio  # noqa: E402


async def main():
    await asyncio.sleep(0)


asyncio.run(main())
after = {**state(sys._getframe()), "modules": sorted(sys.modules)}
print(json.dumps({"before": {**before, "modules": MODULES}, "after": after}))
