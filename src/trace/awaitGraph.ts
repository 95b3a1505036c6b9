// Who waits on whom at one moment: tasks for tasks, for all of a gather or a group, for what other tasks hold. A task that
// waits for a timer, for I/O or for a thread can go on by itself; who can never go on waits in a circle, or for one.

import { heldBetween } from "./contention";
import type { Parts, Task, Wait } from "./entities";
import type { TraceModel } from "./model";
import { momentOf } from "./moment";
import type { Resource } from "./resources";
import { type Segment, segmentOf, waitOf } from "./segments";

export type GraphNode =
  | { readonly kind: "task"; readonly task: Task; readonly segment: Segment; readonly wait: Wait | undefined }
  /** What a gather, a group, `asyncio.wait` and the like wait for; `ended`: how many of its tasks are done. */
  | { readonly kind: "parts"; readonly parts: Parts; readonly what: string; readonly ended: number }
  | { readonly kind: "resource"; readonly resource: Resource };

export interface AwaitGraph {
  /** Trace seconds. */
  readonly time: number;
  readonly nodes: readonly GraphNode[];
  /** The nodes that each waits on are `to[first[node]]` up to `to[first[node + 1]]`, without the last. */
  readonly first: Uint32Array;
  readonly to: Uint32Array;
  /** Nodes that nothing waits on, in the order of creation; one of each circle that nothing else leads to. */
  readonly roots: readonly number[];
  /** Circles: each waits on the next, the last on the first. */
  readonly cycles: readonly (readonly number[])[];
  /** 1 for nodes that cannot go on by themselves: those of circles, and who waits on these. */
  readonly stuck: Uint8Array;
}

/** A gather of more tasks than this, or of so many more, is not followed to its end. */
const MOST_EDGES = 200_000;
/** Any one of what these wait for wakes them. */
const ANY = /asyncio\.(?:wait|as_completed)$/;

/** The graph of the tasks that live at `time`; `now`: the end of what is known. */
export function awaitGraphOf(model: TraceModel, time: number, now: number): AwaitGraph {
  const nodes: GraphNode[] = livingTasks(model, time, now);
  const places = new Map<Task | Parts | Resource, number>();
  nodes.forEach((node, at) => {
    if (node.kind === "task") places.set(node.task, at);
  });
  const first: number[] = [0];
  const to: number[] = [];
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at] as GraphNode;
    for (const target of targetsOf(node, model, time, places, nodes)) if (to.length < MOST_EDGES) to.push(target);
    first.push(to.length);
  }
  const edges = { first: Uint32Array.from(first), to: Uint32Array.from(to) };
  const stuck = stuckOf(model, nodes, edges, time);
  const cycles = cyclesOf(edges, stuck);
  return { time, nodes, ...edges, roots: rootsOf(edges, nodes.length), cycles, stuck };
}

function livingTasks(model: TraceModel, time: number, now: number): GraphNode[] {
  const { rows } = momentOf(model, time);
  return model.tasks.flatMap((task): GraphNode[] => {
    const segment = segmentOf(model, task, rows[task.index] ?? -1, now);
    if (segment === undefined || (task.ended !== undefined && task.ended <= time)) return [];
    return [{ kind: "task", task, segment, wait: waitOf(model, segment) }];
  });
}

type Places = Map<Task | Parts | Resource, number>;

/** The nodes that one waits on; those that are no tasks are made when first met. */
function targetsOf(node: GraphNode, model: TraceModel, time: number, places: Places, nodes: GraphNode[]): number[] {
  if (node.kind === "parts") return node.parts.tasks.flatMap((task) => places.get(task) ?? []);
  if (node.kind === "resource")
    return heldBetween(model, node.resource, time, time).flatMap(({ task }) => (task && places.get(task)) ?? []);
  const { wait } = node;
  if (wait?.parts) return [placeOf(wait.parts, places, nodes, () => partsNode(wait.parts as Parts, wait, time))];
  if (wait?.resource) {
    const { resource } = wait;
    return [placeOf(resource, places, nodes, () => ({ kind: "resource", resource }))];
  }
  const target = wait?.task && places.get(wait.task);
  return target === undefined ? [] : [target];
}

function partsNode(parts: Parts, wait: Wait, time: number): GraphNode {
  const ended = parts.tasks.filter((task) => task.ended !== undefined && task.ended <= time).length;
  return { kind: "parts", parts, what: wait.site?.what ?? "", ended };
}

function placeOf(key: Parts | Resource, places: Places, nodes: GraphNode[], make: () => GraphNode): number {
  const known = places.get(key);
  if (known !== undefined) return known;
  places.set(key, nodes.length);
  nodes.push(make());
  return nodes.length - 1;
}

interface Edges {
  readonly first: Uint32Array;
  readonly to: Uint32Array;
}

/** The nodes that one waits on. */
export function targets({ first, to }: Edges, node: number): Uint32Array {
  return to.subarray(first[node] as number, first[node + 1] as number);
}

// ---- who can go on ----

/** Marks who cannot go on: what is left when all have gone on that can, and all that waited on these alone. */
function stuckOf(model: TraceModel, nodes: readonly GraphNode[], edges: Edges, time: number): Uint8Array {
  const stuck = new Uint8Array(nodes.length).fill(1);
  const missing = Uint32Array.from(nodes, (node, at) => needs(node, targets(edges, at).length));
  const waiters = reversed(edges, nodes.length);
  const saved = withTimeout(model, time);
  const todo: number[] = [];
  nodes.forEach((node, at) => {
    if (missing[at] === 0 || isFree(node, saved)) todo.push(at);
  });
  for (const at of todo) stuck[at] = 0;
  for (let at = todo.pop(); at !== undefined; at = todo.pop())
    for (const waiter of targets(waiters, at)) {
      if (stuck[waiter] === 0) continue;
      missing[waiter] = Math.max(0, (missing[waiter] as number) - 1);
      if (missing[waiter] !== 0) continue;
      stuck[waiter] = 0;
      todo.push(waiter);
    }
  return stuck;
}

