// Who made, woke and cancelled whom, around one segment: the arrows of the panel, and the ways that `[` and `]` go.

import { askerOf, type Cancel } from "./cancels";
import type { Cause, Loop, Site, Task } from "./entities";
import type { Job } from "./jobs";
import type { TraceModel } from "./model";
import { STATE } from "./rows";
import { jobOf, type RowOwner, runnerOf, type Segment, segmentOf, waitOf } from "./segments";

/** An arrow begins and ends in a row of a lane. */
export type FlowOwner = RowOwner;

/**
 * - madeBy, makes: who made the task, and the tasks that the step made
 * - wokenBy, wakes: who made it ready, and who became ready by the step
 * - cancelledBy, cancels: who asked to cancel it, and whom the step asked to cancel
 */
export type FlowKind = "madeBy" | "wokenBy" | "cancelledBy" | "wakes" | "makes" | "cancels";

export interface Point {
  readonly owner: FlowOwner;
  readonly row: number;
  /** Seconds. */
  readonly time: number;
}

export interface Flow {
  readonly kind: FlowKind;
  readonly from: Point;
  readonly to: Point;
  /** The callback through which it came. */
  readonly via: Site | undefined;
}

export interface Flows {
  /** Those that come to the segment first; at most 200. */
  readonly flows: readonly Flow[];
  /** How many there are of each kind, listed or not. */
  readonly counts: Readonly<Record<FlowKind, number>>;
}

const MOST = 200;
/** Rows that take no time and are looked at beside the one in question: a frozen clock makes millions of them. */
const MOST_BESIDE = 1000;
/** No segment's arrows are counted beyond this. */
const MOST_COUNTED = 100_000;
const NONE: Flows = { flows: [], counts: { madeBy: 0, wokenBy: 0, cancelledBy: 0, wakes: 0, makes: 0, cancels: 0 } };

/** Every arrow from and to a segment. */
export function flowsOf(model: TraceModel, segment: Segment | undefined): Flows {
  if (segment === undefined) return NONE;
  if (segment.owner.kind === "worker") return flowsOfJob(model, segment);
  const step = stepOf(model, segment);
  const incoming = [...madeBy(model, segment), ...wokenBy(model, segment), ...cancelledBy(model, segment)];
  const woken = wokenIn(model, segment, step);
  const made = step ? madeIn(step) : [];
  const cancelled = step ? cancelledIn(model, step) : [];
  const flows = [...incoming];
  for (const each of cancelled) add(flows, cancelFlow(model, "cancels", each));
  for (let at = 0; at < woken.length && flows.length < MOST; at += 2)
    add(flows, wakeFlow(model, woken[at] as number, woken[at + 1] as number));
  for (const child of made) add(flows, makeFlow(model, "makes", child));
  return { flows, counts: countsOf(incoming, woken.length / 2, made.length, cancelled.length) };
}

function add(flows: Flow[], flow: Flow | undefined): void {
  if (flow && flows.length < MOST) flows.push(flow);
}

function countsOf(incoming: readonly Flow[], wakes: number, makes: number, cancels: number): Flows["counts"] {
  const counts = { ...NONE.counts, wakes, makes, cancels };
  for (const { kind } of incoming) counts[kind]++;
  return counts;
}

/** The running row of a task that a segment is, or that its loop's lane shows. */
export function stepOf(model: TraceModel, segment: Segment): Segment<Task> | undefined {
  if (segment.state !== "running") return undefined;
  if (segment.owner.kind === "task") return segment as Segment<Task>;
  const { by } = runnerOf(model, segment);
  if (by === undefined || !("kind" in by)) return undefined;
  return segmentOf(model, by, runningRow(model, by, segment.start), model.last);
}

/** The row in which a task ran at `time`: the latest one that began until then. */
function runningRow({ rows }: TraceModel, { lane }: Task, time: number): number {
  let row = rows.find(lane, time);
  for (let tried = 0; tried < 4 && row > 0 && rows.stateOf(lane, row) !== STATE.running; tried++) row--;
  return row;
}

/** The `ready` row that belongs to a segment: itself, the one that ends a wait, or the one before a step. */
export function readyRow(model: TraceModel, { owner, row, state }: Segment): Segment | undefined {
  if (owner.kind !== "task") return undefined;
  const at = state === "ready" ? row : state === "suspended" ? row + 1 : row - 1;
  const found = segmentOf(model, owner, at, model.last);
  return found?.state === "ready" ? found : undefined;
}

// ---- what comes to a segment ----

function madeBy(model: TraceModel, { owner }: Segment): Flow[] {
  const flow = owner.kind === "task" ? makeFlow(model, "madeBy", owner) : undefined;
  return flow ? [flow] : [];
}

