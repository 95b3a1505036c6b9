"""Closes its standard output."""
import os
import sys

os.close(1)
sys.stderr.write("still here\n")
try:
    sys.stdout.write("x")
    sys.stdout.flush()
except OSError as error:
    sys.stderr.write("errno %d\n" % error.errno)
os._exit(0)
