// What a trace says: folds its events into lanes of rows (one lane a task, one a loop, one a pool's thread), tasks, sites,
// loops, causes and all that happened to them, and answers questions by time, task and place. All times are seconds since
// the header's clock. Knows no colours.

import { type Act, type Actor, actsSince, enter, forget, type Ledger, stocked } from "./annotations";
import { type Cancel, Cancels } from "./cancels";
import { CAUSE, Causes } from "./causes";
import {
  type Cause,
  type Level,
  type Loop,
  newLevel,
  newLoop,
  newStream,
  type Site,
  type Stream,
  type Task,
  type TaskError,
  type Wait,
} from "./entities";
import type { SiteFields, TraceEvents, TraceHeader } from "./format";
import { Bounded, type Child, type Note, Samples, Timers, type Trouble } from "./incidents";
import { type Job, Jobs } from "./jobs";
import { Kin } from "./kin";
import { Lives } from "./lives";
import { Places, ran } from "./places";
import { newProcess, type Process, STREAMS } from "./processes";
import { type Resource, Resources } from "./resources";
import { Rows, STATE } from "./rows";
import { Turns } from "./turns";

const MAX_INCIDENTS = 1000;

/** The folded trace. Feed it through a `TraceReader`; read it at any time, also while it grows. */
export class TraceModel implements TraceEvents {
  info: TraceHeader | undefined;
  readonly rows = new Rows();
  readonly loops: Loop[] = [];
  readonly streams = new Map<number, Stream>();
  /** Those whose header is read; the first is the one that was started. */
  readonly processes: Process[] = [];
  readonly samples = new Samples();
  readonly notes = new Bounded<Note>(MAX_INCIDENTS);
  readonly troubles = new Bounded<Trouble>(MAX_INCIDENTS);
  readonly children = new Bounded<Child>(MAX_INCIDENTS);
  readonly timers = new Timers();
  readonly jobs = new Jobs(this.rows);
  /** Times of the first and the last event. */
  start = Number.POSITIVE_INFINITY;
  last = 0;
  /** Events that the tracer dropped. */
  dropped = 0;
  /** Nothing more comes, whether or not the program said that it ends: set by who follows the file. */
  silent = false;
  private readonly processOf = new Map<number, Process>();
  private readonly places = new Places();
  private readonly causes = new Causes();
  private readonly resourceTable = new Resources();
  private readonly cancelTable = new Cancels();
  private readonly ledger: Ledger = {
    resources: this.resourceTable,
    cancels: this.cancelTable,
    jobs: this.jobs,
    timers: this.timers,
  };
  private readonly turns = new Turns(this.rows, this.causes);
  private readonly kin = new Kin(this.rows);
  private readonly lives = new Lives(this.rows, this.places, this.causes, this.ledger);

  // ---- records that define, and annotations ----

  header(header: TraceHeader, number: number): void {
    if (number === 0) this.info = header;
    this.addProcess(number, header);
  }

  thread(number: number, ident: number, name: string): void {
    const stream = this.stream(number);
    stream.ident = ident;
    stream.name = name;
  }

  code(number: number, code: number, file: string, name: string, firstLine: number): void {
    this.stream(number).codes.set(code, { file, name, firstLine });
  }

  site(number: number, ...fields: SiteFields): void {
    this.places.define(this.stream(number), fields);
  }

  waits(number: number, object: number): void {
    this.stream(number).next.object = object;
  }

  due(number: number, time: number): void {
    const { next, process } = this.stream(number);
    next.due = time - process.origin;
  }

  at(number: number, object: number): void {
    this.stream(number).next.at = object;
  }

  part(number: number, object: number, part: number): void {
    this.stream(number).next.parts.push(object, part);
  }

  error(number: number, type: string, text: string): void {
    this.stream(number).next.error = this.lives.errors.push({ type, text });
  }

  foreign(number: number, thread: number): void {
    this.stream(number).next.thread = thread;
  }

  picked(number: number, place: number): void {
    this.stream(number).next.picked = place;
  }

