// A trace as plain text, for the command line and for tests: what ran, for how long, where time was waited, and the lanes
// in characters (█ running, ▒ ready, ░ suspended).

import type { Task } from "./entities";
import { cancelLines, childLines, contentionLines, insideLines, jobLines, troubleLines } from "./incidentLines";
import { at, column, indented, limit, MAX_ROWS, NAME, placeText, right, span, times, WIDTH } from "./lines";
import { TraceModel } from "./model";
import { longestSteps, waitingPlaces } from "./rankings";
import { describeProblem, TraceReader } from "./reader";
import { STATE } from "./rows";
import { errorOf, type RowOwner, taskTree } from "./segments";
import { count, duration, plural, printable, shorten } from "./text";

const MAX_LANES = 60;

/** A trace file that was read to its end, or to where it is damaged: `reader.problem` tells. */
export interface ReadTrace {
  readonly reader: TraceReader;
  readonly model: TraceModel;
}

/** Reads a whole trace file. */
export function readTrace(bytes: Uint8Array): ReadTrace {
  const model = new TraceModel();
  const reader = new TraceReader(model);
  reader.push(bytes);
  model.pause();
  return { reader, model };
}

/** The report of a trace, lines of at most 100 characters, without a final line break. */
export function report({ reader, model }: ReadTrace): string {
  const problem = reader.problem ? [describeProblem(reader.problem)] : [];
  if (model.info === undefined)
    return problem[0] ?? "The trace is empty: the program ended before asyncio was imported.";
  const sections = [
    [...heading(reader, model), ...problem],
    section("Loops", loopLines(model)),
    section(`Tasks (${count(model.tasks.length)})`, taskLines(model)),
    section("Longest steps", longestStepLines(model)),
    section("Where time was waited", waitLines(model)),
    section(`Cancels (${count(model.cancels.length)})`, cancelLines(model)),
    section("Contention", contentionLines(model)),
    section(`Jobs in threads (${count(model.jobs.all.length)})`, jobLines(model)),
    section(`Troubles (${count(model.troubles.total)})`, troubleLines(model)),
    section(`Child processes (${count(model.children.total)})`, childLines(model)),
    section("Notes", noteLines(model)),
    section(`Lanes (█ running  ▒ ready  ░ suspended), ${lanesCaption(model)}`, laneLines(model)),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => shorten(line, WIDTH)).join("\n"))
    .join("\n\n");
}

/** One lane as characters: each stands for an equal part of the time from `from` to `to`, and shows its busiest state. */
export function laneArt(
  model: TraceModel,
  owner: Pick<RowOwner, "lane">,
  from: number,
  to: number,
  columns: number,
): string {
  let art = "";
  for (let column = 0; column < columns; column++) {
    const at = (edge: number) => from + ((to - from) * edge) / columns;
    art += artOf(statesIn(model, owner, at(column), at(column + 1)));
  }
  return art.trimEnd();
}

const RAN = (1 << STATE.running) | (1 << STATE.callback);

function artOf(states: number): string {
  if (states & RAN) return "█";
  if (states & (1 << STATE.ready)) return "▒";
  return states & (1 << STATE.suspended) ? "░" : " ";
}

