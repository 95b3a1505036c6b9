"""Reads a file that lies next to it."""
import os

with open(os.path.join(os.path.dirname(__file__), "relative_data.txt")) as file:
    print(file.read(), end="")
