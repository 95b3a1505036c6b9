// The most used of trio, checked against its sources and by running it: version 0.22.0. Every async function of trio's own is
// a checkpoint: it always lets other tasks run, unless it raises. No task is awaited there: `start_soon` gives None.
import type { Facts } from "./knowledge";

const checkpoint = {
  is: "coroutine",
  suspends: "always",
  why: "since every async function of trio's is a checkpoint",
} as const;
const releases = "the task that releases it, or trio at once when it is free";
const helperThread = "the helper thread when it is done";

export const trioFacts: Facts = {
  "trio.sleep": {
    ...checkpoint,
    gives: "None",
    wokenBy: "a timer of trio",
    takes: "seconds",
    calls: { "seconds=0": { why: "for one turn; no timer is involved", wokenBy: "" } },
  },
  "trio.sleep_until": { ...checkpoint, gives: "None", wokenBy: "a timer of trio" },
  "trio.sleep_forever": {
    ...checkpoint,
    gives: "None",
    why: "until the task is cancelled",
    wokenBy: "whoever cancels it",
  },
  "trio.lowlevel.checkpoint": {
    ...checkpoint,
    gives: "None",
    why: "for one turn",
    does: "Gives other tasks a turn, and a cancelled scope the chance to stop this one.",
  },
  "trio.to_thread.run_sync": {
    ...checkpoint,
    gives: "Called0",
    wokenBy: helperThread,
    does: "The function runs in a helper thread; meanwhile other tasks run.",
    cautions: ["A cancelled task still waits for the thread, unless it was told to abandon it."],
  },
  "trio.open_nursery": { is: "function", returns: "trio._NurseryManager" },
  "trio._NurseryManager": { is: "class", open: true },
  "trio._NurseryManager.__aenter__": {
    is: "coroutine",
    gives: "trio.Nursery",
    suspends: "never",
    why: "nothing runs in it yet",
  },
  "trio._NurseryManager.__aexit__": {
    is: "coroutine",
    gives: "bool",
    suspends: "always",
    why: "until all tasks of the nursery have ended, and at least for one turn",
    wokenBy: "the last task of the nursery to end",
    cautions: ["When one of its tasks fails the others are cancelled, and so is the body of the `async with`."],
  },
  "trio.Nursery": { is: "class", open: true },
  "trio.Nursery.start": {
    ...checkpoint,
    gives: "Unknown",
    does: "Starts a task and waits until it says that it is ready.",
    why: "until the new task calls `task_status.started`",
    wokenBy: "the new task",
  },
  "trio.Nursery.start_soon": {
    is: "function",
    returns: "None",
    cautions: ["`start_soon` only starts the task; the nursery's `async with` waits for it."],
  },
  "trio.Event": { is: "class", open: true },
  "trio.Event.wait": {
    ...checkpoint,
    gives: "None",
    wokenBy: "the task that calls `set`, or trio at once when it is set",
  },
  "trio.Lock": { is: "class", open: true },
  "trio.Lock.acquire": { ...checkpoint, gives: "None", wokenBy: releases },
  "trio.Semaphore": { is: "class", open: true },
  "trio.Semaphore.acquire": { ...checkpoint, gives: "None", wokenBy: releases },
  "trio.Condition": { is: "class", open: true },
  "trio.Condition.wait": { ...checkpoint, gives: "None", wokenBy: "the task that calls `notify`" },
  "trio.open_memory_channel": {
    is: "function",
    returns: "tuple[trio.MemorySendChannel, trio.MemoryReceiveChannel]",
  },
  "trio.MemorySendChannel": { is: "class", open: true },
  "trio.MemorySendChannel.send": {
    ...checkpoint,
    gives: "None",
    wokenBy: "the task that receives, or trio at once when there is room",
  },
  "trio.MemorySendChannel.aclose": { ...checkpoint, gives: "None" },
  "trio.MemoryReceiveChannel": { is: "class", open: true },
  "trio.MemoryReceiveChannel.receive": {
    ...checkpoint,
    gives: "Unknown",
    wokenBy: "the task that sends, or trio at once when a value is there",
  },
  "trio.MemoryReceiveChannel.aclose": { ...checkpoint, gives: "None" },
  "trio.open_tcp_stream": { ...checkpoint, gives: "trio.SocketStream", wokenBy: "trio when it is connected" },
  "trio.SocketStream": { is: "class", open: true },
  "trio.SocketStream.send_all": { ...checkpoint, gives: "None", wokenBy: "trio when the socket takes data" },
  "trio.SocketStream.receive_some": { ...checkpoint, gives: "bytes", wokenBy: "trio when the socket has data" },
  "trio.SocketStream.aclose": { ...checkpoint, gives: "None" },
  "trio.serve_tcp": { ...checkpoint, gives: "None", why: "until it is cancelled" },
  "trio.run_process": { ...checkpoint, gives: "Unknown", wokenBy: "trio when the process ends" },
  "trio.open_file": { ...checkpoint, gives: "Unknown", wokenBy: helperThread },
  "trio.run": { is: "function", returns: "Unknown" },
};