  take(number: number, object: number, waiter: number): void {
    this.act(number, { kind: "take", object, waiter });
  }

  give(number: number, object: number): void {
    this.act(number, { kind: "give", object });
  }

  queue(number: number, object: number): void {
    stocked(this.stream(number).next, object, Number.NaN);
  }

  put(number: number, object: number): void {
    stocked(this.stream(number).next, object, 1);
  }

  got(number: number, object: number): void {
    stocked(this.stream(number).next, object, -1);
  }

  cancel(number: number, id: number, site: number): void {
    const stream = this.stream(number);
    const task = this.kin.latest(stream, id);
    if (task === undefined || task.outcome !== undefined) return;
    const by = stream.sites.get(site);
    // Between runs, as `asyncio.run` does at its end, it is no step's.
    if (stream.levels.length === 1) this.cancelTable.ask(task, undefined, by, this.last);
    else this.act(number, { kind: "cancel", task, site: by });
  }

  cancelled(number: number, requests: number): void {
    this.act(number, { kind: "cancelled", requests });
  }

  scope(number: number, object: number, due: number): void {
    const { origin } = this.stream(number).process;
    this.act(number, { kind: "scope", object, due: due === -1 ? undefined : due - origin });
  }

  timer(number: number, due: number, object: number, site: number): void {
    const { process, sites } = this.stream(number);
    this.act(number, { kind: "timer", due: due - process.origin, object, site: sites.get(site) });
  }

  timerOff(number: number, object: number): void {
    this.act(number, { kind: "timerOff", object });
  }

  job(number: number, object: number, job: number, site: number): void {
    this.act(number, { kind: "job", object, job, site: this.stream(number).sites.get(site) });
  }

  // ---- records with a time ----

  run(number: number, time: number, id: number, className: string, ready: number): void {
    const stream = this.stream(number);
    const loop = this.loopOf(stream, id, className);
    const here = newLevel(loop, this.seen(stream, time));
    const outer = stream.levels.findLast((level) => level.loop === loop);
    stream.levels.push(here);
    loop.running = true;
    this.turns.begin(here, outer, loop, ready);
  }

  rest(number: number, time: number, id: number): void {
    const stream = this.stream(number);
    const { levels } = stream;
    const now = this.seen(stream, time);
    const ended = levels.findLastIndex(({ loop }) => loop?.id === id);
    if (ended > 0) for (const { loop } of levels.splice(ended)) this.endRun(levels, loop, now);
  }

  close(number: number, time: number, id: number): void {
    const stream = this.stream(number);
    const { loops } = stream;
    this.seen(stream, time);
    const loop = loops.get(id);
    if (loop) loop.closed = true;
    loops.delete(id);
  }

  poll(number: number, time: number): void {
    const stream = this.stream(number);
    this.turns.selected(level(stream), this.seen(stream, time));
  }

  wakeups(number: number, time: number, io: number, ready: number): void {
    const stream = this.stream(number);
    const here = level(stream);
    const now = this.seen(stream, time);
    this.turns.selected(here, now);
    this.turns.wake(here, now, io, ready);
  }

  skipped(number: number): void {
    const stream = this.stream(number);
    this.turns.skip(stream, level(stream));
  }

  callback(number: number, time: number, site: number, ready: number): void {
    const stream = this.stream(number);
    const here = level(stream);
    const now = this.seen(stream, time);
    const began = earlier(here.now, now);
    const root = this.turns.takeCause(stream, here);
    const index = stream.sites.get(site)?.index ?? -1;
    this.kin.adopt(here, undefined);
    if (stream.next.acts.length > 0)
      this.enter(stream.next.acts.splice(0), {
        stream,
        task: undefined,
        behind: this.behind(root),
        began,
        now,
        rowBefore: -1,
      });
    this.turns.occupied(here, began, now, STATE.callback, index + 1);
    const { loop } = here;
    const row = loop ? loop.lane.rows - 1 : 0;
    const woke = this.turns.woke(here, now, ready, this.causes.kind(root), this.causes.actor(root), index);
    if (woke !== 0) {
      this.causes.wakes.handOn(root, woke);
      loop?.woke.add(row, woke);
    }
    if (loop) {
      loop.callbacks++;
      const named = this.places.all[index];
      if (named) ran(named, now - began, loop, row);
    }
    forget(stream.next);
  }

