// Tables of numbers that grow: one row for each thing that was met, in typed arrays of exactly the columns it needs.

const COLUMNS = 4;

/** Four columns of doubles. */
export class Columns {
  length = 0;
  private data: Float64Array;

  /** `rows`: how many to make room for at first. */
  constructor(rows = 256) {
    this.data = new Float64Array(rows * COLUMNS);
  }

  /** Adds a row and returns its index. */
  add(a: number, b: number, c: number, d: number): number {
    const at = this.length * COLUMNS;
    if (at + COLUMNS > this.data.length) {
      const grown = new Float64Array(this.data.length * 2);
      grown.set(this.data);
      this.data = grown;
    }
    this.data[at] = a;
    this.data[at + 1] = b;
    this.data[at + 2] = c;
    this.data[at + 3] = d;
    return this.length++;
  }

  get(row: number, column: 0 | 1 | 2 | 3): number {
    return this.data[row * COLUMNS + column] as number;
  }

  set(row: number, column: 0 | 1 | 2 | 3, value: number): void {
    this.data[row * COLUMNS + column] = value;
  }
}

/** Two columns of indices, 0 to 2^32 - 1. */
export class Pairs {
  length = 0;
  private data = new Uint32Array(8);

  add(first: number, second: number): void {
    const at = this.length * 2;
    if (at === this.data.length) {
      const grown = new Uint32Array(at * 2);
      grown.set(this.data);
      this.data = grown;
    }
    this.data[at] = first;
    this.data[at + 1] = second;
    this.length++;
  }

  first(row: number): number {
    return this.data[row * 2] as number;
  }

  second(row: number): number {
    return this.data[row * 2 + 1] as number;
  }
}