function wokenBy(model: TraceModel, segment: Segment): Flow[] {
  const step = segment.owner.kind === "loop" ? stepOf(model, segment) : segment;
  const ready = step && readyRow(model, step);
  if (ready === undefined || ready.row === 0 || ready.owner.kind !== "task") return [];
  const ref = model.rows.refOf(ready.owner.lane, ready.row);
  const cause = model.causeOf(ref);
  const from = sourceOf(model, ready, ref, cause);
  if (from === undefined || from.owner === ready.owner) return [];
  const via = "via" in cause ? cause.via : undefined;
  return [{ kind: "wokenBy", from, to: { owner: ready.owner, row: ready.row, time: ready.start }, via }];
}

/** Where an arrow to a ready row comes from. */
function sourceOf(model: TraceModel, ready: Segment, ref: number, cause: Cause): Point | undefined {
  const root = model.rootOf(ref);
  const task = ready.owner as Task;
  switch (cause.kind) {
    case "task":
      return stepThatMade(model, cause.task, root);
    case "thread":
      return jobBefore(model, ready) ?? loopAt(model, task.loop, cause.time);
    case "io":
    case "timer":
    case "callback":
      return loopAt(model, task.loop, cause.time);
    default:
      return undefined;
  }
}

/** The step of a task for whose wake-ups the cause stands: where the arrow begins, at its end. */
function stepThatMade(model: TraceModel, task: Task, cause: number): Point | undefined {
  const { rows } = model;
  const { lane } = task;
  const time = model.timeOf(cause);
  const last = rows.find(lane, time);
  for (let row = last; row >= 0 && row > last - 16; row--)
    if (rows.stateOf(lane, row) === STATE.running && rows.refOf(lane, row) === cause)
      return { owner: task, row, time: row + 1 < lane.rows ? rows.startOf(lane, row + 1) : time };
  return last < 0 ? undefined : { owner: task, row: runningRow(model, task, time), time };
}

/** The end of the job that the wait before a ready row was for. */
function jobBefore(model: TraceModel, ready: Segment): Point | undefined {
  const wait = segmentOf(model, ready.owner, ready.row - 1, model.last);
  const job = wait && waitOf(model, wait)?.job;
  if (job?.worker === undefined || job.started === undefined || job.ended === undefined) return undefined;
  return { owner: job.worker, row: Math.max(0, model.rows.find(job.worker.lane, job.started)), time: job.ended };
}

/** The row of a loop that ended at `time`. */
function loopAt({ rows }: TraceModel, loop: Loop | undefined, time: number): Point | undefined {
  if (loop === undefined || Number.isNaN(time)) return undefined;
  const last = rows.find(loop.lane, time);
  let row = last;
  while (row > 0 && row > last - MOST_BESIDE && rows.startOf(loop.lane, row) >= time) row--;
  return row < 0 ? undefined : { owner: loop, row, time };
}

function cancelledBy(model: TraceModel, { owner, row }: Segment): Flow[] {
  if (owner.kind !== "task") return [];
  const here = owner.cancels?.filter((cancel) => cancel.row === row || cancel.row === row - 1) ?? [];
  const arrived = here.filter((cancel) => cancel.row === row || arrivesIn(model, cancel, owner, row));
  return arrived.slice(0, MOST).flatMap((cancel) => cancelFlow(model, "cancelledBy", cancel) ?? []);
}

/** Whether a cancel that was asked in the row before has brought about this one. */
function arrivesIn({ rows }: TraceModel, { arrived }: Cancel, { lane }: Task, row: number): boolean {
  return arrived !== undefined && rows.startOf(lane, row) <= arrived;
}

// ---- what comes from a segment ----

/** Ready rows that came of a segment: of a step, of a callback, or of the selector's events. */
function wokenIn(model: TraceModel, { owner, row }: Segment, step: Segment<Task> | undefined): Uint32Array {
  if (step) return withoutItself(model.wokenBy(model.rows.refOf(step.owner.lane, step.row), MOST_COUNTED), step);
  const found: number[] = [];
  if (owner.kind === "loop")
    for (let at = firstOf(owner.woke, row); at < owner.woke.length && owner.woke.first(at) === row; at++)
      for (const number of model.wokenBy(owner.woke.second(at), MOST_COUNTED)) found.push(number);
  return Uint32Array.from(found);
}

/** A task that only gave way has made itself ready: that is no arrow. */
function withoutItself(pairs: Uint32Array, { owner }: Segment): Uint32Array {
  const kept: number[] = [];
  for (let at = 0; at < pairs.length; at += 2)
    if (pairs[at] !== owner.index) kept.push(pairs[at] as number, pairs[at + 1] as number);
  return Uint32Array.from(kept);
}

/** A job was given to its thread by a step, and its end wakes who waits for it. */
function flowsOfJob(model: TraceModel, segment: Segment): Flows {
  const job = jobOf(model, segment);
  const given = job && jobGiven(model, job);
  const { waiter, waitRow = -1 } = job ?? {};
  const woken = waiter && wakeFlow(model, waiter.index, waitRow + 1);
  const wakes = woken?.from.owner === segment.owner && woken.from.row === segment.row ? [woken] : [];
  const incoming = given ? [given] : [];
  return { flows: [...incoming, ...wakes], counts: countsOf(incoming, wakes.length, 0, 0) };
}