  task(number: number, time: number, id: number, name: string, site: number): void {
    const stream = this.stream(number);
    const now = this.seen(stream, time);
    const made = this.kin.add(stream, id, name, stream.sites.get(site), now, false);
    this.rows.append(made.lane, now, STATE.ready, 0);
    if (stream.next.acts.length > 0) this.act(number, { kind: "made", task: made });
    const here = level(stream);
    if (here.loop) here.made.push(made);
  }

  eager(number: number, time: number, id: number, site: number): void {
    const stream = this.stream(number);
    const now = this.seen(stream, time);
    const here = level(stream);
    const task = this.kin.living(stream, id) ?? this.kin.addUnseen(stream, id, now);
    if (task.lane.rows === 1) this.rows.rewrite(task.lane, 0, STATE.running, 0);
    task.loop ??= here.loop;
    const own = here.made.indexOf(task);
    if (own >= 0) for (const child of here.made.splice(own + 1)) this.kin.setParent(child, task);
    const began = Math.min(task.created, now);
    const job = this.enter(actsSince(stream.next, task), {
      stream,
      task,
      behind: undefined,
      began,
      now,
      rowBefore: -1,
    });
    this.lives.end(stream, task, now, site, job);
    forget(stream.next);
  }

  step(number: number, time: number, id: number, site: number, ready: number): void {
    const stream = this.stream(number);
    const here = level(stream);
    const now = this.seen(stream, time);
    const began = earlier(here.now, now);
    const task = this.kin.living(stream, id) ?? this.kin.addUnseen(stream, id, began);
    const cause = this.turns.takeCause(stream, here);
    task.loop ??= here.loop;
    const rowBefore = task.lane.rows - 1;
    this.lives.begin(task, began, cause);
    const { acts } = stream.next;
    const job =
      acts.length > 0
        ? this.enter(acts.splice(0), { stream, task, behind: undefined, began, now, rowBefore })
        : undefined;
    this.lives.end(stream, task, now, site, job);
    this.arriveUnsaid(task, began, rowBefore);
    forget(stream.next);
    this.kin.adopt(here, task);
    this.turns.occupied(here, began, now, STATE.running, task.index);
    if (here.loop) here.loop.steps++;
    const woke = this.turns.woke(here, now, ready, CAUSE.task, task.index, -1);
    // The step's row is followed by the one that says how it ended.
    if (woke !== 0) this.rows.refer(task.lane, task.lane.rows - 2, woke);
  }

  jobStart(number: number, time: number, job: number): void {
    const stream = this.stream(number);
    this.jobs.start(stream, job, this.seen(stream, time));
  }

  jobEnd(number: number, time: number, job: number): void {
    const stream = this.stream(number);
    this.jobs.end(stream, job, this.seen(stream, time));
  }

  sample(number: number, time: number, id: number, site: number): void {
    const stream = this.stream(number);
    const task = id < 0 ? undefined : this.kin.latest(stream, id);
    this.samples.add({ time: this.seen(stream, time), stream, task, site: stream.sites.get(site) });
  }

  trouble(number: number, time: number, kind: string, id: number, text: string, file: string, line: number): void {
    const stream = this.stream(number);
    const task = id < 0 ? undefined : this.kin.latest(stream, id);
    this.troubles.add({ time: this.seen(stream, time), kind, task, text, file, line });
  }

  child(number: number, time: number, pid: number, path: string): void {
    const stream = this.stream(number);
    this.children.add({ by: stream.process, time: this.seen(stream, time), pid, path });
  }

