// The await graph as an indented list: each node below the first that waits on it, many alike as one, circles marked.

import { type AwaitGraph, type GraphNode, targets } from "./awaitGraph";

/**
 * - node: it stands here, with those that it waits on below it
 * - again: it stands further up
 * - circle: it stands further up, and waits on this one
 * - many: so many tasks that do the same; below it what they all wait on, or each of them
 * - each: each of those above, which wait on one thing together
 */
export interface GraphRow {
  readonly kind: "node" | "again" | "circle" | "many" | "each";
  /** For `many` and `each` the one that does it for the longest time. */
  readonly node: number;
  readonly members: readonly number[];
  readonly depth: number;
  /** Undefined where nothing can be folded. */
  readonly open: boolean | undefined;
  /** The same for the same thing, from moment to moment; begins with + where that stands further up already. */
  readonly key: string;
  /** Its place among its siblings, from 1, and how many these are. */
  readonly place: number;
  readonly siblings: number;
  /** Of many: they all wait on one thing. Of one of these: that stands above it already. */
  readonly shared: boolean;
}

/** More than this many tasks that do the same are one row. */
const ALIKE = 5;
const MOST_ROWS = 50_000;

/** The rows in sight; `toggled`: keys of what is not as it usually is: what is waited on open, each of many folded. */
export function graphRows(graph: AwaitGraph, toggled: ReadonlySet<string>): GraphRow[] {
  const rows: GraphRow[] = [];
  const shown = new Set<number>();
  const ties = tiesOf(graph);
  const path: { node: number; depth: number }[] = [];
  const todo = grouped(graph, ties, graph.roots, 0, "").reverse();
  for (let row = todo.pop(); row && rows.length < MOST_ROWS; row = todo.pop()) {
    while ((path[path.length - 1]?.depth ?? -1) >= row.depth) path.pop();
    if (row.kind === "many" || row.kind === "each") {
      const open = toggled.has(row.key) !== (row.kind === "many" && row.shared);
      rows.push({ ...row, open });
      if (open) todo.push(...belowMany(graph, row).reverse());
      continue;
    }
    const below = row.shared ? NONE : targets(graph, row.node);
    if (shown.has(row.node)) {
      const { node } = row;
      const kind = path.some((above) => above.node === node) ? "circle" : below.length > 0 ? "again" : "node";
      rows.push({ ...row, kind, open: undefined, key: `+${rows.length} ${row.key}` });
      continue;
    }
    shown.add(row.node);
    const open = below.length === 0 ? undefined : !toggled.has(row.key);
    rows.push({ ...row, open });
    path.push({ node: row.node, depth: row.depth });
    if (open) todo.push(...grouped(graph, ties, [...below], row.depth + 1, row.key).reverse());
  }
  return rows;
}

const NONE = new Uint32Array(0);

/** Each of them; but where they all wait on one thing that first, and each of them folded below it. */
function belowMany(graph: AwaitGraph, row: GraphRow): GraphRow[] {
  const depth = row.depth + 1;
  if (row.kind === "each" || !row.shared)
    return listed(graph, row.members, depth).map((each) => ({ ...each, shared: row.shared }));
  const [target] = listed(graph, [...targets(graph, row.node)], depth);
  const each: GraphRow = { ...row, kind: "each", depth, open: false, key: `${row.key}/each`, place: 2, siblings: 2 };
  return target ? [{ ...target, siblings: 2 }, each] : [each];
}

function listed(graph: AwaitGraph, nodes: readonly number[], depth: number): GraphRow[] {
  return nodes.map((node, at) => ({
    kind: "node",
    node,
    members: [],
    depth,
    open: undefined,
    key: keyOf(graph.nodes[node] as GraphNode),
    place: at + 1,
    siblings: nodes.length,
    shared: false,
  }));
}

/** Siblings as rows; those of which many do the same come last, as one row each kind. */
function grouped(graph: AwaitGraph, ties: Ties, nodes: readonly number[], depth: number, above: string): GraphRow[] {
  const kinds = new Map<string, number[]>();
  for (const node of nodes) {
    const kind = kindOf(graph, ties, node);
    const known = kinds.get(kind);
    if (known) known.push(node);
    else kinds.set(kind, [node]);
  }
  const many = [...kinds].filter(([kind, members]) => kind !== "" && members.length > ALIKE);
  const folded = new Set(many.flatMap(([, members]) => members));
  const single = listed(
    graph,
    nodes.filter((node) => !folded.has(node)),
    depth,
  );
  const rows = [
    ...single,
    ...many.map(([kind, members]) => manyRow(graph, ties, longestFirst(graph, members), depth, `${above}/${kind}`)),
  ];
  return rows.map((row, at) => ({ ...row, place: at + 1, siblings: rows.length }));
}

function manyRow(graph: AwaitGraph, ties: Ties, members: readonly number[], depth: number, key: string): GraphRow {
  const [node = 0] = members;
  const shared = isShared(ties, targets(graph, node)[0]);
  return { kind: "many", node, members, depth, open: false, key, place: 0, siblings: 0, shared };
}

/** Who waits for the longest time comes first, as in most queues. */
function longestFirst({ nodes }: AwaitGraph, members: readonly number[]): readonly number[] {
  const since = (at: number): number => {
    const node = nodes[at] as GraphNode;
    return node.kind === "task" ? node.segment.start : 0;
  };
  return [...members].sort((a, b) => since(a) - since(b) || a - b);
}

/** How nodes hang together: on how many waits each is the target, and which are part of a circle. */
interface Ties {
  readonly waiters: Uint32Array;
  readonly circular: ReadonlySet<number>;
}

function tiesOf({ nodes, to, cycles }: AwaitGraph): Ties {
  const waiters = new Uint32Array(nodes.length);
  for (const target of to) waiters[target] = (waiters[target] as number) + 1;
  return { waiters, circular: new Set(cycles.flat()) };
}

function isShared({ waiters }: Ties, target: number | undefined): boolean {
  return target !== undefined && (waiters[target] as number) > 1;
}

/** What tasks have in common that do the same: for one thing, or each for its own; empty for what stands by itself. */
function kindOf(graph: AwaitGraph, ties: Ties, at: number): string {
  const node = graph.nodes[at] as GraphNode;
  const [target] = targets(graph, at);
  const shared = isShared(ties, target);
  if (node.kind !== "task" || ties.circular.has(at) || (graph.stuck[at] === 1 && !shared)) return "";
  const { task, segment, wait } = node;
  const on = target === undefined ? "" : shared ? ` ${keyOf(graph.nodes[target] as GraphNode)}` : " own";
  return `${task.site?.code?.name ?? ""} ${segment.state} ${wait?.site?.index ?? -1}${on}`;
}

function keyOf(node: GraphNode): string {
  if (node.kind === "task") return `t${node.task.index}`;
  if (node.kind === "resource") return `r${node.resource.index}`;
  return `p${node.parts.tasks[0]?.index ?? -1}:${node.what}`;
}
