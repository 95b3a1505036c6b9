// Cancellation: who asked, what the task waited for then, where it arrived and what became of it.

import type { Site, Task } from "./entities";
import type { TraceModel } from "./model";
import { causeOf, segmentOf } from "./segments";

/** One request to cancel a task, or a CancelledError that arrived without one: what the task awaited was cancelled. */
export interface Cancel {
  readonly task: Task;
  /** The task whose step, or a callback that it queued, asked, and where; as recorded: `askerOf` knows more. */
  readonly by: Task | undefined;
  readonly site: Site | undefined;
  readonly asked: number | undefined;
  /** How many requests to cancel the task were open when it arrived; -1 unknown, 0: what it awaited was cancelled. */
  requests: number;
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

/** A step of a task that began at `began`, after its row `row` and `step` earlier steps, with a CancelledError. */
interface Arrival {
  readonly task: Task;
  readonly began: number;
  readonly row: number;
  readonly step: number;
  readonly requests: number;
}

export class Cancels {
  readonly all: Cancel[] = [];
  /** Those that a task's steps asked for, in that order. */
  readonly asked = new Map<Task, Cancel[]>();

  /** A step of `by`, or a callback that it queued, asked for it at `asked`. */
  ask(task: Task, by: Task | undefined, site: Site | undefined, asked: number, scope?: Scope): void {
    this.add({
      task,
      by,
      site,
      asked,
      requests: -1,
      row: task.lane.rows - 1,
      scope,
      arrived: undefined,
      arrivedStep: 0,
    });
  }

  /** A step was resumed by CancelledError. */
  arrive({ task, began, row, step, requests }: Arrival, scope?: Scope): void {
    const open = task.cancels?.filter(({ arrived }) => arrived === undefined) ?? [];
    const arrived = { requests, arrived: began, arrivedStep: step };
    if (open.length === 0) this.add({ by: undefined, site: undefined, asked: undefined, task, row, scope, ...arrived });
    for (const cancel of open) {
      Object.assign(cancel, arrived);
      cancel.scope ??= scope;
    }
  }

  /** As `arrive`, where no record says so: what was asked has arrived; nobody asked where the task ended of it. */
  arriveUnsaid(arrival: Arrival): void {
    const { cancels, outcome } = arrival.task;
    const open = cancels?.some(({ arrived }) => arrived === undefined) ?? false;
    const told = cancels?.some(({ arrived }) => arrived !== undefined) ?? false;
    if (open || (outcome === "cancelled" && !told)) this.arrive(arrival);
  }

  private add(cancel: Cancel): void {
    const { task, by } = cancel;
    this.all.push(cancel);
    if (task.cancels) task.cancels.push(cancel);
    else task.cancels = [cancel];
    const asked = by && this.asked.get(by);
    if (asked) asked.push(cancel);
    else if (by) this.asked.set(by, [cancel]);
  }
}

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

/** Who asked for a cancel. */
export interface Asker {
  readonly by: Task | undefined;
  readonly when: number;
  /** By what means: `Task.cancel`, `asyncio.timeout`, …; empty where what the task awaited was cancelled. */
  readonly means: string;
  readonly site: Site | undefined;
}

/**
 * Who asked: as recorded, or else whose step cancelled what the task awaited, and so woke it. Where a request is known but
 * not who made it, the task was ready, or had not begun: who woke it need not be who asked.
 */
export function askerOf(model: TraceModel, cancel: Cancel): Asker {
  const { task, by, site, asked, row, requests, arrived } = cancel;
  if (asked !== undefined) return { by, site, when: asked, means: meansOf(cancel) };
  const ready = segmentOf(model, task, row + 1, model.last);
  const cause = ready && causeOf(model, ready);
  return {
    by: cause?.kind === "task" && requests <= 0 ? cause.task : undefined,
    site: undefined,
    when: cause && requests <= 0 && !Number.isNaN(cause.time) ? cause.time : (arrived ?? model.last),
    means: requests === 0 ? "" : "Task.cancel",
  };
}

/** By what it was asked, as recorded. */
function meansOf({ site }: Cancel): string {
  return site?.what ?? "";
}
