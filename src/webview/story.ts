// Sentences about a segment: what it is, what it waits for, who woke it, who held the loop meanwhile. Plain text and
// references to tasks and frames; the page turns them into links. Pure.

import type { Cause, Site, Task } from "../trace/entities";
import type { TraceModel } from "../trace/model";
import {
  causeOf,
  errorOf,
  type Frame,
  ownFrame,
  runnerOf,
  type Segment,
  segmentAt,
  segmentOf,
  siteOf,
  stackOf,
  waitOf,
} from "../trace/segments";
import { duration, printable } from "../trace/text";
import { cancelLines, cancelsIn, insideOf, waitLines } from "./incidents";
import { laneParts } from "./laneStory";
import { becauseOf, didLines, NOTABLE_SECONDS, protocolLines, timerLines, timesLine } from "./stepStory";
import { at, nameOf, stateWord } from "./words";

/** A piece of a sentence: text, or something that can be gone to. */
export type Piece =
  | string
  /** `when`: the moment of it to go to, where that is not the one of the sentence. */
  | { readonly kind: "task"; readonly task: Task; readonly when?: number }
  | { readonly kind: "frame"; readonly frame: Frame }
  | { readonly kind: "strong"; readonly text: string };

/** A titled part of the details: sentences, or an await stack. */
export type Part =
  | { readonly kind: "sentences"; readonly title: string; readonly lines: readonly (readonly Piece[])[] }
  | { readonly kind: "stack"; readonly title: string; readonly frames: readonly Frame[]; readonly what: string };

export interface Story {
  /** `fetch-2 · suspended 412 ms` */
  readonly title: string;
  readonly place: Frame | undefined;
  /** `0.331 s to 0.743 s` */
  readonly when: string;
  readonly parts: readonly Part[];
}

/** A story as plain text: for the clipboard. */
export function storyText({ title, place, when, parts }: Story): string {
  const head = `${title}\n${place ? `${frameText(place)} · ` : ""}${when}`;
  const bodies = parts.map((part) => [part.title, ...linesOf(part).map((line) => `  ${line}`)].join("\n"));
  return `${[head, ...bodies].join("\n\n")}\n`;
}

function linesOf(part: Part): string[] {
  if (part.kind === "sentences") return part.lines.map((line) => line.map(pieceText).join("").trim());
  return part.frames.map((frame, depth) => {
    const name = printable(frame.name || frame.what);
    return `${"  ".repeat(depth)}${name}${frame.file === "" ? "" : ` ${frameText(frame)}`}`;
  });
}

export function pieceText(piece: Piece): string {
  if (typeof piece === "string") return piece;
  if (piece.kind === "task") return printable(piece.task.name);
  return piece.kind === "frame" ? frameText(piece.frame) : piece.text;
}

function frameText({ file, line }: Frame): string {
  return `${printable(file)}:${line}`;
}

/** Everything worth saying about a segment; `end`: the end of what is known. */
export function storyOf(model: TraceModel, segment: Segment, end: number): Story {
  const { owner, state, start, open } = segment;
  const length = segment.end - start;
  const lasted = duration(length);
  // The names of these say it already.
  const word = owner.kind === "group" || owner.kind === "process" ? "" : stateWord(model, segment);
  const counts = owner.kind === "resource" || owner.kind === "shelf" || owner.kind === "pool";
  const words = [word, length > 0 ? lasted : ""].filter((each) => each !== "");
  const how = counts ? words : words.length > 0 ? [words.join(" ")] : [];
  return {
    title: `${[nameOf(owner), ...how].join(" · ")}${open && !model.over ? " so far" : ""}`,
    place: ownFrame(stackOf(siteOf(model, segment))),
    when: `${at(model, start, length)} to ${open ? (model.over ? "the end" : "now") : at(model, segment.end, length)}`,
    parts: partsOf(model, segment, state, end),
  };
}

/**
 * One sentence for a screen reader when the selection moves. Invariant: it stays the same while an open segment grows.
 * @param heard what of it is heard already, from the row that became the active one
 */
export function announcement(model: TraceModel, segment: Segment, heard: "name" | "state" | undefined): string {
  const { owner, start, end, open } = segment;
  const lasted = open ? `since ${at(model, start)}` : `${duration(end - start)}, from ${at(model, start)}`;
  const place = ownFrame(stackOf(siteOf(model, segment)));
  const state = heard === "state" ? "" : `${stateWord(model, segment)} `;
  return `${heard ? "" : `${nameOf(owner)}: `}${state}${lasted}${place ? `, line ${place.line}` : ""}`;
}

