# Installs the tracer in the program that is starting, and removes every sign of itself. Python
# imports this file because its folder comes first on PYTHONPATH. Pythons of any age can read it.
import os
import sys


def _restore():
    """Makes path and environment what they would be without us; gives the trace file's name."""
    here = os.path.dirname(os.path.abspath(__file__))
    first, separator, rest = os.environ.pop("PYTHONPATH", "").partition(os.pathsep)
    if separator:
        os.environ["PYTHONPATH"] = rest
    if here in sys.path:
        place = sys.path.index(here)
        # An empty PYTHONPATH is none; behind our folder it has come to mean the current one.
        del sys.path[place : place + (2 if separator and not rest else 1)]
    sys.path_importer_cache.pop(here, None)
    del sys.modules["sitecustomize"]
    return os.environ.pop("AWAITSCOPE_OUT", None)


def _launch(out):
    """Begins the trace `out`, or that of a child process if there is none, with the package that
    this folder is part of."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    home = os.path.dirname(package)
    sys.path.insert(0, home)
    try:
        from awaitscope import OLDEST_PYTHON

        if sys.version_info < OLDEST_PYTHON:
            if out:
                sys.stderr.write(
                    "awaitscope: no trace, Python %d.%d is needed, this is %d.%d\n"
                    % (OLDEST_PYTHON + tuple(sys.version_info[:2]))
                )
            del sys.modules["awaitscope"]
            return
        from awaitscope import launch, record
    finally:
        sys.path.remove(home)
        sys.path_importer_cache.pop(home, None)
    if out:
        launch.begin(out, record.program_name())
    else:
        launch.begin_child(record.program_name())


def _own_sitecustomize():
    """Runs the `sitecustomize` that the program would have had without us."""
    import sitecustomize  # noqa: F401


_out = _restore()
if _out or "AWAITSCOPE_CHILDREN" in os.environ:
    _launch(_out)
# Where the program has none, this raises the ImportError by which `site` knows that there is none.
_own_sitecustomize()
