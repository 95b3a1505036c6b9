// Which part of the trace is seen: a window of time across `width` pixels. Pure arithmetic; times in seconds, lengths in
// CSS pixels.

import { moment } from "../trace/text";

/** `from` to `to` seconds across `width` pixels. */
export interface Viewport {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

/** What a viewport may show: the trace's first and last moment. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Room after the last moment, as a share of the window: end marks have their text there. */
const MARGIN = 0.06;
const SHORTEST = 1e-7;

export function xOf({ from, to, width }: Viewport, time: number): number {
  return ((time - from) / (to - from)) * width;
}

export function timeOf({ from, to, width }: Viewport, x: number): number {
  return from + (x / Math.max(1, width)) * (to - from);
}

/** The whole trace, with room for its end marks. */
export function fitAll({ start, end }: Span, width: number): Viewport {
  const length = Math.max(end - start, SHORTEST);
  return { from: start, to: start + length * (1 + MARGIN), width };
}

/** `from` to `to` with a tenth of room on both sides. */
export function fitRange(from: number, to: number, span: Span, width: number): Viewport {
  const length = Math.max(to - from, SHORTEST * 10);
  return clamp({ from: from - length / 10, to: to + length / 10, width }, span);
}

/** Zooms by `factor` (below 1: in) so that the moment at pixel `x` stays there. */
export function zoom(view: Viewport, factor: number, x: number, span: Span): Viewport {
  const longest = Math.max(span.end - span.start, SHORTEST) * (1 + MARGIN);
  const length = Math.min(longest, Math.max(SHORTEST, (view.to - view.from) * factor));
  const from = timeOf(view, x) - (x / Math.max(1, view.width)) * length;
  return clamp({ from, to: from + length, width: view.width }, span);
}

/** Moves the window by pixels: positive shows later times. */
export function pan(view: Viewport, pixels: number, span: Span): Viewport {
  const seconds = (pixels / Math.max(1, view.width)) * (view.to - view.from);
  return clamp({ from: view.from + seconds, to: view.to + seconds, width: view.width }, span);
}

/** Keeps the window's length and shows the latest moment near its right edge. */
export function followEnd(view: Viewport, span: Span): Viewport {
  const length = view.to - view.from;
  const to = span.end + length * MARGIN;
  return to - length < span.start ? fitAll(span, view.width) : { from: to - length, to, width: view.width };
}

/** Keeps the window's length and moves it by as little as shows `from` to `to` (or `from`, where that is too long). */
export function reveal(view: Viewport, from: number, to: number, span: Span): Viewport {
  const length = view.to - view.from;
  if (to <= view.to && from >= view.from) return view;
  const room = length / 10;
  const start = to - from > length - 2 * room || from < view.from ? from - room : to + room - length;
  return clamp({ from: start, to: start + length, width: view.width }, span);
}

/** Moves the window back over the trace where it left it. */
function clamp({ from, to, width }: Viewport, span: Span): Viewport {
  const length = to - from;
  const latest = Math.max(span.start, span.end + length * MARGIN - length);
  const start = Math.min(Math.max(from, span.start), latest);
  return { from: start, to: start + length, width };
}

/** Times for the axis and how they are written. */
export interface Ticks {
  readonly times: readonly number[];
  /** Seconds between two ticks. */
  readonly step: number;
  label(time: number): string;
}

/** Round times in the window at least `apart` pixels from each other, written relative to `zero`. */
export function ticks({ from, to, width }: Viewport, zero: number, apart = 72): Ticks {
  const wanted = ((to - from) * apart) / Math.max(1, width);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= wanted * 0.999) ?? 10) * power;
  const times: number[] = [];
  const first = Math.ceil((from - zero) / step - 1e-6);
  for (let tick = Math.max(0, first); zero + tick * step <= to && times.length < 200; tick++)
    times.push(zero + tick * step);
  return {
    times,
    step,
    label: (time) => (Math.abs(time - zero) < step / 2 ? "0" : moment(time - zero, step, to - zero)),
  };
}
