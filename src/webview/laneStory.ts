// What there is to tell of segments that are no task's and no loop's: threads, resources, pools, groups and processes. Pure.

import { blame, holdersAt, waitersAt } from "../trace/contention";
import type { Task } from "../trace/entities";
import type { Group, Pool } from "../trace/lanes";
import { levelsOf } from "../trace/levels";
import type { TraceModel } from "../trace/model";
import type { Process } from "../trace/processes";
import type { Resource } from "../trace/resources";
import { errorOf, type Frame, jobOf, ownFrame, type Segment, stackOf } from "../trace/segments";
import { count, duration, plural, printable, shorten } from "../trace/text";
import type { Part, Piece } from "./story";

/** How many tasks a sentence names. */
const NAMED = 8;

export function laneParts(model: TraceModel, segment: Segment): Part[] {
  const { owner } = segment;
  switch (owner.kind) {
    case "worker":
      return workerParts(model, segment);
    case "resource":
      return resourceParts(model, owner, segment);
    case "shelf":
      return [said("Together", [[`${plural(owner.members.length, "object")} of one class, folded into a lane.`]])];
    case "pool":
      return [said("Pool", poolLines(owner))];
    case "group":
      return [said("Folded", groupLines(owner)), ...endParts(model, owner)];
    case "process":
      return [said("Process", processLines(model, owner))];
    default:
      return [];
  }
}

function said(title: string, lines: readonly (readonly Piece[])[]): Part {
  return { kind: "sentences", title, lines };
}

function workerParts(model: TraceModel, segment: Segment): Part[] {
  const job = jobOf(model, segment);
  if (job === undefined) return [said("Meanwhile", [["The thread had nothing to do."]])];
  const lines: Piece[][] = [[`${printable(job.site?.what ?? "") || "A function"} ran outside the loop.`]];
  if (job.by) lines.push(["Queued by ", link(job.by), "."]);
  if (job.queued !== undefined && job.started !== undefined)
    lines.push([
      job.started > job.queued
        ? `It waited ${duration(job.started - job.queued)} for a thread.`
        : "A thread was free at once.",
    ]);
  if (job.waiter) lines.push([link(job.waiter), " waited for its end."]);
  return [said("Job", lines)];
}

function resourceParts(model: TraceModel, resource: Resource, { start }: Segment): Part[] {
  const now: Piece[][] = stockLines(model, resource, start);
  const holders = holdersAt(model, resource, start).filter((task) => task !== undefined);
  const waiters = waitersAt(model, resource, start);
  if (holders.length > 0) now.push(["Held by ", ...names(holders), "."]);
  if (waiters.length > 0) now.push(["Waiting: ", ...names(waiters), "."]);
  if (now.length === 0) now.push(["Nobody holds it or waits."]);
  const { waits, waited, longest, mostWaiting } = resource;
  const whole: Piece[][] = [
    [`${plural(waits.length, "wait")}, ${duration(waited)} in all, the longest ${duration(longest)}.`],
    [`At most ${count(mostWaiting)} waited at once.`],
  ];
  const most = blame(model, resource)
    .filter(({ task }) => task !== undefined)
    .slice(0, 3);
  for (const { task, seconds } of most)
    if (task) whole.push([link(task), ` held it ${duration(seconds)} while others waited.`]);
  const places = placesOf(model, resource);
  if (places.length > 0) whole.push(["Waited for at ", ...places, "."]);
  return [said("Here", now), said("In the whole run", whole)];
}

/** `Depth 3 (most 10).` */
function stockLines(model: TraceModel, resource: Resource, time: number): Piece[][] {
  const { stock } = resource;
  if (stock === undefined) return [];
  const levels = levelsOf(model, resource);
  const depth = levels.third(Math.max(0, levels.find(time)));
  const lines: Piece[][] = [[`Depth ${count(depth)} (most ${count(stock.most)}).`]];
  if (!stock.known) lines.push(["At least: it was not seen being made, and may have had items before."]);
  return lines;
}

/** So many waits are looked at for their places. */
const LOOKED_AT = 200;

