"""Leaves by sys.exit(None), without asyncio."""
import sys

print("x")
sys.exit(None)
