"""What the snippets must hold, checked on the texts that they insert.

`python -W error behaviour.py FOLDER [NAMES]`; FOLDER holds one module for each snippet
(`aw_class.py` …), NAMES are the test files to run (`test_every.py`), all unless given.
The checks lie in `test_*.py` beside this file. They run in asyncio's debug mode on a clock that
jumps (`virtual.py`), and name the popular versions (`popular.py`) that fail them.
"""

import gc
import os
import random
import sys
import unittest

if __name__ == "__main__":
    sys.path.insert(0, os.path.abspath(sys.argv.pop(1)))
    random.seed(1)
    here = os.path.dirname(os.path.abspath(__file__))
    names = sys.argv.pop(1) if sys.argv[1:] else "test_*.py"
    tests = unittest.defaultTestLoader.discover(here, names)
    gc.collect()
    gc.freeze()  # each `drive` collects: what is there now is looked at no more
    sys.exit(not unittest.TextTestRunner().run(tests).wasSuccessful())
