// How many items are in a queue over time, from what was put and taken: a row for each moment at which that changed.

const FIRST_ROWS = 8;

/**
 * Invariant: times never decrease. `known`: the queue was seen being made, so that the numbers are exact for one that
 * stores what is put. Otherwise it may have had items before: as many as were taken beyond what was put, or more.
 */
export class Stock {
  length = 0;
  /** Items put less items taken, now, at the lowest and at the highest. */
  now = 0;
  lowest = 0;
  private highest = 0;
  private times = new Float64Array(FIRST_ROWS);
  private changes = new Int32Array(FIRST_ROWS);

  constructor(readonly known: boolean) {}

  timeOf(row: number): number {
    return this.times[row] as number;
  }

  changeOf(row: number): number {
    return this.changes[row] as number;
  }

  /** At least so many items are in the queue. */
  get depth(): number {
    return this.now - this.lowest;
  }

  /** At least so many items were in the queue once. */
  get most(): number {
    return this.highest - this.lowest;
  }

  /** What becomes of its items is not known any more. */
  end(time: number): void {
    if (this.depth > 0) this.change(time, -this.depth);
  }

  change(time: number, by: number): void {
    const row = this.length++;
    if (row === this.times.length) this.grow();
    this.times[row] = time;
    this.changes[row] = by;
    this.now += by;
    this.lowest = Math.min(this.lowest, this.now);
    this.highest = Math.max(this.highest, this.now);
  }

  private grow(): void {
    const { times, changes } = this;
    this.times = new Float64Array(times.length * 2);
    this.times.set(times);
    this.changes = new Int32Array(times.length * 2);
    this.changes.set(changes);
  }
}
