"""Profiles a run of the loop with sys.setprofile."""
import asyncio
import sys

events = []
sys.setprofile(lambda frame, event, argument: events.append(event))
asyncio.run(asyncio.sleep(0))
profiler = sys.getprofile()
sys.setprofile(None)
print(len(events) > 50, profiler is not None)
