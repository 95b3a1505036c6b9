"""Writes into a pipe that nobody reads."""
import os
import sys

try:
    for _ in range(100_000):
        print("y" * 50)
except BrokenPipeError:
    sys.stderr.write("broken pipe\n")
    os._exit(32)
