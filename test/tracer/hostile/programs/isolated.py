"""Shows what -I does."""
import sys

print(sys.flags.isolated, sys.path[0].endswith("programs"))
