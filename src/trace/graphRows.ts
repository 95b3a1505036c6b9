// The await graph as an indented list: each node below the first that waits on it, many alike as one, circles marked.

import { type AwaitGraph, type GraphNode, targets } from "./awaitGraph";

/**
 * - node: it stands here, with those that it waits on below it
 * - again: it stands further up
 * - circle: it stands further up, and waits on this one
 * - many: so many tasks that do the same
 */
export interface GraphRow {
  readonly kind: "node" | "again" | "circle" | "many";
  /** For `many` the first of them. */
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
}

/** More than this many tasks that do the same are one row. */
const ALIKE = 5;
const MOST_ROWS = 50_000;

/** The rows in sight; `toggled`: keys of what is not as it usually is: nodes open, many alike folded. */
export function graphRows(graph: AwaitGraph, toggled: ReadonlySet<string>): GraphRow[] {
  const rows: GraphRow[] = [];
  const shown = new Set<number>();
  const path: { node: number; depth: number }[] = [];
  const todo = grouped(graph, graph.roots, 0, "").reverse();
  for (let row = todo.pop(); row && rows.length < MOST_ROWS; row = todo.pop()) {
    while ((path[path.length - 1]?.depth ?? -1) >= row.depth) path.pop();
    if (row.kind === "many") {
      const open = toggled.has(row.key);
      rows.push({ ...row, open });
      if (open) todo.push(...listed(graph, row.members, row.depth + 1).reverse());
      continue;
    }
    const below = targets(graph, row.node);
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
    if (open) todo.push(...grouped(graph, [...below], row.depth + 1, row.key).reverse());
  }
  return rows;
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
  }));
}

/** Siblings as rows; those of which many do the same come last, as one row each kind. */
function grouped(graph: AwaitGraph, nodes: readonly number[], depth: number, above: string): GraphRow[] {
  const kinds = new Map<string, number[]>();
  for (const node of nodes) {
    const kind = kindOf(graph, node);
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
  const rows: GraphRow[] = [
    ...single,
    ...many.map(([kind, members]): GraphRow => {
      const [node = 0] = members;
      const key = `${above}/${kind}`;
      return { kind: "many", node, members, depth, open: false, key, place: 0, siblings: 0 };
    }),
  ];
  return rows.map((row, at) => ({ ...row, place: at + 1, siblings: rows.length }));
}

/** What tasks that wait on no other have in common where they do the same; empty for what stands by itself. */
function kindOf(graph: AwaitGraph, at: number): string {
  const node = graph.nodes[at] as GraphNode;
  if (node.kind !== "task" || targets(graph, at).length > 0 || graph.stuck[at] === 1) return "";
  const { task, segment, wait } = node;
  return `${task.site?.code?.name ?? ""} ${segment.state} ${wait?.site?.index ?? -1}`;
}

function keyOf(node: GraphNode): string {
  if (node.kind === "task") return `t${node.task.index}`;
  if (node.kind === "resource") return `r${node.resource.index}`;
  return `p${node.parts.tasks[0]?.index ?? -1}:${node.what}`;
}
