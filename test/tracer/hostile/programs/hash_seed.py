"""Shows what PYTHONHASHSEED does."""
import os

print(hash("a") == hash("a"), os.environ.get("PYTHONHASHSEED"), hash("abc"))
