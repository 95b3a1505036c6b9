// One moment of a run: the state of every task then, how long it was in it, and what it waited for.

import { resourceName } from "./contention";
import type { Task, Wait } from "./entities";
import type { TraceModel } from "./model";
import { STATE, STATE_NAMES, type StateName } from "./rows";
import { type Frame, ownFrame, segmentOf, siteOf, stackOf } from "./segments";
import { duration } from "./text";

/** The groups of the table, in its order. */
export type Standing = "running" | "ready" | "suspended" | "ended" | "unmade";

export interface Moment {
  /** Trace seconds. */
  readonly time: number;
  /** The row of each task by its index; -1 before it was made. */
  readonly rows: Int32Array;
  /** The tasks that were made by then: running first, then ready, suspended (longest first), ended (latest first). */
  readonly order: Uint32Array;
  readonly counts: Readonly<Record<Standing, number>>;
}

const ENDED = 3;
const STANDINGS: readonly Standing[] = ["running", "ready", "suspended", "ended"];
/** The place in STANDINGS of each state. */
const STANDING_OF = Uint8Array.from(STATE_NAMES, (name) => Math.max(0, STANDINGS.indexOf(name as Standing)));
for (const state of [STATE.done, STATE.failed, STATE.cancelled]) STANDING_OF[state] = ENDED;

/** Every task at `time`. `near`: the answer for a time nearby, whose rows are where the search begins. */
export function momentOf(model: TraceModel, time: number, near?: Moment): Moment {
  const { tasks, rows } = model;
  const found = new Int32Array(tasks.length);
  const lengths = [0, 0, 0, 0];
  const standings = new Uint8Array(tasks.length);
  for (let index = 0; index < tasks.length; index++) {
    const { lane } = tasks[index] as Task;
    const row = rows.findNear(lane, time, near?.rows[index] ?? -1);
    found[index] = row;
    if (row < 0) continue;
    const standing = STANDING_OF[rows.stateOf(lane, row)] as number;
    standings[index] = standing + 1;
    lengths[standing] = (lengths[standing] as number) + 1;
  }
  const [running = 0, ready = 0, suspended = 0, ended = 0] = lengths;
  const unmade = tasks.length - running - ready - suspended - ended;
  const order = ordered(model, found, standings, lengths);
  return { time, rows: found, order, counts: { running, ready, suspended, ended, unmade } };
}

/**
 * The tasks by standing, then by the start of their rows; `lengths`: how many have each standing. Sorts doubles whose last
 * bits hold the task's index, so no comparison is made in JavaScript: starts that differ by less than about a ten-millionth
 * of the run's length may come in either order.
 */
function ordered(
  { rows, tasks, start: zero }: TraceModel,
  found: Int32Array,
  standings: Uint8Array,
  lengths: number[],
) {
  const bits = Math.ceil(Math.log2(tasks.length + 1));
  const from = lengths.map((_, standing) => lengths.slice(0, standing).reduce((sum, length) => sum + length, 0));
  const next = [...from];
  const keys = new Float64Array(lengths.reduce((sum, length) => sum + length, 0));
  const words = new Uint32Array(keys.buffer);
  for (let index = 0; index < tasks.length; index++) {
    const standing = (standings[index] as number) - 1;
    if (standing < 0) continue;
    const place = next[standing] as number;
    next[standing] = place + 1;
    const start = rows.startOf((tasks[index] as Task).lane, found[index] as number) - zero;
    keys[place] = 1 + (standing === ENDED ? -start : start);
    words[place * 2] = (((words[place * 2] as number) >>> bits) << bits) | index;
  }
  from.forEach((first, standing) => {
    keys.subarray(first, first + (lengths[standing] as number)).sort();
  });
  const order = new Uint32Array(keys.length);
  for (let place = 0; place < order.length; place++) order[place] = (words[place * 2] as number) & ((1 << bits) - 1);
  return order;
}

/** What the table says of one task. */
export interface TaskMoment {
  readonly task: Task;
  readonly state: StateName;
  /** How long it is in that state, or has ended. */
  readonly seconds: number;
  /** What it waits for; empty where it does not. */
  readonly waits: string;
  /** Where it waits, or goes on from. */
  readonly frame: Frame | undefined;
}

export function taskAt(model: TraceModel, moment: Moment, index: number): TaskMoment | undefined {
  const task = model.tasks[index];
  const segment = task && segmentOf(model, task, moment.rows[index] ?? -1, moment.time);
  if (task === undefined || segment === undefined) return undefined;
  const { state, start } = segment;
  const wait = state === "suspended" ? model.waitAt(model.rows.refOf(task.lane, segment.row)) : undefined;
  const over = STANDING_OF[STATE[state]] === ENDED;
  return {
    task,
    state,
    seconds: Math.max(0, moment.time - start),
    waits: wait ? waitText(wait, moment.time) : "",
    frame: over ? undefined : ownFrame(stackOf(siteOf(model, segment))),
  };
}

/** What is waited for, in few words: `sleep, due in 12 ms`, `Queue 2.get`, `the end of fetch-1`. Not yet printable. */
export function waitText({ site, task, resource, parts, job, due }: Wait, time: number): string {
  const what = (site?.what ?? "").replace(/^asyncio\./, "");
  if (parts) return `${what || "gather"} of ${parts.tasks.length + parts.others}`;
  if (task) return `the end of ${task.name}`;
  if (resource && resource.className !== "")
    return `${resourceName(resource)}.${what.slice(what.lastIndexOf(".") + 1)}`;
  if (job) return `a thread: ${job.site?.what ?? what}`;
  return due !== undefined && due > time && Number.isFinite(due) ? `${what}, due in ${duration(due - time)}` : what;
}

/** The next (1) or last (-1) time, seen from `time`, at which any task, loop or thread changed its state. */
export function changeBeside(model: TraceModel, time: number, way: -1 | 1): number | undefined {
  const { rows } = model;
  let nearest = Number.POSITIVE_INFINITY * way;
  for (const { lane } of [...model.loops, ...model.jobs.workers, ...model.tasks]) {
    const row = way > 0 ? rows.find(lane, time) + 1 : rows.firstAt(lane, time) - 1;
    if (row < 0 || row >= lane.rows) continue;
    const start = rows.startOf(lane, row);
    nearest = way > 0 ? Math.min(nearest, start) : Math.max(nearest, start);
  }
  return Number.isFinite(nearest) ? nearest : undefined;
}
