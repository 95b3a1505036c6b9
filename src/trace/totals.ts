// A whole run in numbers: what took most, where was waited most, what went wrong. Looks at tasks, places and resources, not
// at rows, so that it stays quick while a long run goes on.

import { resourceName } from "./contention";
import type { Loop, Site, Task } from "./entities";
import type { Trouble } from "./incidents";
import { placeText } from "./lines";
import type { TraceModel } from "./model";
import { totalsOf } from "./report";
import type { Resource } from "./resources";
import { STATE } from "./rows";
import { errorOf, type Frame, ownFrame, type Segment, segmentOf, stackOf } from "./segments";

export interface Totals {
  /** Seconds from the first event to the last. */
  readonly span: number;
  /** Tasks by how they ended, or by their state at the end of what is known. */
  readonly counts: Readonly<Record<TaskState, number>>;
  /** Seconds of all tasks together. */
  readonly seconds: { readonly running: number; readonly ready: number; readonly suspended: number };
  readonly steps: number;
  readonly wakeups: number;
  readonly blocked: readonly LoopBlocked[];
  readonly busiest: readonly Task[];
  readonly places: readonly Place[];
  readonly callbacks: readonly Place[];
  readonly resources: readonly Contended[];
  readonly errors: readonly ErrorKind[];
  readonly troubles: readonly TroubleKind[];
}

export type TaskState = "running" | "ready" | "suspended" | "done" | "failed" | "cancelled";

/** The runs of a loop that blocked it. */
export interface LoopBlocked {
  readonly loop: Loop;
  readonly times: number;
  readonly seconds: number;
  readonly worst: Segment | undefined;
}

/** A place of waiting, or a callback. */
export interface Place {
  /** `crawler.py:18 fetch · asyncio.sleep` */
  readonly text: string;
  readonly frame: Frame | undefined;
  readonly what: string;
  readonly times: number;
  readonly seconds: number;
  readonly longest: number;
  readonly worst: Segment | undefined;
}

export interface Contended {
  readonly resource: Resource;
  readonly name: string;
  /** Seconds waited in all, of those who wait now as well. */
  readonly seconds: number;
  readonly longest: number;
  readonly waiting: number;
}

export interface ErrorKind {
  readonly type: string;
  readonly times: number;
  readonly first: Task;
}

export interface TroubleKind {
  readonly kind: string;
  readonly times: number;
  readonly first: Trouble;
}

/** How many of each are listed. */
const MOST = 6;

export function totals(model: TraceModel): Totals {
  const counts = { running: 0, ready: 0, suspended: 0, done: 0, failed: 0, cancelled: 0 };
  const seconds = { running: 0, ready: 0, suspended: 0 };
  for (const task of model.tasks) {
    const own = totalsOf(model, task);
    seconds.running += own.running;
    seconds.ready += own.ready;
    seconds.suspended += own.suspended;
    counts[stateOf(model, task)]++;
  }
  return {
    span: Number.isFinite(model.start) ? Math.max(0, model.last - model.start) : 0,
    counts,
    seconds,
    steps: model.loops.reduce((sum, { steps }) => sum + steps, 0),
    wakeups: model.wokenCount,
    blocked: model.loops.map((loop) => blockedOf(model, loop)),
    busiest: most(model.tasks, ({ running }) => running, MOST),
    places: placesOf(model),
    callbacks: callbacksOf(model),
    resources: contended(model),
    errors: errorsOf(model),
    troubles: troublesOf(model),
  };
}

function stateOf({ rows }: TraceModel, { outcome, lane }: Task): TaskState {
  if (outcome) return outcome;
  const state = lane.rows > 0 ? rows.stateOf(lane, lane.rows - 1) : STATE.ready;
  return state === STATE.running ? "running" : state === STATE.ready ? "ready" : "suspended";
}

function blockedOf(model: TraceModel, loop: Loop): LoopBlocked {
  let seconds = 0;
  let worst: Segment | undefined;
  for (const row of loop.blocked) {
    const segment = segmentOf(model, loop, row, model.last);
    if (segment === undefined) continue;
    seconds += segment.end - segment.start;
    if (worst === undefined || segment.end - segment.start > worst.end - worst.start) worst = segment;
  }
  return { loop, times: loop.blocked.length, seconds, worst };
}

