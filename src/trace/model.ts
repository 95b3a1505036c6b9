// What a trace says: folds its events into lanes of rows (one lane a task, one a loop), tasks, sites, loops and causes,
// and answers questions by time, task and place. All times are seconds since the header's clock. Knows no colours.

import {
  type Annotations,
  type Cause,
  type Level,
  type Loop,
  newLoop,
  newStream,
  newTask,
  type Outcome,
  type Site,
  type Stream,
  type Task,
  type TaskError,
  type Wait,
} from "./entities";
import { STEP_END, type TraceEvents, type TraceHeader } from "./format";
import { Columns, Rows, STATE, type State } from "./rows";

const CAUSE = { unknown: 0, task: 1, callback: 2, io: 3, timer: 4, thread: 5, outside: 6 } as const;
const NONE = Number.NaN;
/** A poll with handles waiting takes microseconds; longer means that the process itself was held up. */
const LONG_POLL_SECONDS = 1e-4;

/** The folded trace. Feed it through a `TraceReader`; read it at any time, also while it grows. */
export class TraceModel implements TraceEvents {
  info: TraceHeader | undefined;
  readonly rows = new Rows();
  readonly tasks: Task[] = [];
  readonly loops: Loop[] = [];
  readonly streams = new Map<number, Stream>();
  readonly notes: { readonly kind: string; readonly text: string }[] = [];
  /** Times of the first and the last event. */
  start = Number.POSITIVE_INFINITY;
  last = 0;
  /** Events that the tracer dropped. */
  dropped = 0;
  /** The interpreter said that it ends. */
  ended = false;
  /** Counts changes of who is whose child: lanes must be ordered anew. */
  treeVersion = 0;

  private origin = 0;
  private readonly sites: Site[] = [];
  private readonly places = new Map<string, Site[]>();
  private readonly errors: TaskError[] = [];
  private readonly causes = new Columns();
  private readonly waitRows = new Columns();
  /** For each site, the wait row that says only "here". */
  private readonly plainWaits: (number | undefined)[] = [];

  constructor() {
    this.causes.add(CAUSE.unknown, 0, -1, NONE);
    this.waitRows.add(-1, -1, NONE, NONE);
  }

  // ---- events ----

  header(header: TraceHeader): void {
    this.info = header;
    this.origin = header.clock;
  }

  thread(number: number, ident: number, name: string): void {
    const stream = this.stream(number);
    stream.ident = ident;
    stream.name = name;
  }

  code(number: number, code: number, file: string, name: string, firstLine: number): void {
    this.stream(number).codes.set(code, { file, name, firstLine });
  }

  /** Invariant: a site's parent was defined before it, so stacks have no cycles. */
  site(
    number: number,
    site: number,
    parent: number,
    code: number,
    line: number,
    endLine: number,
    column: number,
    endColumn: number,
    what: string,
  ): void {
    const stream = this.stream(number);
    const defined: Site = {
      index: this.sites.length,
      parent: stream.sites.get(parent),
      code: stream.codes.get(code),
      line,
      endLine,
      column,
      endColumn,
      what,
      suspensions: 0,
      waited: 0,
    };
    this.sites.push(defined);
    stream.sites.set(site, defined);
    if (defined.code === undefined) return;
    const place = `${defined.code.file}:${line}`;
    const known = this.places.get(place);
    if (known) known.push(defined);
    else this.places.set(place, [defined]);
  }

  waits(number: number, object: number): void {
    this.stream(number).next.object = object;
  }

  due(number: number, time: number): void {
    this.stream(number).next.due = time - this.origin;
  }

  error(number: number, type: string, text: string): void {
    this.stream(number).next.error = this.errors.push({ type, text });
  }

  foreign(number: number, thread: number): void {
    this.stream(number).next.thread = thread;
  }

  run(number: number, time: number, id: number, className: string, ready: number): void {
    const stream = this.stream(number);
    const now = this.seen(time);
    const loop = this.loopOf(stream, id, className);
    stream.levels.push({ loop, now, made: [] });
    loop.running = true;
    if (loop.queue.grewTo(ready)) loop.queue.push(ready, this.causes.add(CAUSE.outside, 0, -1, now));
    if (loop.queue.length === 0) this.rows.append(loop.lane, now, STATE.suspended, 0);
  }

  rest(number: number, time: number, id: number): void {
    const { levels } = this.stream(number);
    const now = this.seen(time);
    const ended = levels.findIndex(({ loop }) => loop?.id === id);
    const loop = levels[ended]?.loop;
    if (loop === undefined) return;
    levels.length = ended;
    loop.running = levels.some((outer) => outer.loop === loop);
    this.rows.append(loop.lane, now, STATE.stopped, 0);
  }

