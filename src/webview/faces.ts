// What the panel says of a trace as a whole: a face where there are no lanes, notices above them where something is missing,
// and the facts of the toolbar and the status line. Each says what to do where there is something to do.

import type { Note } from "../trace/incidents";
import { describeProblem, type TraceProblem } from "../trace/reader";
import { count, duration, plural, printable, shorten } from "../trace/text";
import type { Intake } from "./intake";
import type { Session } from "./session";

/** A sentence about the trace, and what to do about it. */
export interface Notice {
  readonly icon: "warning" | "error" | "info" | "loading" | "circle-slash";
  readonly text: string;
  readonly advice: string;
  /** Words of a program that show how it is done right. */
  readonly code?: string;
  /** To run the program again is what to do. */
  readonly again?: boolean;
}

/** Notes of the tracer that are shown one by one. */
const MOST_NOTES = 3;
const MOST_TEXT = 300;

/** What is said instead of lanes, where there are none. */
export function faceOf(session: Session): Notice | undefined {
  const { model, opened, live, status } = session;
  if (model.loops.length > 0 || model.tasks.length > 0) return undefined;
  if (!opened) return { icon: "loading", text: "Waiting for the trace…", advice: "" };
  const face = unreadableFace(session) ?? unfinishedFace(session) ?? noteFace(model.notes.items) ?? quietFace(session);
  const again = live && status.kind !== "running" && face.icon !== "loading";
  return again ? { ...face, again } : face;
}

/** The file cannot be read, or what it holds is no trace. */
function unreadableFace({ refusal, reader, live, status }: Session): Notice | undefined {
  const { problem } = reader;
  if (status.kind === "failed")
    return {
      icon: "error",
      text: printable(status.message),
      advice: "Its terminal says why. Correct it, then run it again.",
    };
  if (problem) return { icon: "error", text: describeProblem(problem), advice: adviceFor(problem, live) };
  if (refusal === undefined) return undefined;
  if (live && status.kind === "ended" && status.exitCode !== undefined && reader.received === 0)
    return {
      icon: "error",
      text: "The program ended before its trace began.",
      advice: "Its terminal says why. Correct it, then run it again.",
    };
  return { icon: "error", text: printable(refusal.message), advice: refusal.advice };
}

function adviceFor(problem: TraceProblem, live: boolean): string {
  if (problem.kind === "newer") return "";
  if (problem.kind === "not-a-trace" && !live)
    return "Open a file that Awaitscope wrote: “Trace Current File” makes one.";
  return "Trace the program again to get a new one.";
}

/** Not all of the file is read, or the file is not all of a trace. */
function unfinishedFace(session: Session): Notice | undefined {
  const { reader, status, model, whole, share } = session;
  if (status.kind === "running") {
    if (model.info !== undefined) return undefined;
    return {
      icon: "loading",
      text: "Waiting for the first event…",
      advice: "The program runs. Lanes appear as soon as it starts an asyncio event loop.",
    };
  }
  if (!whole)
    return { icon: "loading", text: "Reading the trace…", advice: share > 0 ? `${Math.floor(share * 100)} %` : "" };
  if (reader.received === 0)
    return {
      icon: "circle-slash",
      text: "This file is empty.",
      advice: "The program was ended before its trace began. Trace it again.",
    };
  if (model.info !== undefined) return undefined;
  return {
    icon: "error",
    text: `This file ends after ${plural(reader.received, "byte")}, before the trace has begun.`,
    advice: "It was cut off: the program was killed at its start, or a copy broke off. Trace the program again.",
  };
}

function noteFace([note]: readonly Note[]): Notice | undefined {
  return note && { ...noteNotice(note), icon: "warning" };
}

/** Nothing is wrong with the trace, but no loop ran in it. */
function quietFace({ status }: Session): Notice {
  if (status.kind === "running")
    return {
      icon: "loading",
      text: "asyncio is there, but no event loop runs yet.",
      advice: "Lanes appear with the first one:",
      code: "asyncio.run(main())",
    };
  const exit = status.kind === "ended" ? status.exitCode : undefined;
  if (exit)
    return {
      icon: "error",
      text: `The program ended with exit status ${exit} before it ran an asyncio event loop.`,
      advice: "Its terminal says why.",
    };
  return {
    icon: "circle-slash",
    text: "This program ran no asyncio event loop.",
    advice: "A coroutine runs only in a loop. Start one, then trace the program again:",
    code: "asyncio.run(main())",
  };
}

/** What is said above the lanes: the trace is shown, but something about it must be known. */
export function noticesOf(session: Session): Notice[] {
  const { model } = session;
  if (model.loops.length === 0 && model.tasks.length === 0) return [];
  const { items } = model.notes;
  const notes = items.slice(0, MOST_NOTES).map(noteNotice);
  const more: Notice[] =
    items.length > MOST_NOTES
      ? [{ icon: "info", text: `${plural(model.notes.total - MOST_NOTES, "more note")} of the tracer.`, advice: "" }]
      : [];
  return [...endNotices(session), ...lossNotices(session), ...childNotices(session), ...notes, ...more];
}

