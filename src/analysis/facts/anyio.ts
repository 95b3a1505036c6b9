// The most used of anyio, checked against its sources and by running it: version 3.6.2, on asyncio and on trio. No task is
// awaited there: `start_soon` gives None.
import type { Facts } from "./knowledge";

const wait = { is: "coroutine", suspends: "maybe" } as const;
const noDelay = { "delay=0": { why: "for one turn of the loop; no timer is involved", wokenBy: "" } } as const;
const helperThread = "the helper thread when it is done";
const taskGroup = "the last task of the group to end";

export const anyioFacts: Facts = {
  "anyio.sleep": {
    is: "coroutine",
    gives: "None",
    suspends: "always",
    wokenBy: "a timer of the event loop",
    takes: "delay",
    calls: noDelay,
  },
  "anyio.sleep_until": { is: "coroutine", gives: "None", suspends: "always", wokenBy: "a timer of the event loop" },
  "anyio.sleep_forever": {
    is: "coroutine",
    gives: "None",
    suspends: "always",
    why: "until the task is cancelled",
    wokenBy: "whoever cancels it",
  },
  "anyio.lowlevel.checkpoint": {
    is: "coroutine",
    gives: "None",
    suspends: "always",
    why: "for one turn of the loop",
    does: "Gives other tasks a turn, and a cancelled scope the chance to stop this one.",
  },
  "anyio.to_thread.run_sync": {
    is: "coroutine",
    gives: "Called0",
    suspends: "always",
    wokenBy: helperThread,
    does: "The function runs in a helper thread; meanwhile the loop runs other tasks.",
    cautions: ["A cancelled task still waits for the thread, unless it was told to abandon it."],
  },
  "anyio.to_process.run_sync": {
    is: "coroutine",
    gives: "Called0",
    suspends: "always",
    wokenBy: "the helper process when it is done",
  },
  "anyio.create_task_group": { is: "function", returns: "anyio.abc.TaskGroup" },
  "anyio.abc.TaskGroup": { is: "class", open: true },
  "anyio.abc.TaskGroup.__aenter__": {
    is: "coroutine",
    gives: "anyio.abc.TaskGroup",
    suspends: "never",
    why: "nothing runs in it yet",
  },
  "anyio.abc.TaskGroup.__aexit__": {
    ...wait,
    gives: "bool",
    why: "as long as a task of the group runs",
    wokenBy: taskGroup,
    cautions: ["When one of its tasks fails the others are cancelled, and so is the body of the `async with`."],
  },
  "anyio.abc.TaskGroup.start": {
    is: "coroutine",
    suspends: "always",
    gives: "Unknown",
    why: "until the new task calls `task_status.started`",
    wokenBy: "the new task",
    does: "Starts a task and waits until it says that it is ready.",
  },
  "anyio.abc.TaskGroup.start_soon": {
    is: "function",
    returns: "None",
    cautions: ["`start_soon` only starts the task; the group's `async with` waits for it."],
  },
  "anyio.Event": { is: "class", open: true },
  "anyio.Event.wait": {
    is: "coroutine",
    gives: "None",
    suspends: "always",
    why: "for one turn of the loop when it is set already",
    wokenBy: "the task that calls `set`",
  },
  "anyio.Lock": { is: "class", open: true },
  "anyio.Lock.acquire": { ...wait, gives: "None", wokenBy: "the task that releases it" },
  "anyio.Lock.__aenter__": { ...wait, gives: "None", wokenBy: "the task that releases it" },
  "anyio.Lock.__aexit__": { is: "coroutine", gives: "None", suspends: "never", why: "it only releases" },
  "anyio.Semaphore": { is: "class", open: true },
  "anyio.Semaphore.acquire": { ...wait, gives: "None", wokenBy: "the task that releases it" },
  "anyio.Semaphore.__aenter__": { ...wait, gives: "anyio.Semaphore", wokenBy: "the task that releases it" },
  "anyio.Semaphore.__aexit__": { is: "coroutine", gives: "None", suspends: "never", why: "it only releases" },
  "anyio.Condition": { is: "class", open: true },
  "anyio.Condition.wait": {
    is: "coroutine",
    gives: "None",
    suspends: "always",
    wokenBy: "the task that calls `notify`",
  },
  "anyio.create_memory_object_stream": { is: "function", returns: "Unknown" },
  // With TLS it is no `SocketStream`.
  "anyio.connect_tcp": { ...wait, gives: "anyio.abc.ByteStream", wokenBy: "the event loop when it is connected" },
  "anyio.abc.ByteStream": { is: "class", open: true },
  "anyio.abc.ByteStream.send": { ...wait, gives: "None", wokenBy: "the event loop when the socket takes data" },
  "anyio.abc.ByteStream.receive": { ...wait, gives: "bytes", wokenBy: "the event loop when the socket has data" },
  "anyio.abc.ByteStream.aclose": { ...wait, gives: "None" },
  "anyio.abc.SocketStream": { is: "class", bases: ["anyio.abc.ByteStream"], open: true },
  "anyio.open_file": { is: "coroutine", gives: "anyio.AsyncFile", suspends: "always", wokenBy: helperThread },
  "anyio.AsyncFile": { is: "class", open: true },
  "anyio.run_process": { ...wait, gives: "Unknown", wokenBy: "the event loop when the process ends" },
  "anyio.open_process": { ...wait, gives: "Unknown", wokenBy: "the event loop when the process has started" },
  "anyio.run": { is: "function", returns: "Unknown" },
  "anyio.from_thread.run": { is: "function", returns: "Unknown" },
};
