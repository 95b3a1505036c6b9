// The trace file: its single definition, and the reader that turns bytes into events as they arrive.
//
// A file is the line `awaitscope 1\n` (the number is the version), then frames until the end of the file. It may end
// anywhere, because the traced program may be killed: an incomplete last frame is truncation, not an error.
//
//   frame    u32 little-endian payload length (1 … 64 MiB), then the payload: one value in CPython's `marshal`
//            format version 2, of which these types occur:
//              i int32 · l long (15-bit digits) · g binary double · u, t text (UTF-8, surrogates passed) · N T F
//              [ list · ( tuple · { dict, ended by 0
//   header   the first frame: a dict with `version`, `python`, `implementation`, `platform`, `pid`, `script`, `cwd`,
//            `wall` (epoch seconds), `clock` (perf_counter seconds at that moment) and `records`:
//            name -> [code, field, field, …], which says how records lie in this file; in a child process's file also
//            `parent` (pid) and `parentTrace` (path). Other keys are ignored.
//   frame n  a tuple (stream, values): `stream` is a small int, one for each thread that runs loops; `values` is a flat
//            list of records. Within a stream the order is the order of time; frames of streams interleave freely.
//   record   its code (a negative int), then its fields. Only `step` has no code: it starts with its task (int >= 0).
//            Records whose name is not in RECORDS are skipped and counted; fields are found by name.
//
// All times are perf_counter seconds. What each record means is said at `TraceEvents`. Records come in three kinds:
//   timed        end the step, callback or wait of the loop that began at the stream's previous timed record
//   annotations  have no time: they are about the step, callback or eager first step in progress, whose record comes next
//   dated        have a time and stand by themselves: a step in progress goes on over them (jobStart, jobEnd, sample,
//                trouble, child, and task)
/** What the first frame says of the run. `wall` is the epoch second at which perf_counter read `clock`. */
export interface TraceHeader {
  version: number;
  python: string;
  implementation: string;
  platform: string;
  pid: number;
  script: string;
  cwd: string;
  wall: number;
  clock: number;
  /** The process that started this one and its trace file, where that is traced as well. */
  parent?: number;
  parentTrace?: string;
}

/** What defines a site: lines from 1 (0 unknown), columns in UTF-8 bytes from 0 (-1 unknown). */
export type SiteFields = [
  site: number,
  parent: number,
  code: number,
  line: number,
  endLine: number,
  column: number,
  endColumn: number,
  what: string,
];

/** Where a step ended when it did not suspend at a known site. */
export const STEP_END = { returned: -1, raised: -2, cancelled: -3, unknownPlace: -4 } as const;

/**
 * The events of a trace in file order; all times in perf_counter seconds, `ready` = handles in the loop's ready queue.
 * Invariant: arguments are plain numbers and texts, so a million events allocate nothing.
 */
