"""Reads its standard input."""
import sys

print(sys.stdin.readline().strip().upper(), sys.stdin.isatty(), input())
