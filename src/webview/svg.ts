// Drawing as SVG: stands in for a canvas's context and writes down what is drawn. It has what our painting uses and no more;
// a test holds it against the sources. Pure: what a browser knows, widths of texts and colours, is asked for.

/** What only a browser knows. */
export interface Typesetter {
  /** The width of a text in CSS pixels. */
  measure(text: string, font: string): number;
  /** A CSS colour as every viewer of SVG reads it: `rgb(…)`, and its opacity from 0 to 1. */
  color(css: string): { readonly rgb: string; readonly opacity: number };
}

/** A pattern of diagonal lines. */
export interface Hatching {
  readonly id: string;
  readonly color: string;
  readonly slope: 1 | -1;
}

interface Style {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  lineCap: string;
  globalAlpha: number;
  font: string;
  textBaseline: string;
  dash: readonly number[];
}

const PLAIN: Style = {
  fillStyle: "#000",
  strokeStyle: "#000",
  lineWidth: 1,
  lineCap: "butt",
  globalAlpha: 1,
  font: "10px sans-serif",
  textBaseline: "alphabetic",
  dash: [],
};

const HATCH_SIZE = 6;

export class SvgContext {
  fillStyle = PLAIN.fillStyle;
  strokeStyle = PLAIN.strokeStyle;
  lineWidth = PLAIN.lineWidth;
  lineCap = PLAIN.lineCap;
  globalAlpha = PLAIN.globalAlpha;
  font = PLAIN.font;
  textBaseline = PLAIN.textBaseline;
  private dash = PLAIN.dash;
  private readonly parts: string[] = [];
  private path = "";
  /** Rectangles that follow each other in one colour become one path. */
  private rects: { paint: string; path: string } | undefined;
  private readonly saved: { style: Style; groups: number }[] = [];
  private groups = 0;
  private clips = 0;

  constructor(private readonly typesetter: Typesetter) {}

