// What stands by itself in a trace: looks into long steps, troubles that asyncio told, child processes, timers, notes.

import type { Site, Stream, Task } from "./entities";

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
}

/** A child process that is traced to a file of its own. */
export interface Child {
  readonly time: number;
  readonly pid: number;
  readonly path: string;
}

/** A timer that a step made, between `made` and its step's begin; `due` may be any number. */
export interface Timer {
  readonly made: number;
  readonly due: number;
  readonly object: number;
  /** Its callback. */
  readonly site: Site | undefined;
  readonly by: Task | undefined;
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

/** Samples in order of time, each stream's by itself: asked for by stream and time. */
export class Samples {
  private readonly ofStream = new Map<Stream, Sample[]>();
  total = 0;

  add(sample: Sample): void {
    this.total++;
    const known = this.ofStream.get(sample.stream);
    if (known === undefined) this.ofStream.set(sample.stream, [sample]);
    else known.splice(afterTime(known, sample.time), 0, sample);
  }

  /** Those taken of `stream` from `from` to `to`, both included. */
  between(stream: Stream, from: number, to: number): readonly Sample[] {
    const known = this.ofStream.get(stream) ?? [];
    let first = afterTime(known, from);
    while (first > 0 && known[first - 1]?.time === from) first--;
    return known.slice(first, afterTime(known, to));
  }

  get all(): readonly Sample[] {
    return [...this.ofStream.values()].flat();
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