export interface TraceEvents {
  /** The first frame of the file of process number `process`: 0, or a child's, whose stream numbers go on from others'. */
  header(header: TraceHeader, process: number): void;
  /** The task's step ended; it began at the stream's previous timed record. `site` >= 0: suspended there, else STEP_END. */
  step(stream: number, time: number, task: number, site: number, ready: number): void;
  /** The selector returned and nothing became ready by it or by timers. */
  poll(stream: number, time: number): void;
  /** The selector returned: `io` handles were queued after I/O events, `ready` after due timers. */
  wakeups(stream: number, time: number, io: number, ready: number): void;
  /** A plain callback ended; `site` names it. */
  callback(stream: number, time: number, site: number, ready: number): void;
  /** A cancelled handle was popped from the ready queue. */
  skipped(stream: number): void;
  /** A task was made by the step or callback in progress. `site`: the root of its coroutine, or -1. */
  task(stream: number, time: number, task: number, name: string, site: number): void;
  /** An eager task's first step, run inside its creator since its `task` event, ended. `site` as in `step`. */
  eager(stream: number, time: number, task: number, site: number): void;
  /** Defines a site number of this stream. */
  site(stream: number, ...fields: SiteFields): void;
  /** Defines a code number of this stream. */
  code(stream: number, code: number, file: string, name: string, firstLine: number): void;
  /** The step waits on the future or task with this id(). */
  waits(stream: number, object: number): void;
  /** The step waits on a timer due at `time`, which may be any number. */
  due(stream: number, time: number): void;
  /** The step waits at the asyncio object (lock, semaphore, event, queue, …) with this id(); its site says for what. */
  at(stream: number, object: number): void;
  /**
   * The future `object` (0: the step's own wait; a task: what that waits for) gathers the future or task `part`, or,
   * where that is negative, -`part` further ones. Beside an `at` of either: the object `part` is inside `object`.
   */
  part(stream: number, object: number, part: number): void;
  /** The step took a unit of this lock or semaphore, or gave it straight to who waits there on the future `waiter` (not 0). */
  take(stream: number, object: number, waiter: number): void;
  /** The step gave a unit back. */
  give(stream: number, object: number): void;
  /** A queue with this id() was made: it has no items, and what had the id is gone. */
  queue(stream: number, object: number): void;
  /**
   * An item was put into this queue, or taken out of it. Outside a step it was so before the next timed or dated record.
   * A queue may have had items before the trace began, and a subclass may store less than was put.
   */
  put(stream: number, object: number): void;
  got(stream: number, object: number): void;
  /** The step asked this task to be cancelled; `site` names where and by what: `Task.cancel`, `asyncio.timeout`, … */
  cancel(stream: number, task: number, site: number): void;
  /** The step was resumed by CancelledError, with so many requests open (`Task.cancelling()`; -1 unknown). */
  cancelled(stream: number, asked: number): void;
  /** The step made a timer (not a sleep's) due at `due`, any number, for `object`; `site` names its callback, or -1. */
  timer(stream: number, due: number, object: number, site: number): void;
  /** The timer of this object was cancelled. */
  timerOff(stream: number, object: number): void;
  /** The step gave job number `job` to a pool; its end resolves the future `object`. `site` names its function. */
  job(stream: number, object: number, job: number, site: number): void;
  /** The step raised this exception. */
  error(stream: number, type: string, text: string): void;
  /**
   * What ran, or was skipped, was not the front of the ready queue but the handle at `place` (1: the one behind the
   * front), or, where that is -1, in no queue.
   */
  picked(stream: number, place: number): void;
  /** With `cancel` or `cancelled`: the cancel scope that did it, and its deadline in our clock, or -1. */
  scope(stream: number, object: number, due: number): void;
  /** The step or callback was queued by another thread. */
  foreign(stream: number, thread: number): void;
  /** In the stream of a pool's thread: it took up this job. */
  jobStart(stream: number, time: number, job: number): void;
  /** In the stream of a pool's thread: the job has ended. */
  jobEnd(stream: number, time: number, job: number): void;
  /** Where a long step was at `time`: `site` is its innermost frame; `task` -1: a callback's. */
  sample(stream: number, time: number, task: number, site: number): void;
  /**
   * `never-awaited`, `destroyed-pending`, `never-retrieved`, `unhandled`, …; `task` -1 where it is no task's, `file` empty
   * where no place is known.
   */
  trouble(stream: number, time: number, kind: string, task: number, text: string, file: string, line: number): void;
  /** A child process was started that is traced to the file `path`. */
  child(stream: number, time: number, pid: number, path: string): void;
  /** The task, whose `task` record came just before, was made before the trace began and waits at `site`. */
  late(stream: number, time: number, task: number, site: number): void;
  /** The task lives in a nursery of the task `parent`; without this record, the one whose step made it is its parent. */
  parent(stream: number, task: number, parent: number): void;
  /** The task has got another name. */
  name(stream: number, task: number, name: string): void;
  /** First record of a stream: its thread. */
  thread(stream: number, ident: number, name: string): void;
  /**
   * A run of the loop with this id() begins, inside the step in progress if there is one. A loop that runs inside itself
   * works on the same queue.
   */
  run(stream: number, time: number, loop: number, loopClass: string, ready: number): void;
  /** That run ended. */
  rest(stream: number, time: number, loop: number): void;
  /** The loop was closed. */
  close(stream: number, time: number, loop: number): void;
  /** `count` events were dropped before this point. */
  lost(stream: number, count: number): void;
  /** The tracer says something explicit, e.g. `not-traced` or `stopped`. */
  note(stream: number, kind: string, text: string): void;
  /** The interpreter ends. */
  end(stream: number, time: number): void;
}

/** The fields of the record being read, in RECORDS order. */
export type Numbers = Record<0 | 1 | 2 | 3 | 4 | 5 | 6 | 7, number>;
export type Texts = Record<0 | 1 | 2 | 3 | 4 | 5 | 6 | 7, string>;
/** `time` is a moment that was; `number` is any double, as a program may ask for; `name` is a text or a task's number. */
export type FieldType = "int" | "time" | "number" | "text" | "name";

export interface RecordShape {
  fields: Readonly<Record<string, FieldType>>;
  deliver(to: TraceEvents, stream: number, n: Numbers, t: Texts): void;
}

