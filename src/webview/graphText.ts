// The await graph in words: what stands in a row, and what a circle means. Pure.

import type { AwaitGraph, GraphNode } from "../trace/awaitGraph";
import { resourceName } from "../trace/contention";
import type { Task } from "../trace/entities";
import type { GraphRow } from "../trace/graphRows";
import type { TraceModel } from "../trace/model";
import { type Frame, ownFrame, siteOf, stackOf } from "../trace/segments";
import { count, duration, plural, printable, shorten } from "../trace/text";
import type { Piece } from "./story";

/** What stands in a row: a name, what kind of thing it is, what it does, and where. */
export interface RowText {
  readonly name: string;
  readonly about: string;
  readonly does: string;
  readonly frame: Frame | undefined;
}

/** Longer names are cut: a row is one line. */
const LONGEST = 120;

export function rowText(model: TraceModel, graph: AwaitGraph, row: GraphRow): RowText {
  const node = graph.nodes[row.node] as GraphNode;
  const text = nodeText(model, graph, node);
  const { name } = text;
  const members = count(row.members.length);
  if (row.kind === "each") return { name: `Each of the ${members}`, about: "", does: "", frame: undefined };
  if (row.kind === "many") {
    const does = node.kind === "task" ? doesText(graph, node, "≤ ") : "";
    return { ...text, name: `${members} × ${coroutineOf(node) || "task"}`, about: "", does };
  }
  if (row.kind === "again") return { ...text, does: `${text.does} · see above` };
  return row.kind === "circle" ? { name, about: "", does: "a circle: it waits for the above", frame: undefined } : text;
}

function nodeText(model: TraceModel, graph: AwaitGraph, node: GraphNode): RowText {
  if (node.kind === "resource") {
    const held = node.resource.holds.length > 0 ? "held by" : "";
    return { name: printable(resourceName(node.resource)), about: "", does: held, frame: undefined };
  }
  if (node.kind === "parts") {
    const { parts, what, ended } = node;
    const done = ended > 0 ? `, ${count(ended)} done` : "";
    return {
      name: short(what),
      about: `of ${count(parts.tasks.length + parts.others)}${done}`,
      does: "",
      frame: undefined,
    };
  }
  const stack = stackOf(siteOf(model, node.segment));
  return {
    name: printable(shorten(node.task.name, LONGEST)),
    about: coroutineOf(node),
    does: doesText(graph, node),
    frame: ownFrame(stack),
  };
}

function coroutineOf(node: GraphNode): string {
  return node.kind === "task" ? printable(shorten(node.task.site?.code?.name ?? "", LONGEST)) : "";
}

/** @param most what comes before the time of the longest of many; they have no timer in common */
function doesText({ time }: AwaitGraph, { segment, wait }: GraphNode & { kind: "task" }, most = ""): string {
  const spent = most + duration(Math.max(0, time - segment.start));
  if (segment.state !== "suspended") return `${segment.state} for ${spent}`;
  const what = short(wait?.site?.what ?? "") || "suspended";
  if (wait?.job && most === "")
    return `${what} · thread ${printable(wait.job.worker?.stream.name ?? "") || "not free yet"} · ${spent}`;
  const left = most === "" && wait?.due !== undefined && wait.due > time ? ` · ${duration(wait.due - time)} left` : "";
  return `${what} · ${spent}${left}`;
}

function short(what: string): string {
  return printable(shorten(what.replace(/^asyncio\./, ""), LONGEST));
}

/** `Task A waits for Lock 1, held by Task B, which waits for Lock 2, held by Task A.` */
export function circleText({ nodes }: AwaitGraph, circle: readonly number[]): Piece[] {
  const tasks = circle.findIndex((at) => nodes[at]?.kind === "task");
  const turned = [...circle.slice(tasks), ...circle.slice(0, Math.max(0, tasks))].map((at) => nodes[at] as GraphNode);
  const [begin] = turned;
  if (begin === undefined) return [];
  const pieces: Piece[] = [pieceOf(begin)];
  turned.slice(0, MOST_TOLD).forEach((node, at) => {
    const next = turned[at + 1] ?? begin;
    if (node.kind === "task") pieces.push(at === 0 ? " waits for " : ", which waits for ", pieceOf(next));
    else pieces.push(node.kind === "resource" ? ", held by " : ", which waits for ", pieceOf(next));
  });
  return [...pieces, turned.length > MOST_TOLD ? `, and ${plural(turned.length - MOST_TOLD, "step")} more.` : "."];
}

const MOST_TOLD = 24;

function pieceOf(node: GraphNode): Piece {
  if (node.kind === "task") return { kind: "task", task: node.task as Task };
  if (node.kind === "resource") return printable(resourceName(node.resource));
  return `the ${short(node.what)}`;
}
