// The minimap: how busy the loops were over the whole run, and which part of it the lanes show. It reads the loops'
// grids, so it costs one bar a pixel however long the trace is. The bars are kept: moving the window only copies them.

import type { TraceModel } from "../trace/model";
import { type Lane, STATE } from "../trace/rows";
import { BLOCKED_SECONDS } from "../trace/turns";
import { type Surface, surfaceOf } from "./surface";
import type { Palette } from "./theme";
import { fitAll, type Span, timeOf, type Viewport, xOf } from "./viewport";

const PAD = 6;

export class Minimap {
  private readonly kept = document.createElement("canvas");
  /** What the kept bars were drawn of. */
  private drawn: readonly [TraceModel, Palette, ...(object | number | undefined)[]] | undefined;

  paint(surface: Surface, model: TraceModel, span: Span, view: Viewport): void {
    const { context, width, height, palette, ratio } = surface;
    const whole = fitAll(span, width, view);
    const of = [model, palette, ratio, model.rows.total, whole.from, whole.to, width, height, whole.axis] as const;
    if (of.some((each, at) => each !== this.drawn?.[at])) {
      const bars = surfaceOf(this.kept, palette, width, height);
      if (bars) paintBusy(bars, model, whole);
      this.drawn = of;
    }
    context.drawImage(this.kept, 0, 0, this.kept.width / ratio, this.kept.height / ratio);
    paintWindow(surface, whole, view);
  }
}

function paintBusy({ context, width, height, palette, ratio }: Surface, model: TraceModel, whole: Viewport): void {
  const pixel = 1 / ratio;
  const base = height - PAD;
  context.fillStyle = palette.line;
  context.fillRect(0, base, width, pixel);
  context.globalAlpha = 0.8;
  for (let x = 0; x < width; x += pixel) {
    const { busy, longest } = busiest(model, timeOf(whole, x), timeOf(whole, x + pixel));
    if (busy === 0) continue;
    const tall = Math.max(1, busy * (base - PAD));
    context.fillStyle = longest >= BLOCKED_SECONDS ? palette.failed : palette.running;
    context.fillRect(x, base - tall, pixel, tall);
  }
  context.globalAlpha = 1;
}

function busiest(model: TraceModel, from: number, to: number): { busy: number; longest: number } {
  let busy = 0;
  let longest = 0;
  for (const { grid, lane } of model.loops) {
    const exact = to - from < 2 * grid.width ? busyShare(model, lane, from, to) : undefined;
    busy = Math.max(busy, exact ?? grid.fraction(from, to));
    if (exact !== 0) longest = Math.max(longest, grid.longestRun(from, to));
  }
  return { busy, longest };
}

/** More rows than this in a pixel are left to the grid. */
const MAX_ROWS = 256;

/** The busy fraction by the rows themselves, where a squeezed axis shows less in a pixel than the grid tells apart. */
function busyShare({ rows, last }: TraceModel, lane: Lane, from: number, to: number): number | undefined {
  const first = Math.max(0, rows.find(lane, from));
  const end = rows.gallop(lane, to, first);
  if (end - first > MAX_ROWS) return undefined;
  let busy = 0;
  for (let row = first; row < Math.min(end, lane.rows); row++) {
    const state = rows.stateOf(lane, row);
    if (state !== STATE.running && state !== STATE.callback) continue;
    const until = row + 1 < lane.rows ? rows.startOf(lane, row + 1) : last;
    busy += Math.max(0, Math.min(until, to) - Math.max(rows.startOf(lane, row), from));
  }
  return busy / (to - from);
}

/** Dims what the lanes do not show and frames what they do. */
function paintWindow({ context, width, height, palette }: Surface, whole: Viewport, view: Viewport): void {
  const left = Math.max(0, xOf(whole, view.from));
  const right = Math.min(width, Math.max(left + 2, xOf(whole, view.to)));
  context.fillStyle = palette.background;
  context.globalAlpha = 0.6;
  context.fillRect(0, 0, left, height);
  context.fillRect(right, 0, width - right, height);
  context.globalAlpha = 1;
  if (left <= 0 && right >= width) return;
  context.strokeStyle = palette.accent;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, 0.5, Math.max(1, right - left - 1), height - 1);
}
