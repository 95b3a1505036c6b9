// The things a trace speaks of: code, sites, tasks, loops, threads, and why a task waited or became ready.
// Times are seconds since the header's clock, durations are seconds.

import { type Annotations, newAnnotations } from "./annotations";
import type { Cancel } from "./cancels";
import { Pairs } from "./columns";
import { BusyGrid } from "./grid";
import type { Job } from "./jobs";
import type { Process } from "./processes";
import { ReadyQueue } from "./ready";
import type { Resource } from "./resources";
import type { Lane } from "./rows";

/** A code object. */
export interface Code {
  readonly file: string;
  readonly name: string;
  readonly firstLine: number;
}

/** A place in an await stack: its outer frame is `parent`. Lines from 1 (0 unknown), columns in UTF-8 bytes (-1 unknown). */
export interface Site {
  readonly index: number;
  readonly parent: Site | undefined;
  readonly code: Code | undefined;
  readonly line: number;
  readonly endLine: number;
  readonly column: number;
  readonly endColumn: number;
  /** What is waited on here (`asyncio.sleep`, …), or a callback's name; empty for an outer frame. */
  readonly what: string;
  /** How often a step ended suspended here, and for how many seconds in all, ready time apart. */
  suspensions: number;
  waited: number;
  /** How often and how long a callback ran that is named here. */
  runs: number;
  ran: number;
  /** The longest wait or run, and the row of the task's or the loop's lane that it is; undefined before the first. */
  longest: number;
  worst: Task | Loop | undefined;
  worstRow: number;
}

export type Outcome = "done" | "failed" | "cancelled";

/**
 * One task. Its lane's rows: `ready` refers to a cause, `suspended` to a wait, `failed` to an error, and `running` to the
 * cause that stands for what the step made ready (0: nothing).
 */
export interface Task {
  readonly kind: "task";
  readonly index: number;
  readonly id: number;
  name: string;
  readonly stream: Stream;
  readonly lane: Lane;
  /** The root of its coroutine. */
  readonly site: Site | undefined;
  readonly created: number;
  /** Its creation was not seen: it was first met at a step. */
  late: boolean;
  parent: Task | undefined;
  children: Task[] | undefined;
  /** The loop that ran its first step. */
  loop: Loop | undefined;
  ended: number | undefined;
  outcome: Outcome | undefined;
  steps: number;
  /** Seconds in each state, up to its last row. */
  running: number;
  ready: number;
  suspended: number;
  /** Requests to cancel it, in the order in which they were made. */
  cancels: Cancel[] | undefined;
  /** The index of the group for which it waits, or -1. */
  gathers: number;
  /** What first gathered it. */
  group: Parts | undefined;
}

/** One event loop. Its lane's rows: `running` refers to a task, `callback` to a site, `suspended` is the selector. */
export interface Loop {
  readonly kind: "loop";
  readonly index: number;
  readonly id: number;
  readonly className: string;
  readonly stream: Stream;
  readonly lane: Lane;
  readonly queue: ReadyQueue;
  readonly grid: BusyGrid;
  /** Rows of callbacks and of waits in the selector, and the cause that stands for what each made ready. */
  readonly woke: Pairs;
  /** Rows of runs so long that they block everybody else. */
  readonly blocked: number[];
  busy: number;
  idle: number;
  steps: number;
  callbacks: number;
  polls: number;
  running: boolean;
  closed: boolean;
}

/** One thread that runs loops, or jobs of a pool. */
export interface Stream {
  readonly number: number;
  readonly process: Process;
  ident: number;
  name: string;
  readonly codes: Map<number, Code>;
  readonly sites: Map<number, Site>;
  readonly tasks: Map<number, Task>;
  /** The loops that are not closed, by id(). */
  readonly loops: Map<number, Loop>;
  /** Runs of loops in progress, outermost first; the first level is the thread outside any loop. */
  readonly levels: Level[];
  readonly next: Annotations;
}

/** A run of a loop. Invariant: a nested run does not move the clock of the runs around it. */
export interface Level {
  readonly loop: Loop | undefined;
  /** When the previous timed record was: the step in progress began then. NaN after dropped events. */
  now: number;
  /** Tasks made by the step in progress, in order. */
  made: Task[];
  /** Once the loop runs inside itself: the cause of the step in progress, which is in the queue no more … */
  cause: number | undefined;
  /** … and the causes that are to name that step. */
  own: number[];
}

/** Who made a task ready. `via`: the callback through which it came, where there was one. `time`: when. */
export type Cause =
  | { kind: "unknown"; time: number }
  | { kind: "created"; by: Task | undefined; time: number }
  | { kind: "task"; task: Task; via: Site | undefined; time: number }
  | { kind: "callback"; via: Site | undefined; time: number }
  | { kind: "io"; via: Site | undefined; time: number }
  | { kind: "timer"; via: Site | undefined; time: number }
  | { kind: "thread"; thread: number; via: Site | undefined; time: number }
  | { kind: "outside"; time: number };

/** What a suspended step waits for. Times in seconds; undefined where the trace does not say. */
export interface Wait {
  readonly site: Site | undefined;
  readonly task: Task | undefined;
  readonly object: number | undefined;
  readonly due: number | undefined;
  /** The asyncio object at which it waits. */
  readonly resource: Resource | undefined;
  /** What a gather, wait or as_completed waits for. */
  readonly parts: Parts | undefined;
  /** The thread pool's job whose end it waits for. */
  readonly job: Job | undefined;
}

/** The tasks that one await gathers, and how many further futures. */
export interface Parts {
  readonly index: number;
  /** What gathers them: `asyncio.gather`, …; empty while nobody waited for it. */
  readonly what: string;
  readonly tasks: readonly Task[];
  readonly others: number;
}

export interface TaskError {
  readonly type: string;
  readonly text: string;
}

export function newStream(number: number, process: Process): Stream {
  return {
    number,
    process,
    ident: 0,
    name: "",
    codes: new Map(),
    sites: new Map(),
    tasks: new Map(),
    loops: new Map(),
    levels: [newLevel(undefined, Number.NaN)],
    next: newAnnotations(),
  };
}

export function newLevel(loop: Loop | undefined, now: number): Level {
  return { loop, now, made: [], cause: undefined, own: [] };
}

/** A loop that is about to run for the first time. */
export function newLoop(index: number, id: number, className: string, stream: Stream, lane: Lane): Loop {
  return {
    kind: "loop",
    index,
    id,
    className,
    stream,
    lane,
    queue: new ReadyQueue(),
    grid: new BusyGrid(),
    woke: new Pairs(),
    blocked: [],
    busy: 0,
    idle: 0,
    steps: 0,
    callbacks: 0,
    polls: 0,
    running: true,
    closed: false,
  };
}

/** What is known of a task when it is made; all of it stays as it is. */
export type Birth = Pick<Task, "index" | "id" | "name" | "stream" | "lane" | "site" | "created" | "late">;

export function newTask(birth: Birth): Task {
  return {
    kind: "task",
    ...birth,
    parent: undefined,
    children: undefined,
    loop: undefined,
    ended: undefined,
    outcome: undefined,
    steps: 0,
    running: 0,
    ready: 0,
    suspended: 0,
    cancels: undefined,
    gathers: -1,
    group: undefined,
  };
}
