// The report's lines about what happened to tasks: cancels, contention, jobs in threads, long steps, troubles, children.

import { askerOf, type Cancel, type Fate, fateOf } from "./cancels";
import { blame, resourceName, type Use, uses } from "./contention";
import type { Task } from "./entities";
import type { Sample } from "./incidents";
import type { Job } from "./jobs";
import {
  andMore,
  at,
  baseName,
  column,
  framePlace,
  limit,
  MAX_ROWS,
  NAME,
  placeText,
  right,
  stackText,
  times,
} from "./lines";
import type { TraceModel } from "./model";
import { poolsOf } from "./rankings";
import { type Holder, ownFrame, segmentOf, siteOf, stackOf, waitOf } from "./segments";
import { count, duration, plural, printable } from "./text";

const INDENT = " ".repeat(11);

/** Each cancel in two lines: who asked whom and how, then what the task waited for and what became of it. */
export function cancelLines(model: TraceModel): string[] {
  const { cancels } = model;
  const lines = cancels
    .slice(0, MAX_ROWS)
    .flatMap((cancel) => [askedText(model, cancel), `${INDENT}${storyText(model, cancel)}`]);
  return andMore(lines, cancels.length - MAX_ROWS, "cancel");
}

function askedText(model: TraceModel, cancel: Cancel): string {
  const { when } = askerOf(model, cancel);
  return `${right(at(model, when))}  ${printable(cancel.task.name)}  cancelled ${askerText(model, cancel)}`;
}

/** `by fails (asyncio.TaskGroup)`, `by asyncio.timeout at app.py:12 main` */
function askerText(model: TraceModel, cancel: Cancel): string {
  const { by, site, means } = askerOf(model, cancel);
  const frame = ownFrame(stackOf(site));
  const place = frame ? ` at ${framePlace(frame)}` : "";
  const how = printable(means || "what it awaited");
  return `by ${by ? `${printable(by.name)} (${how})` : how}${place}`;
}

function storyText(model: TraceModel, cancel: Cancel): string {
  const segment = segmentOf(model, cancel.task, cancel.row, model.last);
  if (segment?.state !== "suspended") return fateText(cancel);
  const waited = duration(askerOf(model, cancel).when - segment.start);
  return `${fateText(cancel)}; waited ${waited} at ${placeText(siteOf(model, segment))}`;
}

const FATES: Readonly<Record<Fate, string>> = {
  waits: "it has not arrived",
  missed: "the task ended before it arrived",
  propagated: "it ended the task",
  reraised: "it ended the task",
  failed: "the task failed instead",
  swallowed: "SWALLOWED: the task returned",
  handled: "took it back",
  caught: "caught: the task goes on",
};

/** What became of a cancel, and how long the task took over it. */
export function fateText(cancel: Cancel): string {
  const fate = fateOf(cancel);
  const { arrived, task } = cancel;
  const ended = fate === "reraised" || fate === "failed" || fate === "swallowed";
  const spent = ended && arrived !== undefined && task.ended !== undefined ? task.ended - arrived : 0;
  const who = fate === "handled" ? `${printable(cancel.site?.what ?? "")} ` : "";
  return `${who}${FATES[fate]}${spent > 0 ? ` ${duration(spent)} later` : ""}`;
}

function nameOf(task: Task | undefined): string {
  return task ? printable(task.name) : "a callback";
}

/** Where tasks waited at locks, queues and the like, most seconds first; under each lock, who held it meanwhile. */
export function contentionLines(model: TraceModel): string[] {
  const all = uses(model);
  const lines = all.slice(0, MAX_ROWS).flatMap((use, place) => {
    const first = all.findIndex(({ resource }) => resource === use.resource) === place;
    const held = first && use.resource.holds.length > 0 ? blame(model, use.resource) : [];
    return [useText(model, use), ...(held.length > 0 ? [`${INDENT}held meanwhile by ${holdersText(held)}`] : [])];
  });
  return andMore(lines, all.length - MAX_ROWS, "object");
}

