// What can be wrong with a custom awaitable: the defects that are recognised, by name, and one of them found in code.
import type { Span } from "../ast";
import type { Prose } from "../prose";

/** A place that a defect's message speaks of, in the same file. */
export interface Related {
  readonly span: Span;
  readonly message: Prose;
}

/** A replacement in the defect's file. */
export interface TextEdit extends Span {
  readonly text: string;
}

export interface Defect {
  readonly rule: DefectRule;
  /** What is wrong, in the text: as short as says it. */
  readonly span: Span;
  readonly message: Prose;
  readonly related: readonly Related[];
  /** A rewrite, where one keeps what the code is for. */
  readonly fix?: { readonly title: string; readonly edits: readonly TextEdit[] };
}

/** What a defect is, whatever the code: texts with `code` in backticks. */
export interface Rule {
  readonly title: string;
  readonly why: string;
}

export const defectRules = {
  "await-not-iterator": {
    title: "`__await__` does not return an iterator",
    why: "`await` drives the iterator that `__await__` returns. A coroutine, a list or None is none, so each await raises `TypeError`.",
  },
  "await-yields-values": {
    title: "`__await__` yields values",
    why: "What the iterator yields goes to the event loop, which accepts futures only; the value of the await is what the iterator returns.",
  },
  "await-yields-future": {
    title: "`__await__` yields a future by hand",
    why: "A future tells the task that it is awaited in its own `__await__`: `yield from future`.",
  },
  "await-on-instance": {
    title: "`__await__` is set on the instance",
    why: "Python looks special methods up on the class, so `await` does not see it.",
  },
  "await-blocks": {
    title: "A blocking call stops the event loop",
    why: "`__await__` runs on the event loop: while it blocks, no other task runs, no timer fires and no cancel arrives.",
  },
  "await-busy-loop": {
    title: "`__await__` waits in a busy loop",
    why: "A bare `yield` asks to be run again at once, so the loop never rests while the condition does not hold.",
  },
  "shared-await-state": {
    title: "State of one await is kept on the object",
    why: "A second await, or two at once, go on with what the first has left.",
  },
  "single-use-awaitable": {
    title: "Only the first await works",
    why: "A coroutine or iterator can be driven once; made in `__init__`, it is used up by the first await.",
  },
  "class-level-state": {
    title: "All instances share one container",
    why: "A container in the class body is made once, for every instance of the class and of its subclasses.",
  },
  "wall-clock": {
    title: "Waiting goes by a clock that jumps",
    why: "`time.time()` changes when the clock is set; the loop's `time()` and `time.monotonic()` do not.",
  },
  "cancel-swallowed": {
    title: "A cancel ends here",
    why: "A cancelled task must end: who takes `CancelledError` and goes on breaks timeouts, task groups and shutdown.",
  },
  "cancel-retried": {
    title: "A cancel is taken for a failed attempt",
    why: "`except BaseException` and a bare `except` catch `CancelledError` too, so the operation runs again instead of ending.",
  },
  "unbounded-retry": {
    title: "Retries without end",
    why: "An operation that always fails is tried for ever, and its error is never seen.",
  },
  "retry-without-pause": {
    title: "Retries without a pause",
    why: "The next attempt comes at once: what failed under load gets more of it.",
  },
  "no-single-flight": {
    title: "Concurrent awaits each run the operation",
    why: "Between the look into the cache and the store an await lets other tasks in, and each of them finds nothing.",
  },
  "failure-cached": {
    title: "A failure stays in the cache",
    why: "A future or task that failed gives its error to every later await too.",
  },
  "text-keys": {
    title: "Cache keys are texts of objects",
    why: "`json.dumps(default=str)`, `str` and `repr` give equal texts for different things, and different ones for equal things.",
  },
  "simulated-progress": {
    title: "Progress is made up",
    why: "The steps are sleeps, not parts of the operation, so the number says nothing about it and the work takes longer.",
  },
  "future-without-loop": {
    title: "A future is made outside of a running loop",
    why: "`asyncio.Future()` and `get_event_loop()` take the loop that is current where they run, which need not be the one that awaits.",
  },
  "set-from-thread": {
    title: "A thread sets the result of a future",
    why: "Futures are not thread-safe, and setting one from a thread does not wake the loop: use `loop.call_soon_threadsafe`.",
  },
  "double-completion": {
    title: "A future may be completed twice",
    why: "The second `set_result` raises `InvalidStateError`; a cancelled waiter has completed the future too.",
  },
  "task-not-kept": {
    title: "Nobody keeps the task",
    why: "The event loop holds tasks weakly: one that nothing else refers to may vanish before it is done.",
  },
  "tests-function-kind": {
    title: "Asks the function what its result is",
    why: "`iscoroutinefunction` is false for partials, lambdas and objects that return awaitables, and asyncio's is deprecated from 3.14: ask the result with `inspect.isawaitable`.",
  },
  "timeout-taken-for-cancel": {
    title: "A cancel is taken for a timeout",
    why: "`CancelledError` reaches the operation when its own time is up and when somebody cancels the task: who turns both into a timeout makes tasks that cannot be cancelled.",
  },
} as const satisfies Record<string, Rule>;

export type DefectRule = keyof typeof defectRules;
