// Plays a run: moves the time cursor by itself, so fast that what is seen takes ten seconds.

import { signal } from "@preact/signals";
import type { Selection } from "./selection";
import type { TimeWindow } from "./timeWindow";
import { timeOf, xOf } from "./viewport";

const SECONDS_A_WINDOW = 10;
/** Where motion is unwelcome it goes in steps of this many seconds. */
const CALM_STEP = 1;

export class Playback {
  readonly playing = signal(false);
  /** When the cursor was moved last, in seconds of the page's clock. */
  private moved: number | undefined;

  constructor(
    private readonly time: TimeWindow,
    private readonly selection: Selection,
  ) {}

  /** Plays from the cursor on, or from the left edge; stops where it plays. */
  toggle(): void {
    const { end } = this.time.span;
    const at = this.selection.cursor.value;
    if (!this.playing.value && (at === undefined || at >= end)) {
      const { from } = this.time.view.value;
      this.selection.setCursor(at === undefined || from < end ? from : this.time.span.start);
    }
    this.moved = undefined;
    this.playing.value = !this.playing.value;
  }

  stop(): void {
    this.playing.value = false;
  }

  /** Moves the cursor on to page time `now`. `calm`: in steps. */
  advance(now: number, calm: boolean): void {
    const at = this.selection.cursor.value;
    if (at === undefined) this.stop();
    if (at === undefined) return;
    const passed = now - (this.moved ?? now);
    if (this.moved === undefined) this.moved = now;
    if (passed < (calm ? CALM_STEP : 0)) return;
    this.moved = now;
    const view = this.time.view.value;
    const x = xOf(view, at) + (Math.min(passed, CALM_STEP * 1.5) / SECONDS_A_WINDOW) * view.width;
    const next = timeOf(view, x);
    this.selection.setCursor(next);
    if (x > view.width) this.time.panBy(view.width * 0.9);
    if (next >= this.time.span.end) this.stop();
  }
}
