// Draws lanes that count: how many hold and wait at a lock, are in a queue and wait there, run and are queued in a pool, and in
// which states the tasks of a folded group are. Costs what the pixels cost, not what the trace does.

import { latestHolder } from "../trace/contention";
import { densityOf } from "../trace/density";
import type { Task } from "../trace/entities";
import type { Group } from "../trace/lanes";
import { type LevelOwner, type Levels, levelsOf } from "../trace/levels";
import type { Process } from "../trace/processes";
import type { Resource } from "../trace/resources";
import { printable, shorten } from "../trace/text";
import type { Scene } from "./hit";
import { isQueue, levelParts, levelWords } from "./laneText";
import { fitText, LABEL_FONT, LABELLED, type Surface, snap, textWidth } from "./surface";
import { timeOf, type Viewport, xOf } from "./viewport";

/** From the edges of a lane to its chart. */
const PAD = 4;
/** The part of the height that is for what is in use; the rest is for what waits. */
const BAND = 0.6;
const LABEL_ROOM = 40;
/** What there is at all is at least this high. */
const LEAST = 2;

/** A stretch of pixels with the same numbers. `row`: where it is one row of the levels, else -1. */
interface Step {
  readonly x: number;
  width: number;
  readonly first: number;
  readonly second: number;
  readonly third: number;
  readonly row: number;
}

/** Where a part of a chart is drawn, and the number that fills it. */
interface Area {
  readonly top: number;
  readonly height: number;
  readonly most: number;
}

export function paintChart(surface: Surface, scene: Scene, owner: LevelOwner | Group | Process, top: number): void {
  if (owner.kind === "process") paintProcess(surface, scene, owner, top);
  else if (owner.kind === "group") paintGroup(surface, scene, owner, top);
  else paintLevels(surface, scene, owner, top);
}

/** So many loops of a process are looked at. */
const MOST_LOOPS = 16;

/** How busy the loops of a process are, over a line from its first to its last moment. */
function paintProcess(surface: Surface, { model, view, laneHeight }: Scene, process: Process, top: number): void {
  const { context, palette, ratio } = surface;
  const own = model.loops.filter(({ stream, lane }) => stream.process === process && lane.rows > 0);
  const loops = own.slice(0, MOST_LOOPS);
  const pad = padOf(laneHeight);
  const bottom = top + laneHeight - pad;
  context.fillStyle = palette.running;
  for (let column = 0; column < view.width * ratio; column++) {
    const x = column / ratio;
    const [from, to] = [timeOf(view, x), timeOf(view, x + 1 / ratio)];
    const busy = loops.reduce((most, { grid }) => Math.max(most, grid.fraction(from, to)), 0);
    const height = busy * (laneHeight - 2 * pad);
    if (height > 0) context.fillRect(x, bottom - Math.max(1, height), 1 / ratio, Math.max(1, height));
  }
  context.fillStyle = palette.dim;
  for (const { lane } of loops) {
    const left = Math.max(0, xOf(view, model.rows.startOf(lane, 0)));
    const right = Math.min(view.width, xOf(view, model.rows.startOf(lane, lane.rows - 1)));
    if (right > left) context.fillRect(left, bottom - 1 / ratio, right - left, 1 / ratio);
  }
}

function padOf(laneHeight: number): number {
  return laneHeight < LABELLED ? 0.5 : laneHeight < 24 ? 2 : PAD;
}

// ---- levels ----

function paintLevels(surface: Surface, scene: Scene, owner: LevelOwner, top: number): void {
  const { model, laneHeight } = scene;
  const levels = levelsOf(model, owner);
  const steps = stepsOf(scene, levels, surface.ratio);
  const most = levels.most();
  const pad = padOf(laneHeight);
  const whole: Area = { top: top + pad, height: laneHeight - 2 * pad, most: most.second };
  const queue = isQueue(owner);
  const inBand = queue ? most.third : most.first;
  const waited = most.second > 0 || (queue && most.first > 0);
  const band = inBand === 0 ? undefined : bandOf(whole, inBand, waited);
  const above: Area = band ? { ...whole, height: whole.height - band.height - 1 } : whole;
  if (most.second > 0)
    paintWaiting(surface, steps, above, owner.kind === "pool" && owner.name !== undefined ? surface.hatch : undefined);
  if (queue) paintSteps(surface, steps, { ...above, most: most.first }, "first", surface.barred);
  if (band) paintSteps(surface, steps, band, queue ? "third" : "first", surface.palette.job);
  if (band && owner.kind === "resource" && most.first === 1) paintHandOvers(surface, scene, owner, steps, band);
  if (laneHeight >= LABELLED) paintTexts(surface, scene, owner, steps, band ?? whole, band !== undefined);
}

