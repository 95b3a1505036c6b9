// Sentences about turns of a loop: what a step did to others, who held the loop while something could have run, how late a
// timer was, and what a custom awaitable does. Pure.

import type { Task, Wait } from "../trace/entities";
import { type Flow, type FlowKind, flowsOf } from "../trace/flows";
import type { TraceModel } from "../trace/model";
import { totalsOf } from "../trace/report";
import { STATE } from "../trace/rows";
import { errorOf, type Holder, holders, type Segment, stackOf } from "../trace/segments";
import { count, duration, plural, printable } from "../trace/text";
import type { Piece } from "./story";
import { nameOf } from "./words";

/** A shorter turn in the queue is how every loop works, and nobody's fault. */
export const NOTABLE_SECONDS = 1e-3;
/** How many tasks a sentence names, and how many of those that held a loop. */
const NAMED = 6;
const HOLDERS = 3;

const DID: readonly (readonly [FlowKind, string])[] = [
  ["wakes", "woke "],
  ["makes", "made "],
  ["cancels", "asked to cancel "],
];

/** Whom a segment woke, made and cancelled, a line each; `who` begins the lines. */
export function didLines(model: TraceModel, segment: Segment, who: string): Piece[][] {
  const { flows, counts } = flowsOf(model, segment);
  return DID.flatMap(([kind, verb]) => {
    if (counts[kind] === 0) return [];
    const named = flows.filter((flow) => flow.kind === kind).slice(0, NAMED);
    const more = counts[kind] - named.length;
    return [[`${who} ${verb}`, ...named.flatMap(toPieces), more > 0 ? ` and ${plural(more, "other")}.` : "."]];
  });
}

function toPieces({ to }: Flow, place: number): Piece[] {
  const piece: Piece = to.owner.kind === "task" ? { kind: "task", task: to.owner } : nameOf(to.owner);
  return place > 0 ? [", ", piece] : [piece];
}

/** `, because parse-0 held the loop (121 ms).`, or those three that held it longest; a full stop where nobody is known. */
export function becauseOf(model: TraceModel, segment: Segment, from: number, to: number): Piece[] {
  const loop = segment.owner.kind === "task" ? segment.owner.loop : undefined;
  const held = loop && to > from ? holders(model, loop, from, to).filter(({ task }) => task !== segment.owner) : [];
  const [first] = held;
  if (first === undefined) return ["."];
  if (held.length === 1) return [", because ", holderPiece(first), ` held the loop (${duration(first.seconds)}).`];
  const named = held.slice(0, HOLDERS).flatMap((holder, place): Piece[] => {
    const seconds = ` (${duration(holder.seconds)})`;
    return place > 0 ? [", ", holderPiece(holder), seconds] : [holderPiece(holder), seconds];
  });
  const more = held.length > HOLDERS ? ` and ${plural(held.length - HOLDERS, "other")}` : "";
  return [", because the loop was held by ", ...named, `${more}.`];
}

function holderPiece({ task, callback }: Holder): Piece {
  return task ? { kind: "task", task } : printable(callback?.what || "a callback");
}

/** How late the loop came to the timer that ended a wait; nothing where it was in time. */
export function timerLines(model: TraceModel, wait: Wait | undefined, ready: Segment): Piece[][] {
  const due = wait?.due;
  if (due === undefined || !(ready.start - due >= NOTABLE_SECONDS)) return [];
  const late: Piece = { kind: "strong", text: `${duration(ready.start - due)} after it was due` };
  return [["The loop came to its timer ", late, ...becauseOf(model, ready, due, ready.start)]];
}

// ---- custom awaitables ----

const MOST_REPEATS = 1000;

/** What happens in an `__await__`, and how often in a row the task waits at this place. */
export function protocolLines(model: TraceModel, segment: Segment, wait: Wait | undefined): Piece[][] {
  const frames = stackOf(wait?.site);
  const inner = frames[frames.length - 1];
  const lines: Piece[][] = [];
  const own = frames.findLast(({ name, library }) => !library && /(?:^|\.)__await__$/.test(name));
  if (own) lines.push([`\`await\` called ${printable(own.name)} `, { kind: "frame", frame: own }, "."]);
  if (inner?.what === "yield") lines.push([YIELDED]);
  if (inner?.what === "yield" && badYield(model, segment)) lines.push([THREW]);
  const times = timesInARow(model, segment);
  if (times > 1) lines.push([`It waits at this place for the ${ordinal(times)} time in a row.`]);
  return lines;
}

const YIELDED = "It yielded to the loop, which runs the others and then comes back.";
const THREW = "What it yielded is nothing that asyncio can wait for: the loop threw RuntimeError into it.";

/** The task failed of what it yielded here. */
function badYield(model: TraceModel, { owner, row }: Segment): boolean {
  if (owner.kind !== "task" || owner.outcome !== "failed" || row < owner.lane.rows - 4) return false;
  return /^(?:Task got bad yield|yield was used instead of yield from)/.test(errorOf(model, owner)?.text ?? "");
}

function timesInARow(model: TraceModel, { owner, row }: Segment): number {
  if (owner.kind !== "task") return 0;
  const { rows } = model;
  const { site } = model.waitAt(rows.refOf(owner.lane, row));
  let times = 0;
  for (let before = row; site && before >= 0 && row - before < MOST_REPEATS; before--) {
    if (rows.stateOf(owner.lane, before) !== STATE.suspended) continue;
    if (model.waitAt(rows.refOf(owner.lane, before)).site !== site) break;
    times++;
  }
  return times;
}

function ordinal(times: number): string {
  const ending = times % 100 >= 11 && times % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][times % 10] ?? "th");
  return `${count(times)}${ending}`;
}

/** A task's time in each state, up to now. */
export function timesLine(model: TraceModel, task: Task): Piece[] {
  const { running, ready, suspended } = totalsOf(model, task);
  const steps = plural(task.steps, "step");
  return [
    `In all ${duration(running)} running in ${steps}, ${duration(ready)} ready, ${duration(suspended)} suspended.`,
  ];
}
