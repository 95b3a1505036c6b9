// Why tasks became ready: one row for each cause, to which a task's `ready` rows refer.

import { Columns } from "./columns";
import type { Cause, Site, Task } from "./entities";
import { Wakes } from "./wakes";

export const CAUSE = { unknown: 0, task: 1, callback: 2, io: 3, timer: 4, thread: 5, outside: 6 } as const;

/** Row 0 says that nobody knows. */
export class Causes {
  /** What each of them made ready. */
  readonly wakes = new Wakes();
  private readonly table = new Columns();

  constructor() {
    this.add(CAUSE.unknown, 0, -1, Number.NaN);
  }

  /** How many there are. */
  get length(): number {
    return this.table.length;
  }

  /** `actor`: the index of a task, or another thread's ident; `via`: the index of a callback's site, or -1. */
  add(kind: number, actor: number, via: number, time: number): number {
    return this.table.add(kind, actor, via, time);
  }

  /** Names who acted, in a cause that was there before that was known. */
  name(ref: number, kind: number, actor: number, via: number): void {
    this.table.set(ref, 0, kind);
    this.table.set(ref, 1, actor);
    this.table.set(ref, 2, via);
  }

  kind(ref: number): number {
    return this.table.get(ref, 0);
  }

  actor(ref: number): number {
    return this.table.get(ref, 1);
  }

  /** Seconds; NaN where unknown. */
  time(ref: number): number {
    return this.table.get(ref, 3);
  }

  describe(ref: number, tasks: readonly Task[], sites: readonly Site[]): Cause {
    const time = this.time(ref);
    const actor = this.actor(ref);
    const via = sites[this.table.get(ref, 2)];
    const task = tasks[actor];
    switch (this.kind(ref)) {
      case CAUSE.task:
        return task ? { kind: "task", task, via, time } : { kind: "unknown", time };
      case CAUSE.callback:
        return { kind: "callback", via, time };
      case CAUSE.io:
        return { kind: "io", via, time };
      case CAUSE.timer:
        return { kind: "timer", via, time };
      case CAUSE.thread:
        return { kind: "thread", thread: actor, via, time };
      case CAUSE.outside:
        return { kind: "outside", time };
      default:
        return { kind: "unknown", time };
    }
  }
}