function partsOf(model: TraceModel, segment: Segment, state: Segment["state"], end: number): Part[] {
  const { owner } = segment;
  if (owner.kind === "loop") return loopParts(model, segment);
  return owner.kind === "task" ? taskParts(model, segment, state, owner, end) : laneParts(model, segment);
}

function loopParts(model: TraceModel, segment: Segment): Part[] {
  const { held, by } = runnerOf(model, segment);
  const idle: Piece[] = ["The loop was in its selector, waiting for I/O and timers."];
  if (!held) return [sentences("Meanwhile", [idle, ...didLines(model, segment, "Its events and timers")])];
  if (by === undefined) return [sentences("Runs", [["A step or a callback that has not ended."]])];
  const did = didLines(model, segment, "It");
  const blocks = segment.end - segment.start >= 0.1 ? "Nothing else could run on this loop meanwhile." : "";
  if ("kind" in by) {
    const step = segmentAt(model, by, segment.start, segment.end);
    const frame = step && ownFrame(stackOf(siteOf(model, step)));
    const place: Piece[] = frame ? [", from ", { kind: "frame", frame }, " on"] : [];
    return [sentences("Ran", [["A step of ", { kind: "task", task: by }, ...place, `. ${blocks}`], ...did])];
  }
  return [sentences("Ran", [[`The callback ${printable(by.what) || "(unnamed)"}. ${blocks}`], ...did])];
}

function taskParts(model: TraceModel, segment: Segment, state: Segment["state"], task: Task, end: number): Part[] {
  const after = segmentOf(model, task, segment.row + 1, end);
  const parts: Part[] = [];
  if (state === "suspended") {
    parts.push(...waitingFor(model, segment));
    const cancels = cancelsIn(task, segment);
    if (cancels.length > 0) parts.push(sentences("Cancelled", cancelLines(model, cancels)));
    if (after?.state === "ready") {
      const timer = timerLines(model, waitOf(model, segment), after);
      parts.push(sentences("Then", [...timer, ...wakeLines(model, after, end)]));
    }
  } else if (state === "ready") {
    parts.push(sentences("Woken", wakeLines(model, segment, end)));
    parts.push(...stackPart(model, segment, "Goes on at"));
  } else if (state === "running") {
    parts.push(...stackPart(model, segment, segment.row <= 1 ? "Coroutine" : "Went on at"));
    const inside = insideOf(model, segment);
    if (inside) parts.push({ kind: "stack", title: inside.title, frames: inside.frames, what: "" });
    const did = didLines(model, segment, "It");
    if (did.length > 0) parts.push(sentences("Did", did));
    if (after) parts.push(sentences("Then", [endOfStep(model, after)]));
  }
  const failedHere = state === "running" && after?.state === "failed";
  return [...parts, sentences("Task", aboutTask(model, task, failedHere))];
}

function sentences(title: string, lines: readonly (readonly Piece[])[]): Part {
  return { kind: "sentences", title, lines };
}

function stackPart(model: TraceModel, segment: Segment, title: string): Part[] {
  const frames = stackOf(siteOf(model, segment));
  return frames.length > 0 ? [{ kind: "stack", title, frames, what: whatOf(frames) }] : [];
}

function whatOf(frames: readonly Frame[]): string {
  return printable(frames[frames.length - 1]?.what ?? "");
}

function waitingFor(model: TraceModel, segment: Segment): Part[] {
  const wait = waitOf(model, segment);
  const frames = stackOf(wait?.site);
  const what = whatOf(frames);
  const lines: Piece[][] = [];
  if (wait?.task) lines.push(["The end of ", { kind: "task", task: wait.task }, what ? ` (${what})` : ""]);
  else lines.push([what === "" ? "The trace does not say what it waits for." : what]);
  if (wait?.due !== undefined && Number.isFinite(wait.due)) lines.push([`Its timer is due at ${at(model, wait.due)}.`]);
  lines.push(...waitLines(model, wait, segment), ...protocolLines(model, segment, wait));
  const said = sentences("Waiting for", lines);
  return frames.length > 0 ? [said, { kind: "stack", title: "At", frames, what: "" }] : [said];
}

