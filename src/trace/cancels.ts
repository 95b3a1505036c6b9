// Cancellation: who asked, what the task waited for then, where it arrived and what became of it.

import type { Site, Task } from "./entities";

/** One request to cancel a task, or a CancelledError that arrived without one: what the task awaited was cancelled. */
export interface Cancel {
  readonly task: Task;
  /** The task whose step asked; undefined for a callback, and where nobody is known to have asked. */
  readonly by: Task | undefined;
  /** Where it was asked, outermost frame by parents; its `what` says by what means. */
  readonly site: Site | undefined;
  /** When it was asked; undefined where nobody is known to have asked. */
  readonly asked: number | undefined;
  /** The row of the task's lane in which it arrived or was asked: what the task did then. */
  readonly row: number;
  /** The cancel scope that did it (trio), and its deadline in seconds where it has one. */
  scope: Scope | undefined;
  /** When the task ran with the CancelledError, and how many steps it had made before. */
  arrived: number | undefined;
  arrivedStep: number;
}

export interface Scope {
  readonly object: number;
  readonly due: number | undefined;
}

/**
 * What became of a cancel.
 * - waits: it has not arrived yet
 * - missed: the task ended before it arrived
 * - propagated: the task ended cancelled in the step in which it arrived
 * - reraised: the task went on for a while, and then ended cancelled
 * - failed: the task ended with another exception
 * - swallowed: the task returned
 * - handled: who asked takes it back (a timeout, a task group), and the task went on
 * - caught: the task went on, and goes on
 */
export type Fate = "waits" | "missed" | "propagated" | "reraised" | "failed" | "swallowed" | "handled" | "caught";

/** Those who cancel a task to go on with it. */
const TAKES_BACK = /timeout|wait_for|TaskGroup/i;

export class Cancels {
  readonly all: Cancel[] = [];

  /** A step of `by`, or a callback, asked for it at `asked`. */
  ask(task: Task, by: Task | undefined, site: Site | undefined, asked: number, scope?: Scope): void {
    this.add({ task, by, site, asked, row: task.lane.rows - 1, scope, arrived: undefined, arrivedStep: 0 });
  }

  /**
   * A step that began at `began` was resumed by CancelledError; `row`: the task's row before it, `step`: how many steps
   * the task had made before. Where nobody asked for it, what the task awaited was cancelled.
   */
  arrive(task: Task, began: number, row: number, step: number, scope?: Scope): void {
    const open = task.cancels?.filter(({ arrived }) => arrived === undefined) ?? [];
    if (open.length === 0) this.add({ ...NOBODY, task, row, scope, arrived: began, arrivedStep: step });
    for (const cancel of open) {
      cancel.arrived = began;
      cancel.arrivedStep = step;
      cancel.scope ??= scope;
    }
  }

  /** As `arrive`, where no record says so: what was asked has arrived; nobody asked where the task ended of it. */
  arriveUnsaid(task: Task, began: number, row: number, step: number): void {
    const open = task.cancels?.some(({ arrived }) => arrived === undefined) ?? false;
    const told = task.cancels?.some(({ arrived }) => arrived !== undefined) ?? false;
    if (open || (task.outcome === "cancelled" && !told)) this.arrive(task, began, row, step);
  }

  private add(cancel: Cancel): void {
    this.all.push(cancel);
    if (cancel.task.cancels) cancel.task.cancels.push(cancel);
    else cancel.task.cancels = [cancel];
  }
}

const NOBODY = { by: undefined, site: undefined, asked: undefined };

/** What became of a cancel, as far as is known now. */
export function fateOf(cancel: Cancel): Fate {
  const { task, arrived, arrivedStep } = cancel;
  const takenBack = TAKES_BACK.test(meansOf(cancel));
  if (arrived === undefined) {
    if (task.outcome === undefined) return "waits";
    return task.outcome === "cancelled" ? "propagated" : "missed";
  }
  const superseded = task.cancels?.some((other) => (other.arrived ?? arrived) > arrived) ?? false;
  if (superseded || task.outcome === undefined) return takenBack ? "handled" : "caught";
  switch (task.outcome) {
    case "cancelled":
      return task.steps === arrivedStep + 1 ? "propagated" : "reraised";
    case "failed":
      return "failed";
    case "done":
      return takenBack ? "handled" : "swallowed";
  }
}

/** By what it was asked: `Task.cancel`, `asyncio.timeout`, …; empty where nobody is known to have asked. */
export function meansOf({ site }: Cancel): string {
  return site?.what ?? "";
}