  late(number: number, time: number, id: number, site: number): void {
    const stream = this.stream(number);
    const task = stream.tasks.get(id);
    this.seen(stream, time);
    if (task && task.steps === 0) {
      this.kin.disown(stream, task);
      this.lives.wasThere(stream, task, site);
    }
    forget(stream.next);
  }

  parent(number: number, id: number, parentId: number): void {
    const stream = this.stream(number);
    const task = stream.tasks.get(id);
    const parent = stream.tasks.get(parentId);
    if (task && parent) this.kin.move(stream, task, parent);
  }

  name(number: number, id: number, name: string): void {
    const task = this.kin.latest(this.stream(number), id);
    if (task === undefined) return;
    task.name = name;
    this.kin.version++;
  }

  lost(number: number, count: number): void {
    this.dropped += Math.max(0, count);
    const stream = this.stream(number);
    for (const here of stream.levels) {
      here.now = Number.NaN;
      here.made = [];
      here.cause = undefined;
      here.own = [];
      here.loop?.queue.forget();
    }
    this.resourceTable.forget(stream, this.last);
    stream.next.acts = [];
    stream.next.stocks = [];
    forget(stream.next);
  }

  note(_number: number, kind: string, text: string): void {
    this.notes.add({ kind, text });
  }

  end(number: number, time: number): void {
    const stream = this.stream(number);
    this.seen(stream, time);
    stream.process.ended = true;
  }

  /** All bytes so far are folded: what has begun and not ended shows as going on. */
  pause(): void {
    for (const stream of this.streams.values()) this.turns.pause(level(stream));
  }

  // ---- folding ----

  /** A run of `loop` ended; `levels`: the runs around it. */
  private endRun(levels: readonly Level[], loop: Loop | undefined, now: number): void {
    if (loop === undefined || levels.some((outer) => outer.loop === loop)) return;
    loop.running = false;
    this.turns.end(loop, now);
  }

  private act(number: number, act: Act): void {
    this.stream(number).next.acts.push(act);
  }

  /** A step that what it awaited resumed by CancelledError is not told to be so; nor that of a task that never began. */
  private arriveUnsaid(task: Task, began: number, row: number): void {
    if (task.outcome === "cancelled" || (task.cancels && this.awaitedCancelled(task, row)))
      this.cancelTable.arriveUnsaid({ task, began, row, step: task.steps - 1, requests: -1 });
  }

  private awaitedCancelled({ lane }: Task, row: number): boolean {
    const waited = row >= 0 && this.rows.stateOf(lane, row) === STATE.suspended;
    return waited && this.tasks[this.lives.waits.task(this.rows.refOf(lane, row))]?.outcome === "cancelled";
  }

  private behind(cause: number): Task | undefined {
    return this.causes.kind(cause) === CAUSE.task ? this.tasks[this.causes.actor(cause)] : undefined;
  }

  private enter(acts: readonly Act[], actor: Actor): Job | undefined {
    return acts.length === 0 ? undefined : enter(this.ledger, acts, actor);
  }

  private stream(number: number): Stream {
    const known = this.streams.get(number);
    if (known) return known;
    const place = Math.floor(number / STREAMS);
    const process = this.processOf.get(place) ?? this.addProcess(place, undefined);
    const made = newStream(number, process);
    this.streams.set(number, made);
    process.streams.push(made);
    return made;
  }

  private addProcess(number: number, header: TraceHeader | undefined): Process {
    const made = newProcess(this.processes.length, header, this.info);
    this.processes.push(made);
    this.processOf.set(number, made);
    return made;
  }

  /** Perf_counter seconds to trace seconds; keeps the span of the trace, and what queues had until then. */
  private seen(stream: Stream, time: number): number {
    const at = time - stream.process.origin;
    if (at < this.start) this.start = at;
    if (at > this.last) this.last = at;
    if (stream.next.stocks.length > 0) this.resourceTable.stock(stream, stream.next.stocks.splice(0), at);
    return at;
  }