function bandOf({ top, height }: Area, most: number, shared: boolean): Area {
  const band = shared ? Math.round(height * BAND) : height;
  return { top: top + height - band, height: band, most };
}

/** What is in sight, as steps; rows within a pixel become one with their highest numbers. */
function stepsOf({ view, end }: Scene, levels: Levels, ratio: number): Step[] {
  const steps: Step[] = [];
  const pixel = 1 / ratio;
  let row = Math.max(0, levels.find(view.from));
  while (row < levels.length && levels.timeOf(row) <= view.to) {
    const x = Math.max(-1, snap(xOf(view, levels.timeOf(row)), ratio));
    const last = row + 1 === levels.length;
    const right = snap(xOf(view, last ? end : levels.timeOf(row + 1)), ratio);
    const next = right - x > pixel ? row + 1 : endOfPixel(levels, view, x + pixel / 2, row, end);
    const highest = levels.highestBetween(row, next);
    const width = Math.max(pixel, next === row + 1 ? Math.min(right, view.width + 1) - x : pixel);
    const { first, second, third } = highest;
    if (first + second + third > 0) steps.push({ x, width, ...highest, row: next === row + 1 ? row : -1 });
    row = next;
  }
  return steps;
}

/** The first row that is not over within the pixel whose middle is at `x`. */
function endOfPixel(levels: Levels, view: Viewport, x: number, row: number, end: number): number {
  const time = timeOf(view, x);
  const next = Math.max(row + 1, levels.find(time, row) + 1);
  const ends = next < levels.length ? levels.timeOf(next) : end;
  return next - row > 1 && ends > time ? next - 1 : next;
}

function heightOf(value: number, { height, most }: Area): number {
  return value === 0 ? 0 : Math.max(LEAST, (height * value) / Math.max(1, most));
}

function paintSteps(
  { context, palette }: Surface,
  steps: readonly Step[],
  area: Area,
  series: "first" | "second" | "third",
  fill: string | CanvasPattern,
): void {
  const bottom = area.top + area.height;
  context.fillStyle = fill;
  for (const step of steps) {
    const height = heightOf(step[series], area);
    if (height > 0) context.fillRect(step.x, bottom - height, step.width, height);
  }
  if (palette.outline === undefined) return;
  context.strokeStyle = palette.outline;
  context.lineWidth = 1;
  for (const step of steps) {
    const height = heightOf(step[series], area);
    if (height > 3 && step.width > 4)
      context.strokeRect(step.x + 0.5, bottom - height + 0.5, step.width - 1, height - 1);
  }
}

/** A gap where a lock went straight from one task to another. */
function paintHandOvers(
  { context, palette }: Surface,
  { model }: Scene,
  resource: Resource,
  steps: readonly Step[],
  { top, height }: Area,
): void {
  const levels = levelsOf(model, resource);
  context.fillStyle = palette.background;
  let before: Task | undefined;
  for (const { first, row, x } of steps) {
    const holder = first > 0 && row >= 0 ? latestHolder(model, resource, levels.timeOf(row)) : undefined;
    if (holder && before && holder !== before) context.fillRect(x - 0.5, top, 1, height);
    before = holder;
  }
}

/** What waits: an area under a line, so that it cannot be taken for what is in use. */
function paintWaiting(
  surface: Surface,
  steps: readonly Step[],
  area: Area,
  fill: string | CanvasPattern | undefined,
): void {
  const { context, palette } = surface;
  paintSteps(surface, steps, area, "second", fill ?? palette.suspended);
  context.fillStyle = fill ? palette.ready : palette.step;
  const bottom = area.top + area.height;
  for (const step of steps)
    if (step.second > 0) context.fillRect(step.x, bottom - heightOf(step.second, area), step.width, 1.5);
}

