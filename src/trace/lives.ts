// Folds the lives of tasks: ready, running, suspended in turn, until they end. Books the time of each state.

import type { Ledger } from "./annotations";
import { CAUSE, type Causes } from "./causes";
import type { Stream, Task, TaskError } from "./entities";
import { STEP_END } from "./format";
import { Groups } from "./groups";
import type { Job } from "./jobs";
import { type Places, worst } from "./places";
import { type Rows, STATE, type State } from "./rows";
import { Waits } from "./waits";

/** Leaves that wait for a job that their own step has queued, and do not say for which. */
const WAITS_FOR_ITS_JOB = /(?:to_thread|run_in_executor|run_sync|getaddrinfo|getnameinfo)$/;

/** The lanes of tasks, and what their rows refer to. */
export class Lives {
  readonly waits = new Waits();
  readonly errors: TaskError[] = [];
  readonly groups = new Groups();

  constructor(
    private readonly rows: Rows,
    private readonly places: Places,
    private readonly causes: Causes,
    private readonly ledger: Ledger,
  ) {}

  /** A step began, for this cause. */
  begin(task: Task, began: number, cause: number): void {
    const { lane } = task;
    const state = lane.rows === 0 ? undefined : this.rows.stateOf(lane, lane.rows - 1);
    if (state === STATE.suspended) {
      const known = this.gaveWay(task, cause);
      const woken = this.causes.time(known);
      this.append(task, Number.isNaN(woken) ? began : Math.min(woken, began), STATE.ready, known);
      this.causes.wakes.add(known, task.index, lane.rows - 1);
    }
    this.append(task, began, STATE.running, 0);
  }

  /** The step ended at `site`, or as STEP_END says. `job`: the last one that it queued. */
  end(stream: Stream, task: Task, now: number, site: number, job: Job | undefined): void {
    task.steps++;
    if (site >= 0 || site === STEP_END.unknownPlace) this.suspend(stream, task, now, site, job);
    else this.finish(stream, task, now, site);
  }

  private finish({ next }: Stream, task: Task, now: number, site: number): void {
    const outcome = site === STEP_END.raised ? "failed" : site === STEP_END.cancelled ? "cancelled" : "done";
    task.outcome = outcome;
    task.ended = now;
    this.append(task, now, STATE[outcome], outcome === "failed" ? next.error : 0);
  }

  /** The task was made before the trace began, and waits at `site`. */
  wasThere(stream: Stream, task: Task, site: number): void {
    task.late = true;
    if (site >= 0 || site === STEP_END.unknownPlace)
      this.rows.rewrite(task.lane, 0, STATE.suspended, this.waitRow(stream, task, 0, task.created, site, undefined));
  }

  private suspend(stream: Stream, task: Task, now: number, site: number, job: Job | undefined): void {
    this.append(task, now, STATE.suspended, this.waitRow(stream, task, task.lane.rows, now, site, job));
  }

  /** What the task's row `row` waits for from `now` on. */
  private waitRow(stream: Stream, task: Task, row: number, now: number, number: number, job: Job | undefined): number {
    const { object, due, at, parts } = stream.next;
    const site = stream.sites.get(number);
    if (site) site.suspensions++;
    const place = site?.index ?? -1;
    const plain = Number.isNaN(object) && Number.isNaN(due) && Number.isNaN(at) && job === undefined;
    if (plain && parts.length === 0) return this.waits.at(place);
    const what = site?.what ?? "";
    const target = stream.tasks.get(object);
    const given = WAITS_FOR_ITS_JOB.test(what) ? job : undefined;
    const group = this.groups.enter(stream, what);
    task.gathers = group;
    const awaited = this.ledger.jobs.waitedFor(stream, object, now) ?? given;
    if (awaited) Object.assign(awaited, { waiter: task, waitRow: row });
    return this.waits.add(place, {
      task: target && target.outcome === undefined ? target.index : -1,
      object,
      due,
      resource: Number.isNaN(at) || group >= 0 ? -1 : this.ledger.resources.wait(stream, at, what, task, row),
      parts: group,
      job: awaited?.index ?? -1,
    });
  }

  /**
   * A bare yield queues its own task at once. The queue tells so too, but for an eager task's first step, which lies
   * inside its creator's: that one would be named.
   */
  private gaveWay(task: Task, cause: number): number {
    const { rows } = this;
    const at = rows.position(task.lane, task.lane.rows - 1);
    const site = this.places.all[this.waits.site(rows.ref[at] as number)];
    const own = this.causes.kind(cause) === CAUSE.task && this.causes.actor(cause) === task.index;
    return own || site?.what !== "yield"
      ? cause
      : this.causes.add(CAUSE.task, task.index, -1, rows.start[at] as number);
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
        case STATE.suspended:
          task.suspended += spent;
          this.endWait(task, rows.ref[at] as number, spent);
      }
    }
    rows.append(lane, start, state, ref);
  }

  private endWait(task: Task, wait: number, seconds: number): void {
    const site = this.waits.site(wait);
    const place = this.places.all[site];
    if (place) {
      place.waited += seconds;
      if (seconds > place.longest) worst(place, seconds, task, task.lane.rows - 1);
    }
    const resource = this.waits.resource(wait);
    if (resource >= 0) this.ledger.resources.endWait(resource, task, seconds);
  }
}
