// All that the report says as one JSON document, nothing left out: for programs that read traces.
// Times are seconds from the first event on, durations are seconds; tasks are numbers: places in `tasks`.

import { askerOf, type Cancel, fateOf } from "./cancels";
import { blame, resourceName, type Use, uses } from "./contention";
import type { Loop, Site, Stream, Task } from "./entities";
import { looks, took } from "./incidentLines";
import type { Job } from "./jobs";
import { span } from "./lines";
import type { TraceModel } from "./model";
import { longestSteps, poolsOf, waitingPlaces } from "./rankings";
import { describeProblem } from "./reader";
import { laneArt, type ReadTrace, totalsOf } from "./report";
import { errorOf, ownFrame, segmentOf, siteOf, stackOf, taskTree, waitOf } from "./segments";

/** Long steps that are told. */
const MOST_STEPS = 100;

/** Characters of a lane. */
const COLUMNS = 100;

/** A place of a program: its frames, outermost first, and what is waited for or who is called. */
interface PlaceSummary {
  readonly what: string;
  readonly stack: readonly { file: string; line: number; function: string }[];
}

/** What the report of a trace says. Shape: plain values that JSON can hold; null where the trace does not say. */
export function summary({ reader, model }: ReadTrace) {
  const when = (time: number | undefined) => (time === undefined ? null : time - Math.min(model.start, model.last));
  const { script = "", python = "", implementation = "", platform = "", pid = 0, cwd = "" } = model.info ?? {};
  return {
    program: { script, python, implementation, platform, pid, cwd, parent: model.info?.parent ?? null },
    trace: {
      seconds: span(model),
      events: reader.records,
      dropped: model.dropped,
      unknown: reader.skipped,
      ended: model.ended,
      cutOff: reader.incomplete,
      problem: reader.problem ? describeProblem(reader.problem) : null,
    },
    loops: model.loops.map(loopSummary),
    tasks: model.tasks.map((task) => taskSummary(model, task, when)),
    longestSteps: longestSteps(model, MOST_STEPS).map(({ start, seconds, owner, site, samples }) => ({
      at: when(start),
      seconds,
      task: owner.kind === "task" ? owner.index : null,
      thread: threadOf(owner.stream),
      place: placeOf(site),
      looks: looks(samples).map(([inside, often]) => ({ inside, often })),
    })),
    waits: waitingPlaces(model).map(({ site, seconds, often }) => ({ seconds, often, place: placeOf(site) })),
    cancels: model.cancels.map((cancel) => cancelSummary(model, cancel, when)),
    contention: uses(model).map((use) => useSummary(model, use)),
    pools: poolsOf(model),
    jobs: model.jobs.all.map((job) => jobSummary(model, job, when)),
    troubles: model.troubles.items.map(({ time, kind, task, text, file, line }) => ({
      at: when(time),
      kind,
      task: task?.index ?? null,
      text,
      file: file || null,
      line: line || null,
    })),
    childProcesses: model.children.items.map(({ time, pid, path }) => ({ at: when(time), pid, path })),
    notes: model.notes.items.map(({ kind, text }) => ({ kind, text })),
    lanes: lanesOf(model),
    /** How many there are of what is kept in part only. */
    totals: { troubles: model.troubles.total, childProcesses: model.children.total, notes: model.notes.total },
  };
}

type When = (time: number | undefined) => number | null;

function threadOf({ name, ident, process }: Stream) {
  return { name, ident, pid: process.pid };
}

function loopSummary({ className, stream, busy, idle, steps, callbacks }: Loop) {
  return { class: className, thread: threadOf(stream), busy, idle, steps, callbacks };
}

function taskSummary(model: TraceModel, task: Task, when: When) {
  const { name, index, parent, loop, created, ended, outcome, steps, site } = task;
  return {
    number: index,
    name,
    function: site?.code?.name ?? null,
    parent: parent?.index ?? null,
    loop: loop?.index ?? null,
    created: when(created),
    ended: when(ended),
    outcome: outcome ?? null,
    error: errorOf(model, task) ?? null,
    steps,
    ...totalsOf(model, task),
  };
}

function placeOf(site: Site | undefined): PlaceSummary | null {
  if (site === undefined) return null;
  const stack = stackOf(site);
  const what = stack[stack.length - 1]?.what ?? "";
  const frames = stack.filter(({ file }) => file !== "");
  return { what, stack: frames.map(({ file, line, name }) => ({ file, line, function: name })) };
}

function cancelSummary(model: TraceModel, cancel: Cancel, when: When) {
  const asker = askerOf(model, cancel);
  const waited = segmentOf(model, cancel.task, cancel.row, model.last);
  const suspended = waited?.state === "suspended" ? waited : undefined;
  return {
    task: cancel.task.index,
    at: when(asker.when),
    by: asker.by?.index ?? null,
    means: asker.means || null,
    place: placeOf(asker.site),
    arrived: when(cancel.arrived),
    fate: fateOf(cancel),
    waited: suspended ? asker.when - suspended.start : null,
    waitedAt: suspended ? placeOf(siteOf(model, suspended)) : null,
  };
}

function useSummary(model: TraceModel, { resource, what, waits, seconds, longest, worst }: Use) {
  const frame = ownFrame(stackOf(waitOf(model, worst)?.site));
  return {
    object: resourceName(resource),
    method: what,
    waits,
    seconds,
    longest,
    atOnce: resource.mostWaiting,
    longestAt: frame ? { file: frame.file, line: frame.line, function: frame.name } : null,
    heldBy: blame(model, resource).map(({ task, seconds }) => ({ task: task?.index ?? null, seconds })),
  };
}

/** What each loop and task did in each hundredth of the time, in the characters of the report's lanes. */
function lanesOf(model: TraceModel) {
  const { owners } = taskTree(model);
  const rows = owners.map((owner) => ({
    [owner.kind]: owner.index,
    art: laneArt(model, owner, model.start, model.last, COLUMNS),
  }));
  return { secondsPerCharacter: span(model) / COLUMNS, running: "█", ready: "▒", suspended: "░", rows };
}

function jobSummary(model: TraceModel, job: Job, when: When) {
  const { site, by, queued, started, ended, worker } = job;
  return {
    function: site?.what ?? null,
    by: by?.index ?? null,
    thread: worker ? worker.stream.name : null,
    queued: when(queued),
    started: when(started),
    ended: when(ended),
    seconds: took(model, job),
  };
}
