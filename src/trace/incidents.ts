// What stands by itself in a trace: looks into long steps, troubles that asyncio told, child processes, timers, notes.

import type { Site, Stream, Task } from "./entities";
import type { Process } from "./processes";

/** Where a step that took long was at `time`. */
export interface Sample {
  readonly time: number;
  readonly stream: Stream;
  /** Undefined in a callback. */
  readonly task: Task | undefined;
  /** The innermost frame. */
  readonly site: Site | undefined;
}

/** What asyncio or Python complained about: `never-awaited`, `destroyed-pending`, `never-retrieved`, `unhandled`, … */
export interface Trouble {
  readonly time: number;
  readonly kind: string;
  readonly task: Task | undefined;
  readonly text: string;
  /** Where: empty and 0 where that is not known. */
  readonly file: string;
  readonly line: number;
}

/** A child process that is traced to a file of its own. */
export interface Child {
  /** The one that started it. */
  readonly by: Process;
  readonly time: number;
  readonly pid: number;
  readonly path: string;
}

/** A timer, but not a sleep's: made by a step that ended at `made`; `due` may be any number. */
export interface Timer {
  readonly made: number;
  readonly due: number;
  readonly object: number;
  /** Its callback. */
  readonly site: Site | undefined;
  readonly by: Task | undefined;
  /** When it was cancelled. */
  ended: number | undefined;
}

export interface Note {
  readonly kind: string;
  readonly text: string;
}

/** A list that keeps its first items and counts the others, so that no program can fill the memory with it. */
export class Bounded<T> {
  readonly items: T[] = [];
  /** Items added, kept or not. */
  total = 0;

  constructor(private readonly most: number) {}

  add(item: T): void {
    this.total++;
    if (this.items.length < this.most) this.items.push(item);
  }
}

const MAX_TIMERS = 100_000;

/** Timers in the order in which they were made. */
export class Timers extends Bounded<Timer> {
  private readonly latest = new WeakMap<Process, Map<number, Timer>>();

  constructor() {
    super(MAX_TIMERS);
  }

  /** A step in `process` made it. */
  made(process: Process, timer: Timer): void {
    this.add(timer);
    if (this.total > MAX_TIMERS) return;
    const known = this.latest.get(process);
    if (known) known.set(timer.object, timer);
    else this.latest.set(process, new Map([[timer.object, timer]]));
  }

  /** The timer of this object was cancelled. */
  end(process: Process, object: number, now: number): void {
    const known = this.latest.get(process);
    const timer = known?.get(object);
    if (timer) timer.ended = now;
    known?.delete(object);
  }
}

/** Samples in order of time, each task's by themselves, and those of callbacks. */
export class Samples {
  private readonly byTask = new Map<Task | undefined, Sample[]>();
  total = 0;

  add(sample: Sample): void {
    this.total++;
    const known = this.byTask.get(sample.task);
    if (known === undefined) this.byTask.set(sample.task, [sample]);
    else known.splice(afterTime(known, sample.time), 0, sample);
  }

  /** Those of a task's steps, or of callbacks, that were taken from `from` to `to`. */
  between(task: Task | undefined, from: number, to: number): readonly Sample[] {
    const known = this.byTask.get(task) ?? [];
    return known.slice(afterTime(known, from), afterTime(known, to));
  }
}

/** The index behind the last sample that is not later than `time`. */
function afterTime(samples: readonly Sample[], time: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((samples[middle]?.time ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