  // ---- state ----

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, lineCap, globalAlpha, font, textBaseline, dash } = this;
    const style = { fillStyle, strokeStyle, lineWidth, lineCap, globalAlpha, font, textBaseline, dash };
    this.saved.push({ style, groups: this.groups });
  }

  restore(): void {
    const last = this.saved.pop();
    if (last === undefined) return;
    while (this.groups > last.groups) this.close();
    Object.assign(this, last.style);
  }

  translate(x: number, y: number): void {
    this.open(`transform="translate(${short(x)} ${short(y)})"`);
  }

  rotate(angle: number): void {
    this.open(`transform="rotate(${short((angle * 180) / Math.PI)})"`);
  }

  clip(): void {
    const id = `clip${this.clips++}`;
    this.add(`<clipPath id="${id}"><path d="${this.path}"/></clipPath>`);
    this.open(`clip-path="url(#${id})"`);
  }

  setLineDash(dash: readonly number[]): void {
    this.dash = [...dash];
  }

  // ---- paths ----

  beginPath(): void {
    this.path = "";
  }

  moveTo(x: number, y: number): void {
    this.path += `M${short(x)} ${short(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.path += `${this.path === "" ? "M" : "L"}${short(x)} ${short(y)}`;
  }

  closePath(): void {
    this.path += "Z";
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.path += rectangle(x, y, width, height);
  }

  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    const r = Math.max(0, Math.min(radius, width / 2, height / 2));
    const corner = (dx: number, dy: number) => `a${short(r)} ${short(r)} 0 0 1 ${short(dx)} ${short(dy)}`;
    const [across, down] = [short(width - 2 * r), short(height - 2 * r)];
    const start = `M${short(x + r)} ${short(y)}h${across}`;
    this.path += `${start}${corner(r, r)}v${down}${corner(-r, r)}h-${across}${corner(-r, -r)}v-${down}${corner(r, -r)}Z`;
  }

  /** Whole circles and parts of them, clockwise. */
  arc(x: number, y: number, radius: number, from: number, to: number): void {
    const turn = Math.min(to - from, Math.PI * 2);
    const at = (angle: number) => `${short(x + radius * Math.cos(angle))} ${short(y + radius * Math.sin(angle))}`;
    const r = short(radius);
    this.path += `${this.path === "" ? "M" : "L"}${at(from)}`;
    for (const part of [1, 2]) this.path += `A${r} ${r} 0 0 1 ${at(from + (turn * part) / 2)}`;
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.path += `C${[x1, y1, x2, y2, x, y].map(short).join(" ")}`;
  }

  fill(): void {
    this.add(`<path d="${this.path}" ${this.paint("fill", this.fillStyle)}/>`);
  }

  stroke(): void {
    this.add(`<path d="${this.path}" fill="none" ${this.pen()}/>`);
  }

  // ---- shapes ----

  fillRect(x: number, y: number, width: number, height: number): void {
    const paint = this.paint("fill", this.fillStyle);
    if (this.rects?.paint !== paint) this.flush();
    this.rects ??= { paint, path: "" };
    this.rects.path += rectangle(x, y, width, height);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.add(`<path d="${rectangle(x, y, width, height)}" fill="none" ${this.pen()}/>`);
  }

  measureText(text: string): { width: number } {
    return { width: this.typesetter.measure(text, this.font) };
  }

  fillText(text: string, x: number, y: number): void {
    if (text === "") return;
    const [, weight = "", size = "10", family = "sans-serif"] =
      /^(?:(bold|\d+) )?([\d.]+)px (.*)$/.exec(this.font) ?? [];
    const bold = weight === "" ? "" : ` font-weight="${weight}"`;
    const middle = this.textBaseline === "middle" ? ' dominant-baseline="central"' : "";
    const place = `x="${short(x)}" y="${short(y)}" font-size="${size}" font-family="${escaped(family)}"`;
    this.add(`<text ${place}${bold}${middle} ${this.paint("fill", this.fillStyle)}>${escaped(text)}</text>`);
  }

  /** The picture as a document of its own. */
  toDocument(width: number, height: number, hatchings: readonly Hatching[]): string {
    while (this.groups > 0) this.close();
    this.flush();
    const size = `width="${short(width)}" height="${short(height)}" viewBox="0 0 ${short(width)} ${short(height)}"`;
    const defs = `<defs>${hatchings.map((each) => this.pattern(each)).join("")}</defs>`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${defs}\n${this.parts.join("\n")}\n</svg>\n`;
  }

  private pattern({ id, color, slope }: Hatching): string {
    const { rgb } = this.typesetter.color(color);
    const size = `width="${HATCH_SIZE}" height="${HATCH_SIZE}"`;
    const turned = `patternUnits="userSpaceOnUse" patternTransform="rotate(${slope * 45})"`;
    const lines = `<rect width="2.2" height="${HATCH_SIZE}" fill="${rgb}"/>`;
    return `<pattern id="${id}" ${size} ${turned}><rect ${size} fill="${rgb}" fill-opacity="0.3"/>${lines}</pattern>`;
  }

  private add(part: string): void {
    this.flush();
    this.parts.push(part);
  }

  private flush(): void {
    if (this.rects) this.parts.push(`<path d="${this.rects.path}" ${this.rects.paint}/>`);
    this.rects = undefined;
  }

  private open(attribute: string): void {
    this.add(`<g ${attribute}>`);
    this.groups++;
  }

  private close(): void {
    this.add("</g>");
    this.groups--;
  }

  private pen(): string {
    const dash = this.dash.length > 0 ? ` stroke-dasharray="${this.dash.map(short).join(" ")}"` : "";
    const cap = this.lineCap === "butt" ? "" : ` stroke-linecap="${escaped(this.lineCap)}"`;
    return `${this.paint("stroke", this.strokeStyle)} stroke-width="${short(this.lineWidth)}"${cap}${dash}`;
  }

  private paint(what: "fill" | "stroke", style: string): string {
    if (/^url\(#[\w-]+\)$/.test(style)) return `${what}="${style}"${opacity(what, this.globalAlpha)}`;
    const known = this.typesetter.color(String(style));
    return `${what}="${escaped(known.rgb)}"${opacity(what, known.opacity * this.globalAlpha)}`;
  }
}

function opacity(what: string, value: number): string {
  return value >= 1 ? "" : ` ${what}-opacity="${short(value)}"`;
}

function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`;
}

/** At most two decimals, and never what is no number. */
function short(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : "0";
}

/** As XML's text or an attribute's: what it forbids is replaced. */
export function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