/** How many of those that it waits on must go on for it to go on. */
function needs(node: GraphNode, waitsOn: number): number {
  if (node.kind === "task") return waitsOn;
  if (node.kind === "resource") return Math.min(1, waitsOn);
  return ANY.test(node.what) ? Math.min(1, waitsOn) : waitsOn;
}

/** Goes on whatever the others do: it runs, or a timeout ends its wait. */
function isFree(node: GraphNode, saved: ReadonlySet<Task>): boolean {
  if (node.kind !== "task") return node.kind === "parts" && node.parts.others > 0 && ANY.test(node.what);
  return node.segment.state !== "suspended" || node.wait?.due !== undefined || saved.has(node.task);
}

/** The tasks that a timeout will wake. */
function withTimeout(model: TraceModel, time: number): ReadonlySet<Task> {
  const saved = new Set<Task>();
  for (const { by, made, due, ended } of model.timers.items)
    if (by && made <= time && (ended === undefined ? due : Math.min(due, ended)) > time) saved.add(by);
  return saved;
}

function reversed({ first, to }: Edges, nodes: number): Edges {
  const counts = new Uint32Array(nodes + 1);
  for (const target of to) counts[target + 1] = (counts[target + 1] as number) + 1;
  for (let at = 0; at < nodes; at++) counts[at + 1] = (counts[at + 1] as number) + (counts[at] as number);
  const next = counts.slice();
  const from = new Uint32Array(to.length);
  for (let node = 0; node < nodes; node++)
    for (let edge = first[node] as number; edge < (first[node + 1] as number); edge++) {
      const target = to[edge] as number;
      from[next[target] as number] = node;
      next[target] = (next[target] as number) + 1;
    }
  return { first: counts, to: from };
}

// ---- circles ----

/**
 * One circle of each strongly connected part among the stuck nodes. Tarjan's way, with a stack of its own: a chain of ten
 * thousand tasks must not end the page's.
 */
function cyclesOf(edges: Edges, stuck: Uint8Array): number[][] {
  const cycles: number[][] = [];
  const order = new Int32Array(stuck.length);
  const low = new Int32Array(stuck.length);
  const part = new Int32Array(stuck.length).fill(-1);
  const next = new Uint32Array(stuck.length);
  const open: number[] = [];
  let met = 0;
  let parts = 0;
  for (let root = 0; root < stuck.length; root++) {
    if (stuck[root] === 0 || order[root] !== 0) continue;
    const path = [root];
    while (path.length > 0) {
      const node = path[path.length - 1] as number;
      if (order[node] === 0) {
        order[node] = low[node] = ++met;
        open.push(node);
      }
      const follow = nextOf(node);
      if (follow !== undefined) {
        path.push(follow);
        continue;
      }
      path.pop();
      const above = path[path.length - 1];
      if (above !== undefined) low[above] = Math.min(low[above] as number, low[node] as number);
      if (low[node] === order[node]) close(node);
    }
  }
  return cycles;

  /** The next node to go down to; lowers `low` by those that are open already. */
  function nextOf(node: number): number | undefined {
    const all = targets(edges, node);
    while ((next[node] as number) < all.length) {
      const target = all[next[node] as number] as number;
      next[node] = (next[node] as number) + 1;
      if (stuck[target] === 0) continue;
      if (order[target] === 0) return target;
      if (part[target] === -1) low[node] = Math.min(low[node] as number, order[target] as number);
    }
    return undefined;
  }

  function close(node: number): void {
    const members = open.splice(open.lastIndexOf(node));
    for (const each of members) part[each] = parts;
    const circle = circleIn(edges, part, parts, Math.min(...members.slice(0, 1000)));
    if (circle.length > 1 || targets(edges, node).includes(node)) cycles.push(circle);
    parts++;
  }
}

/** The way from a node back to where it meets itself, within a part. */
function circleIn(edges: Edges, part: Int32Array, number: number, from: number): number[] {
  const way: number[] = [];
  const places = new Map<number, number>();
  for (let at: number | undefined = from; at !== undefined; ) {
    const met = places.get(at);
    if (met !== undefined) return way.slice(met);
    places.set(at, way.length);
    way.push(at);
    at = targets(edges, at).find((target) => part[target] === number);
  }
  return way;
}

// ---- roots ----

/** Where the trees begin: nodes that nothing waits on, and one of what is reached from none of these. */
function rootsOf(edges: Edges, nodes: number): number[] {
  const awaited = new Uint8Array(nodes);
  for (const target of edges.to) awaited[target] = 1;
  const roots: number[] = [];
  const seen = new Uint8Array(nodes);
  for (const wanted of [0, 1])
    for (let node = 0; node < nodes; node++) {
      if (awaited[node] !== wanted || seen[node] === 1) continue;
      roots.push(node);
      const todo = [node];
      seen[node] = 1;
      for (let at = todo.pop(); at !== undefined; at = todo.pop())
        for (const target of targets(edges, at)) {
          if (seen[target] === 0) todo.push(target);
          seen[target] = 1;
        }
    }
  return roots.sort((a, b) => a - b);
}
