// How many hold and wait at a lock, items are in a queue, jobs run and are queued in a pool: numbers that change over time.
// Made from waits, holds, items and jobs when somebody looks, and carried on as the trace grows.

import { type Job, poolName } from "./jobs";
import type { Pool, Shelf } from "./lanes";
import type { TraceModel } from "./model";
import type { Resource } from "./resources";

/** What has levels: how many are in use (held, running, putting), wait for it (or wait to get), and are in it. */
export type LevelOwner = Resource | Shelf | Pool;

const BLOCK = 64;

/** The numbers of an owner at a moment, or by how much they change. */
export interface Numbers {
  readonly first: number;
  readonly second: number;
  readonly third: number;
}

interface Change extends Numbers {
  readonly time: number;
}

const NUMBERS = 3;
const NONE: Numbers = { first: 0, second: 0, third: 0 };

/**
 * Three numbers over time, a row for each change. `first`: units held, jobs that run, or tasks that wait to put into a
 * queue; `second`: tasks that wait, or jobs that are queued; `third`: items in a queue. Invariant: times never decrease.
 */
export class Levels {
  length = 0;
  private times = new Float64Array(16);
  private levels = new Int32Array(16 * NUMBERS);
  /** The highest numbers of each 64 rows. */
  private highest = new Int32Array(NUMBERS);

  timeOf(row: number): number {
    return this.times[row] as number;
  }

  first(row: number): number {
    return this.levels[row * NUMBERS] as number;
  }

  second(row: number): number {
    return this.levels[row * NUMBERS + 1] as number;
  }

  third(row: number): number {
    return this.levels[row * NUMBERS + 2] as number;
  }

