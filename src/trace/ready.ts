// The loop's ready queue, mirrored. `_ready` is first in, first out, so its length after each run, after the selector's
// events and after due timers tells which of them put each handle there, at no cost to the traced program.

/** Invariant: entries are run-length coded, so a damaged length costs no memory. */
export class ReadyQueue {
  /** Handles in the queue. */
  length = 0;
  /** How often the queue was seen shorter than its mirror: then a record was missed, and causes may be wrong. */
  corrections = 0;
  private causes: number[] = [];
  private counts: number[] = [];
  private head = 0;

  /** Takes the front handle and returns the cause that put it there; 0 where nobody knows. */
  pop(): number {
    if (this.length === 0) return 0;
    this.length--;
    const cause = this.causes[this.head] as number;
    const left = (this.counts[this.head] as number) - 1;
    this.counts[this.head] = left;
    if (left === 0) this.advance();
    return cause;
  }

  /** Takes the handle behind so many others out of the queue, and returns its cause; 0 where there is none. */
  take(place: number): number {
    if (place === 0) return this.pop();
    let before = place;
    for (let at = this.head; at < this.causes.length; at++) {
      const here = this.counts[at] as number;
      if (before < here) {
        this.length--;
        this.counts[at] = here - 1;
        const cause = this.causes[at] as number;
        if (here === 1) {
          this.causes.splice(at, 1);
          this.counts.splice(at, 1);
        }
        return cause;
      }
      before -= here;
    }
    return 0;
  }

  /** The queue was seen to hold `length` handles. Returns true where that is more than before: then call `push`. */
  grewTo(length: number): boolean {
    if (length < this.length) {
      this.corrections++;
      this.drop(this.length - Math.max(0, length));
    }
    return length > this.length;
  }

  /** The handles beyond the known ones, up to `length`, were put there by `cause`. */
  push(length: number, cause: number): void {
    if (length <= this.length) return;
    this.causes.push(cause);
    this.counts.push(length - this.length);
    this.length = length;
  }

  /** Forgets who put what there: after dropped events. */
  forget(): void {
    this.causes = [];
    this.counts = [];
    this.head = 0;
    this.length = 0;
  }

  private drop(count: number): void {
    let left = count;
    while (left > 0 && this.length > 0) {
      const here = this.counts[this.head] as number;
      const taken = Math.min(here, left);
      this.counts[this.head] = here - taken;
      this.length -= taken;
      left -= taken;
      if (taken === here) this.advance();
    }
  }

  private advance(): void {
    this.head++;
    if (this.head < 512 || this.head * 2 < this.causes.length) return;
    this.causes = this.causes.slice(this.head);
    this.counts = this.counts.slice(this.head);
    this.head = 0;
  }
}
