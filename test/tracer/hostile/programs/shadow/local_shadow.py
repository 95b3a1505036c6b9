"""Lies next to files that are called like the library's modules, or like ours: it must get those."""
import argparse
import asyncio
import awaits
import awaitscope
import datetime
import json
import launch
import platform
import random
import record
import session
import tempfile
import trace


async def main():
    await asyncio.sleep(0)


asyncio.run(main())


def own(*modules):
    """How many of the modules are those in this folder: `site` may have imported some before."""
    return sum(getattr(module, "NAME", None) == module.__name__ for module in modules)


print(own(awaits, awaitscope, launch, record, session), "of ours")
print(own(argparse, datetime, json, platform, random, tempfile, trace), "of the library's")