function jobGiven(model: TraceModel, { by, queued, worker, started }: Job): Flow | undefined {
  if (by === undefined || queued === undefined || worker === undefined || started === undefined) return undefined;
  const from = { owner: by, row: runningRow(model, by, queued), time: queued };
  const to = { owner: worker, row: Math.max(0, model.rows.find(worker.lane, started)), time: started };
  return from.row < 0 ? undefined : { kind: "madeBy", from, to, via: undefined };
}

/** The first pair of a list, sorted by its first column, with this one. */
function firstOf(pairs: Loop["woke"], first: number): number {
  let low = 0;
  let high = pairs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (pairs.first(middle) < first) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The tasks that a step made; children are in the order of creation. */
function madeIn({ owner, start, end }: Segment): Task[] {
  const children = (owner.kind === "task" && owner.children) || [];
  return children.filter(({ created, late }) => !late && created >= start && created <= end).slice(0, MOST_COUNTED);
}

/** The cancels that a step asked for, also through callbacks that ran before the task's next step. */
function cancelledIn(model: TraceModel, { owner, row, start }: Segment): Cancel[] {
  if (owner.kind !== "task") return [];
  const later = model.askedBy(owner).filter(({ asked }) => asked !== undefined && asked > start);
  return later.filter(({ asked }) => stepUntil(model, owner, asked ?? start) === row);
}

// ---- arrows ----

function wakeFlow(model: TraceModel, task: number, row: number): Flow | undefined {
  const woken = model.tasks[task];
  const ready = woken && segmentOf(model, woken, row, model.last);
  const [flow] = ready ? wokenBy(model, ready) : [];
  return flow && { ...flow, kind: "wakes" };
}

function makeFlow(model: TraceModel, kind: "madeBy" | "makes", child: Task): Flow | undefined {
  const { parent, created, late } = child;
  if (parent === undefined || late) return undefined;
  const from = { owner: parent, row: runningRow(model, parent, created), time: created };
  return from.row < 0
    ? undefined
    : { kind, from, to: { owner: child, row: 0, time: model.rows.startOf(child.lane, 0) }, via: undefined };
}

function cancelFlow(model: TraceModel, kind: "cancelledBy" | "cancels", cancel: Cancel): Flow | undefined {
  const { task, arrived } = cancel;
  const row = Math.max(0, cancel.row);
  const { by, when } = askerOf(model, cancel);
  const from = by
    ? { owner: by, row: stepUntil(model, by, when), time: when }
    : arrived === undefined
      ? undefined
      : loopAt(model, task.loop, when);
  if (from === undefined || from.row < 0 || task.lane.rows === 0 || from.owner === task) return undefined;
  return { kind, from, to: { owner: task, row, time: when }, via: undefined };
}

/** The row in which a task ran until `time`. */
function stepUntil({ rows }: TraceModel, { lane }: Task, time: number): number {
  const last = rows.find(lane, time);
  let row = last;
  const passed = () => rows.stateOf(lane, row) !== STATE.running || rows.startOf(lane, row) >= time;
  while (row > 0 && row > last - MOST_BESIDE && passed()) row--;
  return row;
}

// ---- walking ----

/** Where `[` goes from a segment: who woke it, or who made it. */
export function cameFrom(model: TraceModel, segment: Segment): Flow | undefined {
  if (segment.owner.kind === "worker") return flowsOfJob(model, segment).flows.find(({ kind }) => kind === "madeBy");
  const [woken] = wokenBy(model, segment);
  if (woken) return woken;
  const step = segment.owner.kind === "loop" ? stepOf(model, segment) : segment;
  return step && readyRow(model, step)?.row === 0 ? madeBy(model, step)[0] : undefined;
}

/** Where `]` can go from a segment: whom its step woke, then whom it made and cancelled. */
export function leadsTo(model: TraceModel, segment: Segment): readonly Flow[] {
  const step = segment.owner.kind === "task" ? lastStep(model, segment) : segment;
  const outgoing = step ? flowsOf(model, step).flows : [];
  return ["wakes", "makes", "cancels"].flatMap((kind) => outgoing.filter((flow) => flow.kind === kind));
}

/** The step that a segment is, leads to, or followed. */
function lastStep(model: TraceModel, { owner, row, state }: Segment): Segment | undefined {
  return segmentOf(model, owner, state === "running" ? row : state === "ready" ? row + 1 : row - 1, model.last);
}

/** The segment to select at an end of an arrow: for what became ready, the step that it led to. */
export function segmentAtEnd(model: TraceModel, { owner, row }: Point, end: number): Segment | undefined {
  const segment = segmentOf(model, owner, row, end);
  if (segment?.state !== "ready") return segment;
  return segmentOf(model, owner, row + 1, end) ?? segment;
}
