// The view as a picture to keep: what is in sight, with names, axis and a line that says what it is of; as PNG or as SVG.

import { printable, shorten } from "../trace/text";
import { about, titleOf } from "./faces";
import { AXIS_HEIGHT } from "./hit";
import { paintOverlay } from "./overlay";
import type { PanelState } from "./state";
import { fitText, patternsOf, type Surface } from "./surface";
import { type Hatching, SvgContext, type Typesetter } from "./svg";
import { type Palette, readPalette } from "./theme";
import { paintTimeline } from "./timeline";
import { paintCursor, paintRange } from "./timeMarks";

const TITLE_HEIGHT = 34;
const FOOT_HEIGHT = 30;
const PAD = 12;
/** The legend has room for all of its words. */
const WIDE = 640;
/** Device pixels in a CSS pixel, at least: a picture is often looked at larger. */
const SHARPEST = 2;
/** No side of a canvas may have more device pixels. */
const MOST_PIXELS = 16_000;

/** Asks the host to keep a picture of the view. */
export async function exportPicture(state: PanelState, format: "png" | "svg"): Promise<void> {
  const picture = pictureOf(state);
  if (picture === undefined) return;
  const bytes = format === "svg" ? svgOf(state, picture) : await pngOf(state, picture);
  if (bytes) state.send({ kind: "save", format, bytes });
}

/** A text in the page, at its place in the picture. */
interface Word {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly room: number;
  readonly font: string;
  readonly color: string;
}

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Where the plot begins. */
  readonly left: number;
  readonly plotWidth: number;
  readonly plotHeight: number;
  readonly words: readonly Word[];
  readonly palette: Palette;
}

function pictureOf({ time, lanes }: PanelState): Picture | undefined {
  const names = document.querySelector(".names");
  const plot = document.querySelector(".plot");
  if (names === null || plot === null) return undefined;
  const box = plot.getBoundingClientRect();
  const left = Math.round(box.left - names.getBoundingClientRect().left);
  const { scroll, order, height } = lanes;
  const content = AXIS_HEIGHT + order.value.owners.length * height.value - scroll.value.top;
  const plotHeight = Math.min(scroll.value.height, content + PAD);
  const plotWidth = time.view.value.width;
  return {
    width: left + plotWidth,
    height: TITLE_HEIGHT + plotHeight + FOOT_HEIGHT,
    left,
    plotWidth,
    plotHeight,
    words: wordsIn(names, box.top),
    palette: readPalette(document),
  };
}

/** The texts of an element, as the page has laid them out. */
function wordsIn(element: Element, top: number): Word[] {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const edges = element.getBoundingClientRect();
  const words: Word[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { parentElement, textContent } = node;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, top: y, height, width } = range.getBoundingClientRect();
    if (parentElement === null || textContent === null || width < 2 || height < 2) continue;
    const style = getComputedStyle(parentElement);
    const right = Math.min(parentElement.getBoundingClientRect().right, edges.right);
    words.push({
      text: textContent,
      x: left - edges.left,
      y: y - top + height / 2,
      room: right - left,
      font: `${Number(style.fontWeight) >= 600 ? "bold " : ""}${style.fontSize} ${style.fontFamily}`,
      color: style.color,
    });
  }
  return words;
}

async function pngOf(state: PanelState, picture: Picture): Promise<ArrayBuffer | undefined> {
  const { width, height } = picture;
  const ratio = Math.min(Math.max(SHARPEST, devicePixelRatio), MOST_PIXELS / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  if (context === null) return undefined;
  context.scale(ratio, ratio);
  paint(state, picture, { context, ratio, ...patternsOf(picture.palette, ratio) });
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  return blob?.arrayBuffer();
}

function svgOf(state: PanelState, picture: Picture): ArrayBuffer {
  const { palette, width, height } = picture;
  const svg = new SvgContext(typesetter());
  const context = svg as unknown as CanvasRenderingContext2D; // all that our painting uses of one
  paint(state, picture, { context, ratio: 1, hatch: "url(#ready)", barred: "url(#barred)" });
  const hatchings: Hatching[] = [
    { id: "ready", color: palette.ready, slope: 1 },
    { id: "barred", color: palette.step, slope: -1 },
  ];
  return new TextEncoder().encode(svg.toDocument(width, height, hatchings)).buffer as ArrayBuffer;
}

/** What a canvas of one pixel knows of colours and texts. */
function typesetter(): Typesetter {
  const canvas = document.createElement("canvas");
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map<string, { rgb: string; opacity: number }>();
  const ask = (css: string) => {
    if (context === null) return { rgb: "rgb(128,128,128)", opacity: 1 };
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = "#000";
    context.fillStyle = css;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, alpha = 255] = context.getImageData(0, 0, 1, 1).data;
    return { rgb: `rgb(${r},${g},${b})`, opacity: alpha / 255 };
  };
  return {
    measure: (text, font) => {
      if (context) context.font = font;
      return context?.measureText(text).width ?? 0;
    },
    color: (css) => {
      const color = known.get(css) ?? ask(css);
      known.set(css, color);
      return color;
    },
  };
}

