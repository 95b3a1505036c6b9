// The first thing that is said of a small program: did its waits overlap, and if not, why not. Pure.

import { resourceName } from "../trace/contention";
import type { TraceModel } from "../trace/model";
import { type Blocked, type Line, type Overlap, overlapOf } from "../trace/overlap";
import { duration, plural, printable } from "../trace/text";
import type { Piece } from "./story";

/** How many lines or tasks a sentence names. */
const NAMED = 4;

/** A title and sentences under it; undefined where the program is too large for it, or did nothing yet. */
export interface FirstLook {
  readonly title: string;
  readonly lines: readonly (readonly Piece[])[];
}

export function firstLook(model: TraceModel, now: number): FirstLook | undefined {
  const overlap = overlapOf(model, now);
  if (overlap === undefined) return undefined;
  const lines = [...togetherLines(overlap), ...apartLines(overlap), ...overlap.blocked.slice(0, 1).map(blockedLine)];
  return { title: verdict(overlap), lines };
}

function verdict({ waits, together, apart, blocked }: Overlap): string {
  if (together.tasks > 1) return apart.waits > 1 && isNotable(apart.waited, together.took) ? PARTLY : "Overlapped";
  if (blocked.length > 0 || waits > 1) return "Nothing overlapped";
  return waits === 1 ? "One wait only" : "Nothing waited";
}

const PARTLY = "Partly overlapped";

/** What is much shorter than the rest says nothing of the program. */
function isNotable(seconds: number, rest: number): boolean {
  return seconds > rest / 5;
}

function togetherLines({ together, tasks, waits, blocked }: Overlap): Piece[][] {
  const { waited, took } = together;
  const summed = strong(`${duration(waited)} of waiting took ${duration(took)}`);
  if (together.tasks > 1) return [[`${plural(together.tasks, "task")} waited at the same time: `, summed, "."]];
  if (waits > 0 || blocked.length > 0) return [];
  return [[`${plural(tasks, "task")} ran, and none waited for a timer, for I/O or for a thread.`]];
}

function apartLines({ apart, tasks, together, blocked }: Overlap): Piece[][] {
  const { waits, waited, lines, guard } = apart;
  if (waits === 0 || !isNotable(waited, together.took)) return [];
  const places = placesOf(lines);
  if (waits > 1) {
    const summed: Piece[] = [
      `${plural(waits, "wait")} came one after the other: `,
      strong(`${duration(waited)} in all`),
    ];
    const why = guard ? [`${resourceName(guard)} let their tasks in one by one, and others waited for it.`] : [ADVICE];
    return [[...summed, ...places, ". ", tasks === 1 ? IN_ONE_TASK : IN_TURN], why];
  }
  const end = together.tasks > 1 || blocked.length > 0 ? "." : ": there was no other to overlap with.";
  return [["One wait went on alone: ", strong(duration(waited)), ...places, end]];
}

const IN_ONE_TASK = "`await` waits here and now: the next line begins when it is over.";
const IN_TURN = "Each began after the one before had ended.";
const ADVICE = "Where they do not need each other, asyncio.gather or a TaskGroup lets them overlap.";

/** `, at crawler.py:18, crawler.py:19 (3 times) and 2 others` */
function placesOf(lines: readonly Line[]): Piece[] {
  const named = lines.slice(0, NAMED).flatMap(({ frame, times }, at): Piece[] => {
    const often = times > 1 ? [` (${times} times)`] : [];
    return [at === 0 ? ", at " : ", ", { kind: "frame", frame }, ...often];
  });
  return lines.length > NAMED ? [...named, ` and ${plural(lines.length - NAMED, "other line")}`] : named;
}

function blockedLine({ task, segment, frame, held }: Blocked): Piece[] {
  const who: Piece = task ? { kind: "task", task } : "A callback";
  const place: Piece[] = frame ? [" at ", { kind: "frame", frame }] : [];
  const line: Piece[] = [who, " held the loop for ", strong(duration(segment.end - segment.start)), ...place];
  if (held.length === 0) return [...line, ": nothing else could run meanwhile."];
  const named = held.slice(0, NAMED).flatMap((each, at): Piece[] => [at > 0 ? ", " : "", { kind: "task", task: each }]);
  const more = held.length > NAMED ? ` and ${plural(held.length - NAMED, "other")}` : "";
  return [...line, ". ", ...named, `${more} could have run, and had to wait.`];
}

function strong(text: string): Piece {
  return { kind: "strong", text: printable(text) };
}