  close(number: number, time: number, id: number): void {
    this.seen(time);
    const { loops } = this.stream(number);
    const loop = loops.get(id);
    if (loop) loop.closed = true;
    loops.delete(id);
  }

  poll(number: number, time: number): void {
    this.selected(level(this.stream(number).levels), this.seen(time));
  }

  wakeups(number: number, time: number, io: number, ready: number): void {
    const here = level(this.stream(number).levels);
    const now = this.seen(time);
    this.selected(here, now);
    const queue = here.loop?.queue;
    if (queue?.grewTo(io)) queue.push(io, this.causes.add(CAUSE.io, 0, -1, now));
    if (queue?.grewTo(ready)) queue.push(ready, this.causes.add(CAUSE.timer, 0, -1, now));
  }

  skipped(number: number): void {
    level(this.stream(number).levels).loop?.queue.pop();
  }

  callback(number: number, time: number, site: number, ready: number): void {
    const stream = this.stream(number);
    const here = level(stream.levels);
    const now = this.seen(time);
    const began = earlier(here.now, now);
    const root = this.takeCause(stream, here);
    const index = stream.sites.get(site)?.index ?? -1;
    this.adopt(here, undefined);
    this.occupied(here, began, now, STATE.callback, index + 1);
    if (here.loop) here.loop.callbacks++;
    this.woke(here, now, ready, this.causes.get(root, 0), this.causes.get(root, 1), index);
    forgetAnnotations(stream.next);
  }

  task(number: number, time: number, id: number, name: string, site: number): void {
    const stream = this.stream(number);
    const now = this.seen(time);
    const made = this.addTask(stream, id, name, stream.sites.get(site), now, false);
    this.rows.append(made.lane, now, STATE.ready, 0);
    const here = level(stream.levels);
    if (here.loop) here.made.push(made);
  }

  eager(number: number, time: number, id: number, site: number): void {
    const stream = this.stream(number);
    const now = this.seen(time);
    const here = level(stream.levels);
    const task = stream.tasks.get(id) ?? this.addTask(stream, id, unseenName(id), undefined, now, true);
    if (task.lane.rows === 1) this.rows.rewrite(task.lane, 0, STATE.running, 0);
    task.loop ??= here.loop;
    const own = here.made.indexOf(task);
    if (own >= 0) for (const child of here.made.splice(own + 1)) this.setParent(child, task);
    this.endStep(stream, task, now, site);
  }

  step(number: number, time: number, id: number, site: number, ready: number): void {
    const stream = this.stream(number);
    const here = level(stream.levels);
    const now = this.seen(time);
    const began = earlier(here.now, now);
    const task = this.steppingTask(stream, id, began);
    const cause = this.takeCause(stream, here);
    task.loop ??= here.loop;
    this.beginStep(task, began, cause);
    this.endStep(stream, task, now, site);
    this.adopt(here, task);
    this.occupied(here, began, now, STATE.running, task.index);
    if (here.loop) here.loop.steps++;
    this.woke(here, now, ready, CAUSE.task, task.index, -1);
  }

  lost(number: number, count: number): void {
    this.dropped += Math.max(0, count);
    const { levels, next } = this.stream(number);
    for (const here of levels) {
      here.now = NONE;
      here.made = [];
      here.loop?.queue.forget();
    }
    forgetAnnotations(next);
  }

  note(_number: number, kind: string, text: string): void {
    if (this.notes.length < 1000) this.notes.push({ kind, text });
  }

  end(_number: number, time: number): void {
    this.seen(time);
    this.ended = true;
  }

  /**
   * All bytes so far are folded. A loop that has handles to run now runs one that has not ended: its lane shows so, from
   * the last record on, until the record of that run says what it was.
   */
  pause(): void {
    for (const { levels } of this.streams.values()) {
      const { loop, now } = level(levels);
      if (loop === undefined || loop.queue.length === 0 || Number.isNaN(now)) continue;
      const { lane } = loop;
      const last = lane.rows - 1;
      const known = last >= 0 && this.rows.stateOf(lane, last) === STATE.callback && this.rows.refOf(lane, last) === 0;
      if (!known) this.rows.append(lane, now, STATE.callback, 0);
    }
  }

  // ---- folding ----

  private stream(number: number): Stream {
    const known = this.streams.get(number);
    if (known) return known;
    const made = newStream(number);
    this.streams.set(number, made);
    return made;
  }

  /** Perf_counter seconds to trace seconds; keeps the span of the trace. */
  private seen(time: number): number {
    const at = time - this.origin;
    if (at < this.start) this.start = at;
    if (at > this.last) this.last = at;
    return at;
  }

