"""Nested task groups, as `python -m asyncio pstree` is shown with in Python's own pages."""

import asyncio


async def play(track):
    await asyncio.sleep(0.2)
    return track


async def album(name, tracks):
    async with asyncio.TaskGroup() as group:
        for track in tracks:
            group.create_task(play(track), name=track)
    return name


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(album("Sundowning", ["TNDNBTG", "Levitate"]), name="Sundowning")
        group.create_task(album("TMBTE", ["DYWTYLM", "Aqua Regia"]), name="TMBTE")


asyncio.run(main())
