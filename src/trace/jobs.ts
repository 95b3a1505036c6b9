// Jobs that loops gave to pools of threads: queued by a step, run in a thread, waited for by a task.

import type { Site, Stream, Task } from "./entities";
import type { Process } from "./processes";
import { type Lane, type Rows, STATE } from "./rows";

export interface Job {
  readonly index: number;
  readonly process: Process;
  /** Its number in the process, and the id() of the future that its end resolves (NaN unknown). */
  readonly number: number;
  object: number;
  /** The function, where the trace says it. */
  site: Site | undefined;
  /** The task whose step queued it. */
  by: Task | undefined;
  /** When it was queued, started and ended; undefined where the trace does not say. */
  queued: number | undefined;
  started: number | undefined;
  ended: number | undefined;
  worker: Worker | undefined;
  /** The task that waits for its end, and the row in which it does. */
  waiter: Task | undefined;
  waitRow: number;
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

/** The name of a thread without its number: that of its pool. */
export function poolName({ stream }: Worker): string {
  return stream.name.replace(/_\d+$/, "");
}

/** What a record says of a job that is queued. */
export interface Queued {
  readonly job: number;
  readonly object: number;
  readonly site: Site | undefined;
}

/** The jobs of a process by their number, and the latest that each future stands for. */
interface Known {
  readonly byNumber: Map<number, Job>;
  readonly byObject: Map<number, Job>;
}

/** Jobs and threads. Records of a thread may come before that of the step that queued its job. */
export class Jobs {
  readonly all: Job[] = [];
  readonly workers: Worker[] = [];
  /** Counts threads, and the first job. */
  version = 0;
  private readonly ofProcess = new WeakMap<Process, Known>();
  private readonly ofStream = new WeakMap<Stream, Worker>();

  constructor(private readonly rows: Rows) {}

  /** A step of `by`, or a callback, which ended at `now`, queued a job. */
  queue(stream: Stream, { job: number, object, site }: Queued, by: Task | undefined, now: number): Job {
    const { byNumber, byObject } = this.knownOf(stream);
    const known = byNumber.get(number);
    const job = known && known.queued === undefined ? known : this.add(stream, byNumber, number);
    job.object = object;
    job.site = site;
    job.by = by;
    // It was queued somewhere within the step; a thread may have taken it before the step was over.
    job.queued = Math.min(now, job.started ?? now);
    byObject.set(object, job);
    return job;
  }

  /** The thread of `stream` took up a job at `time`. */
  start(stream: Stream, number: number, time: number): void {
    const worker = this.workerOf(stream);
    worker.current = undefined; // whose end was not recorded: nobody knows when it was
    const { byNumber } = this.knownOf(stream);
    const known = byNumber.get(number);
    const job = known && known.started === undefined ? known : this.add(stream, byNumber, number);
    job.started = time;
    if (job.queued !== undefined) job.queued = Math.min(job.queued, time);
    job.worker = worker;
    worker.current = job;
    worker.jobs++;
    this.rows.append(worker.lane, time, STATE.running, job.index);
  }

  /** The thread of `stream` ended it. */
  end(stream: Stream, number: number, time: number): void {
    const worker = this.workerOf(stream);
    const { current } = worker;
    if (current === undefined || current.number !== number) return;
    worker.current = undefined;
    current.ended = Math.max(time, current.started ?? time);
    worker.busy += current.ended - (current.started ?? current.ended);
    this.rows.append(worker.lane, time, STATE.suspended, 0);
  }

  /** The job that the future with this id() stands for, unless that has ended before `time`. */
  waitedFor(stream: Stream, object: number, time: number): Job | undefined {
    const job = this.knownOf(stream).byObject.get(object);
    return job && (job.ended === undefined || job.ended >= time) ? job : undefined;
  }

  private workerOf(stream: Stream): Worker {
    const known = this.ofStream.get(stream);
    if (known) return known;
    const { length: index } = this.workers;
    const lane = this.rows.newLane();
    const worker: Worker = { kind: "worker", index, stream, lane, jobs: 0, busy: 0, current: undefined };
    this.workers.push(worker);
    this.version++;
    this.ofStream.set(stream, worker);
    return worker;
  }

  private knownOf({ process }: Stream): Known {
    const known = this.ofProcess.get(process);
    if (known) return known;
    const made: Known = { byNumber: new Map(), byObject: new Map() };
    this.ofProcess.set(process, made);
    return made;
  }

  private add({ process }: Stream, byNumber: Map<number, Job>, number: number): Job {
    const job: Job = {
      index: this.all.length,
      process,
      number,
      object: Number.NaN,
      site: undefined,
      by: undefined,
      queued: undefined,
      started: undefined,
      ended: undefined,
      worker: undefined,
      waiter: undefined,
      waitRow: -1,
    };
    this.all.push(job);
    if (job.index === 0) this.version++;
    byNumber.set(number, job);
    return job;
  }
}