  private loopOf(stream: Stream, id: number, className: string): Loop {
    const known = stream.loops.get(id);
    if (known) return known;
    const loop = newLoop(this.loops.length, id, className, stream, this.rows.newLane());
    this.loops.push(loop);
    stream.loops.set(id, loop);
    this.treeVersion++;
    return loop;
  }

  private addTask(
    stream: Stream,
    id: number,
    name: string,
    site: Site | undefined,
    created: number,
    late: boolean,
  ): Task {
    const { length: index } = this.tasks;
    const task = newTask({ index, id, name, stream, lane: this.rows.newLane(), site, created, late });
    this.tasks.push(task);
    stream.tasks.set(id, task);
    this.treeVersion++;
    return task;
  }

  /** The task with this id, which runs now: a task that ended cannot, so its id is reused by one whose creation was lost. */
  private steppingTask(stream: Stream, id: number, began: number): Task {
    const known = stream.tasks.get(id);
    return known && known.outcome === undefined
      ? known
      : this.addTask(stream, id, unseenName(id), undefined, began, true);
  }

  /** Takes the handle that runs now from the queue; another thread's mark names the cause better than its place does. */
  private takeCause(stream: Stream, here: Level): number {
    const cause = here.loop?.queue.pop() ?? 0;
    const { thread } = stream.next;
    return Number.isNaN(thread) ? cause : this.causes.add(CAUSE.thread, thread, -1, this.causes.get(cause, 3));
  }

  /** The handles queued during the run that ended at `now` were put there by it: by `kind` and `actor`, through `via`. */
  private woke(here: Level, now: number, ready: number, kind: number, actor: number, via: number): void {
    const { loop } = here;
    if (loop === undefined) return;
    const { queue } = loop;
    if (queue.grewTo(ready)) {
      const named = kind === CAUSE.unknown || kind === CAUSE.outside ? CAUSE.callback : kind;
      queue.push(ready, this.causes.add(named, actor, via, now));
    }
    // With nothing left to run the loop goes to its selector: it is idle from here on, and shows so while it sleeps.
    if (queue.length === 0) this.rows.append(loop.lane, now, STATE.suspended, 0);
  }

  /** The selector returned: the time since the last run was idle, unless handles were waiting (then it only polled). */
  private selected(here: Level, now: number): void {
    const { loop } = here;
    if (loop) {
      loop.polls++;
      if (loop.queue.length === 0 && here.now < now) loop.idle += now - here.now;
      // Handles wait, yet the poll took long: nobody's run must be blamed for it.
      if (loop.queue.length > 0 && now - here.now > LONG_POLL_SECONDS)
        this.rows.append(loop.lane, here.now, STATE.suspended, 0);
    }
    here.now = now;
  }

  /** The loop was held from `began` to `now`. */
  private occupied(here: Level, began: number, now: number, state: State, ref: number): void {
    const { loop } = here;
    here.now = now;
    if (loop === undefined) return;
    this.rows.append(loop.lane, began, state, ref);
    loop.busy += now - began;
    loop.grid.add(began, now);
  }

  private beginStep(task: Task, began: number, cause: number): void {
    const { lane } = task;
    const state = lane.rows === 0 ? undefined : this.rows.stateOf(lane, lane.rows - 1);
    if (state === STATE.suspended) {
      const known = this.gaveWay(task, cause);
      this.append(task, earlier(this.causes.get(known, 3), began), STATE.ready, known);
    }
    this.append(task, began, STATE.running, 0);
  }

  /**
   * A bare yield queues its own task at once. The queue tells so too, but for an eager task's first step, which lies
   * inside its creator's: that one would be named.
   */
  private gaveWay(task: Task, cause: number): number {
    const { rows } = this;
    const at = rows.position(task.lane, task.lane.rows - 1);
    const site = this.sites[this.waitRows.get(rows.ref[at] as number, 0)];
    const own = this.causes.get(cause, 0) === CAUSE.task && this.causes.get(cause, 1) === task.index;
    return own || site?.what !== "yield"
      ? cause
      : this.causes.add(CAUSE.task, task.index, -1, rows.start[at] as number);
  }

  private endStep(stream: Stream, task: Task, now: number, site: number): void {
    const { next } = stream;
    task.steps++;
    if (site >= 0 || site === STEP_END.unknownPlace) this.append(task, now, STATE.suspended, this.waitOf(stream, site));
    else this.finish(task, now, outcomeOf(site), next.error);
    forgetAnnotations(next);
  }

  private finish(task: Task, now: number, outcome: Outcome, error: number): void {
    task.outcome = outcome;
    task.ended = now;
    this.append(task, now, STATE[outcome], outcome === "failed" ? error : 0);
  }

