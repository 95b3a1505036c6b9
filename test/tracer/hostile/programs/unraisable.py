"""Sets sys.unraisablehook, and raises where nobody can catch it."""
import sys


class FailsToGo:
    def __del__(self):
        1 / 0


sys.unraisablehook = lambda event: print("unraisable", event.exc_type.__name__)
doomed = FailsToGo()
del doomed
