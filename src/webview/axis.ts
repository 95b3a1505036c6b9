// The squeezed time axis: long idle stretches take little room, all other times keep theirs. A piecewise linear map from
// trace seconds to axis seconds and back. Pure.

import type { Gap } from "../trace/idle";

/** What a squeezed stretch takes of the time that is left, and what all of them take together at most. */
const SHARE = 0.08;
const ALL = 0.6;
/** Only what gets this many times shorter is squeezed: a mark must be worth its place. */
const WORTH = 3;

/** Where a view begins on the axis, and how much of it it shows. */
interface Place {
  readonly from: number;
  readonly length: number;
}

/** Invariant: `at` and `timeAt` increase strictly and are each other's inverse. */
export class Axis {
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;
  /** Seconds taken out before each gap. */
  private readonly removed: Float64Array;
  /** The gap that was asked for last: times come in order. */
  private near = -1;
  private placed: object | undefined;
  private place: Place = { from: 0, length: 1 };

  /** @param gaps in order, apart from each other, each longer than `short`; @param short axis seconds that each takes */
  constructor(
    readonly gaps: readonly Gap[],
    readonly short: number,
  ) {
    this.starts = Float64Array.from(gaps, ({ start }) => start);
    this.ends = Float64Array.from(gaps, ({ end }) => end);
    this.removed = new Float64Array(gaps.length + 1);
    gaps.forEach(({ start, end }, gap) => {
      this.removed[gap + 1] = (this.removed[gap] as number) + (end - start - short);
    });
  }

  /** Axis seconds of a time. */
  at(time: number): number {
    const gap = this.seek(time);
    if (gap < 0) return time;
    const start = this.starts[gap] as number;
    const end = this.ends[gap] as number;
    if (time >= end) return time - (this.removed[gap + 1] as number);
    return start - (this.removed[gap] as number) + ((time - start) / (end - start)) * this.short;
  }

  /** The time at so many axis seconds. */
  timeAt(at: number): number {
    let low = 0;
    let high = this.gaps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.starts[middle] as number) - (this.removed[middle] as number) <= at) low = middle + 1;
      else high = middle;
    }
    const gap = low - 1;
    if (gap < 0) return at;
    const start = this.starts[gap] as number;
    const end = this.ends[gap] as number;
    const inside = at - (start - (this.removed[gap] as number));
    return inside >= this.short
      ? at + (this.removed[gap + 1] as number)
      : start + (inside / this.short) * (end - start);
  }

  /** The last gap that begins at or before `time`. */
  gapBefore(time: number): Gap | undefined {
    return this.gaps[this.seek(time)];
  }

  /** The place of the last gap that begins at or before `time`; -1 where none does. */
  private seek(time: number): number {
    const { starts, near } = this;
    if ((near < 0 || (starts[near] as number) <= time) && !((starts[near + 1] as number) <= time)) return near;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as number) <= time) low = middle + 1;
      else high = middle;
    }
    this.near = low - 1;
    return this.near;
  }

  /** Where a view lies; asked for each bar that is drawn in it, so the last answer is kept. */
  placeOf(view: { readonly from: number; readonly to: number }): Place {
    if (this.placed !== view) {
      const from = this.at(view.from);
      this.place = { from, length: this.at(view.to) - from };
      this.placed = view;
    }
    return this.place;
  }
}

/** The axis of a run from `start` to `end`; undefined where squeezing its idle stretches would gain little. */
export function squeeze(idle: readonly Gap[], start: number, end: number): Axis | undefined {
  let short = shortFor(idle, start, end);
  const long = idle.filter((gap) => gap.end - gap.start >= short * WORTH);
  short = shortFor(long, start, end);
  const gaps = long.filter((gap) => gap.end - gap.start >= short * WORTH);
  return gaps.length > 0 && short > 0 ? new Axis(gaps, short) : undefined;
}

/** In powers of two, so that the picture of a growing run seldom moves. */
function shortFor(gaps: readonly Gap[], start: number, end: number): number {
  const left = gaps.reduce((rest, gap) => rest - (gap.end - gap.start), end - start);
  const wanted = Math.max(left, (end - start) * 1e-6) * Math.min(SHARE, ALL / Math.max(1, gaps.length));
  return wanted > 0 ? 2 ** Math.round(Math.log2(wanted)) : 0;
}