  private waitOf(stream: Stream, number: number): number {
    const { object, due } = stream.next;
    const site = stream.sites.get(number);
    if (site) site.suspensions++;
    const index = site?.index ?? -1;
    if (!Number.isNaN(object) || !Number.isNaN(due)) {
      const target = stream.tasks.get(object);
      const task = target && target.outcome === undefined ? target.index : -1;
      return this.waitRows.add(index, task, object, due);
    }
    if (index < 0) return 0;
    const known = this.plainWaits[index];
    if (known !== undefined) return known;
    const made = this.waitRows.add(index, -1, NONE, NONE);
    this.plainWaits[index] = made;
    return made;
  }

  /** Appends a row to a task's lane and books the time of the row that it ends. */
  private append(task: Task, start: number, state: State, ref: number): void {
    const { rows } = this;
    const { lane } = task;
    if (lane.rows > 0) {
      const at = rows.position(lane, lane.rows - 1);
      const spent = Math.max(0, start - (rows.start[at] as number));
      switch (rows.state[at]) {
        case STATE.running:
          task.running += spent;
          break;
        case STATE.ready:
          task.ready += spent;
          break;
        case STATE.suspended: {
          task.suspended += spent;
          const site = this.sites[this.waitRows.get(rows.ref[at] as number, 0)];
          if (site) site.waited += spent;
        }
      }
    }
    rows.append(lane, start, state, ref);
  }

  /** The tasks made during the run that just ended have their creator. */
  private adopt(here: Level, owner: Task | undefined): void {
    if (here.made.length === 0) return;
    if (owner) for (const child of here.made) this.setParent(child, owner);
    here.made = [];
  }

  /** Invariant: the tree has no cycle, whatever the file says. */
  private setParent(child: Task, parent: Task): void {
    if (parent.index >= child.index)
      for (let up: Task | undefined = parent; up; up = up.parent) if (up === child) return;
    child.parent = parent;
    if (parent.children) parent.children.push(child);
    else parent.children = [child];
    this.treeVersion++;
  }

  // ---- questions ----

  /** What the `ready` row at this ref says. */
  causeOf(ref: number): Cause {
    const time = this.causes.get(ref, 3);
    const actor = this.causes.get(ref, 1);
    const via = this.sites[this.causes.get(ref, 2)];
    const task = this.tasks[actor];
    switch (this.causes.get(ref, 0)) {
      case CAUSE.task:
        return task ? { kind: "task", task, via, time } : { kind: "unknown", time };
      case CAUSE.callback:
        return { kind: "callback", via, time };
      case CAUSE.io:
        return { kind: "io", via, time };
      case CAUSE.timer:
        return { kind: "timer", via, time };
      case CAUSE.thread:
        return { kind: "thread", thread: actor, via, time };
      case CAUSE.outside:
        return { kind: "outside", time };
      default:
        return { kind: "unknown", time };
    }
  }

  /** What the `suspended` row at this ref says. */
  waitAt(ref: number): Wait {
    const object = this.waitRows.get(ref, 2);
    const due = this.waitRows.get(ref, 3);
    return {
      site: this.sites[this.waitRows.get(ref, 0)],
      task: this.tasks[this.waitRows.get(ref, 1)],
      object: Number.isNaN(object) ? undefined : object,
      due: Number.isNaN(due) ? undefined : due,
    };
  }

  /** What the `failed` row at this ref says. */
  errorAt(ref: number): TaskError | undefined {
    return this.errors[ref - 1];
  }

  /** The callback's site of a loop's `callback` row. */
  callbackAt(ref: number): Site | undefined {
    return this.sites[ref - 1];
  }

  /** Every site whose frame is at this line: how often and how long it was waited there is on each. */
  sitesAt(file: string, line: number): readonly Site[] {
    return this.places.get(`${file}:${line}`) ?? [];
  }

  /** Every site, in the order of definition. */
  get allSites(): readonly Site[] {
    return this.sites;
  }

  /** The state of every task at `time`, by task index; 255 before its first row. `into` must hold `tasks.length`. */
  statesAt(time: number, into: Uint8Array): void {
    for (const { index, lane } of this.tasks) {
      const row = this.rows.find(lane, time);
      into[index] = row < 0 ? 255 : this.rows.stateOf(lane, row);
    }
  }
}

function level(levels: Level[]): Level {
  return levels[levels.length - 1] as Level;
}

/** The earlier of two times; the second where the first is unknown (NaN). */
function earlier(first: number, second: number): number {
  return Number.isNaN(first) ? second : Math.min(first, second);
}

function forgetAnnotations(next: Annotations): void {
  next.object = NONE;
  next.due = NONE;
  next.error = 0;
  next.thread = NONE;
}

function outcomeOf(site: number): Outcome {
  if (site === STEP_END.raised) return "failed";
  return site === STEP_END.cancelled ? "cancelled" : "done";
}

function unseenName(id: number): string {
  return `task 0x${id.toString(16)}`;
}
