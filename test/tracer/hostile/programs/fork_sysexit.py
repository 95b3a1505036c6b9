"""Forks a child that ends in the regular way: what runs at exit runs twice."""
import asyncio
import os
import sys

asyncio.run(asyncio.sleep(0))
child = os.fork()
if child == 0:
    sys.exit(4)
print(os.WEXITSTATUS(os.waitpid(child, 0)[1]))
