// When nothing ran at all: the stretches of a run in which every loop was idle and no job of a pool ran. Reads each row of
// the loops' and threads' lanes once, as they grow, in whatever order they come.

import type { TraceModel } from "./model";
import { type Lane, type Rows, STATE } from "./rows";

/** A stretch of time, in trace seconds. */
export interface Gap {
  readonly start: number;
  readonly end: number;
}

/** More stretches of work than this are told apart only by longer gaps. */
const MAX_ISLANDS = 2048;
const SHORTEST_GAP = 1e-5;
const BUSY = (1 << STATE.running) | (1 << STATE.callback);

export class IdleTimes {
  private readonly work = new Islands();
  private readonly read = new Map<Lane, number>();

  constructor(private readonly model: TraceModel) {}

  /** The idle stretches up to `end`, in order; shorter ones are left out where there are very many. */
  gaps(end: number): Gap[] {
    const { model } = this;
    let busySince = end;
    for (const { lane } of [...model.loops, ...model.jobs.workers])
      busySince = Math.min(busySince, this.readLane(model.rows, lane));
    return this.work.between(Math.min(model.start, end), busySince);
  }

  /** Takes the rows that have ended; says since when the last one is busy. */
  private readLane(rows: Rows, lane: Lane): number {
    const last = lane.rows - 1;
    let row = this.read.get(lane) ?? 0;
    for (; row < last; row++)
      if (isBusy(rows, lane, row)) this.work.add(rows.startOf(lane, row), rows.startOf(lane, row + 1));
    this.read.set(lane, Math.max(row, 0));
    return last >= 0 && isBusy(rows, lane, last) ? rows.startOf(lane, last) : Number.POSITIVE_INFINITY;
  }
}

function isBusy(rows: Rows, lane: Lane, row: number): boolean {
  return (BUSY & (1 << rows.stateOf(lane, row))) !== 0;
}

/** Stretches of work, in order. Invariant: between two of them lies at least `apart`. */
class Islands {
  private starts: number[] = [];
  private ends: number[] = [];
  private apart = SHORTEST_GAP;

  add(from: number, to: number): void {
    const { starts, ends, apart } = this;
    const size = starts.length;
    // Nearly always it is, or lengthens, the latest.
    let first = size > 0 && (starts[size - 1] as number) <= from ? size - 1 : firstAtLeast(ends, from - apart);
    if (first < size && (ends[first] as number) < from - apart) first++;
    let last = first;
    while (last < size && (starts[last] as number) <= to + apart) last++;
    if (last - first === 1) {
      starts[first] = Math.min(starts[first] as number, from);
      ends[first] = Math.max(ends[first] as number, to);
    } else {
      const start = last > first ? Math.min(starts[first] as number, from) : from;
      const end = last > first ? Math.max(ends[last - 1] as number, to) : to;
      starts.splice(first, last - first, start);
      ends.splice(first, last - first, end);
      if (starts.length > MAX_ISLANDS) this.thin();
    }
  }

  /** Joins neighbours until half as many are left. */
  private thin(): void {
    while (this.starts.length > MAX_ISLANDS / 2) {
      this.apart *= 2;
      const [starts, ends] = [this.starts, this.ends];
      this.starts = [];
      this.ends = [];
      for (let at = 0; at < starts.length; at++) {
        const last = this.ends.length - 1;
        if (last >= 0 && (starts[at] as number) - (this.ends[last] as number) < this.apart)
          this.ends[last] = ends[at] as number;
        else {
          this.starts.push(starts[at] as number);
          this.ends.push(ends[at] as number);
        }
      }
    }
  }

  /** What lies between them, before the first and after the last. */
  between(from: number, to: number): Gap[] {
    const gaps: Gap[] = [];
    let start = from;
    for (let at = 0; at <= this.starts.length && start < to; at++) {
      const end = Math.min(to, this.starts[at] ?? to);
      if (end - start >= this.apart) gaps.push({ start, end });
      start = Math.max(start, this.ends[at] ?? to);
    }
    return gaps;
  }
}

/** The first place in a sorted list whose value is at least `value`. */
function firstAtLeast(list: readonly number[], value: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