/** Who woke it and what happened until it ran. */
function wakeLines(model: TraceModel, ready: Segment, end: number): Piece[][] {
  const cause = causeOf(model, ready);
  const lines: Piece[][] = [cause ? causeLine(model, cause, ready) : []];
  const late = ready.end - ready.start;
  if (late >= NOTABLE_SECONDS || ready.open) lines.push(lateLine(model, ready, end));
  else lines.push([late > 0 ? `It ran ${duration(late)} later.` : "It ran at once."]);
  return lines;
}

function causeLine(model: TraceModel, cause: Cause, ready: Segment): Piece[] {
  const when = Number.isNaN(cause.time) ? "." : ` at ${at(model, cause.time)}.`;
  switch (cause.kind) {
    case "created":
      return cause.by ? ["Made by ", { kind: "task", task: cause.by }, when] : [`Made${when}`];
    case "task":
      if (cause.task === ready.owner) return [`It only gave way${when} It was ready again immediately.`];
      return ["Woken by ", { kind: "task", task: cause.task }, through(cause.via), when];
    case "callback":
      return [`Woken by the callback ${printable(cause.via?.what ?? "") || "(unnamed)"}${when}`];
    case "io":
      return [`Woken by the selector: I/O was ready${through(cause.via)}`, when];
    case "timer":
      return ["Woken by a timer", TIMER_CALLBACK.test(cause.via?.what ?? "") ? "" : through(cause.via), when];
    case "thread":
      return ["Woken from another thread", through(cause.via), when];
    case "outside":
      return [`Queued before the loop ran${when}`];
    case "unknown":
      return ["The trace does not say who woke it."];
  }
}

/** How asyncio.sleep wakes its task: names nothing that the reader wrote. */
const TIMER_CALLBACK = /(?:^|\.)_set_result_unless_cancelled$/;

function through(via: Site | undefined): string {
  return via && via.what !== "" ? ` through ${printable(via.what)}` : "";
}

function lateLine(model: TraceModel, ready: Segment, end: number): Piece[] {
  const waited: Piece = { kind: "strong", text: `${duration(ready.end - ready.start)} late` };
  const line: Piece[] = ready.open
    ? [model.over ? "It never ran: " : "It has not run yet: ", waited, model.over ? " at the end" : " so far"]
    : [`Ran at ${at(model, ready.end)}: `, waited];
  return [...line, ...becauseOf(model, ready, ready.start, Math.min(ready.end, end))];
}

function endOfStep(model: TraceModel, after: Segment): Piece[] {
  const task = after.owner as Task;
  if (after.state === "done") return ["It returned."];
  if (after.state === "cancelled") return ["It ended cancelled."];
  if (after.state === "failed") return failure(model, task);
  const frames = stackOf(siteOf(model, after));
  const frame = ownFrame(frames);
  const what = whatOf(frames);
  return ["Suspended", what ? ` in ${what}` : "", ...(frame ? [" at ", { kind: "frame", frame } as Piece] : []), "."];
}

function failure(model: TraceModel, task: Task): Piece[] {
  const error = errorOf(model, task);
  if (error === undefined) return ["It raised an exception."];
  return [
    "It raised ",
    { kind: "strong", text: printable(error.type) },
    error.text ? `: ${printable(error.text)}` : ".",
  ];
}

/** @param failureSaid what it raised is told above */
function aboutTask(model: TraceModel, task: Task, failureSaid: boolean): Piece[][] {
  const made: Piece[] = task.parent ? ["Made by ", { kind: "task", task: task.parent }] : ["Made outside any task"];
  const lines: Piece[][] = [[...made, task.late ? ", before tracing began." : ` at ${at(model, task.created)}.`]];
  const root = ownFrame(stackOf(task.site));
  if (root) lines.push([`Coroutine ${printable(root.name)} `, { kind: "frame", frame: root }]);
  if (task.outcome === "failed" && !failureSaid) lines.push(failure(model, task));
  else if (task.outcome === "cancelled") lines.push(["It ended cancelled."]);
  else if (task.outcome === "done" && task.ended !== undefined) lines.push([`Returned at ${at(model, task.ended)}.`]);
  return [...lines, timesLine(model, task), ...cancelLines(model, task.cancels ?? [])];
}
