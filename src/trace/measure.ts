// What happened in a range of time: how busy the loops were, how long tasks were in each state, and where they waited.

import type { Loop } from "./entities";
import type { TraceModel } from "./model";
import { type Lane, STATE } from "./rows";
import { type Frame, ownFrame, stackOf } from "./segments";
import { BLOCKED_SECONDS } from "./turns";

/** One question looks at no more rows than this; what it leaves out is said. */
export const MAX_ROWS = 4_000_000;

/** Seconds in each state, and how many steps and callbacks ran, whole or in part. */
export interface LoopShare {
  readonly loop: Loop;
  busy: number;
  idle: number;
  /** The part of `busy` that lies in runs of a tenth of a second or more. */
  blocked: number;
  steps: number;
  callbacks: number;
}

/** What was waited at one line of code. */
export interface PlaceShare {
  /** Undefined where no file is known. */
  readonly frame: Frame | undefined;
  readonly what: string;
  seconds: number;
  /** How many waits, whole or in part. */
  waits: number;
}

export interface Measure {
  readonly from: number;
  readonly to: number;
  readonly loops: readonly LoopShare[];
  /** Task-seconds. */
  readonly running: number;
  readonly ready: number;
  readonly suspended: number;
  /** Tasks that were there, and how many of them were made and ended in the range. */
  readonly tasks: number;
  readonly made: number;
  readonly ended: number;
  /** Most seconds first. */
  readonly places: readonly PlaceShare[];
  /** Rows were left out: the sums are too small. */
  readonly cut: boolean;
}

/** Everything between two times; `now` ends what goes on. Reads at most `most` rows. */
export function measure(model: TraceModel, from: number, to: number, now: number, most = MAX_ROWS): Measure {
  const until = Math.min(to, now);
  const budget = { rows: most };
  const loops = model.loops.map((loop) => loopShare(model, loop, from, until, budget));
  const sites = {
    seconds: new Float64Array(model.allSites.length + 1),
    waits: new Uint32Array(model.allSites.length + 1),
  };
  const spent = new Float64Array(3);
  const met = { tasks: 0, made: 0, ended: 0 };
  for (const { lane, created, ended } of model.tasks) {
    if (created > to || (ended !== undefined && ended < from)) continue;
    met.tasks++;
    if (created >= from) met.made++;
    if (ended !== undefined && ended <= to) met.ended++;
    eachRow(model, lane, from, until, budget, (state, ref, seconds) => {
      if (state > STATE.running) return;
      spent[state] = (spent[state] as number) + seconds;
      if (state !== STATE.suspended) return;
      const site = model.waitSite(ref) + 1;
      sites.seconds[site] = (sites.seconds[site] as number) + seconds;
      sites.waits[site] = (sites.waits[site] as number) + 1;
    });
  }
  const [suspended = 0, ready = 0, running = 0] = spent;
  const places = placesOf(model, sites.seconds, sites.waits);
  return { from, to, loops, running, ready, suspended, ...met, places, cut: budget.rows <= 0 };
}

function loopShare(model: TraceModel, loop: Loop, from: number, to: number, budget: { rows: number }): LoopShare {
  const share: LoopShare = { loop, busy: 0, idle: 0, blocked: 0, steps: 0, callbacks: 0 };
  eachRow(model, loop.lane, from, to, budget, (state, _, seconds, whole) => {
    if (state === STATE.suspended) share.idle += seconds;
    if (state !== STATE.running && state !== STATE.callback) return;
    share.busy += seconds;
    if (whole >= BLOCKED_SECONDS) share.blocked += seconds;
    if (state === STATE.running) share.steps++;
    else share.callbacks++;
  });
  return share;
}

/** Calls `take` with each row that lies in the range in part, and with those that take no time in it. */
function eachRow(
  { rows }: TraceModel,
  lane: Lane,
  from: number,
  to: number,
  budget: { rows: number },
  take: (state: number, ref: number, seconds: number, whole: number) => void,
): void {
  let row = Math.max(0, rows.firstAt(lane, from) - 1);
  let start = row < lane.rows ? rows.startOf(lane, row) : Number.POSITIVE_INFINITY;
  for (; start < to && budget.rows > 0; budget.rows--) {
    const end = row + 1 < lane.rows ? rows.startOf(lane, row + 1) : Math.max(start, to);
    const at = rows.position(lane, row);
    if (end > from || start >= from)
      take(rows.state[at] as number, rows.ref[at] as number, Math.min(end, to) - Math.max(start, from), end - start);
    row++;
    start = row < lane.rows ? end : Number.POSITIVE_INFINITY;
  }
}

/** Sites of the same line are one place. */
function placesOf(model: TraceModel, seconds: Float64Array, waits: Uint32Array): PlaceShare[] {
  const places = new Map<string, PlaceShare>();
  for (let at = 0; at < seconds.length; at++) {
    if (waits[at] === 0) continue;
    const stack = stackOf(model.allSites[at - 1]);
    const frame = ownFrame(stack);
    const what = stack.at(-1)?.what ?? "";
    const key = frame ? `${frame.file}\n${frame.line}\n${what}` : what;
    const place = places.get(key) ?? { frame, what, seconds: 0, waits: 0 };
    place.seconds += seconds[at] as number;
    place.waits += waits[at] as number;
    places.set(key, place);
  }
  return [...places.values()].sort((a, b) => b.seconds - a.seconds);
}
