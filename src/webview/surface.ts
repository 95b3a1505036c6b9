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

/** A text in a font: how wide it is, and its beginnings once one of them was asked for. */
interface Measured {
  readonly width: number;
  beginnings: Beginnings | undefined;
}

interface Beginnings {
  readonly characters: readonly string[];
  /** The width of the first so many characters with an ellipsis behind them. */
  readonly widths: Float32Array;
}

/** No lane is wide enough for more of a text. */
const MOST_CHARACTERS = 120;
const MOST_TEXTS = 2000;

const fonts = new Map<string, Map<string, Measured>>();

/** Each text is measured once in each font: zooming asks for the same ones in every frame. */
function measured(context: CanvasRenderingContext2D, text: string): Measured {
  const { font } = context;
  const texts = fonts.get(font) ?? new Map<string, Measured>();
  fonts.set(font, texts);
  const known = texts.get(text);
  if (known) return known;
  if (texts.size >= MOST_TEXTS) texts.clear();
  const made: Measured = { width: context.measureText(text).width, beginnings: undefined };
  texts.set(text, made);
  return made;
}

export function textWidth(context: CanvasRenderingContext2D, text: string): number {
  return measured(context, text).width;
}

function beginningsOf(context: CanvasRenderingContext2D, text: string): Beginnings {
  const characters = [...text].slice(0, MOST_CHARACTERS);
  const widths = new Float32Array(characters.length + 1);
  for (let kept = 1, beginning = ""; kept <= characters.length; kept++) {
    beginning += characters[kept - 1];
    widths[kept] = context.measureText(`${beginning}…`).width;
  }
  return { characters, widths };
}

/** `text` as far as it fits into `room` pixels, with an ellipsis where it does not. */
export function fitText(context: CanvasRenderingContext2D, text: string, room: number): string {
  const found = measured(context, text);
  if (found.width <= room) return text;
  found.beginnings ??= beginningsOf(context, text);
  const { characters, widths } = found.beginnings;
  let kept = Math.min(characters.length, Math.floor((characters.length * room) / found.width) + 2);
  while (kept > 0 && (widths[kept] as number) > room) kept--;
  return kept < 4 ? "" : `${characters.slice(0, kept).join("")}…`;
}
