"""Has a name that is hard to spell."""
import os

print(len(os.path.basename(__file__)))
