// Which part of the trace is seen: a window of time across `width` pixels. Pure arithmetic; times in seconds, lengths in
// CSS pixels. Windows move and zoom on the axis as it is drawn, where idle stretches may be squeezed.

import { clockTime, moment } from "../trace/text";
import type { Axis } from "./axis";

/** How time is laid out and written. */
export interface Look {
  /** The axis on which idle stretches are squeezed; none: all seconds are equally long. */
  readonly axis?: Axis | undefined;
  /** Epoch seconds of the trace's second 0, where times are written by the clock on the wall. */
  readonly wall?: number | undefined;
}

/** `from` to `to` seconds across `width` pixels. */
export interface Viewport extends Look {
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

export function xOf(view: Viewport, time: number): number {
  const { from, to, width, axis } = view;
  if (axis === undefined) return ((time - from) / (to - from)) * width;
  const place = axis.placeOf(view);
  return ((axis.at(time) - place.from) / place.length) * width;
}

export function timeOf(view: Viewport, x: number): number {
  const { from, to, width, axis } = view;
  const share = x / Math.max(1, width);
  if (axis === undefined) return from + share * (to - from);
  const place = axis.placeOf(view);
  return axis.timeAt(place.from + share * place.length);
}

/** A window on the axis, in axis seconds. */
interface Stretch {
  readonly from: number;
  readonly length: number;
}

function stretchOf(view: Viewport): Stretch {
  return view.axis?.placeOf(view) ?? { from: view.from, length: view.to - view.from };
}

/** The whole trace on the axis. */
function wholeOf({ start, end }: Span, axis: Axis | undefined): Stretch {
  const from = axis?.at(start) ?? start;
  return { from, length: Math.max((axis?.at(end) ?? end) - from, SHORTEST) };
}

/** The view that shows this stretch, laid out like another. */
function viewOf({ from, length }: Stretch, { width, axis, wall }: Look & { readonly width: number }): Viewport {
  const to = from + length;
  return { from: axis?.timeAt(from) ?? from, to: axis?.timeAt(to) ?? to, width, axis, wall };
}

/** The whole trace, with room for its end marks. */
export function fitAll(span: Span, width: number, look: Look = {}): Viewport {
  const { from, length } = wholeOf(span, look.axis);
  return viewOf({ from, length: length * (1 + MARGIN) }, { ...look, width });
}

/** `from` to `to` with a tenth of room on both sides. */
export function fitRange(from: number, to: number, span: Span, width: number, look: Look = {}): Viewport {
  const fitted = wholeOf({ start: from, end: Math.max(to, from + SHORTEST * 10) }, look.axis);
  const room = fitted.length / 10;
  return clamp({ from: fitted.from - room, length: fitted.length + 2 * room }, span, { ...look, width });
}

/** Zooms by `factor` (below 1: in) so that the moment at pixel `x` stays there. */
export function zoom(view: Viewport, factor: number, x: number, span: Span): Viewport {
  const longest = wholeOf(span, view.axis).length * (1 + MARGIN);
  const before = stretchOf(view);
  const length = Math.min(longest, Math.max(SHORTEST, before.length * factor));
  const share = x / Math.max(1, view.width);
  return clamp({ from: before.from + share * (before.length - length), length }, span, view);
}

/** Moves the window by pixels: positive shows later times. */
export function pan(view: Viewport, pixels: number, span: Span): Viewport {
  const { from, length } = stretchOf(view);
  return clamp({ from: from + (pixels / Math.max(1, view.width)) * length, length }, span, view);
}

/** Keeps the window's length and shows the latest moment near its right edge. */
export function followEnd(view: Viewport, span: Span): Viewport {
  const { length } = stretchOf(view);
  const whole = wholeOf(span, view.axis);
  const from = whole.from + whole.length + length * MARGIN - length;
  return from < whole.from ? fitAll(span, view.width, view) : viewOf({ from, length }, view);
}

/** Keeps the window's length and moves it by as little as shows `from` to `to` (or `from`, where that is too long). */
export function reveal(view: Viewport, from: number, to: number, span: Span): Viewport {
  if (to <= view.to && from >= view.from) return view;
  const seen = stretchOf(view);
  const wanted = { from: view.axis?.at(from) ?? from, to: view.axis?.at(to) ?? to };
  const room = seen.length / 10;
  const tooLong = wanted.to - wanted.from > seen.length - 2 * room;
  const start = tooLong || wanted.from < seen.from ? wanted.from - room : wanted.to + room - seen.length;
  return clamp({ from: start, length: seen.length }, span, view);
}

/** Moves the window back over the trace where it left it. */
function clamp({ from, length }: Stretch, span: Span, look: Look & { readonly width: number }): Viewport {
  const whole = wholeOf(span, look.axis);
  const end = span.end > span.start ? whole.from + whole.length : whole.from;
  const latest = Math.max(whole.from, end + length * MARGIN - length);
  return viewOf({ from: Math.min(Math.max(from, whole.from), latest), length }, look);
}

/** A squeezed idle stretch as it is drawn. */
export interface Band {
  readonly left: number;
  readonly right: number;
  /** Seconds that are left out. */
  readonly seconds: number;
}

/** The squeezed stretches in the window, from left to right. */
export function bandsOf(view: Viewport): Band[] {
  const { axis } = view;
  if (axis === undefined) return [];
  const seen = axis.gaps.filter(({ start, end }) => end > view.from && start < view.to);
  return seen.map(({ start, end }) => ({
    left: xOf(view, start),
    right: xOf(view, end),
    seconds: end - start - axis.short,
  }));
}

/** Where a text can begin that wants `room` pixels from `x` on: behind the band that would cut it. */
export function besideBand(view: Viewport, x: number, room: number): number {
  const gap = view.axis?.gapBefore(timeOf(view, x + room));
  return gap && gap.end > timeOf(view, x) ? xOf(view, gap.end) : x;
}

/** Times for the axis and how they are written. */
export interface Ticks {
  readonly times: readonly number[];
  /** Seconds between two ticks. */
  readonly step: number;
  label(time: number): string;
}

const MOST_TICKS = 200;
/** No digit of the axis is wider than this, in CSS pixels; and the room between two labels. */
const DIGIT = 7;
const BETWEEN = 18;

/** Round times in the window at least `apart` pixels from each other and from any label, written relative to `zero`. */
export function ticks(view: Viewport, zero: number, apart = 72): Ticks {
  const step = stepOf(view, apart);
  const label = labelling(view, zero, step);
  const widest = label(timeOf(view, view.width)).length * DIGIT + BETWEEN;
  if (widest > apart) return ticks(view, zero, widest);
  return { times: timesOf(view, originOf(view, zero, step), step, apart), step, label };
}

/** A moment in the window as it is written beside the pointer: with the digits that pixels tell apart. */
export function labelAt(view: Viewport, zero: number, time: number): string {
  return labelling(view, zero, stepOf(view, 1))(Math.max(zero, time));
}

/** Ticks are round from here on: from the trace's start, or by the clock on the wall. */
function originOf({ wall }: Viewport, zero: number, step: number): number {
  return wall === undefined ? zero : Math.floor((wall + zero) / step) * step - wall;
}

/** Steps that are round on a clock, in seconds. */
const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

function stepOf(view: Viewport, apart: number): number {
  const wanted = (stretchOf(view).length * apart) / Math.max(1, view.width);
  const onClock = view.wall !== undefined && wanted > 0.5 ? CLOCK_STEPS.find((step) => step >= wanted) : undefined;
  if (onClock !== undefined) return onClock;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return ([1, 2, 5, 10].find((factor) => factor * power >= wanted * 0.999) ?? 10) * power;
}

function labelling({ to, wall }: Viewport, zero: number, step: number): (time: number) => string {
  if (wall !== undefined) return (time) => clockTime(wall + time, step);
  return (time) => (Math.abs(time - zero) < step / 2 ? "0" : moment(time - zero, step, to - zero));
}

/** The ticks in what is not squeezed; one that would come too near to the one before it is left out. */
function timesOf(view: Viewport, zero: number, step: number, apart: number): number[] {
  const times: number[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const { start, end } of openStretches(view)) {
    const first = Math.max(0, Math.ceil((start - zero) / step - 1e-6));
    for (let tick = first; zero + tick * step <= end && times.length < MOST_TICKS; tick++) {
      const x = xOf(view, zero + tick * step);
      if (x - before < apart * 0.99) continue;
      times.push(zero + tick * step);
      before = x;
    }
  }
  return times;
}

/** The parts of the window that are not squeezed. */
function openStretches({ from, to, axis }: Viewport): Span[] {
  const stretches: Span[] = [];
  let start = from;
  for (const gap of axis?.gaps ?? []) {
    if (gap.end <= from) continue;
    if (gap.start >= to) break;
    if (gap.start >= start) stretches.push({ start, end: gap.start });
    start = gap.end;
  }
  if (start <= to) stretches.push({ start, end: to });
  return stretches;
}
