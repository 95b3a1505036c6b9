// What takes most of a trace's time, most first: steps and callbacks, places of waiting, pools of threads.

import type { Loop, Site, Task } from "./entities";
import type { Sample } from "./incidents";
import { poolName } from "./jobs";
import { placeText } from "./lines";
import type { TraceModel } from "./model";
import { STATE } from "./rows";
import { segmentOf, siteOf } from "./segments";

/** A step of a task, or a callback of a loop, that was looked into while it ran. */
export interface LongStep {
  readonly start: number;
  readonly seconds: number;
  readonly owner: Task | Loop;
  /** Where a task's step went on from; the callback. */
  readonly site: Site | undefined;
  readonly samples: readonly Sample[];
}

/** The steps of tasks that took longest, and callbacks as far as they were looked into: at most `most`. */
export function longestSteps(model: TraceModel, most: number): LongStep[] {
  const found: { owner: Task | Loop; row: number; seconds: number }[] = [];
  const scan = (owner: Task | Loop, state: number) => {
    const { lane } = owner;
    for (let row = 0; row < lane.rows - 1; row++) {
      if (model.rows.stateOf(lane, row) !== state) continue;
      const start = model.rows.startOf(lane, row);
      const seconds = model.rows.startOf(lane, row + 1) - start;
      if (found.length === most && seconds <= (found[most - 1]?.seconds ?? 0)) continue;
      if (owner.kind === "loop" && samplesOf(model, owner, start, start + seconds).length === 0) continue;
      found.push({ owner, row, seconds });
      found.sort((a, b) => b.seconds - a.seconds);
      found.length = Math.min(found.length, most);
    }
  };
  for (const task of model.tasks) scan(task, STATE.running);
  if (model.samples.total > 0) for (const loop of model.loops) scan(loop, STATE.callback);
  return found.map(({ owner, row, seconds }) => {
    const start = model.rows.startOf(owner.lane, row);
    const samples = samplesOf(model, owner, start, start + seconds);
    return { start, seconds, owner, site: startOf(model, owner, row), samples };
  });
}

function startOf(model: TraceModel, owner: Task | Loop, row: number): Site | undefined {
  if (owner.kind === "loop") return model.callbackAt(model.rows.refOf(owner.lane, row));
  const segment = segmentOf(model, owner, row, model.last);
  return segment ? siteOf(model, segment) : owner.site;
}

/** The looks into a task's steps, or into a loop's callbacks, between two times. */
function samplesOf(model: TraceModel, owner: Task | Loop, from: number, to: number): readonly Sample[] {
  if (owner.kind === "task") return model.samples.between(owner, from, to);
  return model.samples.between(undefined, from, to).filter(({ stream }) => stream === owner.stream);
}

/** A place where tasks were suspended. */
export interface WaitingPlace {
  /** As `placeText` names it; the first site of that name. */
  readonly text: string;
  readonly site: Site;
  readonly seconds: number;
  readonly often: number;
}

/** Where time was waited, most seconds first. */
export function waitingPlaces(model: TraceModel): WaitingPlace[] {
  const places = new Map<string, WaitingPlace>();
  for (const site of model.allSites) {
    if (site.suspensions === 0) continue;
    const text = placeText(site);
    const known = places.get(text) ?? { text, site, seconds: 0, often: 0 };
    const { seconds, often } = known;
    places.set(text, { ...known, seconds: seconds + site.waited, often: often + site.suspensions });
  }
  return [...places.values()].sort((a, b) => b.seconds - a.seconds);
}

/** Threads of one pool, by their names. */
export interface Pool {
  readonly name: string;
  threads: number;
  jobs: number;
  busy: number;
}

/** The pools of threads that ran jobs, in the order in which they were met. */
export function poolsOf(model: TraceModel): Pool[] {
  const pools = new Map<string, Pool>();
  for (const worker of model.jobs.workers) {
    const { jobs, busy } = worker;
    const name = poolName(worker) || "unnamed";
    const pool = pools.get(name) ?? { name, threads: 0, jobs: 0, busy: 0 };
    pools.set(name, { name, threads: pool.threads + 1, jobs: pool.jobs + jobs, busy: pool.busy + busy });
  }
  return [...pools.values()];
}
