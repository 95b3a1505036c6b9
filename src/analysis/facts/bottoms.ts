// What is at the bottom of a chain of awaits, by who wakes the task there: every `wokenBy` of the knowledge tables, which
// a test holds against this one. From the sources of asyncio, anyio and trio.

export interface Bottom {
  /** What is waited for there, as the end of a chain. */
  readonly short: string;
  /** How it comes, as a sentence: who completes the future. Code in backticks; `{waker}` is who wakes the task. */
  readonly comes: string;
}

const byTask = "{waker} completes the future, while it runs a step of its own.";
const taskEnds =
  "A task that ends schedules its done callbacks; one of them completes the future that is waited for here.";
const byThread =
  "The thread hands the result over with `loop.call_soon_threadsafe`; the loop then completes the future.";
const byTrio = "The loop of trio reschedules the task; there is no future.";

export const bottoms: Readonly<Record<string, Bottom>> = {
  "a timer of the event loop": {
    short: "timer",
    comes: "`loop.call_later` left a timer in the event loop; when it is due, the loop sets the future's result.",
  },
  "a timer of trio": { short: "timer", comes: byTrio },
  "the event loop when it is connected": {
    short: "connected",
    comes: "The selector says that the socket is connected; the loop's callback for it completes the future.",
  },
  "the event loop when somebody connects": {
    short: "connection accepted",
    comes: "The selector says that a connection waits; the loop's callback accepts it and sets the future's result.",
  },
  "the event loop when the connection is gone": {
    short: "connection closed",
    comes: "The transport calls `connection_lost`, and the protocol completes the future.",
  },
  "the event loop when the connection is made": {
    short: "connected",
    comes:
      "The selector says that the socket is connected; the transport calls `connection_made` and completes the future.",
  },
  "the event loop when the pipes are at their end and the process has ended": {
    short: "process ended",
    comes: "The pipes report their end to the selector and a watcher the exit; the last of them completes the future.",
  },
  "the event loop when the process ends": {
    short: "process ended",
    comes: "A watcher of child processes tells the loop, which completes the future with the exit status.",
  },
  "the event loop when the process has started": {
    short: "process started",
    comes: "Once the process runs and its pipes are connected, the transport completes the future.",
  },
  "the event loop when the socket has data": {
    short: "socket readable",
    comes:
      "The selector says that the socket is readable; the loop's callback takes the data and completes the future.",
  },
  "the event loop when the socket takes data again": {
    short: "socket writable",
    comes:
      "The selector says that the socket is writable; when enough was sent, the loop's callback completes the future.",
  },
  "the event loop when the socket takes data": {
    short: "socket writable",
    comes:
      "The selector says that the socket is writable; when enough was sent, the loop's callback completes the future.",
  },
  "the executor when it is done": { short: "executor done", comes: byThread },
  "the helper process when it is done": {
    short: "process done",
    comes: "The helper process sends its result through a pipe, which the loop watches.",
  },
  "the helper thread when it is done": { short: "thread done", comes: byThread },
  "the last async generator that closes": { short: "generators closed", comes: taskEnds },
  "the last connection that ends": {
    short: "connections ended",
    comes: "The last connection to end completes the futures of those who wait for the server.",
  },
  "the last of its tasks to end": { short: "its tasks ended", comes: taskEnds },
  "the last of them to end": { short: "all of them ended", comes: taskEnds },
  "the last of them to end, or the first to fail": { short: "all of them ended, or one failed", comes: taskEnds },
  "the last task of the group to end": { short: "its tasks ended", comes: taskEnds },
  "the last task of the nursery to end": { short: "its tasks ended", comes: byTrio },
  "the last task to arrive": { short: "all have arrived", comes: byTask },
  "the last thread of the executor that ends": { short: "threads ended", comes: byThread },
  "the new task": { short: "the new task says that it is ready", comes: byTask },
  "the next of them to end": { short: "the next one ended", comes: taskEnds },
  "the next of them to end, whichever it is": { short: "the next one ended", comes: taskEnds },
  "the shielded task when it ends": { short: "the shielded task ended", comes: taskEnds },
  "the task that calls `notify`": { short: "notified", comes: byTask },
  "the task that calls `set`": { short: "event set", comes: byTask },
  "the task that calls `set`, or trio at once when it is set": { short: "event set", comes: byTrio },
  "the task that receives, or trio at once when there is room": { short: "received", comes: byTrio },
  "the task that releases it, or trio at once when it is free": { short: "released", comes: byTrio },
  "the task that sends, or trio at once when a value is there": { short: "sent", comes: byTrio },
  "the task that calls `task_done` for the last item": { short: "every item done", comes: byTask },
  "the task that makes the condition true": { short: "enough of them ended", comes: taskEnds },
  "the task that makes the condition true, or the timeout": {
    short: "enough of them ended, or the timeout",
    comes:
      "A task that ends calls its done callbacks, and the timeout is a timer of the loop: the first to come completes the future.",
  },
  "the task that puts one in": { short: "an item put in", comes: byTask },
  "the task that releases it": { short: "released", comes: byTask },
  "the task that takes an item out": { short: "an item taken out", comes: byTask },
  "the task when it ends": {
    short: "the task ended",
    comes: "When the task ends it sets its own result and schedules its done callbacks; the wake-up is one of them.",
  },
  "the thread that completes the future": { short: "the thread's future done", comes: byThread },
  "trio when it is connected": { short: "connected", comes: byTrio },
  "trio when the process ends": { short: "process ended", comes: byTrio },
  "trio when the socket has data": { short: "socket readable", comes: byTrio },
  "trio when the socket takes data": { short: "socket writable", comes: byTrio },
  "what it waits for": { short: "what it waits for", comes: taskEnds },
  "what it waits for, or the timeout": {
    short: "what it waits for, or the timeout",
    comes:
      "The timeout is a timer of the event loop, and what is waited for runs on: the first to come wakes this task.",
  },
  "what it waits for, when it is cancelled": { short: "what it waits for, cancelled", comes: taskEnds },
  "whoever cancels it": {
    short: "a cancel",
    comes: "Nobody completes it: only a cancel ends the wait.",
  },
  "whoever cancels this task or closes the server": {
    short: "a cancel",
    comes: "Nobody completes it: only a cancel of this task, or closing the server, ends the wait.",
  },
  "whoever sets its result": {
    short: "its result set",
    comes:
      "Whoever holds the future calls `set_result` or `set_exception`; from another thread only through `call_soon_threadsafe`.",
  },
};
