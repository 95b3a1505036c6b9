"""Takes all the ids of sys.monitoring, and counts the functions that start."""
import sys

monitoring = sys.monitoring
print([monitoring.get_tool(number) for number in range(6)])
for number in range(6):
    monitoring.use_tool_id(number, "mine%d" % number)
starts = []
monitoring.register_callback(0, monitoring.events.PY_START, lambda *event: starts.append(event[0].co_name))
monitoring.set_events(0, monitoring.events.PY_START)

import asyncio  # noqa: E402

asyncio.run(asyncio.sleep(0))
monitoring.set_events(0, 0)
monitoring.restart_events()
print(len(starts) > 50)