/** The states of a lane between two times (the second excluded), as bits. */
function statesIn({ rows }: TraceModel, { lane }: Pick<RowOwner, "lane">, from: number, to: number): number {
  const first = Math.max(0, rows.find(lane, from));
  let end = rows.find(lane, to) + 1;
  while (end > first && rows.startOf(lane, end - 1) >= to) end--;
  return rows.statesBetween(lane, first, end);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

function heading(reader: TraceReader, model: TraceModel): string[] {
  const { script = "", python = "?", implementation = "", platform = "", pid = 0 } = model.info ?? {};
  const about = [`Python ${python}`, implementation, platform, `process ${pid}`].filter((part) => part !== "");
  const parent = model.info?.parent;
  const child =
    parent === undefined ? [] : [printable(`Child of process ${parent}, traced to ${model.info?.parentTrace}`)];
  const dropped = model.dropped > 0 ? `; ${plural(model.dropped, "event")} dropped` : "";
  const skipped = reader.skipped > 0 ? `; ${plural(reader.skipped, "record")} of a kind unknown here` : "";
  return [
    printable(`${script || "(no script name)"} · ${about.join(" · ")}`),
    `${duration(span(model))} from the first event to the last; ${plural(reader.records, "event")}${dropped}${skipped}`,
    ...child,
    howItEnded(reader, model),
  ];
}

function howItEnded(reader: TraceReader, model: TraceModel): string {
  if (model.ended) return "The program ran to its end.";
  const cut = reader.incomplete ? " The last frame of the file is cut off." : "";
  return `The trace has no end: the program was killed, or still runs.${cut}`;
}

function loopLines(model: TraceModel): string[] {
  return model.loops.map((loop) => {
    const name = column(loop.stream.name || `thread ${loop.stream.ident}`, NAME);
    const share = loop.busy + loop.idle > 0 ? Math.round((loop.busy / (loop.busy + loop.idle)) * 100) : 0;
    const times = `busy ${duration(loop.busy)} (${share} %), idle ${duration(loop.idle)} (${100 - share} %)`;
    return `${name} ${times}, ${plural(loop.steps, "step")}, ${plural(loop.callbacks, "callback")} · ${printable(loop.className)}`;
  });
}

function taskLines(model: TraceModel): string[] {
  const { owners, depths } = taskTree(model);
  const heads = `${column("", NAME)} ${["running", "ready", "suspended", "steps"].map(right).join(" ")}  end`;
  const lines: string[] = [];
  owners.forEach((owner, lane) => {
    if (owner.kind === "task") lines.push(taskLine(model, owner, depths[lane] as number));
  });
  return lines.length === 0 ? ["none"] : [heads, ...limit(lines, MAX_LANES, "task")];
}

function taskLine(model: TraceModel, task: Task, depth: number): string {
  const totals = totalsOf(model, task);
  const cells = [duration(totals.running), duration(totals.ready), duration(totals.suspended), count(task.steps)];
  const end = `${endText(model, task)}${rootOf(task)}`;
  return `${column(indented(task.name, depth), NAME)} ${cells.map(right).join(" ")}  ${end}`;
}

/** A task's seconds in each state, with the row that goes on counted up to the end of the trace. */
export function totalsOf(model: TraceModel, task: Task): { running: number; ready: number; suspended: number } {
  const { running, ready, suspended, lane } = task;
  const totals = { running, ready, suspended };
  const row = lane.rows - 1;
  const state = row < 0 ? undefined : model.rows.stateOf(lane, row);
  const going = row < 0 ? 0 : Math.max(0, model.last - model.rows.startOf(lane, row));
  if (state === STATE.running) totals.running += going;
  if (state === STATE.ready) totals.ready += going;
  if (state === STATE.suspended) totals.suspended += going;
  return totals;
}

function endText(model: TraceModel, task: Task): string {
  const error = errorOf(model, task);
  if (error) return printable(`failed: ${error.type}${error.text ? `: ${error.text}` : ""}`);
  return task.outcome ?? "not ended";
}

function rootOf(task: Task): string {
  const name = task.site?.code?.name;
  return name ? ` · ${printable(name)}` : "";
}

function longestStepLines(model: TraceModel): string[] {
  return longestSteps(model, MAX_ROWS).flatMap(({ start, seconds, owner, site, samples }) => {
    const who =
      owner.kind === "task" ? `${printable(owner.name)}  from` : `loop ${printable(owner.stream.name)}  callback`;
    const line = `${right(duration(seconds))}  at ${at(model, start)}  ${who} ${placeText(site)}`;
    return [line, ...insideLines(samples)];
  });
}

function waitLines(model: TraceModel): string[] {
  const lines = waitingPlaces(model).map(
    ({ text, seconds, often }) => `${right(duration(seconds))}  ${times(often)}  ${text}`,
  );
  return limit(lines, MAX_ROWS, "place");
}

function noteLines(model: TraceModel): string[] {
  return limit(
    model.notes.items.map(({ kind, text }) => printable(`${kind}: ${text}`)),
    MAX_ROWS,
    "note",
  );
}

function lanesCaption(model: TraceModel): string {
  const columns = WIDTH - NAME - 5;
  return `${duration(span(model) / columns)} a character`;
}

function laneLines(model: TraceModel): string[] {
  const { owners, depths } = taskTree(model);
  const columns = WIDTH - NAME - 5;
  const drawn = owners.slice(0, MAX_LANES).map((owner, lane) => {
    const name = owner.kind === "loop" ? `loop ${owner.stream.name}` : indented(owner.name, depths[lane] as number);
    const mark = owner.kind === "task" && owner.outcome ? ` ${MARKS[owner.outcome]}` : "";
    return `${column(name, NAME)} ${laneArt(model, owner, model.start, model.last, columns)}${mark}`;
  });
  const workers = model.jobs.workers.map(
    (worker) =>
      `${column(`thread ${worker.stream.name}`, NAME)} ${laneArt(model, worker, model.start, model.last, columns)}`,
  );
  const more = owners.length > MAX_LANES ? [`… and ${plural(owners.length - MAX_LANES, "lane")} more`] : [];
  return [...drawn, ...more, ...limit(workers, MAX_ROWS, "thread")];
}

const MARKS = { done: "✓", failed: "✕", cancelled: "◆" } as const;
