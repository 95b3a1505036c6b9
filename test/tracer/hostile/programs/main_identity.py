"""Looks at itself as `__main__` from every side: names, path, spec, pickles, sources, frames."""
import __main__
import inspect
import os
import pickle
import sys


class Own:
    pass


here = os.path.dirname(os.path.abspath(sys.argv[0]))
print(__name__, __main__.__dict__ is globals(), sys.modules["__main__"] is __main__, __main__.Own is Own)
print(os.path.basename(__file__), os.path.basename(sys.argv[0]), sys.argv[1:])
print(os.path.realpath(sys.path[0]) == os.path.realpath(here))
print(__spec__, __package__, __builtins__.__name__, __doc__, type(__loader__).__name__)
print(sorted(name for name in globals() if name.startswith("__")))
print(type(pickle.loads(pickle.dumps(Own()))) is Own, "main_identity" in inspect.getsourcefile(Own))
print("class Own" in inspect.getsource(__main__))
print(sys._getframe().f_back, len(inspect.stack()), sys.flags.dev_mode, sys.orig_argv[-1])
