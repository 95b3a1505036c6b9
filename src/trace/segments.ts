// Segments: rows with their ends and their meaning, for the one that is hovered, selected or listed. The drawing loop
// reads the columns instead.

import type { Cause, Loop, Site, Task, TaskError, Wait } from "./entities";
import type { Job, Worker } from "./jobs";
import type { Group } from "./lanes";
import { type LevelOwner, levelsOf } from "./levels";
import type { TraceModel } from "./model";
import type { Process } from "./processes";
import { STATE, STATE_NAMES, type StateName } from "./rows";

/** What has rows in the trace's columns. */
export type RowOwner = Task | Loop | Worker;

/** What is shown in a lane of its own. A row of what has none is a level (`levels.ts`); groups and processes are one row. */
export type LaneOwner = RowOwner | LevelOwner | Group | Process;

/** No question looks at more rows than this beside a segment: a frozen clock makes millions that take no time. */
const MAX_RUNS = 10_000;

/** Whether an owner has rows in the trace's columns. */
export function hasRows(owner: LaneOwner): owner is RowOwner {
  return owner.kind === "task" || owner.kind === "loop" || owner.kind === "worker";
}

/**
 * One row of a lane, `start` to `end` in seconds. Where the lane has no rows of its own `suspended` means that nobody is
 * there, and everything else is `running`.
 */
export interface Segment<Owner extends LaneOwner = LaneOwner> {
  readonly owner: Owner;
  readonly row: number;
  readonly state: StateName;
  readonly start: number;
  readonly end: number;
  /** It goes on at the end of what is known. */
  readonly open: boolean;
}

/** One frame of an await stack. */
export interface Frame {
  readonly file: string;
  readonly name: string;
  readonly line: number;
  readonly column: number;
  /** What is waited on, on the innermost frame. */
  readonly what: string;
  /** A file of Python itself or of an installed package. */
  readonly library: boolean;
}

/** The segment of this row; `now` ends a row that goes on. */
export function segmentOf<Owner extends LaneOwner>(
  model: TraceModel,
  owner: Owner,
  row: number,
  now: number,
): Segment<Owner> | undefined;
export function segmentOf(model: TraceModel, owner: LaneOwner, row: number, now: number): Segment | undefined {
  if (!hasRows(owner)) return plainSegment(model, owner, row, now);
  const { rows } = model;
  const { lane } = owner;
  if (row < 0 || row >= lane.rows) return undefined;
  const start = rows.startOf(lane, row);
  const open = row === lane.rows - 1;
  const state = STATE_NAMES[rows.stateOf(lane, row)] as StateName;
  const end = open ? (isEnd(state) ? start : Math.max(start, now)) : rows.startOf(lane, row + 1);
  return { owner, row, state, start, end, open: open && !isEnd(state) };
}

/** The segment of a lane that has no rows. */
function plainSegment(
  model: TraceModel,
  owner: LevelOwner | Group | Process,
  row: number,
  now: number,
): Segment | undefined {
  if (owner.kind === "group" || owner.kind === "process") {
    if (row !== 0) return undefined;
    const [start, end, open] = owner.kind === "group" ? spanOf(owner, now) : [model.start, now, false];
    return { owner, row, state: "running", start, end, open };
  }
  const levels = levelsOf(model, owner);
  if (row < 0 || row >= levels.length) return undefined;
  const start = levels.timeOf(row);
  const open = row === levels.length - 1;
  const state = levels.first(row) + levels.second(row) + levels.third(row) > 0 ? "running" : "suspended";
  return { owner, row, state, start, end: open ? Math.max(start, now) : levels.timeOf(row + 1), open };
}

function spanOf({ members }: Group, now: number): [start: number, end: number, open: boolean] {
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  let open = false;
  for (const { created, ended } of members) {
    if (created < start) start = created;
    if (ended === undefined) open = true;
    else if (ended > end) end = ended;
  }
  return [start, open ? Math.max(start, now) : end, open];
}

