// Which lanes a text asks for: `state:suspended file:crawler wait:queue name`. A word that no prefix claims must be in the
// name; every word must match. A minus before a word turns it round, quotes keep spaces.

import type { Task } from "./entities";
import type { TraceModel } from "./model";
import type { Resource } from "./resources";
import { STATE, STATE_NAMES } from "./rows";

export const FIELDS = ["name", "state", "file", "wait"] as const;
export type Field = (typeof FIELDS)[number];

/** One word of a filter, in lower case. */
export interface Term {
  readonly field: Field;
  readonly text: string;
  readonly not: boolean;
}

export type Filter = readonly Term[];

const WORD = /(-?)(?:(name|state|file|wait):)?(?:"([^"]*)"?|(\S+))/giu;

/** A field whose text is still to be typed asks for nothing. */
const BEGUN = /^(?:name|state|file|wait):$/;

export function parseFilter(text: string): Filter {
  const terms: Term[] = [];
  for (const [, minus = "", field = "name", quoted, plain = ""] of text.matchAll(WORD)) {
    const wanted = (quoted ?? plain).toLowerCase();
    if (wanted !== "" && !BEGUN.test(wanted))
      terms.push({ field: field.toLowerCase() as Field, text: wanted, not: minus !== "" });
  }
  return terms;
}

/** Whether what matches depends on what tasks do, and so changes while the trace grows. */
export function changesWithTime(filter: Filter): boolean {
  return filter.some(({ field }) => field === "state" || field === "wait");
}

/** Kinds of waits that the names of asyncio's functions do not say. */
const KINDS: Readonly<Record<string, RegExp>> = {
  timer: /sleep|timeout|wait_for/i,
  task: /Task$|gather|TaskGroup|asyncio\.wait|as_completed|shield|Future/,
  lock: /Lock|Semaphore|Condition/,
  io: /sock|Stream|drain|open_connection|getaddrinfo|start_server|readline|Process/i,
  socket: /sock|Stream|drain|open_connection/i,
  thread: /to_thread|run_in_executor|run_sync|getaddrinfo|getnameinfo/,
  subprocess: /Process|subprocess/i,
};

/** What the tasks of a trace ever waited for; reads each row once. */
export class WaitsSeen {
  private readonly rowsRead: number[] = [];
  private readonly sites: (Set<string> | undefined)[] = [];

  /** What a task waited for so far, as the sites say it. */
  of(model: TraceModel, task: Task): ReadonlySet<string> {
    const known = this.sites[task.index] ?? new Set<string>();
    this.sites[task.index] = known;
    const { lane } = task;
    for (let row = this.rowsRead[task.index] ?? 0; row < lane.rows; row++)
      if (model.rows.stateOf(lane, row) === STATE.suspended) known.add(model.whatAt(model.rows.refOf(lane, row)));
    this.rowsRead[task.index] = lane.rows;
    return known;
  }
}

/** Whether a task is asked for; `at`: the moment whose state counts, the latest where it is undefined. */
export function matchesTask(
  filter: Filter,
  model: TraceModel,
  task: Task,
  seen: WaitsSeen,
  at: number | undefined,
): boolean {
  return filter.every((term) => matchesTerm(term, model, task, seen, at) !== term.not);
}

function matchesTerm(
  { field, text }: Term,
  model: TraceModel,
  task: Task,
  seen: WaitsSeen,
  at: number | undefined,
): boolean {
  switch (field) {
    case "name":
      return has(task.name, text) || has(task.site?.code?.name ?? "", text);
    case "file":
      return has(task.site?.code?.file ?? "", text);
    case "state":
      return hasState(model, task, text, at);
    case "wait":
      for (const what of seen.of(model, task)) if (isWait(what, text)) return true;
      return false;
  }
}

const OUTCOMES: readonly string[] = ["done", "failed", "cancelled"];

/** How a task ends is asked of the whole run, what it does of a moment. */
function hasState(model: TraceModel, task: Task, text: string, at: number | undefined): boolean {
  if (OUTCOMES.some((outcome) => outcome.startsWith(text))) return task.outcome?.startsWith(text) ?? false;
  return stateOf(model, task, at).startsWith(text);
}

function stateOf({ rows }: TraceModel, { lane }: Task, at: number | undefined): string {
  const row = at === undefined ? lane.rows - 1 : rows.find(lane, at);
  return row < 0 ? "" : (STATE_NAMES[rows.stateOf(lane, row)] ?? "");
}

function isWait(what: string, text: string): boolean {
  return has(what, text) || (KINDS[text]?.test(what) ?? false);
}

/** Whether a resource is asked for: by its name, or as a kind of wait. */
export function matchesResource(filter: Filter, { className, number }: Resource): boolean {
  return filter.every(({ field, text, not }) => {
    const matches =
      field === "name" ? has(`${className} ${number}`, text) : field === "wait" ? isWait(className, text) : false;
    return matches !== not;
  });
}

/** Whether what has only a name is asked for. */
export function matchesName(filter: Filter, name: string): boolean {
  return filter.every(({ field, text, not }) => (field === "name" && has(name, text)) !== not);
}

function has(whole: string, text: string): boolean {
  return whole.toLowerCase().includes(text);
}