  /** The last row that begins at or before `time`; -1 where there is none. */
  find(time: number, from = 0): number {
    let low = from;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeOf(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The highest numbers of rows `from` (included) to `to` (not included). */
  highestBetween(from: number, to: number): Numbers {
    let [first, second, third] = [0, 0, 0];
    for (let row = from; row < to; ) {
      const whole = row % BLOCK === 0 && row + BLOCK <= to;
      const list = whole ? this.highest : this.levels;
      const at = (whole ? row / BLOCK : row) * NUMBERS;
      first = Math.max(first, list[at] as number);
      second = Math.max(second, list[at + 1] as number);
      third = Math.max(third, list[at + 2] as number);
      row += whole ? BLOCK : 1;
    }
    return { first, second, third };
  }

  /** Enters changes, in any order. What comes before the earliest of them stays as it is. */
  enter(changes: Change[]): void {
    if (changes.length === 0) return;
    changes.sort((a, b) => a.time - b.time);
    const from = this.find((changes[0] as Change).time) + 1;
    const tail: Change[] = [];
    for (let row = from; row < this.length; row++) tail.push(this.changeAt(row));
    this.length = from;
    let known = 0;
    for (const change of changes) {
      while (known < tail.length && (tail[known] as Change).time <= change.time) this.add(tail[known++] as Change);
      this.add(change);
    }
    while (known < tail.length) this.add(tail[known++] as Change);
    this.measure(from);
  }

  /** The highest that each of them ever was. */
  most(): Numbers {
    return this.highestBetween(0, this.length);
  }

  private numbersAt(row: number): Numbers {
    return row < 0 ? NONE : { first: this.first(row), second: this.second(row), third: this.third(row) };
  }

  private changeAt(row: number): Change {
    const [before, now] = [this.numbersAt(row - 1), this.numbersAt(row)];
    return {
      time: this.timeOf(row),
      first: now.first - before.first,
      second: now.second - before.second,
      third: now.third - before.third,
    };
  }

  private add({ time, first, second, third }: Change): void {
    const row = this.length;
    const same = row > 0 && this.timeOf(row - 1) === time;
    if (!same && row === this.times.length) this.grow();
    const before = this.numbersAt(row - 1);
    const at = same ? row - 1 : row;
    this.times[at] = time;
    this.levels[at * NUMBERS] = before.first + first;
    this.levels[at * NUMBERS + 1] = before.second + second;
    this.levels[at * NUMBERS + 2] = before.third + third;
    this.length = at + 1;
  }

  /** Finds the highest numbers anew, of the blocks from that of row `from` on. */
  private measure(from: number): void {
    for (let row = Math.max(0, from - 1 - ((from - 1) % BLOCK)); row < this.length; row++) {
      const block = Math.floor(row / BLOCK) * NUMBERS;
      const fresh = row % BLOCK === 0;
      for (let number = 0; number < NUMBERS; number++) {
        const known = fresh ? 0 : (this.highest[block + number] as number);
        this.highest[block + number] = Math.max(known, this.levels[row * NUMBERS + number] as number);
      }
    }
  }

  private grow(): void {
    const { times, levels, highest } = this;
    this.times = new Float64Array(times.length * 2);
    this.times.set(times);
    this.levels = new Int32Array(levels.length * 2);
    this.levels.set(levels);
    this.highest = new Int32Array(Math.ceil((times.length * 2) / BLOCK) * NUMBERS);
    this.highest.set(highest);
  }
}

/** Reads on where it stopped; gives what changed since. */
interface Source {
  read(model: TraceModel): Change[];
}

interface Kept {
  readonly levels: Levels;
  sources: Source[];
  /** The rows that the trace had when it was read last. */
  seen: number;
}

const kept = new WeakMap<LevelOwner, Kept>();

/** The levels of an owner as far as the trace is known. */
export function levelsOf(model: TraceModel, owner: LevelOwner): Levels {
  const known = kept.get(owner) ?? { levels: new Levels(), sources: [], seen: -1 };
  if (known.seen === model.rows.total) return known.levels;
  if (known.seen < 0) kept.set(owner, known);
  known.seen = model.rows.total;
  addSources(known, owner);
  known.levels.enter(known.sources.flatMap((source) => source.read(model)));
  return known.levels;
}

function addSources({ sources }: Kept, owner: LevelOwner): void {
  if (owner.kind === "pool") {
    if (sources.length === 0) sources.push(jobChanges(owner));
    return;
  }
  const resources = owner.kind === "shelf" ? owner.members : [owner];
  for (const resource of resources.slice(sources.length)) sources.push(resourceChanges(resource));
}

/** What came and has not ended yet is asked again each time: its end is known only later. */
function resourceChanges(resource: Resource): Source {
  const { waits, holds } = resource;
  let [nextWait, nextHold, nextItem, before] = [0, 0, 0, 0];
  let openWaits: number[] = [];
  let openHolds: number[] = [];
  return { read };

  function read(model: TraceModel): Change[] {
    const changes: Change[] = [];
    for (; nextWait < waits.length; nextWait++) {
      const start = waitStart(model, nextWait);
      if (start === undefined) continue;
      changes.push(change(start, puts(model, resource, nextWait), 1));
      openWaits.push(nextWait);
    }
    openWaits = openWaits.filter((wait) => {
      const end = waitEnd(model, wait);
      if (end !== undefined) changes.push(change(end, puts(model, resource, wait), -1));
      return end === undefined;
    });
    for (; nextHold < holds.length; nextHold++) {
      changes.push(change(holds.get(nextHold, 1), true, 1));
      openHolds.push(nextHold);
    }
    openHolds = openHolds.filter((hold) => {
      const end = holds.get(hold, 2);
      if (!Number.isNaN(end)) changes.push(change(end, true, -1));
      return Number.isNaN(end);
    });
    readStock(changes);
    return changes;
  }

  /** Items that were taken beyond what was put were there before the first change: then the numbers rise from there on. */
  function readStock(changes: Change[]): void {
    const { stock } = resource;
    if (stock === undefined) return;
    const more = -stock.lowest - before;
    before += more;
    if (more > 0) changes.push({ ...NONE, time: stock.timeOf(0), third: more });
    for (; nextItem < stock.length; nextItem++)
      changes.push({ ...NONE, time: stock.timeOf(nextItem), third: stock.changeOf(nextItem) });
  }

  function waitStart(model: TraceModel, wait: number): number | undefined {
    const task = model.tasks[waits.first(wait)];
    return task && model.rows.startOf(task.lane, waits.second(wait));
  }

  function waitEnd(model: TraceModel, wait: number): number | undefined {
    const task = model.tasks[waits.first(wait)];
    const row = waits.second(wait) + 1;
    return task && row < task.lane.rows ? model.rows.startOf(task.lane, row) : undefined;
  }
}

function change(time: number, first: boolean, by: number): Change {
  return { time, first: first ? by : 0, second: first ? 0 : by, third: 0 };
}

const PUTS = /\.put$/;

/** Whether a wait is one of a producer at a full queue. */
function puts(model: TraceModel, { waits }: Resource, wait: number): boolean {
  const task = model.tasks[waits.first(wait)];
  const site = task && model.waitAt(model.rows.refOf(task.lane, waits.second(wait))).site;
  return site !== undefined && PUTS.test(site.what);
}

/** A job whose end is not known; `queued`: the moment that was entered. */
interface OpenJob {
  readonly job: Job;
  queued: number | undefined;
  started: boolean;
}

/** Jobs of a pool, queued, then running. Whose pool a job is in is known from when a thread takes it. */
function jobChanges(pool: Pool): Source {
  let next = 0;
  let open: OpenJob[] = [];
  return {
    read({ jobs }: TraceModel): Change[] {
      const changes: Change[] = [];
      for (; next < jobs.all.length; next++) {
        const job = jobs.all[next] as Job;
        if (job.process === pool.process) open.push({ job, queued: undefined, started: false });
      }
      open = open.filter((each) => (pool.name === undefined ? isPending(each, changes) : goesOn(each, pool, changes)));
      return changes;
    },
  };
}

/** Enters a job that no thread has taken, and takes it back once one has; whether none has. */
function isPending(open: OpenJob, changes: Change[]): boolean {
  const { queued, started } = open.job;
  if (started === undefined && open.queued === undefined && queued !== undefined) {
    changes.push(change(queued, false, 1));
    open.queued = queued;
  }
  if (started !== undefined && open.queued !== undefined) changes.push(change(open.queued, false, -1));
  return started === undefined;
}

/** Enters what became of a job, where it is one of this pool; whether more is to come. */
function goesOn(open: OpenJob, { name }: Pool, changes: Change[]): boolean {
  const { queued, started, ended, worker } = open.job;
  if (started === undefined || worker === undefined) return true;
  if (poolName(worker) !== name) return false;
  if (!open.started) {
    if (queued !== undefined && queued < started) changes.push(change(queued, false, 1), change(started, false, -1));
    changes.push(change(started, true, 1));
    open.started = true;
  }
  if (ended !== undefined) changes.push(change(ended, true, -1));
  return ended === undefined;
}
