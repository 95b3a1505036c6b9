// Did the waits of a program overlap? What a beginner asks first of a trace, answered from its rows: which waits went on
// at the same time, which came one after the other and at which lines, and who held the loop so that nothing could.

import { holdersAt, waitersAt } from "./contention";
import type { Loop, Task } from "./entities";
import type { TraceModel } from "./model";
import type { Resource } from "./resources";
import { STATE } from "./rows";
import { causeOf, type Frame, ownFrame, runnerOf, type Segment, segmentOf, siteOf, stackOf, waitOf } from "./segments";

export interface Overlap {
  /** The program's own tasks that ran. */
  readonly tasks: number;
  /** Waits for timers, I/O and threads: those that can overlap. */
  readonly waits: number;
  /** The tasks whose waits went on at the same time as others', what these add up to, and what they took. */
  readonly together: { readonly tasks: number; readonly waited: number; readonly took: number };
  /** The waits during which no other went on, in order, and the lines that led to them. */
  readonly apart: Apart;
  /** The steps that held a loop for long, longest first. */
  readonly blocked: readonly Blocked[];
}

export interface Apart {
  readonly waits: number;
  readonly waited: number;
  readonly lines: readonly Line[];
  /** What all their tasks held while others waited for it: a lock that lets them in one by one. */
  readonly guard: Resource | undefined;
}

/** A line of the program, and how many of the waits it led to. */
export interface Line {
  readonly frame: Frame;
  readonly times: number;
}

export interface Blocked {
  readonly task: Task | undefined;
  readonly segment: Segment;
  /** Where it was seen most often, else where it went on. */
  readonly frame: Frame | undefined;
  /** Other tasks that could have run before it ended. */
  readonly held: readonly Task[];
}

const MOST_TASKS = 20;
const MOST_ROWS = 20_000;
const MOST_STEPS_UP = 20;
/** A wait that shares less than this part of its time with others is one by itself. */
const SHARED = 0.02;
/** No wait: the task only gave way, or what it waited for was already there. */
const SHORTEST = 1e-4;

interface Wait {
  readonly task: Task;
  readonly segment: Segment;
  readonly from: number;
  readonly to: number;
}

/** What is known at `now`; undefined for a program of more than 20 tasks, or of too many waits to be looked through. */
export function overlapOf(model: TraceModel, now: number): Overlap | undefined {
  const tasks = model.tasks.filter((task) => task.steps > 0 && isOwn(task));
  const rows = tasks.reduce((sum, { lane }) => sum + lane.rows, 0);
  if (tasks.length === 0 || tasks.length > MOST_TASKS || rows > MOST_ROWS) return undefined;
  const waits = tasks.flatMap((task) => waitsOf(model, task, now)).sort((a, b) => a.from - b.from);
  const shared = sharedTimes(waits);
  const isTogether = (_: Wait, at: number) => (shared[at] as number) > SHARED * length(waits[at] as Wait);
  const together = waits.filter(isTogether);
  const apart = waits.filter((wait, at) => !isTogether(wait, at));
  return {
    tasks: tasks.length,
    waits: waits.length,
    together: { tasks: new Set(together.map(({ task }) => task)).size, waited: sum(together), took: union(together) },
    apart: { waits: apart.length, waited: sum(apart), lines: linesOf(model, apart, now), guard: guardOf(model, apart) },
    blocked: blockedIn(model, tasks),
  };
}

/** Not one that asyncio makes for itself at the end. */
function isOwn({ site }: Task): boolean {
  const [root] = stackOf(site);
  return root === undefined || !root.library;
}

function length({ from, to }: Wait): number {
  return to - from;
}

function sum(waits: readonly Wait[]): number {
  return waits.reduce((seconds, wait) => seconds + length(wait), 0);
}

/** The time in which any of them went on; they are in the order of their beginnings. */
function union(waits: readonly Wait[]): number {
  let seconds = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const { from, to } of waits) {
    seconds += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return seconds;
}

/** For each wait, the seconds in which another one went on. */
function sharedTimes(waits: readonly Wait[]): Float64Array {
  const shared = new Float64Array(waits.length);
  const edges = waits.flatMap(({ from, to }, at) => [
    { time: from, at, opens: true },
    { time: to, at, opens: false },
  ]);
  edges.sort((a, b) => a.time - b.time || Number(a.opens) - Number(b.opens));
  const open = new Set<number>();
  let last = 0;
  for (const { time, at, opens } of edges) {
    if (open.size > 1) for (const each of open) shared[each] = (shared[each] as number) + time - last;
    if (opens) open.add(at);
    else open.delete(at);
    last = time;
  }
  return shared;
}

/** The waits of a task for something outside the loop. */
function waitsOf(model: TraceModel, task: Task, now: number): Wait[] {
  const waits: Wait[] = [];
  for (let row = 0; row < task.lane.rows; row++) {
    if (model.rows.stateOf(task.lane, row) !== STATE.suspended) continue;
    const segment = segmentOf(model, task, row, now);
    if (segment && segment.end - segment.start >= SHORTEST && isOutside(model, segment, now))
      waits.push({ task, segment, from: segment.start, to: segment.end });
  }
  return waits;
}

