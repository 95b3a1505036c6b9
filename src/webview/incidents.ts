// Sentences about what happened to a task beside waiting and running: who held the lock it wanted, what a gather waits
// for, how its job fared, who cancelled it, where its long step was. Pure.

import { askerOf, type Cancel, type Fate, fateOf } from "../trace/cancels";
import { heldBetween, resourceName, waitersAt } from "../trace/contention";
import type { Parts, Task, Wait } from "../trace/entities";
import type { Job } from "../trace/jobs";
import type { TraceModel } from "../trace/model";
import { type Frame, ownFrame, type Segment, stackOf } from "../trace/segments";
import { duration, plural, printable } from "../trace/text";
import type { Piece } from "./story";
import { at } from "./words";

/** How many tasks or cancels a sentence names. */
const NAMED = 6;

/** Lines about what a suspended segment waits for, beside its name. */
export function waitLines(model: TraceModel, wait: Wait | undefined, segment: Segment): Piece[][] {
  const lines: Piece[][] = [];
  if (wait?.parts) lines.push(partsLine(wait.parts));
  if (wait?.job) lines.push([jobLine(model, wait.job)]);
  if (wait?.resource) lines.push(...resourceLines(model, wait.resource, segment));
  return lines;
}

function partsLine({ tasks, others }: Parts): Piece[] {
  const named = tasks.slice(0, NAMED).flatMap((task, place): Piece[] => [place > 0 ? ", " : "", link(task)]);
  const rest = tasks.length - Math.min(tasks.length, NAMED) + others;
  return ["For ", ...named, rest > 0 ? `${named.length > 0 ? " and " : ""}${plural(rest, "other")}.` : "."];
}

function jobLine(model: TraceModel, { site, queued, started, ended, worker }: Job): string {
  const what = `The job ${printable(site?.what ?? "") || "(unnamed)"}`;
  if (started === undefined) return `${what} waits for a thread.`;
  const delay = queued === undefined ? "" : ` after ${duration(started - queued)} in the pool's queue`;
  const ran = ended === undefined ? "runs" : `ran ${duration(ended - started)}`;
  const where = worker ? ` in ${printable(worker.stream.name) || "a thread"}` : "";
  return `${what} ${ran}${where}${delay}, from ${at(model, started)} on.`;
}

function resourceLines(model: TraceModel, resource: NonNullable<Wait["resource"]>, segment: Segment): Piece[][] {
  const held = heldBetween(model, resource, segment.start, segment.end).filter(({ seconds }) => seconds > 0);
  const others = waitersAt(model, resource, segment.start).length - 1;
  const crowd = others > 0 ? `${plural(others, "other")} waited there already.` : "";
  const name = printable(resourceName(resource));
  if (held.length === 0) return [[`${name}. ${crowd}`]];
  const holders = held
    .slice(0, NAMED)
    .flatMap(({ task, seconds }, place): Piece[] => [
      place > 0 ? ", " : "",
      task ? link(task) : "nobody known",
      ` (${duration(seconds)})`,
    ]);
  const more = held.length > NAMED ? ` and ${plural(held.length - NAMED, "other")}` : "";
  return [[`${name}, held meanwhile by `, ...holders, `${more}. ${crowd}`]];
}

/** The cancels that were asked, or arrived, in a segment of a task. */
export function cancelsIn({ cancels }: Task, { row }: Segment): readonly Cancel[] {
  return cancels?.filter((cancel) => cancel.row === row) ?? [];
}

/** Who cancelled a task, a line for each time, and what became of it. */
export function cancelLines(model: TraceModel, cancels: readonly Cancel[]): Piece[][] {
  const lines = cancels.slice(0, NAMED).map((cancel) => cancelLine(model, cancel));
  return cancels.length > NAMED ? [...lines, [`And ${plural(cancels.length - NAMED, "more cancel")}.`]] : lines;
}

const FATES: Readonly<Record<Fate, string>> = {
  waits: "It has not arrived.",
  missed: "The task ended before it arrived.",
  propagated: "It ended the task.",
  reraised: "The task cleaned up and ended cancelled",
  failed: "The task failed instead",
  swallowed: "The task swallowed it and returned",
  handled: "The group takes it back and raises what its tasks raised; the task went on.",
  caught: "The task caught it and went on.",
};

function cancelLine(model: TraceModel, cancel: Cancel): Piece[] {
  const { by, when, means, site } = askerOf(model, cancel);
  const frame = ownFrame(stackOf(site));
  const how = printable(means || "the end of what it awaited");
  const who: Piece[] = by ? [link(by), ` (${how})`] : [how];
  const place: Piece[] = frame ? [" at ", { kind: "frame", frame }] : [];
  return ["Cancelled by ", ...who, ...place, ` at ${at(model, when)}. `, fateText(cancel, means)];
}

function fateText(cancel: Cancel, means: string): string {
  const became = fateOf(cancel);
  if (became === "handled" && !means.includes("TaskGroup"))
    return "The timeout turns it into a TimeoutError; the task went on.";
  const fate = FATES[became];
  const { arrived, task } = cancel;
  if (fate.endsWith(".")) return fate;
  const spent = task.ended !== undefined && arrived !== undefined ? task.ended - arrived : 0;
  return spent > 0 ? `${fate} ${duration(spent)} later.` : `${fate}.`;
}

/** The stack that was seen most often inside a long step, and a title for it; undefined where nobody looked. */
export function insideOf(model: TraceModel, segment: Segment): { title: string; frames: Frame[] } | undefined {
  if (segment.owner.kind !== "task") return undefined;
  const samples = model.samples.between(segment.owner, segment.start, segment.end);
  const often = new Map<unknown, number>();
  for (const { site } of samples) often.set(site, (often.get(site) ?? 0) + 1);
  const [most] = [...samples].sort((a, b) => (often.get(b.site) ?? 0) - (often.get(a.site) ?? 0));
  if (most?.site === undefined) return undefined;
  return { title: `Inside, ${often.get(most.site)} of ${plural(samples.length, "look")}`, frames: stackOf(most.site) };
}

function link(task: Task): Piece {
  return { kind: "task", task };
}
