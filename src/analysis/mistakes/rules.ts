// The rules as data: what each is called, how grave it is, and what is to be said of it. Pages: `media/rules/<name>.md`.

import { type DefectRule, defectRules } from "../patterns/defect";

export type Severity = "off" | "hint" | "information" | "warning" | "error";

export interface Rule {
  readonly title: string;
  /** Where the user has set none. */
  readonly severity: Severity;
  /** What is wrong, and why it matters: a sentence each, `code` in backticks. */
  readonly what: string;
  readonly why: string;
}

const table = {
  "awaited-twice": {
    title: "Coroutine awaited twice",
    severity: "warning",
    what: "The same coroutine object is awaited, or handed to a task, a second time.",
    why: "A coroutine object runs once; the second time raises `RuntimeError: cannot reuse already awaited coroutine`.",
  },
  "coroutine-in-text": {
    title: "Coroutine put into a text",
    severity: "warning",
    what: "The call of an `async def` is turned into text without `await`.",
    why: "The text says `<coroutine object …>`, and the function never runs.",
  },
  "never-awaited": {
    title: "Coroutine never awaited",
    severity: "warning",
    what: "A coroutine is made and nothing can await it.",
    why: "The function never runs, or what it gives back is lost.",
  },
  "thread-lock-across-await": {
    title: "Thread's lock held across an await",
    severity: "warning",
    what: "A lock of `threading` is held while the task may be suspended.",
    why: "Another task of the same loop that wants the lock stops the whole loop, so the holder never goes on: a deadlock. An `RLock` it just gets, as all tasks run in one thread.",
  },
  "lock-reentered": {
    title: "asyncio.Lock taken again by its holder",
    severity: "warning",
    what: "A task waits for an `asyncio.Lock` that it holds itself.",
    why: "`asyncio.Lock` is not reentrant: the task waits for ever.",
  },
  "stale-write": {
    title: "Value read before an await, written after it",
    severity: "information",
    what: "Shared state is read, something is awaited, and the state is written from what was read before.",
    why: "Whatever another task wrote during the await is lost.",
  },
  "sequential-awaits": {
    title: "Awaits that could overlap",
    severity: "off",
    what: "Independent work is awaited one after the other.",
    why: "The waiting times add up, where a task group or `gather` would wait only for the longest.",
  },
  "unbounded-gather": {
    title: "Unbounded gather",
    severity: "information",
    what: "`gather` starts a task for every item, and each opens a connection or a process.",
    why: "With many items all are open at once: file descriptors and the other side run out.",
  },
  "blocking-helper": {
    title: "Helper that blocks the event loop",
    severity: "warning",
    what: "Async code calls a plain function that sleeps, waits for a process or does network I/O.",
    why: "While it waits, the event loop stands still, and with it every other task.",
  },
  "endless-loop": {
    title: "Loop that never lets others run",
    severity: "warning",
    what: "A loop in async code has no await and no way out.",
    why: "No other task of the event loop runs again, nor does a cancel or a timeout arrive.",
  },
  "result-too-early": {
    title: "Result asked for before the task ran",
    severity: "warning",
    what: "`result()` or `exception()` is called on a task that has had no turn since it was made.",
    why: "It raises `InvalidStateError: Result is not set.`",
  },
  "coroutine-as-callback": {
    title: "Coroutine function where a plain one is called",
    severity: "warning",
    what: "An `async def` is handed to something that only calls it.",
    why: "The call makes a coroutine that nobody awaits: the function never runs.",
  },
  "nested-run": {
    title: "Event loop run inside a running one",
    severity: "warning",
    what: "`asyncio.run` or `run_until_complete` is called by code that a running event loop runs.",
    why: "A thread runs one loop at a time: it raises `RuntimeError`.",
  },
  "async-special-method": {
    title: "Special method that cannot be async",
    severity: "warning",
    what: "Python calls this method itself and does not await what it gives.",
    why: "The call fails, or its body never runs.",
  },
  "async-test-never-runs": {
    title: "Async test that never runs",
    severity: "warning",
    what: "A test of a plain `unittest.TestCase` is an `async def`.",
    why: "`unittest` calls it and awaits nothing: the test passes without running.",
  },
  "cached-coroutine": {
    title: "Cache of coroutines",
    severity: "warning",
    what: "`functools.cache` or `lru_cache` decorates an `async def`.",
    why: "It keeps the coroutine, not its result: the second await raises `RuntimeError: cannot reuse already awaited coroutine`.",
  },
  "cancel-swallowed": {
    title: "Cancel swallowed",
    severity: "warning",
    what: "A handler catches `CancelledError` around an await, and the function goes on.",
    why: "The task cannot be cancelled there: timeouts, task groups and the shutdown wait for it.",
  },
  "await-in-finally": {
    title: "Clean-up that a second cancel cuts short",
    severity: "off",
    what: "Clean-up awaits several things after each other, with nothing that shields them.",
    why: "A cancel that arrives during the first await leaves the rest undone.",
  },
} as const satisfies Readonly<Record<string, Rule>>;

/** How grave the defects of custom awaitables are that have a page; `patterns/defect.ts` says what they are. */
const defectSeverities = {
  "attempts-unchecked": "information",
  "await-blocks": "warning",
  "await-busy-loop": "warning",
  "await-not-iterator": "warning",
  "await-on-instance": "warning",
  "await-yields-future": "warning",
  "await-yields-values": "warning",
  "callback-breaks-await": "information",
  "cancel-retried": "warning",
  "cancel-shared": "information",
  "cause-lost": "information",
  "class-level-state": "information",
  "clean-up-unshielded": "information",
  "context-not-restored": "warning",
  "double-completion": "information",
  "failure-cached": "information",
  "future-without-loop": "off",
  "no-single-flight": "information",
  "set-from-thread": "warning",
  "shared-await-state": "warning",
  "simulated-progress": "information",
  "single-use-awaitable": "warning",
  "skips-zero-delay": "information",
  "tests-function-kind": "information",
  "text-keys": "warning",
  "timeout-taken-for-cancel": "warning",
  "unbounded-retry": "information",
  "unreserved-slot": "information",
  "wall-clock": "information",
} as const satisfies Partial<Readonly<Record<DefectRule, Severity>>>;

const defects = Object.fromEntries(
  Object.entries(defectSeverities).map(([name, severity]): [string, Rule] => {
    const { title, why } = defectRules[name as keyof typeof defectSeverities];
    return [name, { title, severity, what: `${title}.`, why }];
  }),
) as Record<keyof typeof defectSeverities, Rule>;

export type RuleName = keyof typeof table | keyof typeof defectSeverities;

export const rules: Readonly<Record<RuleName, Rule>> = { ...defects, ...table };

export const ruleNames: readonly RuleName[] = Object.keys(rules)
  .filter((name) => isRule(name))
  .sort();

export function isRule(name: string): name is RuleName {
  return Object.hasOwn(rules, name);
}

/** The rule's page, a path inside the extension. */
export function pageOf(rule: RuleName): string {
  return `media/rules/${rule}.md`;
}
