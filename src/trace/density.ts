// How many of many tasks are in each state over time, as an average in each of some equal bins: what a folded group shows.
// Costs two additions a row, however many bins the row covers.

import type { Task } from "./entities";
import type { TraceModel } from "./model";
import { type Lane, STATE } from "./rows";

/** The states that are counted, each in the place of its `STATE` number: suspended, ready, running. */
const STATES = 3;

/** Numbers of tasks over time. Bins are counted from `from`, each `width` seconds. */
export class Density {
  /** For each state, what begins less what ends in each bin … */
  private readonly changes: Float64Array[] = [];
  /** … and the seconds from there to the bin's end, so that a bin is counted by the part that is covered. */
  private readonly parts: Float64Array[] = [];

  constructor(
    readonly from: number,
    public width: number,
    readonly bins: number,
  ) {
    for (let state = 0; state < STATES; state++) {
      this.changes.push(new Float64Array(bins));
      this.parts.push(new Float64Array(bins));
    }
  }

  /** One task is in `state` from `start` to `end`; what lies outside of the bins is left out. */
  add(state: number, start: number, end: number): void {
    const first = Math.max(start, this.from);
    const last = this.from + this.bins * this.width;
    if (!(end > first) || first >= last) return;
    this.change(state, first, 1);
    if (end < last) this.change(state, end, -1);
  }

  private change(state: number, time: number, by: number): void {
    const bin = Math.min(this.bins - 1, Math.floor((time - this.from) / this.width));
    const changes = this.changes[state] as Float64Array;
    const parts = this.parts[state] as Float64Array;
    changes[bin] = (changes[bin] as number) + by;
    parts[bin] = (parts[bin] as number) + by * (this.from + (bin + 1) * this.width - time);
  }

  /** The average number of tasks in a state, in each bin. */
  averages(state: number): Float64Array {
    const changes = this.changes[state] as Float64Array;
    const parts = this.parts[state] as Float64Array;
    const averages = new Float64Array(this.bins);
    let before = 0;
    for (let bin = 0; bin < this.bins; bin++) {
      averages[bin] = Math.max(0, before + (parts[bin] as number) / this.width);
      before += changes[bin] as number;
    }
    return averages;
  }

  /** Makes room for a later time: bins become twice as wide. */
  widenTo(time: number): void {
    while (time >= this.from + this.width * this.bins) {
      for (let state = 0; state < STATES; state++)
        halve(this.changes[state] as Float64Array, this.parts[state] as Float64Array, this.width);
      this.width *= 2;
    }
  }
}

function halve(changes: Float64Array, parts: Float64Array, width: number): void {
  const half = changes.length / 2;
  for (let bin = 0; bin < half; bin++) {
    const [first, second] = [bin * 2, bin * 2 + 1];
    parts[bin] = (parts[first] as number) + width * (changes[first] as number) + (parts[second] as number);
    changes[bin] = (changes[first] as number) + (changes[second] as number);
  }
  changes.fill(0, half);
  parts.fill(0, half);
}

/** So many rows are read for one picture; where more are in sight the coarser, kept counts are shown. */
const MOST_ROWS = 30_000;
const KEPT_BINS = 4096;
const FIRST_WIDTH = 1 / 1024;
const NOTHING = new Uint32Array(0);

/** What was counted so far: the members then, and for each its rows that had ended. */
interface Kept {
  members: readonly Task[];
  counted: Uint32Array;
  readonly density: Density;
}

/** A list of tasks by which counts are kept; where it changes but at its end they are counted anew. */
interface Crowd {
  readonly members: readonly Task[];
}

const kept = new WeakMap<Crowd, Kept>();

/** A scale that time is drawn on, and back: idle stretches are shorter on it. */
interface Scale {
  at(time: number): number;
  timeAt(at: number): number;
}

const PLAIN: Scale = { at: (time) => time, timeAt: (at) => at };

/**
 * The averages of each state over `columns` parts, equal on `scale`, of the time from `from` to `to`. `now` ends what goes
 * on.
 */