/** The row of a lane at `time`: the last one that begins no later; -1 where there is none. */
export function rowAt(model: TraceModel, owner: LaneOwner, time: number): number {
  if (hasRows(owner)) return model.rows.find(owner.lane, time);
  if (owner.kind === "process") return 0;
  return owner.kind === "group" ? (spanOf(owner, time)[0] <= time ? 0 : -1) : levelsOf(model, owner).find(time);
}

/** The segment of a lane at `time`; undefined before its first row and after its end. */
export function segmentAt(model: TraceModel, owner: LaneOwner, time: number, now: number): Segment | undefined {
  const segment = segmentOf(model, owner, rowAt(model, owner, time), now);
  return segment && (isEnd(segment.state) || time > segment.end) ? undefined : segment;
}

/** The next segment to the left (-1) or right (1) that takes time; undefined at the lane's ends. */
export function neighbour(model: TraceModel, segment: Segment, step: -1 | 1, now: number): Segment | undefined {
  for (let row = segment.row + step; Math.abs(row - segment.row) < MAX_RUNS; row += step) {
    const next = segmentOf(model, segment.owner, row, now);
    if (next === undefined || (next.end > next.start && !isEnd(next.state))) return next;
  }
  return undefined;
}

export function isEnd(state: StateName): boolean {
  return state === "done" || state === "failed" || state === "cancelled" || state === "stopped";
}

/** Who made the task ready, for a `ready` segment of a task. */
export function causeOf(model: TraceModel, segment: Segment): Cause | undefined {
  const { owner, row, state, start } = segment;
  if (state !== "ready" || owner.kind !== "task") return undefined;
  if (row === 0) return { kind: "created", by: owner.parent, time: start };
  return model.causeOf(model.rows.refOf(owner.lane, row));
}

/** What the task waits for, for a `suspended` segment of a task. */
export function waitOf(model: TraceModel, segment: Segment): Wait | undefined {
  const { owner, row, state } = segment;
  if (state !== "suspended" || owner.kind !== "task") return undefined;
  return model.waitAt(model.rows.refOf(owner.lane, row));
}

/** How a failed task ended. */
export function errorOf(model: TraceModel, task: Task): TaskError | undefined {
  if (task.outcome !== "failed") return undefined;
  return model.errorAt(model.rows.refOf(task.lane, task.lane.rows - 1));
}

/** The await stack of a site, outermost frame first. */
export function stackOf(site: Site | undefined): Frame[] {
  const frames: Frame[] = [];
  for (let at = site; at; at = at.parent) frames.push(frameOf(at));
  return frames.reverse();
}

function frameOf({ code, line, column, what }: Site): Frame {
  const file = code?.file ?? "";
  return { file, name: code?.name ?? "", line: line || (code?.firstLine ?? 0), column, what, library: isLibrary(file) };
}

/** The frame to show first: the innermost one of the user's own code, else the innermost one that has a file. */
export function ownFrame(stack: readonly Frame[]): Frame | undefined {
  const inFiles = stack.filter(({ file, line }) => file !== "" && line > 0).reverse();
  return inFiles.find(({ library }) => !library) ?? inFiles[0];
}

const LIBRARY = /^<|[\\/](?:site-packages|dist-packages)[\\/]|[\\/]python3\.\d+t?[\\/]|[\\/]Lib[\\/]\w+[\\/]?\w*\.py$/;

/** Whether a file is one of Python itself or of an installed package. */
export function isLibrary(file: string): boolean {
  return LIBRARY.test(file);
}

/** The place that a task's segment is about: where it waits, or for running and ready, where it goes on from. */
export function siteOf(model: TraceModel, segment: Segment): Site | undefined {
  const { owner } = segment;
  if (owner.kind === "worker") return jobOf(model, segment)?.site;
  if (owner.kind !== "task") return undefined;
  for (let row = segment.row; row >= 0 && row >= segment.row - 2; row--) {
    if (model.rows.stateOf(owner.lane, row) === STATE.suspended)
      return model.waitAt(model.rows.refOf(owner.lane, row)).site ?? owner.site;
  }
  return owner.site;
}