/** The trace is not all of the run. */
function endNotices({ reader, refusal, model, status, whole, beingWritten }: Session): Notice[] {
  if (reader.problem)
    return [{ icon: "error", text: describeProblem(reader.problem), advice: "Trace the program again for the rest." }];
  if (refusal)
    return [{ icon: "warning", text: printable(refusal.message), advice: "What was read before is still shown." }];
  const stepped = model.notes.items.some(({ kind }) => kind === "stopped");
  if (status.kind !== "ended" || !whole || model.ended || stepped || beingWritten) return [];
  const cut = reader.incomplete
    ? "The trace ends in the middle of a record: it was cut off, or the program was killed."
    : "The trace stops before the program's end: it was killed, or left by os._exit.";
  return [{ icon: "info", text: cut, advice: "What was open then is drawn up to the last event." }];
}

function lossNotices({ model }: Session): Notice[] {
  if (model.dropped === 0) return [];
  return [
    {
      icon: "warning",
      text: `${plural(model.dropped, "event")} dropped by the tracer.`,
      advice: "Steps and wake-ups are missing where it happened.",
    },
  ];
}

function childNotices({ childFiles, left }: Session): Notice[] {
  const notices: Notice[] = [];
  const missing = namesOf(childFiles, ({ refusal, reader }) => refusal !== undefined && reader.received === 0);
  if (missing.length > 0)
    notices.push({
      icon: "warning",
      text: `${plural(missing.length, "child process")} cannot be shown: ${listed(missing)}.`,
      advice: "Put these traces beside this one, then open it again.",
    });
  const damaged = namesOf(
    childFiles,
    ({ reader }) => reader.problem !== undefined && reader.problem.kind !== "unrelated",
  );
  if (damaged.length > 0)
    notices.push({
      icon: "warning",
      text: `${plural(damaged.length, "child process")} cannot be read to the end: ${listed(damaged)}.`,
      advice: "",
    });
  if (left > 0)
    notices.push({
      icon: "info",
      text: `${plural(left, "more child process")} not shown.`,
      advice: `The timeline shows up to ${childFiles.size}. Open their traces by themselves.`,
    });
  return notices;
}

function namesOf(files: ReadonlyMap<string, Intake>, which: (intake: Intake) => boolean): string[] {
  return [...files].filter(([, intake]) => which(intake)).map(([name]) => name);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => printable(shorten(name, 80)));
  return [...shown, ...(names.length > 3 ? [`and ${names.length - 3} more`] : [])].join(", ");
}

function noteNotice({ kind, text }: Note): Notice {
  const words = printable(shorten(text, MOST_TEXT));
  switch (kind) {
    case "stopped":
      return {
        icon: "warning",
        text: `The tracer stepped out: ${words}.`,
        advice: "The program ran on untraced from there. Please report this.",
      };
    case "not-traced":
      return { icon: "warning", text: `Not traced: ${words}.`, advice: "The program itself runs as it does untraced." };
    case "traced-elsewhere":
      return { icon: "info", text: `A part of this run is traced to ${words}.`, advice: "Open that file to see it." };
    case "launched-inside":
    case "guest":
      return { icon: "info", text: `${words}.`, advice: "" };
    default:
      return { icon: "info", text: `${printable(shorten(kind, 40))}: ${words}`, advice: "" };
  }
}

/** `finished, exit 0 · 1.42 s · Python 3.13.0`: what a narrow tab cuts off first stands in the status line too. */
export function about(session: Session, seconds: number): string {
  const { model } = session;
  const python = model.info ? [`Python ${printable(shorten(model.info.python, 20))}`] : [];
  const length = Number.isFinite(model.start) ? [duration(seconds)] : [];
  return [statusWord(session), ...length, ...python].filter((word) => word !== "").join(" · ");
}

function statusWord({ status, model, live, beingWritten, whole, opened, reader }: Session): string {
  if (!opened) return "";
  // A program that never comes to asyncio leaves no more than a header.
  const cut = model.streams.size > 0 && !model.ended;
  if (status.kind === "running") return "running";
  if (status.kind === "failed") return "not started";
  if (!live && !whole) return "reading";
  if (!live && (model.info === undefined || reader.problem)) return "";
  if (!live) return !cut ? "saved trace" : beingWritten ? "being written" : "saved trace, without its end";
  if (status.exitCode === undefined) return model.ended ? "finished" : "ended";
  // A terminal reports 0 for some programs that were killed.
  if (status.exitCode === 0 && cut) return "ended early";
  return status.exitCode === 0 ? "finished, exit 0" : `exit ${status.exitCode}`;
}

/** What the status line says, one fact each; nothing of what is no trace. */
export function factsOf({ records, model, status }: Session): string[] {
  const { processes, info } = model;
  if (info === undefined) return [];
  return [
    plural(records, "event"),
    model.dropped > 0 ? `${count(model.dropped)} dropped` : "none dropped",
    ...(processes.length > 1 ? [plural(processes.length, "process")] : []),
    `Python ${printable(shorten(info.python, 20))}`,
    ...(status.kind === "ended" && status.exitCode !== undefined ? [`exit status ${status.exitCode}`] : []),
  ];
}

/** What the panel is about: the script's name, which a saved trace tells by itself. */
export function titleOf({ title, live, model }: Session): string {
  const [first] = model.processes;
  return printable(shorten((!live && first?.name) || title, 200)) || "Awaitscope";
}
