// What suspended steps wait for: one row for each wait that is more than a place, to which `suspended` rows refer.

const NONE = -1;

/** What the annotations of a step say of its wait; NaN and undefined where they say nothing. */
export interface WaitNotes {
  /** Index of the task awaited, or -1. */
  readonly task: number;
  /** id() of the future or task awaited. */
  readonly object: number;
  /** Seconds. */
  readonly due: number;
  /** Indices of a resource, a group of gathered tasks and a job, or -1. */
  readonly resource: number;
  readonly parts: number;
  readonly job: number;
}

/** Row 0 says that nobody knows. Columns of indices hold -1 where there is none. */
export class Waits {
  length = 0;
  private room = 256;
  private indices = new Int32Array(this.room * 5);
  private numbers = new Float64Array(this.room * 2);
  /** For each site, the row that says only "here". */
  private readonly plain: (number | undefined)[] = [];

  constructor() {
    this.addPlain(NONE);
  }

  /** The row that says only where; 0 for an unknown place. */
  at(site: number): number {
    if (site < 0) return 0;
    const known = this.plain[site];
    if (known !== undefined) return known;
    const made = this.addPlain(site);
    this.plain[site] = made;
    return made;
  }

  add(site: number, notes: WaitNotes): number {
    if (this.length === this.room) this.grow();
    const { indices, numbers } = this;
    const index = this.length * 5;
    indices[index] = site;
    indices[index + 1] = notes.task;
    indices[index + 2] = notes.resource;
    indices[index + 3] = notes.parts;
    indices[index + 4] = notes.job;
    numbers[this.length * 2] = notes.object;
    numbers[this.length * 2 + 1] = notes.due;
    return this.length++;
  }

  site(row: number): number {
    return this.indices[row * 5] as number;
  }

  task(row: number): number {
    return this.indices[row * 5 + 1] as number;
  }

  resource(row: number): number {
    return this.indices[row * 5 + 2] as number;
  }

  parts(row: number): number {
    return this.indices[row * 5 + 3] as number;
  }

  job(row: number): number {
    return this.indices[row * 5 + 4] as number;
  }

  setJob(row: number, job: number): void {
    this.indices[row * 5 + 4] = job;
  }

  /** id() of the future or task awaited; NaN unknown. */
  object(row: number): number {
    return this.numbers[row * 2] as number;
  }

  /** Seconds; NaN where no timer is known. */
  due(row: number): number {
    return this.numbers[row * 2 + 1] as number;
  }

  private addPlain(site: number): number {
    return this.add(site, { task: NONE, object: Number.NaN, due: Number.NaN, resource: NONE, parts: NONE, job: NONE });
  }

  private grow(): void {
    this.room *= 2;
    const { indices, numbers } = this;
    this.indices = new Int32Array(this.room * 5);
    this.indices.set(indices);
    this.numbers = new Float64Array(this.room * 2);
    this.numbers.set(numbers);
  }
}
