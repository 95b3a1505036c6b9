// Which part of the run is seen, and how it moves: fitted, following the end, or where the user went.

import { computed, signal } from "@preact/signals";
import { IdleTimes } from "../trace/idle";
import type { TraceModel } from "../trace/model";
import { type Axis, squeeze } from "./axis";
import type { Session } from "./session";
import {
  fitAll,
  fitRange,
  followEnd,
  type Look,
  pan,
  reveal,
  type Span,
  timeOf,
  type Viewport,
  xOf,
  zoom,
} from "./viewport";

/** `fit`: the whole trace, as it grows. `follow`: the latest part of it. `free`: where the user went. */
export type Mode = "fit" | "follow" | "free";

export class TimeWindow {
  readonly mode = signal<Mode>("fit");
  readonly view = signal<Viewport>({ from: 0, to: 1, width: 1 });
  /** The end of what is known, in trace seconds. */
  readonly end = signal(0);
  /** The time in the middle of what is seen. */
  readonly middle = computed(() => timeOf(this.view.value, this.view.value.width / 2));
  /** Long idle stretches are drawn shortened. */
  readonly squeezed = signal(false);
  /** Times are written by the clock on the wall. */
  readonly byClock = signal(false);
  private readonly axes = new Axes();

  /** @param clock seconds of the page's clock */
  constructor(
    private readonly session: Session,
    private readonly clock: () => number,
  ) {}

  /** First and last moment of the trace. */
  get span(): Span {
    const { start } = this.session.model;
    return Number.isFinite(start) ? { start, end: Math.max(start, this.end.value) } : { start: 0, end: 1 };
  }

  /** Moves the end of the trace on, and the window with it in the modes that follow. Called before each drawing. */
  tick(): void {
    this.end.value = this.session.end(this.clock());
    const view = { ...this.view.value, ...this.look() };
    if (this.mode.value === "fit") this.show(fitAll(this.span, view.width, view));
    else if (this.mode.value === "follow") this.show(followEnd(view, this.span));
    else this.show(view);
  }

  private look(): Look {
    const { model } = this.session;
    const wall = this.byClock.value && model.info ? model.info.wall : undefined;
    return { axis: this.squeezed.value ? this.axes.of(model, this.end.value) : undefined, wall };
  }

  /** The whole trace, laid out as what is seen: what the minimap shows. */
  get whole(): Viewport {
    return fitAll(this.span, this.view.value.width, this.view.value);
  }

  toggleSqueeze(): void {
    this.squeezed.value = !this.squeezed.value;
    this.tick();
  }

  toggleClock(): void {
    this.byClock.value = !this.byClock.value;
    this.tick();
  }

  /** Shows what was seen before the page was loaded anew. */
  restore(mode: Mode, from: number, to: number): void {
    this.mode.value = mode;
    this.show({ ...this.view.value, from, to });
  }

  resize(width: number): void {
    this.show({ ...this.view.value, width: Math.max(1, width) });
    this.tick();
  }

  /** Zooms by `factor` (below 1: in) so that the moment at pixel `x` stays there. */
  zoomAt(factor: number, x: number): void {
    this.go(zoom(this.view.value, factor, x, this.span));
  }

  panBy(pixels: number): void {
    this.go(pan(this.view.value, pixels, this.span));
  }

  /** Shows the window of the same length around a moment. */
  centre(time: number): void {
    const view = this.view.value;
    this.panBy(xOf(view, time) - view.width / 2);
  }

  fitAll(): void {
    this.mode.value = "fit";
    this.tick();
  }

  fitRange(from: number, to: number): void {
    this.go(fitRange(from, to, this.span, this.view.value.width, this.view.value));
  }

  /** Moves by as little as shows `from` to `to`. */
  reveal(from: number, to: number): void {
    const view = this.view.value;
    if (to < view.from || from > view.to || (from < view.from && to < view.to))
      this.go(reveal(view, from, to, this.span));
  }

  toggleFollow(): void {
    this.mode.value = this.mode.value === "free" ? "follow" : "free";
    this.tick();
  }

  private go(view: Viewport): void {
    this.mode.value = "free";
    this.show(view);
  }

  private show(view: Viewport): void {
    const { from, to, width, axis, wall } = this.view.value;
    const same = view.from === from && view.to === to && view.width === width;
    if (!same || view.axis !== axis || view.wall !== wall) this.view.value = view;
  }
}

/** The squeezed axis of the trace that is shown, made anew only after that grew. */
class Axes {
  private idle: IdleTimes | undefined;
  private model: TraceModel | undefined;
  private version = "";
  private axis: Axis | undefined;

  of(model: TraceModel, end: number): Axis | undefined {
    if (this.idle === undefined || this.model !== model) this.idle = new IdleTimes(model);
    const version = `${model.rows.total} ${end}`;
    if (this.model !== model || version !== this.version) this.axis = squeeze(this.idle.gaps(end), model.start, end);
    this.model = model;
    this.version = version;
    return this.axis;
  }
}