/** Whether a wait is for a timer, I/O or a thread; the other ones are for other tasks. */
function isOutside(model: TraceModel, segment: Segment, now: number): boolean {
  const wait = waitOf(model, segment);
  if (wait === undefined || wait.task || wait.parts || wait.resource) return false;
  if (wait.due !== undefined || wait.job) return true;
  const next = segmentOf(model, segment.owner, segment.row + 1, now);
  const cause = next && causeOf(model, next);
  return cause === undefined || cause.kind === "io" || cause.kind === "timer" || cause.kind === "thread";
}

/** What each of these tasks held in the middle of its wait, where another one waited for it meanwhile. */
function guardOf(model: TraceModel, apart: readonly Wait[]): Resource | undefined {
  const middle = ({ from, to }: Wait) => (from + to) / 2;
  return model.resources.find(
    (resource) =>
      apart.every((wait) => holdersAt(model, resource, middle(wait)).includes(wait.task)) &&
      apart.some((wait) => waitersAt(model, resource, middle(wait)).length > 0),
  );
}

// ---- where waits come from ----

/** The lines at which the ways to these waits part; the same line as often as it led to one. */
function linesOf(model: TraceModel, waits: readonly Wait[], now: number): Line[] {
  const ways = waits.map((wait) => wayTo(model, wait, now)).filter((way) => way.length > 0);
  const [first] = ways;
  if (first === undefined) return [];
  const shortest = Math.min(...ways.map(({ length: depth }) => depth));
  let depth = 0;
  while (depth < shortest - 1 && ways.every((way) => samePlace(way[depth], first[depth]))) depth++;
  const lines = new Map<string, { frame: Frame; times: number }>();
  for (const way of ways) {
    const frame = way[depth] as Frame;
    const key = `${frame.file}:${frame.line}`;
    const known = lines.get(key);
    if (known) known.times++;
    else lines.set(key, { frame, times: 1 });
  }
  return [...lines.values()];
}

function samePlace(one: Frame | undefined, other: Frame | undefined): boolean {
  return one?.file === other?.file && one?.line === other?.line;
}

/** The program's own frames that lead to a wait, outermost first, through the tasks that wait for its task. */
function wayTo(model: TraceModel, { task, segment }: Wait, now: number): Frame[] {
  const way = ownFrames(model, segment);
  let at = task;
  for (let up = 0; up < MOST_STEPS_UP && at.parent; up++) {
    const row = model.rows.find(at.parent.lane, segment.start);
    const outer = segmentOf(model, at.parent, row, now);
    if (outer === undefined || waitOf(model, outer)?.task !== at) break;
    way.unshift(...ownFrames(model, outer));
    at = at.parent;
  }
  return way;
}

function ownFrames(model: TraceModel, segment: Segment): Frame[] {
  return stackOf(waitOf(model, segment)?.site).filter(({ library, file, line }) => !library && file !== "" && line > 0);
}

// ---- who held the loop ----

const MOST_BLOCKED = 5;

function blockedIn(model: TraceModel, tasks: readonly Task[]): Blocked[] {
  const found = model.loops.flatMap((loop) => blockedRows(model, loop));
  found.sort((a, b) => b.end - b.start - (a.end - a.start));
  return found.slice(0, MOST_BLOCKED).map((segment) => {
    const { by } = runnerOf(model, segment);
    const task = by && "kind" in by ? by : undefined;
    const frame = frameInside(model, task, segment) ?? frameOf(model, task, segment);
    return { task, segment, frame, held: heldUp(model, tasks, segment, task) };
  });
}

/** The runs of a loop that took long. */
export function blockedRows(model: TraceModel, loop: Loop): Segment[] {
  return loop.blocked.flatMap((row) => segmentOf(model, loop, row, model.last) ?? []);
}

/** The innermost frame of the program's own that was seen most often in a long step. */
function frameInside(model: TraceModel, task: Task | undefined, { start, end }: Segment): Frame | undefined {
  const often = new Map<string, { frame: Frame; times: number }>();
  for (const { site } of model.samples.between(task, start, end)) {
    const frame = ownFrame(stackOf(site));
    if (frame === undefined) continue;
    const key = `${frame.file}:${frame.line}`;
    often.set(key, { frame, times: (often.get(key)?.times ?? 0) + 1 });
  }
  return [...often.values()].sort((a, b) => b.times - a.times)[0]?.frame;
}

/** Where a step went on. */
function frameOf(model: TraceModel, task: Task | undefined, { start }: Segment): Frame | undefined {
  const step = task && segmentOf(model, task, model.rows.find(task.lane, start), model.last);
  return step && ownFrame(stackOf(siteOf(model, step)));
}

/** The other tasks that could have run before the loop was free: they were ready, or what they waited for had come. */
function heldUp(model: TraceModel, tasks: readonly Task[], run: Segment, but: Task | undefined): Task[] {
  return tasks.filter((task) => task !== but && isHeldUp(model, task, run));
}

function isHeldUp(model: TraceModel, task: Task, { start, end }: Segment): boolean {
  let row = model.rows.find(task.lane, end);
  while (row >= 0 && model.rows.startOf(task.lane, row) >= end) row--;
  const segment = segmentOf(model, task, row, model.last);
  if (segment?.state === "ready") return true;
  const wait = segment && waitOf(model, segment);
  const came = wait?.job?.ended ?? wait?.due;
  return came !== undefined && came >= start && came < end;
}