  private loopOf(stream: Stream, id: number, className: string): Loop {
    const known = stream.loops.get(id);
    if (known) return known;
    const loop = newLoop(this.loops.length, id, className, stream, this.rows.newLane());
    this.loops.push(loop);
    stream.loops.set(id, loop);
    this.kin.version++;
    return loop;
  }

  // ---- questions ----

  /** The first process's interpreter said that it ends. */
  get ended(): boolean {
    return this.processes[0]?.ended ?? false;
  }

  /** What is open here stays so. */
  get over(): boolean {
    return this.ended || this.silent;
  }

  /** Every task, in the order of creation. */
  get tasks(): readonly Task[] {
    return this.kin.tasks;
  }

  /** Counts changes of which lanes there are, what they are called and whose child they are: they must be ordered anew. */
  get treeVersion(): number {
    return this.kin.version + this.resourceTable.version + this.lives.groups.version + this.jobs.version;
  }

  /** What the `ready` row at this ref says. */
  causeOf(ref: number): Cause {
    return this.causes.describe(ref, this.tasks, this.places.all);
  }

  /** The cause behind this one, where callbacks handed it on: the step or the event that began it. */
  rootOf(ref: number): number {
    return this.causes.wakes.root(ref);
  }

  /** How often a task was made ready after a wait, as far as it is known by whom. */
  get wokenCount(): number {
    return this.causes.wakes.length;
  }

  /** When the cause at this ref acted, in seconds; NaN unknown. */
  timeOf(ref: number): number {
    return this.causes.time(ref);
  }

  /** Every ready row that came of the cause at this ref: pairs of a task's index and its row; at most `most`. */
  wokenBy(ref: number, most: number): Uint32Array {
    return ref === 0 ? new Uint32Array(0) : this.causes.wakes.of(ref, most);
  }

  /** What the `suspended` row at this ref says. */
  waitAt(ref: number): Wait {
    const { waits, groups } = this.lives;
    const object = waits.object(ref);
    const due = waits.due(ref);
    return {
      site: this.places.all[waits.site(ref)],
      task: this.tasks[waits.task(ref)],
      object: Number.isNaN(object) ? undefined : object,
      due: Number.isNaN(due) ? undefined : due,
      resource: this.resources[waits.resource(ref)],
      parts: groups.all[waits.parts(ref)],
      job: this.jobs.all[waits.job(ref)],
    };
  }

  /** What the site of the `suspended` row at this ref says; empty where there is none. */
  whatAt(ref: number): string {
    return this.places.all[this.lives.waits.site(ref)]?.what ?? "";
  }

  /** The index of the site at which the `suspended` row with this ref waits, -1 where it is not known. */
  waitSite(ref: number): number {
    return this.lives.waits.site(ref);
  }

  /** What the `failed` row at this ref says. */
  errorAt(ref: number): TaskError | undefined {
    return this.lives.errors[ref - 1];
  }

  /** The callback's site of a loop's `callback` row. */
  callbackAt(ref: number): Site | undefined {
    return this.places.all[ref - 1];
  }

  /** Every site whose frame is at this line: how often and how long it was waited there is on each. */
  sitesAt(file: string, line: number): readonly Site[] {
    return this.places.at(file, line);
  }

  /** Every site, in the order of definition. */
  get allSites(): readonly Site[] {
    return this.places.all;
  }

  /** Every lock, semaphore, queue, … that was waited at, taken or given back. */
  get resources(): readonly Resource[] {
    return this.resourceTable.all;
  }

  /** Every cancel, in the order in which it was asked or arrived. */
  get cancels(): readonly Cancel[] {
    return this.cancelTable.all;
  }

  /** The cancels that a task's steps asked for. */
  askedBy(task: Task): readonly Cancel[] {
    return this.cancelTable.asked.get(task) ?? [];
  }
}

function level({ levels }: Stream): Level {
  return levels[levels.length - 1] as Level;
}

/** The earlier of two times; the second where the first is unknown (NaN). */
function earlier(first: number, second: number): number {
  return Number.isNaN(first) ? second : Math.min(first, second);
}