/** The job that a pool's thread runs in a segment. */
export function jobOf(model: TraceModel, { owner, row, state }: Segment): Job | undefined {
  if (owner.kind !== "worker" || state !== "running") return undefined;
  return model.jobs.all[model.rows.refOf(owner.lane, row)];
}

/** Who held the loop, and how long. */
export interface Holder {
  readonly task: Task | undefined;
  /** The callback, where it was no task's step. */
  readonly callback: Site | undefined;
  readonly seconds: number;
}

/** Which tasks and callbacks held the loop between two times, longest first. Reads at most 10,000 runs. */
export function holders(model: TraceModel, loop: Loop, from: number, to: number): Holder[] {
  const { rows } = model;
  const held = new Map<Task | Site | undefined, number>();
  const first = Math.max(0, rows.find(loop.lane, from));
  for (let row = first; row < loop.lane.rows && row < first + MAX_RUNS; row++) {
    const segment = segmentOf(model, loop, row, to);
    if (segment === undefined || segment.start >= to) break;
    const who = runnerOf(model, segment);
    const seconds = Math.min(segment.end, to) - Math.max(segment.start, from);
    if (who.held && seconds > 0) held.set(who.by, (held.get(who.by) ?? 0) + seconds);
  }
  const list = [...held].map(([by, seconds]) => ({
    task: by && "kind" in by ? by : undefined,
    callback: by && !("kind" in by) ? by : undefined,
    seconds,
  }));
  return list.sort((a, b) => b.seconds - a.seconds);
}

/** Who ran in a segment of a loop's lane. */
export function runnerOf(model: TraceModel, segment: Segment): { held: boolean; by: Task | Site | undefined } {
  if (segment.owner.kind !== "loop") return { held: false, by: undefined };
  const ref = model.rows.refOf(segment.owner.lane, segment.row);
  if (segment.state === "running") return { held: true, by: model.tasks[ref] };
  if (segment.state === "callback") return { held: true, by: model.callbackAt(ref) };
  return { held: false, by: undefined };
}

/** Loops and tasks, all of them: each loop, then its tasks, each under the one that made it. */
export interface Family {
  readonly owners: readonly (Task | Loop)[];
  /** How deep each is nested: 0 for loops and for tasks that no task made. */
  readonly depths: Uint16Array;
}

/** The whole family of a trace; siblings in the order of their creation. */
export function taskTree(model: TraceModel): Family {
  const owners: (Task | Loop)[] = [];
  const depths: number[] = [];
  const roots = rootsByLoop(model);
  for (const loop of [...model.loops, undefined]) {
    if (loop) add(loop, 0);
    const todo = (roots.get(loop) ?? []).map((task) => ({ task, depth: 0 })).reverse();
    for (let next = todo.pop(); next; next = todo.pop()) {
      const { task, depth } = next;
      add(task, depth);
      const children = task.children ?? [];
      for (let child = children.length - 1; child >= 0; child--)
        todo.push({ task: children[child] as Task, depth: depth + 1 });
    }
  }
  return { owners, depths: Uint16Array.from(depths) };

  function add(owner: Task | Loop, depth: number): void {
    owners.push(owner);
    depths.push(depth);
  }
}

/** Tasks that no task made, under the loop that ran them, or that will: the latest of their thread. */
export function rootsByLoop(model: TraceModel): Map<Loop | undefined, Task[]> {
  const latest = new Map(model.loops.map((loop) => [loop.stream, loop]));
  const roots = new Map<Loop | undefined, Task[]>();
  for (const task of model.tasks) {
    if (task.parent) continue;
    const loop = task.loop ?? latest.get(task.stream);
    const known = roots.get(loop);
    if (known) known.push(task);
    else roots.set(loop, [task]);
  }
  return roots;
}
