// The patterns of custom awaitables, as data: what each is, and the features that tell it from the others.
import type { Feature } from "./features";

export interface Pattern {
  /** What to type to get a correct one. */
  readonly prefix: string;
  readonly title: string;
  /** What it is, as a sentence about the class or function; `code` in backticks. */
  readonly what: string;
  /** All of these, and none of those. */
  readonly has: readonly Feature[];
  readonly lacks?: readonly Feature[];
  /** What it may be besides a class with `__await__`. */
  readonly also?: readonly ("callable" | "function")[];
  /** Recognised as a function only. */
  readonly only?: "function";
}

/** Most specific first: the first that fits is the answer. */
export const patterns: readonly Pattern[] = [
  {
    prefix: "aw-types-coroutine",
    title: "Bottom of the await chain",
    what: "A generator that `types.coroutine` makes awaitable: what it yields goes straight to the event loop.",
    has: ["is a coroutine of types"],
    only: "function",
  },
  {
    prefix: "aw-iterator",
    title: "Awaitable iterator by hand",
    what: "`__await__` gives an iterator whose `__next__`, `send` and `throw` are written out; its `StopIteration.value` is the result.",
    has: ["iterates itself"],
  },
  {
    prefix: "aw-iterator",
    title: "Awaitable iterator by hand",
    what: "`__await__` gives an iterator whose `send` and `throw` are written out; its `StopIteration.value` is the result.",
    has: ["sends itself"],
  },
  {
    prefix: "aw-future",
    title: "Callback as an awaitable",
    what: "Each await makes a future and waits until a callback sets its result.",
    has: ["makes a future", "completes a future", "awaits a future made here"],
    lacks: ["keeps by key", "keeps a task"],
  },
  {
    prefix: "aw-cached",
    title: "Cache with a time to live",
    what: "Results are kept by key, and the operation runs only when there is none.",
    has: ["keeps by key", "finds by key", "calls an operation"],
    also: ["callable", "function"],
  },
  {
    prefix: "aw-retry",
    title: "Retry with backoff",
    what: "Runs the operation again after an error, up to a limit.",
    has: ["retries"],
    also: ["callable", "function"],
  },
  {
    prefix: "aw-ratelimit",
    title: "Rate limit",
    what: "Waits until enough time has passed since the await before it.",
    has: ["remembers the clock", "sleeps by the clock"],
    also: ["callable", "function"],
  },
  {
    prefix: "aw-ratelimit",
    title: "Rate limit",
    what: "Reserves the next free moment and waits for it.",
    has: ["reads the clock", "sleeps by the clock", "looks first", "remembers the clock"],
    also: ["callable", "function"],
  },
  {
    prefix: "aw-compose",
    title: "Middleware chain",
    what: "Wraps the operation in each layer of a list, one inside the other.",
    has: ["wraps in a loop"],
    also: ["callable", "function"],
  },
  {
    prefix: "aw-context",
    title: "Under a context variable",
    what: "Runs the operation with a context variable set, and restores it.",
    has: ["sets a context variable", "runs an operation"],
    also: ["callable", "function"],
  },
  {
    prefix: "aw-context",
    title: "Under a context variable",
    what: "Runs the operation in a copy of the context.",
    has: ["runs in a context", "runs an operation"],
    also: ["callable"],
  },
  {
    prefix: "aw-nonblocking",
    title: "Blocking call in a thread",
    what: "Runs the blocking call in a thread and waits for it, so other tasks run meanwhile.",
    has: ["leaves the loop"],
  },
  {
    prefix: "aw-timeout",
    title: "Own time limit",
    what: "Runs the operation with a time limit of its own.",
    has: ["limits an operation"],
    also: ["callable", "function"],
  },
  {
    prefix: "aw-cancellable",
    title: "Clean-up on cancel",
    what: "Runs the operation and cleans up when it is cancelled.",
    has: ["cleans up on cancel", "runs an operation"],
    lacks: ["keeps a task"],
    also: ["callable"],
  },
  {
    prefix: "aw-validate",
    title: "Validated result",
    what: "Runs the operation, checks what it gives and raises an error of its own when that is not right.",
    has: ["runs an operation", "checks the result"],
    also: ["callable"],
  },
  {
    prefix: "aw-lazy-task",
    title: "Background task on demand",
    what: "Starts a task that runs on its own, keeps it, and gives its result to whoever awaits.",
    has: ["keeps a task", "starts a task ahead"],
  },
  {
    prefix: "aw-lazy-task",
    title: "Background task on demand",
    what: "The first await starts a task and keeps it; each await waits for that task.",
    has: ["keeps a task", "awaits its task itself", "looks first"],
  },
  {
    prefix: "aw-once",
    title: "Computed once",
    what: "The first await runs the operation; later ones get the same result.",
    has: ["keeps a result", "looks first"],
    lacks: ["keeps by key", "sleeps in a loop"],
    also: ["callable"],
  },
  {
    prefix: "aw-progress",
    title: "Progress of an operation",
    what: "Runs the operation and tells a callback how far it is.",
    has: ["calls back", "runs an operation"],
  },
  {
    prefix: "aw-progress",
    title: "Progress of an operation",
    what: "Works step by step and tells a callback how far it is.",
    has: ["calls back in a loop"],
    lacks: ["counts", "sleeps in a loop"],
  },
  {
    prefix: "aw-countdown",
    title: "Countdown",
    what: "Works in ticks: each round suspends, and what is counted is kept from one suspension to the next.",
    has: ["sleeps in a loop", "counts"],
    lacks: ["runs an operation"],
  },
  {
    prefix: "aw-object",
    title: "Object that awaits itself",
    what: "Set up by plain methods, then awaited; an `async def` of its own awaits the object.",
    has: ["awaits itself", "has plain methods", "hands to own coroutine"],
  },
  {
    prefix: "aw-timed",
    title: "Result after a delay",
    what: "Gives what it was given after a delay.",
    has: ["sleeps a given time", "gives what it was given"],
    lacks: ["sleeps in a loop", "runs an operation", "sleeps by the clock"],
  },
  {
    prefix: "aw-producer",
    title: "Fresh value at each await",
    what: "Each await calls what it was given anew and gives its result.",
    has: ["only runs an operation"],
  },
  {
    prefix: "aw-class",
    title: "Awaitable class",
    what: "An object with settings whose `__await__` hands the await on to a coroutine of its own, made anew for each await.",
    has: ["hands to own coroutine"],
    lacks: ["keeps by key"],
  },
];
