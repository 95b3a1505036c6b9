// From causes to what they made ready: lists in typed arrays, so that a million of them cost no objects. A cause knows its
// ready rows, the cause behind it where a callback handed it on, and the causes that its own callbacks handed on.

const FIRST_ROOM = 256;

/** Ready rows and callbacks by cause. Numbers of causes are those of `Causes`; 0 is nobody. */
export class Wakes {
  /** By cause: its latest entry, the first cause behind it, the latest one that it handed on, and the one before itself. */
  private entry = new Uint32Array(FIRST_ROOM);
  private behind = new Uint32Array(FIRST_ROOM);
  private handed = new Uint32Array(FIRST_ROOM);
  private before = new Uint32Array(FIRST_ROOM);
  /** By entry, from 1: a task's index, its ready row, and the entry before it of the same cause. */
  private tasks = new Uint32Array(FIRST_ROOM);
  private rows = new Uint32Array(FIRST_ROOM);
  private earlier = new Uint32Array(FIRST_ROOM);
  private entries = 0;

  /** How many ready rows there are. */
  get length(): number {
    return this.entries;
  }

  /** Row `row` of the task with this index became ready by `cause`. */
  add(cause: number, task: number, row: number): void {
    if (cause === 0) return;
    this.reserve(cause);
    const entry = ++this.entries;
    if (entry >= this.tasks.length) {
      this.tasks = grown(this.tasks, entry);
      this.rows = grown(this.rows, entry);
      this.earlier = grown(this.earlier, entry);
    }
    this.tasks[entry] = task;
    this.rows[entry] = row;
    this.earlier[entry] = this.entry[cause] as number;
    this.entry[cause] = entry;
  }

  /** The callback that `behind` queued has queued something itself, with the later number `cause`. */
  handOn(behind: number, cause: number): void {
    if (behind === 0 || cause <= behind) return;
    this.reserve(cause);
    this.behind[cause] = this.root(behind);
    this.before[cause] = this.handed[behind] as number;
    this.handed[behind] = cause;
  }

  /** The first cause behind this one: the step or the event that began the chain of callbacks. */
  root(cause: number): number {
    return this.behind[cause] || cause;
  }

  /**
   * Every ready row that came of `cause`, also through callbacks, in the order in which they became ready; pairs of a
   * task's index and its row. Follows at most `most` causes and as many rows.
   */
  of(cause: number, most: number): Uint32Array {
    const found: number[] = [];
    const todo = [cause];
    let seen = 0;
    for (let next = todo.pop(); next !== undefined && seen < most; next = todo.pop()) {
      seen++;
      for (let entry = this.entry[next] ?? 0; entry !== 0 && found.length < most; entry = this.earlier[entry] as number)
        found.push(entry);
      for (let on = this.handed[next] ?? 0; on !== 0 && todo.length < most; on = this.before[on] as number)
        todo.push(on);
    }
    found.sort((a, b) => a - b);
    const pairs = new Uint32Array(found.length * 2);
    found.forEach((entry, at) => {
      pairs[at * 2] = this.tasks[entry] as number;
      pairs[at * 2 + 1] = this.rows[entry] as number;
    });
    return pairs;
  }

  private reserve(cause: number): void {
    if (cause < this.entry.length) return;
    this.entry = grown(this.entry, cause);
    this.behind = grown(this.behind, cause);
    this.handed = grown(this.handed, cause);
    this.before = grown(this.before, cause);
  }
}

/** A copy with room for `index`. */
function grown(from: Uint32Array, index: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(Math.max(index + 1, from.length * 2));
  to.set(from);
  return to;
}
