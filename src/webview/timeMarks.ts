// Draws what marks times across all lanes: squeezed idle stretches, the time cursor and the measured range.

import { duration } from "../trace/text";
import { AXIS_HEIGHT, type Scene } from "./hit";
import type { Surface } from "./surface";
import { clearAxis } from "./timeline";
import { type Band, bandsOf, labelAt, type Span, type Viewport, xOf } from "./viewport";

/** A band narrower than this is one zigzag line; one wider than the next has room for upright text. */
const OPEN_BAND = 8;
const TEXT_BAND = 15;
const TOOTH = 5;
const FONT_SIZE = 10;

/** Squeezed stretches: what lies in them is dimmed between two torn edges, with the time left out written there. */
export function paintBands(surface: Surface, view: Viewport): void {
  for (const band of bandsOf(view)) {
    if (band.right - band.left < 2) continue;
    paintTear(surface, band);
    paintLeftOut(surface, band);
  }
}

function paintTear({ context, palette, height }: Surface, { left, right }: Band): void {
  context.fillStyle = palette.background;
  context.fillRect(left, 0, right - left, AXIS_HEIGHT - 1);
  context.globalAlpha = 0.8;
  context.fillRect(left, AXIS_HEIGHT, right - left, height);
  context.globalAlpha = palette.outline ? 1 : 0.5;
  context.strokeStyle = palette.dim;
  context.lineWidth = 1;
  for (const x of right - left < OPEN_BAND ? [(left + right) / 2] : [left, right])
    zigzag(context, x, AXIS_HEIGHT, height);
  context.globalAlpha = 1;
}

function zigzag(context: CanvasRenderingContext2D, x: number, top: number, bottom: number): void {
  context.beginPath();
  context.moveTo(x, top);
  for (let y = top, side = 2; y < bottom; y += TOOTH, side = -side) context.lineTo(x + side, y + TOOTH / 2);
  context.stroke();
}

/** On the axis where it fits, else upright below it. */
function paintLeftOut({ context, palette }: Surface, { left, right, seconds }: Band): void {
  const text = duration(seconds);
  context.font = `${FONT_SIZE}px ${palette.font}`;
  context.fillStyle = palette.dim;
  context.textBaseline = "middle";
  const width = context.measureText(text).width;
  const middle = (left + right) / 2;
  if (width <= right - left) context.fillText(text, middle - width / 2, AXIS_HEIGHT / 2);
  if (width <= right - left || right - left < TEXT_BAND) return;
  context.save();
  context.translate(middle, AXIS_HEIGHT + 6);
  context.rotate(Math.PI / 2);
  context.fillStyle = palette.background;
  context.fillRect(-3, -6, width + 6, 12);
  context.fillStyle = palette.dim;
  context.fillText(text, 0, 0.5);
  context.restore();
}

/** Under all other marks: the range, in trace seconds. */
export function paintRange(surface: Surface, scene: Scene, { start, end }: Span): void {
  const { context, palette, width, height } = surface;
  const [left, right] = [Math.max(-2, xOf(scene.view, start)), Math.min(width + 2, xOf(scene.view, end))];
  if (right < 0 || left > width) return;
  context.fillStyle = palette.accent;
  context.globalAlpha = 0.14;
  context.fillRect(left, AXIS_HEIGHT, right - left, height);
  context.globalAlpha = 1;
  for (const x of [left, right]) context.fillRect(Math.round(x), AXIS_HEIGHT - 6, 1, height);
  context.fillRect(left, AXIS_HEIGHT - 3, right - left, 2);
  if (end > start) tag(surface, scene, (Math.max(0, left) + Math.min(width, right)) / 2, duration(end - start), false);
}

/** Above all other marks: the time cursor. */
export function paintCursor(surface: Surface, scene: Scene, time: number): void {
  const x = xOf(scene.view, time);
  if (x < -1 || x > surface.width + 1) return;
  const { context, palette, height } = surface;
  context.fillStyle = palette.accent;
  context.fillRect(Math.round(x) - 1, AXIS_HEIGHT - 4, 2, height);
  const zero = Number.isFinite(scene.model.start) ? scene.model.start : 0;
  tag(surface, scene, x, labelAt(scene.view, zero, time), true);
}

/** A text on the axis, around `x` and within the window: filled, or in an outline. */
function tag(surface: Surface, scene: Scene, x: number, text: string, filled: boolean): void {
  const { context, palette, width } = surface;
  context.font = `11px ${palette.font}`;
  const size = context.measureText(text).width + 12;
  const left = Math.min(Math.max(0, x - size / 2), width - size);
  clearAxis(surface, scene, left, left + size);
  context.fillStyle = filled ? palette.accent : palette.background;
  context.beginPath();
  context.roundRect(left + 0.5, 4.5, size - 1, AXIS_HEIGHT - 9, 3);
  context.fill();
  context.strokeStyle = palette.accent;
  context.lineWidth = 1;
  context.stroke();
  context.font = `11px ${palette.font}`;
  context.fillStyle = filled ? palette.onAccent : palette.foreground;
  context.textBaseline = "middle";
  context.fillText(text, left + 6, AXIS_HEIGHT / 2 + 0.5);
}