/** Every record this reader knows: its fields in the order in which they are delivered. */
export const RECORDS: Readonly<Record<string, RecordShape>> = {
  step: {
    fields: { task: "int", time: "time", site: "int", ready: "int" },
    deliver: (to, stream, n) => to.step(stream, n[1], n[0], n[2], n[3]),
  },
  poll: { fields: { time: "time" }, deliver: (to, stream, n) => to.poll(stream, n[0]) },
  wakeups: {
    fields: { time: "time", io: "int", ready: "int" },
    deliver: (to, stream, n) => to.wakeups(stream, n[0], n[1], n[2]),
  },
  callback: {
    fields: { time: "time", site: "int", ready: "int" },
    deliver: (to, stream, n) => to.callback(stream, n[0], n[1], n[2]),
  },
  skipped: { fields: {}, deliver: (to, stream) => to.skipped(stream) },
  task: {
    fields: { time: "time", task: "int", name: "name", site: "int" },
    deliver: (to, stream, n, t) => to.task(stream, n[0], n[1], t[2], n[3]),
  },
  eager: {
    fields: { time: "time", task: "int", site: "int" },
    deliver: (to, stream, n) => to.eager(stream, n[0], n[1], n[2]),
  },
  site: {
    fields: {
      site: "int",
      parent: "int",
      code: "int",
      line: "int",
      endLine: "int",
      column: "int",
      endColumn: "int",
      what: "text",
    },
    deliver: (to, stream, n, t) => to.site(stream, n[0], n[1], n[2], n[3], n[4], n[5], n[6], t[7]),
  },
  code: {
    fields: { code: "int", file: "text", name: "text", firstLine: "int" },
    deliver: (to, stream, n, t) => to.code(stream, n[0], t[1], t[2], n[3]),
  },
  waits: { fields: { object: "int" }, deliver: (to, stream, n) => to.waits(stream, n[0]) },
  due: { fields: { time: "number" }, deliver: (to, stream, n) => to.due(stream, n[0]) },
  at: { fields: { object: "int" }, deliver: (to, stream, n) => to.at(stream, n[0]) },
  part: { fields: { object: "int", part: "int" }, deliver: (to, stream, n) => to.part(stream, n[0], n[1]) },
  take: { fields: { object: "int", waiter: "int" }, deliver: (to, stream, n) => to.take(stream, n[0], n[1]) },
  give: { fields: { object: "int" }, deliver: (to, stream, n) => to.give(stream, n[0]) },
  queue: { fields: { object: "int" }, deliver: (to, stream, n) => to.queue(stream, n[0]) },
  put: { fields: { object: "int" }, deliver: (to, stream, n) => to.put(stream, n[0]) },
  got: { fields: { object: "int" }, deliver: (to, stream, n) => to.got(stream, n[0]) },
  cancel: { fields: { task: "int", site: "int" }, deliver: (to, stream, n) => to.cancel(stream, n[0], n[1]) },
  cancelled: { fields: { asked: "int" }, deliver: (to, stream, n) => to.cancelled(stream, n[0]) },
  timer: {
    fields: { due: "number", object: "int", site: "int" },
    deliver: (to, stream, n) => to.timer(stream, n[0], n[1], n[2]),
  },
  timerOff: { fields: { object: "int" }, deliver: (to, stream, n) => to.timerOff(stream, n[0]) },
  job: {
    fields: { object: "int", job: "int", site: "int" },
    deliver: (to, stream, n) => to.job(stream, n[0], n[1], n[2]),
  },
  jobStart: { fields: { time: "time", job: "int" }, deliver: (to, stream, n) => to.jobStart(stream, n[0], n[1]) },
  jobEnd: { fields: { time: "time", job: "int" }, deliver: (to, stream, n) => to.jobEnd(stream, n[0], n[1]) },
  sample: {
    fields: { time: "time", task: "int", site: "int" },
    deliver: (to, stream, n) => to.sample(stream, n[0], n[1], n[2]),
  },
  trouble: {
    fields: { time: "time", kind: "text", task: "int", text: "text", file: "text", line: "int" },
    deliver: (to, stream, n, t) => to.trouble(stream, n[0], t[1], n[2], t[3], t[4], n[5]),
  },
  child: {
    fields: { time: "time", pid: "int", path: "text" },
    deliver: (to, stream, n, t) => to.child(stream, n[0], n[1], t[2]),
  },
  late: {
    fields: { time: "time", task: "int", site: "int" },
    deliver: (to, stream, n) => to.late(stream, n[0], n[1], n[2]),
  },
  picked: { fields: { place: "int" }, deliver: (to, stream, n) => to.picked(stream, n[0]) },
  parent: { fields: { task: "int", parent: "int" }, deliver: (to, stream, n) => to.parent(stream, n[0], n[1]) },
  scope: { fields: { object: "int", due: "number" }, deliver: (to, stream, n) => to.scope(stream, n[0], n[1]) },
  name: { fields: { task: "int", name: "name" }, deliver: (to, stream, n, t) => to.name(stream, n[0], t[1]) },
  error: {
    fields: { type: "text", text: "text" },
    deliver: (to, stream, _, t) => to.error(stream, t[0], t[1]),
  },
  foreign: { fields: { thread: "int" }, deliver: (to, stream, n) => to.foreign(stream, n[0]) },
  thread: {
    fields: { ident: "int", name: "text" },
    deliver: (to, stream, n, t) => to.thread(stream, n[0], t[1]),
  },
  run: {
    fields: { time: "time", loop: "int", class: "text", ready: "int" },
    deliver: (to, stream, n, t) => to.run(stream, n[0], n[1], t[2], n[3]),
  },
  rest: { fields: { time: "time", loop: "int" }, deliver: (to, stream, n) => to.rest(stream, n[0], n[1]) },
  close: { fields: { time: "time", loop: "int" }, deliver: (to, stream, n) => to.close(stream, n[0], n[1]) },
  lost: { fields: { count: "int" }, deliver: (to, stream, n) => to.lost(stream, n[0]) },
  note: { fields: { kind: "text", text: "text" }, deliver: (to, stream, _, t) => to.note(stream, t[0], t[1]) },
  end: { fields: { time: "time" }, deliver: (to, stream, n) => to.end(stream, n[0]) },
};
