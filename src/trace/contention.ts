// Questions to locks, semaphores, queues and the like: who waited, who held it meanwhile, and for how long.

import type { Task } from "./entities";
import type { TraceModel } from "./model";
import type { Resource } from "./resources";
import { type Holder, type Segment, segmentOf, waitOf } from "./segments";

/** No question about one moment looks at more waits or holds than this. */
const MAX_SCAN = 10_000;

/** `Lock 2`; one of which only uses without waiting are known has no class. */
export function resourceName({ className, number, index }: Resource): string {
  return className === "" ? `object ${index}` : `${className} ${number}`;
}

/** Each wait at a resource, in the order in which they began. */
export function* waitsAt(model: TraceModel, { waits }: Resource): Generator<Segment> {
  for (let at = 0; at < waits.length; at++) {
    const task = model.tasks[waits.first(at)];
    const segment = task && segmentOf(model, task, waits.second(at), model.last);
    if (segment) yield segment;
  }
}

/** The tasks that wait at a resource at `time`, in the order of coming. Reads at most 10,000 waits. */
export function waitersAt(model: TraceModel, { waits }: Resource, time: number): Task[] {
  const waiters: Task[] = [];
  const end = firstAfter(waits.length, (at) => (waitAt(at)?.start ?? 0) <= time);
  for (let at = end - 1; at >= 0 && at >= end - MAX_SCAN; at--) {
    const wait = waitAt(at);
    if (wait?.owner.kind === "task" && (wait.end > time || wait.open)) waiters.push(wait.owner);
  }
  return waiters.reverse();

  function waitAt(at: number): Segment | undefined {
    const task = model.tasks[waits.first(at)];
    return task && segmentOf(model, task, waits.second(at), model.last);
  }
}

/** The tasks that hold units of a lock or semaphore at `time`; undefined for one that no task took. */
export function holdersAt(model: TraceModel, resource: Resource, time: number): (Task | undefined)[] {
  return heldBetween(model, resource, time, time).map(({ task }) => task);
}

/** The task whose hold began last until `time`, where that goes on then: the holder of a lock. */
export function latestHolder(model: TraceModel, { holds }: Resource, time: number): Task | undefined {
  const row = firstAfter(holds.length, (at) => holds.get(at, 1) <= time) - 1;
  const until = row < 0 ? time : holds.get(row, 2);
  return until <= time ? undefined : model.tasks[holds.get(row, 0)];
}

/** Who held units between two times, and how long, longest first. Reads at most 10,000 holds. */
export function heldBetween(model: TraceModel, { holds }: Resource, from: number, to: number): Holder[] {
  const held = new Map<number, number>();
  const end = firstAfter(holds.length, (row) => holds.get(row, 1) <= to);
  for (let row = end - 1; row >= 0 && row >= end - MAX_SCAN; row--) {
    const until = holds.get(row, 2);
    const last = Number.isNaN(until) ? Number.POSITIVE_INFINITY : until;
    if (last <= from) continue;
    const owner = holds.get(row, 0);
    const seconds = Math.min(last, to) - Math.max(holds.get(row, 1), from);
    held.set(owner, (held.get(owner) ?? 0) + seconds);
  }
  return longestFirst(model, held);
}

/** Who held units while others waited, and how long in all, longest first. */
export function blame(model: TraceModel, resource: Resource): Holder[] {
  const { holds } = resource;
  const spans = busySpans(model, resource);
  const held = new Map<number, number>();
  for (let row = 0; row < holds.length; row++) {
    const until = holds.get(row, 2);
    const seconds = overlap(spans, holds.get(row, 1), Number.isNaN(until) ? model.last : until);
    if (seconds > 0) held.set(holds.get(row, 0), (held.get(holds.get(row, 0)) ?? 0) + seconds);
  }
  return longestFirst(model, held);
}

/** What was waited for at a resource by one of its methods. */
export interface Use {
  readonly resource: Resource;
  /** `asyncio.Queue.get` */
  readonly what: string;
  waits: number;
  seconds: number;
  longest: number;
  /** The wait that took longest. */
  worst: Segment;
}

/** The waits at every resource, by method, most seconds first. */
export function uses(model: TraceModel): Use[] {
  const all: Use[] = [];
  for (const resource of model.resources) {
    const byMethod = new Map<string, Use>();
    for (const wait of waitsAt(model, resource)) {
      const what = waitOf(model, wait)?.site?.what ?? "";
      const seconds = wait.end - wait.start;
      const use = byMethod.get(what) ?? { resource, what, waits: 0, seconds: 0, longest: -1, worst: wait };
      use.waits++;
      use.seconds += seconds;
      if (seconds > use.longest) Object.assign(use, { longest: seconds, worst: wait });
      byMethod.set(what, use);
    }
    all.push(...byMethod.values());
  }
  return all.sort((a, b) => b.seconds - a.seconds);
}

type Span = [from: number, to: number];

/** The times in which somebody waited, apart from each other. */
function busySpans(model: TraceModel, resource: Resource): Span[] {
  const spans: Span[] = [];
  for (const { start, end } of waitsAt(model, resource)) {
    const last = spans[spans.length - 1];
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return spans;
}

function overlap(spans: readonly Span[], from: number, to: number): number {
  let seconds = 0;
  const first = firstAfter(spans.length, (at) => (spans[at]?.[1] ?? 0) <= from);
  for (let at = first; at < spans.length; at++) {
    const [start, end] = spans[at] as Span;
    if (start >= to) break;
    seconds += Math.min(end, to) - Math.max(start, from);
  }
  return seconds;
}

/** The first of `length` indices for which `before` does not hold; it holds for all of them before that. */
function firstAfter(length: number, before: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function longestFirst(model: TraceModel, held: ReadonlyMap<number, number>): Holder[] {
  const list = [...held].map(([owner, seconds]) => ({ task: model.tasks[owner], callback: undefined, seconds }));
  return list.sort((a, b) => b.seconds - a.seconds);
}