function useText(model: TraceModel, { resource, what, waits, seconds, longest, worst }: Use): string {
  const method = what.slice(what.lastIndexOf(".") + 1);
  const frame = ownFrame(stackOf(waitOf(model, worst)?.site));
  const place = frame ? ` · ${framePlace(frame)}` : "";
  const most = `up to ${duration(longest).padEnd(7)} and ${count(resource.mostWaiting)} at once`;
  return `${right(duration(seconds))}  ${times(waits)}  ${most}  ${printable(resourceName(resource))}.${printable(method)}${place}`;
}

function holdersText(held: readonly Holder[]): string {
  const named = held.slice(0, 3).map(({ task, seconds }) => `${nameOf(task)} ${duration(seconds)}`);
  return [...named, ...(held.length > 3 ? [plural(held.length - 3, "other")] : [])].join(", ");
}

/** Each pool of threads, then the jobs that took longest from being queued to their end. */
export function jobLines(model: TraceModel): string[] {
  if (model.jobs.all.length === 0) return [];
  const slowest = [...model.jobs.all].sort((a, b) => took(model, b) - took(model, a)).slice(0, MAX_ROWS);
  const lines = [...poolLines(model), ...slowest.map((job) => jobText(model, job))];
  return andMore(lines, model.jobs.all.length - slowest.length, "job");
}

/** Seconds from when it was queued to when it ended, so far. */
export function took({ last }: TraceModel, { queued, started, ended }: Job): number {
  const begun = queued ?? started;
  return begun === undefined ? 0 : (ended ?? last) - begun;
}

function poolLines(model: TraceModel): string[] {
  const lines = poolsOf(model).map(
    ({ name, threads, jobs, busy }) =>
      `${column(`pool ${name}`, NAME)} ${plural(threads, "thread")}, ${plural(jobs, "job")}, busy ${duration(busy)}`,
  );
  return limit(lines, MAX_ROWS, "pool");
}

function jobText(model: TraceModel, { site, by, queued, started, ended, worker }: Job): string {
  const delay = queued === undefined ? "" : `queued ${duration((started ?? model.last) - queued)}, `;
  const run = started === undefined ? "not started" : `ran ${duration((ended ?? model.last) - started)}`;
  const open = started !== undefined && ended === undefined ? " so far" : "";
  const where = worker ? ` in ${printable(worker.stream.name)}` : "";
  const what = printable(site?.what ?? "") || "a job";
  return `${right(at(model, queued ?? started ?? model.start))}  ${what} of ${nameOf(by)}: ${delay}${run}${open}${where}`;
}

/** Where a long step was when it was looked at, and how often; most often first. */
export function looks(samples: readonly Sample[]): [place: string, often: number][] {
  const places = new Map<string, number>();
  for (const { site } of samples) places.set(stackText(site), (places.get(stackText(site)) ?? 0) + 1);
  return [...places].sort(([, a], [, b]) => b - a);
}

/** The places where a long step was most often. */
export function insideLines(samples: readonly Sample[]): string[] {
  const sorted = looks(samples).slice(0, 3);
  return sorted.map(([place, often]) => `${INDENT}inside ${place} (${often} of ${plural(samples.length, "look")})`);
}

/** What asyncio and Python complained about. */
export function troubleLines(model: TraceModel): string[] {
  const lines = model.troubles.items.slice(0, MAX_ROWS).map(({ time, kind, task, text, file, line }) => {
    const place = file === "" ? "" : `  ${baseName(file)}:${line}`;
    return printable(`${right(at(model, time))}  ${kind}${place}  ${task ? `${task.name}: ` : ""}${text}`);
  });
  return andMore(lines, model.troubles.total - lines.length, "trouble");
}

export function childLines(model: TraceModel): string[] {
  const lines = model.children.items
    .slice(0, MAX_ROWS)
    .map(({ time, pid, path }) => printable(`${right(at(model, time))}  process ${pid}, traced to ${path}`));
  return andMore(lines, model.children.total - lines.length, "child process");
}
