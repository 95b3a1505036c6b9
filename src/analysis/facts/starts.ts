// Calls that start something: what runs from when on, and who keeps it. `{runs}` is what it is given to run, `{outer}` the
// function around the call, `{until}` what must happen before the loop runs anything else. From the sources of CPython 3.9 to 3.15, anyio and trio.

export interface Start {
  /** What the call does, and with what. */
  readonly does: string;
  readonly with: string;
  readonly lines: readonly string[];
  /** In place of the first line where the loop's task factory may be an eager one. */
  readonly eager?: string;
  /** Who holds what it gives: the loop does only weakly, so the caller must; or somebody does already. */
  readonly kept?: "caller" | "owner";
  /** It runs a loop of its own, which fails inside a running one; and how. */
  readonly failsInLoop?: string;
}

const task: Start = {
  does: "Starts a task",
  with: "that runs {runs}",
  lines: ["Its first step waits in the ready queue from here on: it runs as soon as {until}, not before."],
  eager:
    "With an eager task factory its first step runs right here; else it waits in the ready queue and runs as soon as {until}.",
  kept: "caller",
};
const soon: Start = {
  does: "Starts a task",
  with: "that runs {runs}",
  lines: [
    "It runs as soon as {outer} comes to a checkpoint. The `async with` around waits for it; nothing is given back.",
  ],
  kept: "owner",
};

export const starts: Readonly<Record<string, Start>> = {
  "asyncio.create_task": task,
  "asyncio.ensure_future": task,
  "asyncio.AbstractEventLoop.create_task": task,
  "asyncio.BaseEventLoop.create_task": task,
  "asyncio.TaskGroup.create_task": {
    does: task.does,
    with: task.with,
    ...(task.eager !== undefined && { eager: task.eager }),
    lines: [...task.lines, "The group keeps it, and waits for it at the end of its `async with`."],
    kept: "owner",
  },
  "asyncio.gather": {
    does: "Starts tasks",
    with: "of {runs}",
    lines: [
      "Coroutines become tasks here, all at once: they run as soon as {until}. Tasks and futures are taken as they are.",
      "What the call gives is one future for all of them.",
    ],
  },
  "asyncio.run": {
    does: "Runs an event loop",
    with: "of its own for {runs}",
    lines: ["This thread waits here until it ends. Then tasks that are left are cancelled, and the loop is closed."],
    failsInLoop: "RuntimeError: asyncio.run() cannot be called from a running event loop",
  },
  "asyncio.Runner.run": {
    does: "Runs the runner's event loop",
    with: "until {runs} ends",
    lines: [
      "This thread waits here until it ends. The loop stays: what other tasks were doing goes on in the next `run`.",
    ],
    failsInLoop: "RuntimeError: Runner.run() cannot be called from a running event loop",
  },
  "asyncio.AbstractEventLoop.run_until_complete": {
    does: "Runs the event loop",
    with: "until {runs} ends",
    lines: [
      "This thread waits here; all tasks of the loop run meanwhile. What is not done then stands still until the loop runs again.",
    ],
    failsInLoop: "RuntimeError: This event loop is already running",
  },
  "asyncio.run_coroutine_threadsafe": {
    does: "Hands over",
    with: "{runs} to the loop of another thread",
    lines: [
      "It becomes a task there. The call gives a `concurrent.futures.Future`, whose `result()` blocks this thread; to await it, wrap it with `asyncio.wrap_future`.",
    ],
  },
  "anyio.abc.TaskGroup.start_soon": soon,
  "trio.Nursery.start_soon": soon,
};
