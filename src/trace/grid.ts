// How busy a loop was over the whole run, in a fixed number of bins that widen as the run grows: the minimap reads it,
// so its cost does not depend on the length of the trace.

const BINS = 2048;
const FIRST_WIDTH = 1 / 1024;

/** Busy seconds per bin since time 0; a run of any length fits. */
export class BusyGrid {
  /** Width of a bin in seconds. */
  width = FIRST_WIDTH;
  private bins = new Float64Array(BINS);
  /** The longest run that touches each bin, in seconds. */
  private longest = new Float32Array(BINS);

  /** Counts `from` to `to` (seconds) as busy. */
  add(from: number, to: number): void {
    if (!(to > from) || to <= 0) return;
    while (to > this.width * BINS) this.widen();
    const first = Math.max(0, Math.floor(from / this.width));
    const last = Math.min(BINS - 1, Math.floor(to / this.width));
    for (let bin = first; bin <= last; bin++) {
      const overlap = Math.min(to, (bin + 1) * this.width) - Math.max(from, bin * this.width);
      this.bins[bin] = (this.bins[bin] as number) + Math.max(0, overlap);
      this.longest[bin] = Math.max(this.longest[bin] as number, to - from);
    }
  }

  /** The longest run, in seconds, that touches the time between `from` and `to`. */
  longestRun(from: number, to: number): number {
    let longest = 0;
    for (let bin = this.first(from); bin <= this.last(from, to); bin++)
      longest = Math.max(longest, this.longest[bin] as number);
    return longest;
  }

  /** The busy fraction, 0 to 1, between two times; as fine as the bins are. */
  fraction(from: number, to: number): number {
    const first = this.first(from);
    const last = this.last(from, to);
    let busy = 0;
    for (let bin = first; bin <= last; bin++) busy += this.bins[bin] as number;
    return last < first ? 0 : Math.min(1, busy / ((last - first + 1) * this.width));
  }

  private first(from: number): number {
    return Math.max(0, Math.floor(from / this.width));
  }

  private last(from: number, to: number): number {
    return Math.min(BINS - 1, Math.max(this.first(from), Math.ceil(to / this.width) - 1));
  }

  private widen(): void {
    const wider = new Float64Array(BINS);
    const longest = new Float32Array(BINS);
    for (let bin = 0; bin < BINS; bin++) {
      const half = bin >> 1;
      wider[half] = (wider[half] as number) + (this.bins[bin] as number);
      longest[half] = Math.max(longest[half] as number, this.longest[bin] as number);
    }
    this.bins = wider;
    this.longest = longest;
    this.width *= 2;
  }
}
