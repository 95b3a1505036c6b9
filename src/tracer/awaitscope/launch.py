"""How a program is started so that it cannot tell: its own command line, and a folder on PYTHONPATH.

    python [flags] script.py args…     with PYTHONPATH=<inject>:<PYTHONPATH> AWAITSCOPE_OUT=<file>

`inject/sitecustomize.py` removes itself and calls `begin`. Where Python does not look for it (flags
-S, -E, -I) `execute` runs the program inside this process.

Invariant: until the program imports asyncio nothing but one method of an import finder differs from
a plain run, and afterwards not even that.
"""

import os
import sys
from _frozen_importlib_external import PathFinder

from . import OLDEST_PYTHON, record

HOOKED = "asyncio.base_events"  # by the time it is there, all that the hooks need is there

_package = sys.modules[__package__]


def script():
    """The program's name, as the command line has it."""
    argv = getattr(sys, "orig_argv", sys.argv)
    if sys.argv[0] == "-m" and "-m" in argv[:-1]:
        return argv[argv.index("-m") + 1]
    return sys.argv[0]


def begin(path, name):
    """Creates the trace file; the program `name` is traced as soon as it has asyncio.

    A file that cannot be created is told in one line, and the program runs without a trace.
    """
    file = record.TraceFile(path)
    try:
        file.create(name)
    except OSError as error:
        os.write(2, ("awaitscope: no trace, %s: %s\n" % (path, error.strerror)).encode())
        return
    finally:
        _hide()
    if HOOKED in sys.modules:
        _install(file)
    else:
        _wait(file)


def _wait(file):
    """Lets the path finder tell when asyncio is imported; `sys.meta_path` stays as it is."""
    original = PathFinder.__dict__["find_spec"]

    def find_spec(cls, fullname, path=None, target=None):
        spec = original.__get__(None, cls)(fullname, path, target)
        if fullname == HOOKED and spec is not None:
            PathFinder.find_spec = original
            _after_execution(spec.loader, file)
        return spec

    PathFinder.find_spec = classmethod(find_spec)


def _after_execution(loader, file):
    """Installs the hooks once the loader has executed the module it was made for."""
    execute = loader.exec_module

    def exec_module(module):
        del loader.exec_module
        execute(module)
        _install(file)

    loader.exec_module = exec_module


def _install(file):
    """Puts the hooks into asyncio. An error of our own costs the trace, never the program."""
    others = _show()
    try:
        from . import instrument

        instrument.install(file)
    except Exception as error:
        file.note("stopped", "%s: %s" % (type(error).__name__, error))
    finally:
        _hide()
        sys.modules.update(others)


def _show():
    """Makes our package importable again; gives the modules that go by our names."""
    others = {name: module for name, module in sys.modules.items() if _is_ours(name)}
    _hide()
    sys.modules[__package__] = _package
    sys.modules[record.__name__] = record
    return others


def _hide():
    """Takes our modules, and what is only imported for us, out of the program's sight."""
    for name in [name for name in sys.modules if _is_ours(name)]:
        del sys.modules[name]
    for folder in _package.__path__:
        sys.path_importer_cache.pop(folder, None)


def _is_ours(name):
    return name == __package__ or name.startswith(__package__ + ".")
