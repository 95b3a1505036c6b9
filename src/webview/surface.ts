// What canvases are drawn with: their size, colours and patterns, and texts that fit.

import { hatch, type Palette } from "./theme";

export const LABEL_FONT = 11;
/** Lower lanes have no labels. */
export const LABELLED = 16;

/** What drawing needs besides the scene. `ratio`: device pixels in a CSS pixel. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  readonly palette: Palette;
  /** Ready: waits for its turn. */
  readonly hatch: CanvasPattern | string;
  /** Cannot go on, because something is full. */
  readonly barred: CanvasPattern | string;
}

export function surfaceOf(
  canvas: HTMLCanvasElement,
  palette: Palette,
  width: number,
  height: number,
): Surface | undefined {
  const ratio = window.devicePixelRatio || 1;
  const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== deviceWidth) canvas.width = deviceWidth;
  if (canvas.height !== deviceHeight) canvas.height = deviceHeight;
  const context = canvas.getContext("2d");
  if (context === null) return undefined;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height, ratio, palette, ...patternsOf(palette, ratio) };
}

/** The patterns of a theme, for a screen of this sharpness. */
export function patternsOf(palette: Palette, ratio: number): Pick<Surface, "hatch" | "barred"> {
  return { hatch: hatchOf(palette.ready, ratio, 1), barred: hatchOf(palette.step, ratio, -1) };
}

const hatches = new Map<string, CanvasPattern | string>();

/** Hatches are the same from frame to frame: they are made anew only for another theme or screen. */
function hatchOf(color: string, ratio: number, slope: 1 | -1): CanvasPattern | string {
  const key = `${color} ${ratio} ${slope}`;
  const known = hatches.get(key);
  if (known !== undefined) return known;
  if (hatches.size > 20) hatches.clear();
  const made = hatch(color, Math.round(6 * ratio), slope);
  if (typeof made !== "string") made.setTransform({ a: 1 / ratio, d: 1 / ratio }); // the canvas is scaled already
  hatches.set(key, made);
  return made;
}

export function snap(x: number, ratio: number): number {
  return Math.round(x * ratio) / ratio;
}

const widths = new Map<string, number>();

/** The width of a label's text; measured once for each text. */
export function textWidth(context: CanvasRenderingContext2D, text: string): number {
  const key = `${context.font} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size > 5000) widths.clear();
  const width = context.measureText(text).width;
  widths.set(key, width);
  return width;
}

/** `text` as far as it fits into `room` pixels, with an ellipsis where it does not. */
export function fitText(context: CanvasRenderingContext2D, text: string, room: number): string {
  const width = textWidth(context, text);
  if (width <= room) return text;
  const characters = [...text];
  let kept = Math.floor((characters.length * room) / width);
  while (kept > 0 && textWidth(context, `${characters.slice(0, kept).join("")}…`) > room) kept--;
  return kept < 4 ? "" : `${characters.slice(0, kept).join("")}…`;
}
