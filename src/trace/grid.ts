// How busy a loop was over the whole run, in a fixed number of bins that widen as the run grows: the minimap reads it,
// so its cost does not depend on the length of the trace.

const BINS = 2048;
const FIRST_WIDTH = 1 / 1024;

/** Busy seconds per bin since time 0; a run of any length fits. */
export class BusyGrid {
  /** Width of a bin in seconds. */
  width = FIRST_WIDTH;
  private bins = new Float64Array(BINS);

  /** Counts `from` to `to` (seconds) as busy. */
  add(from: number, to: number): void {
    if (!(to > from) || to <= 0) return;
    while (to > this.width * BINS) this.widen();
    const first = Math.max(0, Math.floor(from / this.width));
    const last = Math.min(BINS - 1, Math.floor(to / this.width));
    for (let bin = first; bin <= last; bin++) {
      const overlap = Math.min(to, (bin + 1) * this.width) - Math.max(from, bin * this.width);
      this.bins[bin] = (this.bins[bin] as number) + Math.max(0, overlap);
    }
  }

  /** The busy fraction, 0 to 1, between two times; as fine as the bins are. */
  fraction(from: number, to: number): number {
    const first = Math.max(0, Math.floor(from / this.width));
    const last = Math.min(BINS - 1, Math.max(first, Math.ceil(to / this.width) - 1));
    let busy = 0;
    for (let bin = first; bin <= last; bin++) busy += this.bins[bin] as number;
    return last < first ? 0 : Math.min(1, busy / ((last - first + 1) * this.width));
  }

  private widen(): void {
    const wider = new Float64Array(BINS);
    for (let bin = 0; bin < BINS; bin++) wider[bin >> 1] = (wider[bin >> 1] as number) + (this.bins[bin] as number);
    this.bins = wider;
    this.width *= 2;
  }
}
