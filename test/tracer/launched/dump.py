"""Tells in one line of JSON all that a way of starting Python could change: before and after asyncio is there."""
import sys

MODULES = sorted(sys.modules)

import atexit  # noqa: E402
import builtins  # noqa: E402
import faulthandler  # noqa: E402
import gc  # noqa: E402
import json  # noqa: E402
import locale  # noqa: E402
import os  # noqa: E402
import random  # noqa: E402
import re  # noqa: E402
import signal  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
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
        "umask": umask(),
        "limits": limits(),
        "collector": [gc.isenabled(), gc.get_debug(), gc.get_freeze_count()],
        "switching": [sys.getswitchinterval(), sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else 0],
        "clocks": {name: words(time.get_clock_info(name)) for name in ("monotonic", "perf_counter", "time")},
        "identity": [sys.implementation.name, sys.byteorder, sys.prefix, sys.base_prefix, sys.exec_prefix],
        "encodings": [sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), locale.setlocale(locale.LC_ALL)],
        "async_hooks": words(sys.get_asyncgen_hooks()) + str(sys.get_coroutine_origin_tracking_depth()),
        "thread_hooks": words([threading.gettrace(), threading.getprofile()] if hasattr(threading, "gettrace") else []),
        "profiling": [sys.dont_write_bytecode, str(sys.pycache_prefix), faulthandler.is_enabled()],
        "tools": words([sys.monitoring.get_tool(n) for n in range(6)]) if hasattr(sys, "monitoring") else None,
        "timers": words([signal.getitimer(n) for n in range(3)]) if hasattr(signal, "getitimer") else None,
        "mask": words(sorted(signal.pthread_sigmask(0, []))) if hasattr(signal, "pthread_sigmask") else None,
        "wakeup": wakeup(),
        "random": random.getstate()[0],
        "nice": os.getpriority(os.PRIO_PROCESS, 0) if hasattr(os, "getpriority") else None,
        "session": [os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()] if hasattr(os, "getsid") else None,
        "weird": sorted(name for name in vars(sys) if "await" in name.lower()),
    }


def umask():
    old = os.umask(0o22)
    os.umask(old)
    return old


def limits():
    try:
        import resource
    except ImportError:
        return None
    names = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    return {name: resource.getrlimit(getattr(resource, name)) for name in names}


def wakeup():
    old = signal.set_wakeup_fd(-1)
    if old >= 0:
        signal.set_wakeup_fd(old)
    return old


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
