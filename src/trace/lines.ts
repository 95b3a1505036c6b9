// Pieces of the lines of a report: columns, places, stacks.

import type { Site } from "./entities";
import type { TraceModel } from "./model";
import { type Frame, ownFrame, stackOf } from "./segments";
import { count, moment, plural, printable, shorten } from "./text";

/** Characters in a line of the report, and of a name in it. */
export const WIDTH = 100;
export const NAME = 24;
export const MAX_ROWS = 10;

/** `crawler.py:18 fetch · asyncio.sleep` */
export function placeText(site: Site | undefined): string {
  const stack = stackOf(site);
  const frame = ownFrame(stack) ?? stack[stack.length - 1];
  const what = stack[stack.length - 1]?.what ?? "";
  if (frame === undefined) return "an unknown place";
  const place = frame.file === "" ? "" : framePlace(frame);
  return printable([place, what].filter((part) => part !== "").join(" · "));
}

export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

export function indented(name: string, depth: number): string {
  return `${"  ".repeat(Math.min(depth, 6))}${name}`;
}

export function column(text: string, width: number): string {
  return shorten(printable(text), width).padEnd(width);
}

export function right(text: string): string {
  return text.padStart(9);
}

/** The first lines, and how many more there are. */
export function limit(lines: readonly string[], most: number, noun: string): string[] {
  return andMore(lines.slice(0, most), lines.length - most, noun);
}

export function andMore(lines: readonly string[], more: number, noun: string): string[] {
  return more > 0 ? [...lines, `… and ${plural(more, noun)} more`] : [...lines];
}

/** `crawler.py:18 fetch` */
export function framePlace({ file, line, name }: Frame): string {
  return printable(`${baseName(file)}:${line} ${name}`);
}

/** `crawler.py:18 fetch > json.py:339 loads`: the last frames of a stack, from the user's own innermost one inwards. */
export function stackText(site: Site | undefined): string {
  const stack = stackOf(site).filter(({ file }) => file !== "");
  const own = stack.findLastIndex(({ library }) => !library);
  return stack.slice(Math.max(0, own)).map(framePlace).join(" > ") || "an unknown place";
}

/** `3×`, right-aligned. */
export function times(value: number): string {
  return `${count(value)}×`.padStart(8);
}

/** Seconds from the first event to the last. */
export function span(model: TraceModel): number {
  return Math.max(0, model.last - Math.min(model.start, model.last));
}

/** A moment, from the first event on; all of a trace as fine: milliseconds, or a thousandth where all of it is short. */
export function at(model: TraceModel, time: number): string {
  const all = span(model);
  const since = time - Math.min(model.start, model.last);
  return all < 0.1 ? moment(since, all / 1000, all) : moment(since);
}
