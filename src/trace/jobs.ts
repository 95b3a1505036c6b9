// Jobs that loops gave to pools of threads: queued by a step, run in a thread, waited for by a task.

import type { Site, Stream, Task } from "./entities";
import { type Lane, type Rows, STATE } from "./rows";

export interface Job {
  readonly index: number;
  /** id() of the future that its end resolves. */
  readonly id: number;
  /** The function, where the trace says it. */
  site: Site | undefined;
  /** The task whose step queued it. */
  by: Task | undefined;
  /** When it was queued, started and ended; undefined where the trace does not say. */
  queued: number | undefined;
  started: number | undefined;
  ended: number | undefined;
  worker: Worker | undefined;
}

/** A thread of a pool. Its lane's rows: `running` refers to a job, `suspended` means idle. */
export interface Worker {
  readonly kind: "worker";
  readonly index: number;
  readonly stream: Stream;
  readonly lane: Lane;
  /** Jobs that it took up, and seconds that it was busy with those that ended. */
  jobs: number;
  busy: number;
  /** The job in progress. */
  current: Job | undefined;
}

/** Jobs and threads. Records of a thread may come before that of the step that queued its job. */
export class Jobs {
  readonly all: Job[] = [];
  readonly workers: Worker[] = [];
  /** The latest job with each id. */
  private readonly latest = new Map<number, Job>();
  private readonly ofStream = new WeakMap<Stream, Worker>();

  constructor(private readonly rows: Rows) {}

  /** A step of `by`, or a callback, which began at `began` and ended at `now`, queued a job. */
  queue(id: number, site: Site | undefined, by: Task | undefined, began: number, now: number): Job {
    const known = this.latest.get(id);
    const early = known && known.queued === undefined && (known.started ?? now) >= began;
    const job = early ? known : this.add(id);
    job.site = site;
    job.by = by;
    // It was queued somewhere within the step; a thread may have taken it before the step was over.
    job.queued = Math.max(began, Math.min(now, job.started ?? now));
    return job;
  }

  /** The thread of `stream` took up a job at `time`. */
  start(stream: Stream, id: number, time: number): void {
    const worker = this.workerOf(stream);
    worker.current = undefined; // whose end was not recorded: nobody knows when it was
    const known = this.latest.get(id);
    const job = known && known.started === undefined ? known : this.add(id);
    job.started = time;
    if (job.queued !== undefined) job.queued = Math.min(job.queued, time);
    job.worker = worker;
    worker.current = job;
    worker.jobs++;
    this.rows.append(worker.lane, time, STATE.running, job.index);
  }

  /** The thread of `stream` ended it. */
  end(stream: Stream, id: number, time: number): void {
    const worker = this.workerOf(stream);
    const { current } = worker;
    if (current === undefined || current.id !== id) return;
    worker.current = undefined;
    current.ended = Math.max(time, current.started ?? time);
    worker.busy += current.ended - (current.started ?? current.ended);
    this.rows.append(worker.lane, time, STATE.suspended, 0);
  }

  /** The latest job with this id, unless it has ended before `time`. */
  waitedFor(id: number, time: number): Job | undefined {
    const job = this.latest.get(id);
    return job && (job.ended === undefined || job.ended >= time) ? job : undefined;
  }

  private workerOf(stream: Stream): Worker {
    const known = this.ofStream.get(stream);
    if (known) return known;
    const { length: index } = this.workers;
    const lane = this.rows.newLane();
    const worker: Worker = { kind: "worker", index, stream, lane, jobs: 0, busy: 0, current: undefined };
    this.workers.push(worker);
    this.ofStream.set(stream, worker);
    return worker;
  }

  private add(id: number): Job {
    const job: Job = {
      index: this.all.length,
      id,
      site: undefined,
      by: undefined,
      queued: undefined,
      started: undefined,
      ended: undefined,
      worker: undefined,
    };
    this.all.push(job);
    this.latest.set(id, job);
    return job;
  }
}