/** The places in code at which a resource is waited for, a few of them. */
function placesOf(model: TraceModel, { waits }: Resource): Piece[] {
  const places = new Map<string, Frame>();
  for (let wait = 0; wait < Math.min(waits.length, LOOKED_AT); wait++) {
    const task = model.tasks[waits.first(wait)];
    const site = task && model.waitAt(model.rows.refOf(task.lane, waits.second(wait))).site;
    const frame = ownFrame(stackOf(site));
    if (frame) places.set(`${frame.file}:${frame.line}`, frame);
  }
  return [...places.values()]
    .slice(0, NAMED)
    .flatMap((frame, at): Piece[] => [at > 0 ? ", " : "", { kind: "frame", frame }]);
}

function poolLines({ name, workers }: Pool): Piece[][] {
  if (name === undefined)
    return [["They wait for a free thread, or run where the trace does not look: in a pool of processes."]];
  const jobs = workers.reduce((sum, each) => sum + each.jobs, 0);
  const busy = workers.reduce((sum, each) => sum + each.busy, 0);
  return [
    [`${plural(workers.length, "thread")} ran ${plural(jobs, "job")}, busy ${duration(busy)} in all.`],
    ["What runs there does not hold the loop."],
  ];
}

function groupLines({ members, parent, parts }: Group): Piece[][] {
  const ends = { done: 0, failed: 0, cancelled: 0, going: 0 };
  let [running, ready, suspended] = [0, 0, 0];
  for (const member of members) {
    ends[member.outcome ?? "going"]++;
    running += member.running;
    ready += member.ready;
    suspended += member.suspended;
  }
  const words = { done: "returned", failed: "failed", cancelled: "cancelled", going: "not ended" } as const;
  const told = (Object.keys(words) as (keyof typeof words)[]).filter((key) => ends[key] > 0);
  const what = parts?.what ? `, together in ${printable(parts.what)}` : "";
  return [
    [`${plural(members.length, "task")} of one coroutine${what}`, ...(parent ? [", made by ", link(parent)] : []), "."],
    [`${told.map((key) => `${count(ends[key])} ${words[key]}`).join(", ")}.`],
    [`Running ${duration(running)}, ready ${duration(ready)}, suspended ${duration(suspended)} in all.`],
    ["Unfold it (L) to see each."],
  ];
}

/** Those that failed, with what they raised, and those that were cancelled. */
function endParts(model: TraceModel, { members }: Group): Part[] {
  const failed = members.filter(({ outcome }) => outcome === "failed");
  const cancelled = members.filter(({ outcome }) => outcome === "cancelled");
  const lines = failed.slice(0, NAMED).map((task): Piece[] => {
    const error = errorOf(model, task);
    if (error === undefined) return [toEnd(task), " raised an exception."];
    const text = error.text === "" ? "." : `: ${printable(shorten(error.text, LONGEST_ERROR))}`;
    return [toEnd(task), " raised ", { kind: "strong", text: printable(error.type) }, text];
  });
  if (failed.length > NAMED) lines.push([`And ${plural(failed.length - NAMED, "other")}.`]);
  return [
    ...(failed.length > 0 ? [said("Failed", lines)] : []),
    ...(cancelled.length > 0 ? [said("Cancelled", [[...names(cancelled, toEnd), "."]])] : []),
  ];
}

/** Longer texts of errors are cut where several are listed. */
const LONGEST_ERROR = 120;

function toEnd(task: Task): Piece {
  return { kind: "task", task, when: task.ended ?? task.created };
}

function processLines({ tasks, loops }: TraceModel, process: Process): Piece[][] {
  const own = tasks.filter(({ stream }) => stream.process === process).length;
  const ran = loops.filter(({ stream }) => stream.process === process).length;
  const python = process.info ? ` Python ${printable(process.info.python)}.` : "";
  return [[`${plural(ran, "loop")}, ${plural(own, "task")}.${python}`]];
}

function names(tasks: readonly Task[], pieceOf = link): Piece[] {
  const named = tasks.slice(0, NAMED).flatMap((task, at): Piece[] => [at > 0 ? ", " : "", pieceOf(task)]);
  return tasks.length > NAMED ? [...named, ` and ${plural(tasks.length - NAMED, "other")}`] : named;
}

function link(task: Task): Piece {
  return { kind: "task", task };
}
