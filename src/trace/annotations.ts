// Annotations: what records without a time say of the step or callback in progress. They wait here for its own record.

import type { Cancels } from "./cancels";
import type { Site, Stream, Task } from "./entities";
import type { Timer, Timers } from "./incidents";
import type { Job, Jobs } from "./jobs";
import type { Resources } from "./resources";

/** What a step does beside running. `made` marks where a task was made: an eager one's own acts come after it. */
export type Act =
  | { readonly kind: "take"; readonly object: number; readonly waiter: number }
  | { readonly kind: "give"; readonly object: number }
  | { readonly kind: "cancel"; readonly task: Task; readonly site: Site | undefined }
  | { readonly kind: "cancelled"; readonly requests: number }
  | { readonly kind: "scope"; readonly object: number; readonly due: number | undefined }
  | { readonly kind: "timer"; readonly due: number; readonly object: number; readonly site: Site | undefined }
  | { readonly kind: "timerOff"; readonly object: number }
  | { readonly kind: "job"; readonly object: number; readonly job: number; readonly site: Site | undefined }
  | { readonly kind: "made"; readonly task: Task };

/** What annotation records said of the next step. NaN: nothing. */
export interface Annotations {
  object: number;
  due: number;
  at: number;
  /** 1 + the index of an error. */
  error: number;
  thread: number;
  /** The place in the ready queue of what ran; -1 in none. */
  picked: number;
  /** Pairs of id()s: a whole and one of its parts, or minus the number of its further parts. */
  parts: number[];
  /** Pairs: a queue's id() and by how many items it grew; NaN: it is a new one. */
  stocks: number[];
  acts: Act[];
}

const NONE = Number.NaN;

export function newAnnotations(): Annotations {
  return { object: NONE, due: NONE, at: NONE, error: 0, thread: NONE, picked: 0, parts: [], stocks: [], acts: [] };
}

/** The queue `object` grew by so many items, of which it is told by one pair as long as no other queue is. */
export function stocked({ stocks }: Annotations, object: number, by: number): void {
  const last = stocks.length - 1;
  const sum = (stocks[last] ?? Number.NaN) + by;
  if (stocks[last - 1] === object && !Number.isNaN(sum)) stocks[last] = sum;
  else stocks.push(object, by);
}

/** The record came that they were about; acts are kept, for those of an eager step are taken out by themselves. */
export function forget(next: Annotations): void {
  next.object = NONE;
  next.due = NONE;
  next.at = NONE;
  next.error = 0;
  next.thread = NONE;
  next.picked = 0;
  if (next.parts.length > 0) next.parts = [];
}

/** The acts since the creation of an eager task, whose first step has just ended: they are its own. */
export function actsSince(next: Annotations, task: Task): Act[] {
  const made = next.acts.findLastIndex((act) => act.kind === "made" && act.task === task);
  return next.acts.splice(Math.max(0, made));
}

/** Who acted: the task of a step (undefined for a callback), from when to when, and its lane's row before the step. */
export interface Actor {
  readonly stream: Stream;
  readonly task: Task | undefined;
  /** The task whose step queued the callback. */
  readonly behind: Task | undefined;
  readonly began: number;
  readonly now: number;
  readonly rowBefore: number;
}

/** What acts change. */
export interface Ledger {
  readonly resources: Resources;
  readonly cancels: Cancels;
  readonly jobs: Jobs;
  readonly timers: Timers;
}

/** Enters the acts of a step or callback; gives the last job that it queued. */
export function enter(ledger: Ledger, acts: readonly Act[], actor: Actor): Job | undefined {
  const { stream, task, began, now } = actor;
  let queued: Job | undefined;
  const scope = acts.find((act) => act.kind === "scope");
  for (const act of acts) {
    switch (act.kind) {
      case "take":
        ledger.resources.take(stream, act.object, act.waiter, task, began, now);
        break;
      case "give":
        ledger.resources.give(stream, act.object, task, now);
        break;
      case "cancel":
        ledger.cancels.ask(act.task, task ?? actor.behind, act.site, now, scope);
        break;
      case "cancelled":
        if (task)
          ledger.cancels.arrive({ task, began, row: actor.rowBefore, step: task.steps, requests: act.requests }, scope);
        break;
      case "timer":
        ledger.timers.made(stream.process, timerOf(act, task, now));
        break;
      case "timerOff":
        ledger.timers.end(stream.process, act.object, now);
        break;
      case "job":
        queued = ledger.jobs.queue(stream, act, task, now);
        break;
      case "scope":
      case "made":
        break;
    }
  }
  return queued;
}

function timerOf({ due, object, site }: Act & { kind: "timer" }, by: Task | undefined, made: number): Timer {
  return { made, due, object, site, by, ended: undefined };
}
