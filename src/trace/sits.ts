// Where in the code every task is at one moment, for the editor: by line, with the words that stand behind it there.

import type { Site } from "./entities";
import type { Sit, SitState } from "./messages";
import type { TraceModel } from "./model";
import type { Moment } from "./moment";
import { type Lane, STATE } from "./rows";
import { type Frame, ownFrame, stackOf } from "./segments";
import { duration, printable, shorten } from "./text";

/** Names told of one line, and lines told in all: nobody reads more of them. */
const NAMED = 3;
const MAX_LINES = 500;
const MAX_NAME = 40;

const STATES: readonly (SitState | undefined)[] = ["suspended", "ready", "running"];

/** The lines of the user's own code at which tasks are, longest first in each state. */
export function sitsOf(model: TraceModel, moment: Moment): Sit[] {
  const sits = new Map<string, Sit & { tasks: string[] }>();
  const frames = new Map<Site, Frame | undefined>();
  for (const index of moment.order) {
    const task = model.tasks[index];
    const row = moment.rows[index] ?? -1;
    const state = task && row >= 0 ? STATES[model.rows.stateOf(task.lane, row)] : undefined;
    if (task === undefined || state === undefined) continue;
    const frame = frameAt(frames, siteBefore(model, task.lane, row) ?? task.site);
    if (frame === undefined || frame.library) continue;
    const key = `${state} ${frame.line} ${frame.file}`;
    const seconds = Math.max(0, moment.time - model.rows.startOf(task.lane, row));
    const known = sits.get(key);
    if (known === undefined && sits.size >= MAX_LINES) continue;
    const sit = known ?? { file: frame.file, line: frame.line, state, tasks: [], count: 0, seconds };
    sit.count++;
    if (sit.tasks.length < NAMED) sit.tasks.push(printable(shorten(task.name, MAX_NAME)));
    sits.set(key, sit);
  }
  return [...sits.values()];
}

function frameAt(frames: Map<Site, Frame | undefined>, site: Site | undefined): Frame | undefined {
  if (site === undefined) return undefined;
  if (!frames.has(site)) frames.set(site, ownFrame(stackOf(site)));
  return frames.get(site);
}

/** Where a task waits in this row, or waited before it became ready and ran. */
function siteBefore(model: TraceModel, lane: Lane, row: number): Site | undefined {
  for (let at = row; at >= 0 && at >= row - 2; at--)
    if (model.rows.stateOf(lane, at) === STATE.suspended)
      return model.allSites[model.waitSite(model.rows.refOf(lane, at))];
  return undefined;
}

const MARKS: Readonly<Record<SitState, string>> = { running: "▶", ready: "◑", suspended: "●" };

/** `● fetch-2, fetch-3 and 4 more suspended 412 ms`: of several tasks it is the longest time. */
export function sitText({ state, tasks, count, seconds }: Sit): string {
  const more = count > tasks.length ? ` and ${count - tasks.length} more` : "";
  const how = state === "running" ? "running, from here," : state;
  return `${MARKS[state]} ${tasks.join(", ")}${more} ${how} ${duration(seconds)}`;
}

/** The sites of a trace that go through one line, and what was waited there. */
export interface LineWaits {
  readonly file: string;
  readonly line: number;
  /** 1 for each site, by its index, at which a wait goes through the line. */
  readonly sites: Uint8Array;
  readonly waits: number;
  readonly seconds: number;
}

/** Undefined where no task ever waited through this line. */
export function waitsAtLine(model: TraceModel, file: string, line: number): LineWaits | undefined {
  const [name, at] = spellings(file)
    .map((each) => [each, model.sitesAt(each, line)] as const)
    .find(([, sites]) => sites.length > 0) ?? [file, []];
  if (at.length === 0) return undefined;
  const sites = new Uint8Array(model.allSites.length);
  for (const { index } of at) sites[index] = 1;
  let waits = 0;
  let seconds = 0;
  // Invariant of sites: a parent comes before its children.
  for (const site of model.allSites) {
    if (site.parent && sites[site.parent.index]) sites[site.index] = 1;
    if (!sites[site.index]) continue;
    waits += site.suspensions;
    seconds += site.waited;
  }
  return waits > 0 ? { file: name, line, sites, waits, seconds } : undefined;
}

/** Editors and Python write a Windows drive in different cases. */
function spellings(file: string): string[] {
  const drive = /^[a-z]:/i.exec(file)?.[0];
  if (drive === undefined) return [file];
  return [file, drive.toUpperCase() + file.slice(2), drive.toLowerCase() + file.slice(2)];
}