export function densityOf(
  model: TraceModel,
  crowd: Crowd,
  [from, to]: readonly [number, number],
  columns: number,
  now: number,
  scale = PLAIN,
): Float64Array[] {
  const first = scale.at(from);
  const exact = new Density(first, (scale.at(to) - first) / columns, columns);
  if (addExact(model, crowd.members, exact, [from, to], now, scale)) return averagesOf(exact);
  const { density } = keptOf(model, crowd);
  const open = openOf(model, crowd.members, density, now);
  return averagesOf(density).map((averages, state) => {
    const going = open.averages(state);
    return spread(density, averages, going, exact, scale);
  });
}

function averagesOf(density: Density): Float64Array[] {
  return [density.averages(0), density.averages(1), density.averages(2)];
}

/** About how many rows are in sight, were those of each task spread evenly: to read them in vain costs more. */
function expected(members: readonly Task[], from: number, to: number, now: number): number {
  let rows = 0;
  for (const { lane, created, ended = now } of members) {
    const seen = Math.min(to, ended) - Math.max(from, created);
    if (seen > 0) rows += (lane.rows * seen) / Math.max(seen, ended - created);
  }
  return rows;
}

/** Counts the rows in sight one by one; false where they are too many. */
function addExact(
  model: TraceModel,
  members: readonly Task[],
  into: Density,
  [from, to]: readonly [number, number],
  now: number,
  scale: Scale,
): boolean {
  const { rows } = model;
  if (expected(members, from, to, now) > 2 * MOST_ROWS) return false;
  let read = 0;
  for (const { lane, created, ended } of members) {
    if (created > to || (ended !== undefined && ended < from)) continue;
    for (let row = Math.max(0, rows.find(lane, from)); row < lane.rows; row++) {
      const start = rows.startOf(lane, row);
      if (start > to) break;
      if (++read > MOST_ROWS) return false;
      const state = rows.stateOf(lane, row);
      const end = row + 1 < lane.rows ? rows.startOf(lane, row + 1) : now;
      if (state <= STATE.running) into.add(state, scale.at(start), scale.at(end));
    }
  }
  return true;
}

/** Counts what ended since the last time. */
function keptOf(model: TraceModel, crowd: Crowd): Kept {
  const { members } = crowd;
  const known = kept.get(crowd);
  const goesOn = known?.members.every((member, at) => member === members[at]) ?? false;
  const made = known && goesOn ? known : { members, counted: NOTHING, density: new Density(0, FIRST_WIDTH, KEPT_BINS) };
  const counted = new Uint32Array(members.length);
  counted.set(made.counted);
  Object.assign(made, { members, counted });
  made.density.widenTo(model.last);
  members.forEach(({ lane }, at) => {
    counted[at] = addEnded(model, lane, counted[at] as number, made.density);
  });
  kept.set(crowd, made);
  return made;
}

/** Counts the rows of a lane from `row` on that have ended; gives the row that has not. */
function addEnded({ rows }: TraceModel, lane: Lane, row: number, into: Density): number {
  for (let at = row; at + 1 < lane.rows; at++) {
    const state = rows.stateOf(lane, at);
    if (state <= STATE.running) into.add(state, rows.startOf(lane, at), rows.startOf(lane, at + 1));
  }
  return Math.max(row, lane.rows - 1);
}

/** The rows that go on, in bins as wide as those of `like`. */
function openOf({ rows }: TraceModel, members: readonly Task[], like: Density, now: number): Density {
  const open = new Density(like.from, like.width, like.bins);
  for (const { lane, outcome } of members) {
    if (outcome !== undefined || lane.rows === 0) continue;
    const state = rows.stateOf(lane, lane.rows - 1);
    if (state <= STATE.running) open.add(state, rows.startOf(lane, lane.rows - 1), now);
  }
  return open;
}

/** The highest of the bins that each column of `columns` touches. */
function spread(kept: Density, ended: Float64Array, going: Float64Array, columns: Density, scale: Scale): Float64Array {
  const highest = new Float64Array(columns.bins);
  for (let column = 0; column < columns.bins; column++) {
    const binAt = (edge: number) => (scale.timeAt(columns.from + edge * columns.width) - kept.from) / kept.width;
    const start = binAt(column);
    const first = Math.max(0, Math.floor(start));
    const last = Math.min(kept.bins - 1, Math.ceil(binAt(column + 1)) - 1);
    for (let bin = first; bin <= Math.max(first, last) && bin < kept.bins; bin++)
      highest[column] = Math.max(highest[column] as number, (ended[bin] as number) + (going[bin] as number));
  }
  return highest;
}
