// What an await of a class runs, with the full name of each call: what features and defects look at.
import type { Assign, Augment, Call, Statement } from "../code/ast";
import { type Anatomy, type Awaited, type Routine, type Step, whereOf } from "./anatomy";
import { fullName } from "./callNames";

/** Facts about names: which calls a feature is about. */
export const calls = {
  sleep: /^(?:asyncio|anyio|trio)\.sleep$/,
  clock:
    /(?:^|\.)(?:AbstractEventLoop|BaseEventLoop)\.time$|^time\.(?:time|monotonic|perf_counter)(?:_ns)?$|^(?:anyio|trio)\.current_time$/,
  limit:
    /^asyncio\.(?:timeout|timeout_at|wait_for)$|^async_timeout\.timeout$|^(?:anyio|trio)\.(?:fail|move_on)_(?:after|at)$/,
  thread: /^asyncio\.to_thread$|\.run_in_executor$|^anyio\.to_thread\.run_sync$|^trio\.to_thread\.run_sync$/,
  task: /^asyncio\.(?:create_task|ensure_future)$|\.create_task$/,
  future: /\.create_future$|^asyncio\.Future$/,
  contextVariable: /^contextvars\.ContextVar$/,
  context: /^contextvars\.copy_context$/,
  wrapper: /^asyncio\.(?:wait_for|wait|shield|gather|ensure_future|create_task)$|\.create_task$/,
  shield: /^asyncio\.shield$/,
} as const satisfies Record<string, RegExp>;

/** What every test of a feature is given. */
export interface Dissected {
  readonly anatomy: Anatomy;
  /** Those of `anatomy` that an await runs. */
  readonly calls: readonly Named<Step<Call>>[];
  readonly awaits: readonly Awaited[];
  readonly statements: readonly Step<Statement>[];
  readonly assignments: readonly Step<Assign | Augment>[];
}

export type Named<T> = T & { readonly name: string | undefined };

export function dissected(anatomy: Anatomy): Dissected {
  const path = new Set(anatomy.path);
  const onPath = <T extends { readonly routine: Routine }>(steps: readonly T[]) =>
    steps.filter(({ routine }) => path.has(routine));
  const named = onPath(anatomy.calls).map((step) => ({
    ...step,
    name: fullName(step.node.callee, whereOf(step), anatomy.infer),
  }));
  return {
    anatomy,
    calls: named,
    awaits: onPath(anatomy.awaits),
    statements: onPath(anatomy.statements),
    assignments: onPath(anatomy.assignments),
  };
}