/** The first of a list by a number, largest first; those for which it is 0 are left out. */
function most<T>(all: readonly T[], size: (item: T) => number, count: number): T[] {
  const found: T[] = [];
  for (const item of all) {
    const last = found[count - 1];
    if (size(item) <= 0 || (last && size(item) <= size(last))) continue;
    found.push(item);
    found.sort((a, b) => size(b) - size(a));
    found.length = Math.min(found.length, count);
  }
  return found;
}

/** Places of waiting, with what goes on now. */
function placesOf(model: TraceModel): Place[] {
  const going = new Map<Site, { seconds: number; longest: number; task: Task }>();
  for (const task of model.tasks) {
    const row = task.lane.rows - 1;
    if (task.outcome || row < 0 || model.rows.stateOf(task.lane, row) !== STATE.suspended) continue;
    const { site } = model.waitAt(model.rows.refOf(task.lane, row));
    if (site === undefined) continue;
    const spent = Math.max(0, model.last - model.rows.startOf(task.lane, row));
    const known = going.get(site);
    if (known === undefined) going.set(site, { seconds: spent, longest: spent, task });
    else Object.assign(known, { seconds: known.seconds + spent, longest: Math.max(known.longest, spent) });
  }
  const places = new Map<string, Place>();
  for (const site of model.allSites) {
    if (site.suspensions === 0) continue;
    const open = going.get(site);
    const own = placeOf(model, site, site.suspensions, site.waited + (open?.seconds ?? 0));
    const here = open && open.longest > site.longest ? openPlace(model, own, open) : own;
    places.set(here.text, merged(places.get(here.text), here));
  }
  return most([...places.values()], ({ seconds }) => seconds, MOST);
}

function openPlace(model: TraceModel, place: Place, { longest, task }: { longest: number; task: Task }): Place {
  return { ...place, longest, worst: segmentOf(model, task, task.lane.rows - 1, model.last) };
}

function merged(known: Place | undefined, place: Place): Place {
  if (known === undefined) return place;
  const longer = known.longest >= place.longest ? known : place;
  return { ...longer, times: known.times + place.times, seconds: known.seconds + place.seconds };
}

function placeOf(model: TraceModel, site: Site, times: number, seconds: number): Place {
  const { longest, worst, worstRow } = site;
  const frames = stackOf(site);
  return {
    text: placeText(site),
    frame: ownFrame(frames),
    what: site.what,
    times,
    seconds,
    longest: Math.max(0, longest),
    worst: worst && segmentOf(model, worst, worstRow, model.last),
  };
}

function callbacksOf(model: TraceModel): Place[] {
  const places = new Map<string, Place>();
  for (const site of most(model.allSites, ({ ran }) => ran, MOST * 4)) {
    const place = placeOf(model, site, site.runs, site.ran);
    places.set(place.what, merged(places.get(place.what), place));
  }
  return most([...places.values()], ({ seconds }) => seconds, MOST);
}

function contended(model: TraceModel): Contended[] {
  const all = model.resources.map((resource) => {
    let { waited: seconds, longest } = resource;
    for (const task of resource.waiting.keys()) {
      const spent = Math.max(0, model.last - model.rows.startOf(task.lane, task.lane.rows - 1));
      seconds += spent;
      longest = Math.max(longest, spent);
    }
    return { resource, name: resourceName(resource), seconds, longest, waiting: resource.waiting.size };
  });
  return most(all, ({ seconds }) => seconds, MOST);
}

function errorsOf(model: TraceModel): ErrorKind[] {
  const kinds = new Map<string, { type: string; times: number; first: Task }>();
  for (const task of model.tasks) {
    if (task.outcome !== "failed") continue;
    const type = errorOf(model, task)?.type || "an exception";
    const known = kinds.get(type);
    if (known) known.times++;
    else kinds.set(type, { type, times: 1, first: task });
  }
  return most([...kinds.values()], ({ times }) => times, MOST);
}

function troublesOf(model: TraceModel): TroubleKind[] {
  const kinds = new Map<string, { kind: string; times: number; first: Trouble }>();
  for (const trouble of model.troubles.items) {
    const known = kinds.get(trouble.kind);
    if (known) known.times++;
    else kinds.set(trouble.kind, { kind: trouble.kind, times: 1, first: trouble });
  }
  return most([...kinds.values()], ({ times }) => times, MOST);
}