function paintTexts(
  { context, palette }: Surface,
  scene: Scene,
  owner: LevelOwner,
  steps: readonly Step[],
  area: Area,
  banded: boolean,
): void {
  const { top, height } = area;
  context.font = `${LABEL_FONT}px ${palette.font}`;
  context.textBaseline = "middle";
  context.fillStyle = palette.foreground;
  for (const step of steps) {
    const x = Math.max(0, step.x);
    const room = Math.min(step.x + step.width, scene.view.width) - x - 10;
    if (step.row < 0 || room < LABEL_ROOM || (height < 11 && step.first + step.second > 0)) continue;
    const texts = textsOf(scene, owner, step, banded ? area.most : 0);
    const text = texts.find((each) => textWidth(context, each) <= room) ?? texts[texts.length - 1] ?? "";
    const y = banded ? top + height / 2 : besideLine(area, top + height - heightOf(step.second, area));
    const fitted = fitText(context, text, room);
    if (!banded && step.first > 0 && fitted !== "") {
      // On a hatch a text is read only with something plain behind it.
      context.fillStyle = palette.background;
      context.fillRect(x + 2, y - LABEL_FONT * 0.7, textWidth(context, fitted) + 6, LABEL_FONT * 1.4);
      context.fillStyle = palette.foreground;
    }
    context.fillText(fitted, x + 5, y + 0.5);
  }
}

/** Where a text is in the middle, or where a line would cut it there, above or below that. */
function besideLine({ top, height }: Area, line: number): number {
  const middle = top + height / 2;
  if (Math.abs(line - middle) >= LABEL_FONT * 0.7) return middle;
  return line - LABEL_FONT * 0.7 >= top + LABEL_FONT / 2 ? line - LABEL_FONT * 0.7 : line + LABEL_FONT * 0.7;
}

/** `worker 2, 3 waiting`; `2 running, 5 queued`; `3 items, 1 waiting to put`; the longest first. */
function textsOf({ model }: Scene, owner: LevelOwner, step: Step, mostFirst: number): string[] {
  const { row, first, second } = step;
  const words = levelWords(owner);
  if (isQueue(owner)) {
    const parts = levelParts(owner, step);
    return [parts.join(", "), parts[0] ?? ""];
  }
  const holder =
    owner.kind === "resource" && mostFirst === 1 && first === 1
      ? latestHolder(model, owner, levelsOf(model, owner).timeOf(row))
      : undefined;
  const used = holder ? printable(shorten(holder.name, 60)) : first > 0 ? `${first} ${words.first}` : "";
  const waits = second > 0 ? `${second} ${words.second}` : "";
  return used !== "" && waits !== "" ? [`${used}, ${waits}`, used] : [used + waits];
}

// ---- groups ----

/** Running at the bottom, then ready, then suspended; as high as its part of all members. */
function paintGroup(surface: Surface, scene: Scene, group: Group, top: number): void {
  const { model, view, end, laneHeight } = scene;
  const { palette, hatch, ratio } = surface;
  const columns = Math.max(1, Math.round(view.width * ratio));
  const [suspended, ready, running] = densityOf(model, group, [view.from, view.to], columns, end, view.axis) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const pad = padOf(laneHeight);
  const area: Area = { top: top + pad, height: laneHeight - 2 * pad, most: group.members.length };
  const lift = new Float64Array(columns);
  paintLayer(surface, area, running, lift, palette.running);
  paintLayer(surface, area, ready, lift, hatch);
  paintLayer(surface, area, suspended, lift, palette.suspended);
}

/** One state of the tasks of a group on top of what `lift` says; columns of one height become one rectangle. */
function paintLayer(
  { context, ratio }: Surface,
  area: Area,
  averages: Float64Array,
  lift: Float64Array,
  fill: string | CanvasPattern,
): void {
  const bottom = area.top + area.height;
  const columns = averages.length;
  context.fillStyle = fill;
  for (let column = 0; column < columns; ) {
    const [height, below] = [layerHeight(averages[column] as number, area), lift[column] as number];
    let end = column + 1;
    while (end < columns && layerHeight(averages[end] as number, area) === height && lift[end] === below) end++;
    const fits = Math.min(height, area.height - below);
    if (fits > 0) context.fillRect(column / ratio, bottom - below - fits, (end - column) / ratio, fits);
    for (let at = column; at < end; at++) lift[at] = below + Math.max(0, fits);
    column = end;
  }
}

/** Heights in half pixels, so that neighbours often share theirs. */
function layerHeight(average: number, area: Area): number {
  return average < 1e-9 ? 0 : Math.max(LEAST, Math.round(((area.height * average) / area.most) * 2) / 2);
}