/** Draws title, names, lanes with all that is marked in them, and legend. */
function paint(
  state: PanelState,
  picture: Picture,
  pen: Pick<Surface, "context" | "ratio" | "hatch" | "barred">,
): void {
  const { palette, width, height, left, plotWidth, plotHeight, words } = picture;
  const { context } = pen;
  context.fillStyle = palette.background;
  context.fillRect(0, 0, width, height);
  context.textBaseline = "middle";
  paintTitle(state, context, palette, width);
  context.save();
  context.translate(0, TITLE_HEIGHT);
  context.beginPath();
  context.rect(0, AXIS_HEIGHT, left, plotHeight - AXIS_HEIGHT);
  context.clip();
  for (const word of words) {
    context.font = word.font;
    context.fillStyle = word.color;
    context.fillText(fitText(context, word.text, word.room + 1), word.x, word.y);
  }
  context.restore();
  context.save();
  context.translate(left, TITLE_HEIGHT);
  context.beginPath();
  context.rect(0, 0, plotWidth, plotHeight);
  context.clip();
  paintMarked(state, { ...pen, palette, width: plotWidth, height: plotHeight });
  context.restore();
  paintLegend({ ...pen, palette, width, height });
}

function paintTitle(state: PanelState, context: CanvasRenderingContext2D, palette: Palette, width: number): void {
  const { session, time } = state;
  const title = shorten(printable(titleOf(session)), 80);
  context.font = `bold 13px ${palette.font}`;
  context.fillStyle = palette.foreground;
  context.fillText(title, PAD, TITLE_HEIGHT / 2);
  const x = PAD + context.measureText(title).width + 10;
  context.font = `12px ${palette.font}`;
  context.fillStyle = palette.dim;
  const { start, end } = time.span;
  context.fillText(fitText(context, about(session, end - start), width - x - PAD), x, TITLE_HEIGHT / 2);
}

function paintMarked(state: PanelState, surface: Surface): void {
  const { selection, arrows } = state;
  const scene = state.scene.value;
  paintTimeline(surface, scene);
  if (selection.range.value) paintRange(surface, scene, selection.range.value);
  paintOverlay(surface, scene, {
    selected: selection.segment.value,
    hovered: undefined,
    arrows: arrows.value?.layout.value.arrows ?? [],
    pointerX: undefined,
    silent: true,
  });
  if (selection.cursor.value !== undefined) paintCursor(surface, scene, selection.cursor.value);
}

function paintLegend({ context, palette, width, height, hatch }: Surface): void {
  const middle = height - FOOT_HEIGHT / 2;
  const bars: [string, string | CanvasPattern][] = [
    ["running", palette.running],
    [width < WIDE ? "ready" : "ready, waiting its turn", hatch],
    ["suspended", palette.suspended],
  ];
  const marks = [
    ["returned", "✓", palette.running],
    ["failed", "✕", palette.failed],
    ["cancelled", "◆", palette.cancelled],
  ] as const;
  context.font = `11px ${palette.font}`;
  let x = PAD;
  const say = (word: string) => {
    context.fillStyle = palette.dim;
    context.fillText(word, x, middle);
    x += context.measureText(word).width + 18;
  };
  for (const [word, fill] of bars) {
    context.fillStyle = fill;
    context.fillRect(x, middle - 5, 20, 10);
    x += 26;
    say(word);
  }
  for (const [word, mark, color] of marks) {
    context.fillStyle = color;
    context.fillText(mark, x, middle);
    x += 16;
    say(word);
  }
}
