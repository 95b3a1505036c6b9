// The columns of a trace: every lane's rows lie in shared typed arrays, so a million of them cost about 14 bytes each
// and ten thousand short lanes cost no array of their own. A row is a state transition: its end is the next row's start.

/** Row states. A loop's lane uses `suspended` for waiting in the selector, `running` for a task's step. */
export const STATE = {
  suspended: 0,
  ready: 1,
  running: 2,
  done: 3,
  failed: 4,
  cancelled: 5,
  callback: 6,
  stopped: 7,
} as const;

export type State = (typeof STATE)[keyof typeof STATE];
export type StateName = keyof typeof STATE;

/** State names by number. */
export const STATE_NAMES = Object.keys(STATE) as readonly StateName[];

/** Where one lane's rows lie: extent k holds 8 * 2^k rows, so short lanes stay small and long ones have few extents. */
export interface Lane {
  rows: number;
  readonly extents: number[];
}

const FIRST_EXTENT_BITS = 3;
const GROUP_BITS = 3;

/** All rows of a trace. Columns are read in the drawing loop, so they are public; only `append`, `rewrite` and `refer` write. */
export class Rows {
  /** Seconds since the trace's clock origin. Doubles: a step often takes less than a microsecond. */
  start = new Float64Array(1024);
  state = new Uint8Array(1024);
  /** What the state refers to: see the model. */
  ref = new Uint32Array(1024);
  /** For each group of 8 rows, the set of states in it as bits: what is thinner than a pixel is merged by these. */
  private groups = new Uint8Array(1024 >> GROUP_BITS);
  private used = 0;

  /** Rows in all lanes. */
  total = 0;

  newLane(): Lane {
    return { rows: 0, extents: [] };
  }

  /** The column index of a lane's row. */
  position(lane: Lane, row: number): number {
    const extent = 31 - Math.clz32((row >>> FIRST_EXTENT_BITS) + 1);
    return (lane.extents[extent] as number) + row - (((1 << extent) - 1) << FIRST_EXTENT_BITS);
  }

  /** Invariant: starts never decrease within a lane; a start before the last row's is moved up to it. */
  append(lane: Lane, start: number, state: State, ref: number): void {
    const row = lane.rows;
    const extent = 31 - Math.clz32((row >>> FIRST_EXTENT_BITS) + 1);
    if (extent === lane.extents.length) lane.extents.push(this.reserve(1 << (extent + FIRST_EXTENT_BITS)));
    const last = row === 0 ? Number.NEGATIVE_INFINITY : this.startOf(lane, row - 1);
    const at = this.position(lane, row);
    this.start[at] = Math.max(start, last);
    this.state[at] = state;
    this.ref[at] = ref;
    this.groups[at >> GROUP_BITS] = (this.groups[at >> GROUP_BITS] as number) | (1 << state);
    lane.rows = row + 1;
    this.total++;
  }

  /** Replaces the state of a row that turned out to be something else. */
  rewrite(lane: Lane, row: number, state: State, ref: number): void {
    const at = this.position(lane, row);
    this.state[at] = state;
    this.ref[at] = ref;
    const first = at & ~((1 << GROUP_BITS) - 1);
    const known = Math.min(1 << GROUP_BITS, lane.rows - row + (at - first));
    let states = 0;
    for (let next = first; next < first + known; next++) states |= 1 << (this.state[next] as number);
    this.groups[at >> GROUP_BITS] = states;
  }

  /** Says what a row refers to that was appended before that was known. */
  refer(lane: Lane, row: number, ref: number): void {
    this.ref[this.position(lane, row)] = ref;
  }

  startOf(lane: Lane, row: number): number {
    return this.start[this.position(lane, row)] as number;
  }

  stateOf(lane: Lane, row: number): State {
    return this.state[this.position(lane, row)] as State;
  }

  refOf(lane: Lane, row: number): number {
    return this.ref[this.position(lane, row)] as number;
  }

  /** The last row that starts at or before `time`, at or after row `from`; -1 where the lane begins later. */
  find(lane: Lane, time: number, from = 0): number {
    let low = from;
    let high = lane.rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.startOf(lane, middle) <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The first row that starts at or after `time`; the lane's length where there is none. */
  firstAt(lane: Lane, time: number): number {
    let low = 0;
    let high = lane.rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.startOf(lane, middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** As `find`, fast where the answer is the row `near`. */
  findNear(lane: Lane, time: number, near: number): number {
    if (near < 0 || near >= lane.rows || this.startOf(lane, near) > time) return this.find(lane, time);
    return this.gallop(lane, time, near) - 1;
  }

  /** The first row after `from` that starts after `time`; fast where it is near. */
  gallop(lane: Lane, time: number, from: number): number {
    let step = 1;
    let low = from;
    while (low + step < lane.rows && this.startOf(lane, low + step) <= time) {
      low += step;
      step *= 2;
    }
    let high = Math.min(lane.rows, low + step);
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if (this.startOf(lane, middle) <= time) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /**
   * The states that occur in rows `from` (included) to `to` (not included), as bits `1 << state`. Looks no further once
   * it met one of `enough`.
   */
  statesBetween(lane: Lane, from: number, to: number, enough = 0): number {
    let states = 0;
    let row = from;
    while (row < to && (states & enough) === 0) {
      const at = this.position(lane, row);
      if ((at & 7) === 0 && row + 8 <= to) {
        states |= this.groups[at >> GROUP_BITS] as number;
        row += 8;
      } else {
        states |= 1 << (this.state[at] as number);
        row++;
      }
    }
    return states;
  }

  private reserve(rows: number): number {
    const at = this.used;
    this.used += rows;
    if (this.used > this.state.length) this.grow(Math.max(this.used, this.state.length * 2));
    return at;
  }

  private grow(rows: number): void {
    const { start, state, ref, groups } = this;
    this.start = new Float64Array(rows);
    this.start.set(start);
    this.state = new Uint8Array(rows);
    this.state.set(state);
    this.ref = new Uint32Array(rows);
    this.ref.set(ref);
    this.groups = new Uint8Array((rows >> GROUP_BITS) + 1);
    this.groups.set(groups);
  }
}
