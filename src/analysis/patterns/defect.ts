// What can be wrong with a custom awaitable: the defects that are recognised, by name, and one of them found in code.
import type { Span } from "../code/ast";
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
  /** Told in hovers only: other checks of ours or of Ruff report it, or it depends on the event loop in use. */
  readonly elsewhere?: true;
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
  "cancel-shared": {
    title: "A cancel of one awaiter reaches all",
    why: "Who is cancelled while it awaits a task cancels the task: those who share it get `CancelledError` too.",
  },
  "class-level-state": {
    title: "All instances share one container",
    why: "A container in the class body is made once, for every instance of the class and of its subclasses.",
  },
  "wall-clock": {
    title: "Waiting goes by a clock that jumps",
    why: "`time.time()` changes when the clock is set; the loop's `time()` and `time.monotonic()` do not.",
  },
  "skips-zero-delay": {
    title: "A delay of zero does not suspend",
    why: "`asyncio.sleep(0)` gives other tasks a turn; who skips it for a delay of zero gives them none.",
  },
  "unreserved-slot": {
    title: "Who wait together pass together",
    why: "The last time is read before the wait and written after it, so concurrent awaits all wait for the same moment.",
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
  "attempts-unchecked": {
    title: "No attempt at all is silently None",
    why: "With a number of attempts below one the loop never runs, and the await gives None as if it were the result.",
  },
  "cause-lost": {
    title: "The last error is lost",
    why: "An error raised behind the loop has no cause: nobody sees why the attempts failed.",
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
  "callback-breaks-await": {
    title: "An error of the callback ends the await",
    why: "Progress is a side matter: what a callback raises should be logged, not end the operation.",
  },
  "context-not-restored": {
    title: "The context variable stays set after an error",
    why: "Without `finally` an error or a cancel passes `reset` by.",
  },
  "clean-up-unshielded": {
    title: "A second cancel ends the clean-up",
    why: "An await in the handler of a cancel is cancelled by the next one, and what it should undo stays undone.",
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
