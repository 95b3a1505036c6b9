// The processes of a traced program: the first one, and those that came of it. Each writes a file of its own; all are folded
// into one model, where each has its own range of stream numbers.

import type { Stream } from "./entities";
import type { TraceHeader } from "./format";
import { baseName } from "./lines";

/** One process. Invariant: id()s and the numbers of jobs mean something only within it. */
export interface Process {
  readonly kind: "process";
  readonly index: number;
  readonly pid: number;
  /** The script's base name. */
  readonly name: string;
  readonly info: TraceHeader | undefined;
  /** What its perf_counter read at the trace's zero. */
  readonly origin: number;
  /** Its interpreter said that it ends. */
  ended: boolean;
  readonly streams: Stream[];
}

/** Stream numbers of a file lie below this; those of process n begin at n times this. */
export const STREAMS = 1 << 20;

/** Clocks that differ by less than this, seconds, are one clock: the wall clock was set by that much meanwhile, at most. */
const SAME_CLOCK_SECONDS = 60;

export function newProcess(index: number, info: TraceHeader | undefined, first: TraceHeader | undefined): Process {
  return {
    kind: "process",
    index,
    pid: info?.pid ?? 0,
    name: baseName(info?.script ?? ""),
    info,
    origin: originOf(info, first),
    ended: false,
    streams: [],
  };
}

/**
 * What the process's perf_counter read when that of the first read its header's `clock`. The processes of one machine share
 * that clock: CLOCK_MONOTONIC on Linux and mach_absolute_time on macOS count from the machine's start, and so does
 * QueryPerformanceCounter on Windows since Python 3.10. Before, there, it counted from the process's first question: then,
 * and in containers with a clock of their own, the wall clock says by how much they differ.
 */
function originOf(info: TraceHeader | undefined, first: TraceHeader | undefined): number {
  if (info === undefined || first === undefined || info === first) return info?.clock ?? 0;
  const apart = info.clock - first.clock - (info.wall - first.wall);
  const told = info.wall > 0 && first.wall > 0 && Number.isFinite(apart);
  return told && Math.abs(apart) >= SAME_CLOCK_SECONDS ? first.clock + apart : first.clock;
}

/** A process and how many others are between it and the first. */
export interface Descendant {
  readonly process: Process;
  readonly depth: number;
}

/** All processes, each behind the one that started it; siblings in the order in which they were met. */
export function familyOf(processes: readonly Process[]): Descendant[] {
  const children = new Map<Process | undefined, Process[]>();
  for (const process of processes) {
    const parent = parentOf(processes, process);
    const known = children.get(parent);
    if (known) known.push(process);
    else children.set(parent, [process]);
  }
  const family: Descendant[] = [];
  const todo = (children.get(undefined) ?? []).map((process) => ({ process, depth: 0 })).reverse();
  for (let next = todo.pop(); next; next = todo.pop()) {
    family.push(next);
    const { depth } = next;
    for (const process of (children.get(next.process) ?? []).reverse()) todo.push({ process, depth: depth + 1 });
  }
  return family;
}

/**
 * The process that started this one: one met earlier. A grandchild can be met before the child that started it: it then
 * counts as the first process's. So parents form a tree, whatever the headers say.
 */
function parentOf(processes: readonly Process[], { index, info }: Process): Process | undefined {
  if (index === 0) return undefined;
  return processes.findLast((other) => other.index < index && other.pid === info?.parent) ?? processes[0];
}
