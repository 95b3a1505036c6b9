// Draws the time axis and the lanes. Per visible lane it finds the first visible row by binary search and merges what is
// thinner than a pixel, so a frame's cost depends on the pixels seen and not on the length of the trace.

import type { Cancel } from "../trace/cancels";
import type { TraceModel } from "../trace/model";
import { type Lane, STATE, STATE_NAMES, type State } from "../trace/rows";
import { errorOf, hasRows, isEnd, type LaneOwner, type RowOwner } from "../trace/segments";
import { duration, printable, shorten } from "../trace/text";
import { BLOCKED_SECONDS } from "../trace/turns";
import { paintChart } from "./chart";
import { AXIS_HEIGHT, type Scene } from "./hit";
import { fitText, LABEL_FONT, LABELLED, type Surface, snap, textWidth } from "./surface";
import { paintBands } from "./timeMarks";
import { bandsOf, besideBand, ticks, timeOf, type Viewport, xOf } from "./viewport";

const TALL = 18;
const LOW = 14;
const CORNER = 2;
/** Bars narrower or lower than this have no round corners, which cost more than the bar. */
const SQUARE = 10;
const LABEL_ROOM = 34;
/** From a tick to its text. */
const TICK_GAP = 5;

/** Draws everything that does not move with the pointer. */
export function paintTimeline(surface: Surface, scene: Scene): void {
  const { context, width, height } = surface;
  paintGrid(surface, scene);
  context.save();
  context.beginPath();
  context.rect(0, AXIS_HEIGHT, width, height - AXIS_HEIGHT);
  context.clip();
  const { laneHeight, scrollTop, order } = scene;
  const first = Math.max(0, Math.floor(scrollTop / laneHeight));
  const last = Math.min(order.owners.length, Math.ceil((scrollTop + height - AXIS_HEIGHT) / laneHeight));
  for (let lane = first; lane < last; lane++) {
    const owner = order.owners[lane] as LaneOwner;
    const top = AXIS_HEIGHT + lane * laneHeight - scrollTop;
    if (hasRows(owner)) paintLane(surface, scene, owner, top);
    else paintChart(surface, scene, owner, top);
  }
  context.restore();
  paintBands(surface, scene.view);
}

function paintGrid({ context, width, height, palette, ratio }: Surface, { model, view }: Scene): void {
  const zero = Number.isFinite(model.start) ? model.start : 0;
  const { times, label } = ticks(view, zero);
  const bands = bandsOf(view);
  context.font = `${LABEL_FONT}px ${palette.font}`;
  context.textBaseline = "middle";
  for (const time of times) {
    const x = Math.round(xOf(view, time) * ratio) / ratio;
    context.fillStyle = palette.grid;
    context.fillRect(x, AXIS_HEIGHT - 6, 1 / ratio, height);
    const text = label(time);
    const end = x + TICK_GAP + textWidth(context, text);
    if (end > width || bands.some(({ left, right }) => left < end && right > x)) continue;
    context.fillStyle = palette.dim;
    context.fillText(text, x + TICK_GAP, AXIS_HEIGHT / 2);
  }
  context.fillStyle = palette.line;
  context.fillRect(0, AXIS_HEIGHT - 1, width, 1);
}

/** Covers the axis between two places, and the tick labels that a text there would cut. */
export function clearAxis(surface: Surface, { model, view }: Scene, left: number, right: number): void {
  const { context, palette } = surface;
  const { times, label } = ticks(view, Number.isFinite(model.start) ? model.start : 0);
  context.font = `${LABEL_FONT}px ${palette.font}`;
  let [from, to] = [left, right];
  for (const time of times) {
    const x = xOf(view, time) + TICK_GAP;
    const end = x + textWidth(context, label(time));
    if (x > right + TICK_GAP || end < left - TICK_GAP) continue;
    from = Math.min(from, x - 1);
    to = Math.max(to, end + 1);
  }
  context.fillStyle = palette.background;
  context.fillRect(from, 1, to - from, AXIS_HEIGHT - 3);
}

/** Rectangles of one lane, gathered by what they are filled with: [x, width] pairs in CSS pixels. */
interface Bars {
  suspended: number[];
  ready: number[];
  running: number[];
  blocked: number[];
}

interface Label {
  x: number;
  width: number;
  /** The first of these that fits is written; the last is shortened where none does. */
  texts: readonly string[];
  on: "running" | "suspended" | "job";
}

function paintLane(surface: Surface, scene: Scene, owner: RowOwner, top: number): void {
  const bars: Bars = { suspended: [], ready: [], running: [], blocked: [] };
  const labels: Label[] = [];
  gather(surface, scene, owner, bars, labels);
  const { palette, context } = surface;
  const { laneHeight } = scene;
  const middle = top + laneHeight / 2;
  const [tall, low] = [barHeight(laneHeight, TALL), barHeight(laneHeight, LOW)];
  if (owner.kind !== "task") paintIdle(surface, bars.suspended, middle);
  else paintBars(surface, bars.suspended, middle, low, palette.suspended);
  paintBars(surface, bars.ready, middle, tall, surface.hatch);
  paintBars(surface, bars.running, middle, tall, owner.kind === "worker" ? palette.job : palette.running);
  paintBars(surface, bars.blocked, middle, tall, palette.failed);
  if (laneHeight < LABELLED) return;
  for (const label of labels) paintLabel(surface, label, middle);
  if (owner.kind === "task" && owner.cancels) paintCancels(surface, scene, owner, owner.cancels, middle);
  if (owner.kind === "task" && owner.outcome) paintEnd(surface, scene, owner, middle);
  context.globalAlpha = 1;
}

/** A bar keeps its share of a lower lane, but fills a very low one. */
function barHeight(laneHeight: number, usual: number): number {
  return laneHeight < LABELLED ? laneHeight - 1 : Math.min(usual, laneHeight - 3);
}

/** Walks the visible rows of a lane; consecutive pixels of one state become one bar. */
function gather(surface: Surface, scene: Scene, owner: RowOwner, bars: Bars, labels: Label[]): void {
  const { model, view, end } = scene;
  const { rows } = model;
  const { lane } = owner;
  const pixel = 1 / surface.ratio;
  let row = Math.max(0, rows.find(lane, view.from));
  while (row < lane.rows) {
    const start = rows.startOf(lane, row);
    if (start > view.to) return;
    const stop = endOf(model, lane, row, end);
    const x = Math.max(-CORNER * 2, snap(xOf(view, start), surface.ratio));
    const right = Math.min(view.width + CORNER * 2, snap(xOf(view, stop), surface.ratio));
    if (right - x > pixel) {
      addWide(scene, owner, row, x, right - x, stop - start, bars, labels);
      row++;
      continue;
    }
    const next = endOfPixel(scene, lane, row, timeAfter(view, x, pixel));
    addThin(rows.statesBetween(lane, row, next, RUNS), x, pixel, bars);
    row = next;
  }
}

/** The first row that is not over within the pixel that ends at `time`. */
function endOfPixel({ model, end }: Scene, lane: Lane, row: number, time: number): number {
  const next = model.rows.gallop(lane, time, row);
  return next - row > 1 && endOf(model, lane, next - 1, end) > time ? next - 1 : next;
}

/** The moment at which the pixel that begins at `x` is over. */
function timeAfter(view: Viewport, x: number, pixel: number): number {
  return timeOf(view, x + pixel / 2);
}

function endOf({ rows }: TraceModel, lane: Lane, row: number, end: number): number {
  if (row + 1 < lane.rows) return rows.startOf(lane, row + 1);
  const start = rows.startOf(lane, row);
  return isEnd(STATE_NAMES[rows.stateOf(lane, row)] ?? "done") ? start : Math.max(start, end);
}

function addWide(
  { model, view }: Scene,
  owner: RowOwner,
  row: number,
  x: number,
  width: number,
  seconds: number,
  bars: Bars,
  labels: Label[],
): void {
  const state = model.rows.stateOf(owner.lane, row);
  const runs = state === STATE.running || state === STATE.callback;
  const blocked = runs && owner.kind === "loop" && seconds >= BLOCKED_SECONDS;
  const list = blocked ? bars.blocked : runs ? bars.running : barsOf(state, bars);
  list?.push(x, width);
  const left = besideBand(view, Math.max(x, 0), LABEL_ROOM);
  const room = Math.min(x + width, view.width) - left;
  if (room < LABEL_ROOM || list === undefined) return;
  const texts = labelsOf(model, owner, row, state, seconds, blocked);
  if (texts.length > 0) labels.push({ x: left, width: room, texts, on: labelGround(owner, runs) });
}

function labelGround(owner: RowOwner, runs: boolean): Label["on"] {
  return !runs ? "suspended" : owner.kind === "worker" ? "job" : "running";
}

function barsOf(state: State, bars: Bars): number[] | undefined {
  if (state === STATE.suspended) return bars.suspended;
  return state === STATE.ready ? bars.ready : undefined;
}

const RUNS = (1 << STATE.running) | (1 << STATE.callback);

/** A pixel that holds several rows shows the busiest of their states. */
function addThin(states: number, x: number, pixel: number, bars: Bars): void {
  const list =
    states & RUNS ? bars.running : states & (1 << STATE.ready) ? bars.ready : states & 1 ? bars.suspended : undefined;
  if (list === undefined) return;
  const last = list.length - 2;
  if (last >= 0 && Math.abs((list[last] as number) + (list[last + 1] as number) - x) < pixel / 2)
    list[last + 1] = (list[last + 1] as number) + pixel;
  else list.push(x, pixel);
}

function labelsOf(
  model: TraceModel,
  owner: RowOwner,
  row: number,
  state: State,
  seconds: number,
  blocked: boolean,
): readonly string[] {
  const ref = model.rows.refOf(owner.lane, row);
  if (owner.kind === "task") {
    if (state === STATE.running) return [duration(seconds)];
    return state === STATE.suspended ? [waitLabel(model, ref)] : [];
  }
  if (state === STATE.suspended) return [];
  if (owner.kind === "worker") return [shown(model.jobs.all[ref]?.site?.what ?? "")];
  const who = shown((state === STATE.running ? model.tasks[ref]?.name : model.callbackAt(ref)?.what) ?? "");
  return blocked ? [`${who} blocks ${duration(seconds)}`, who] : [who];
}

/** What a suspended task waits for, as short as it can be said: `sleep`, `Queue.get`, a task's name. */
export function waitLabel(model: TraceModel, ref: number): string {
  const { site, task } = model.waitAt(ref);
  const what = site?.what ?? "";
  if (task && (what === "" || what.endsWith("Task"))) return shown(task.name);
  return shown(what.replace(/^asyncio\./, ""));
}

/** No lane is wide enough for more than the beginning of a long name. */
function shown(name: string): string {
  return printable(shorten(name, 120));
}

function paintBars(
  { context, palette, ratio }: Surface,
  list: readonly number[],
  middle: number,
  height: number,
  fill: string | CanvasPattern,
): void {
  if (list.length === 0) return;
  // Half a pixel would make both edges of the bar dull, and each bar dear.
  const top = snap(middle - height / 2, ratio);
  context.fillStyle = fill;
  context.beginPath();
  for (let at = 0; at < list.length; at += 2) {
    const x = list[at] as number;
    const width = list[at + 1] as number;
    if (width < SQUARE || height < SQUARE) context.fillRect(x, top, width, height);
    else context.roundRect(x, top, width, height, CORNER);
  }
  context.fill();
  if (palette.outline === undefined) return;
  context.strokeStyle = palette.outline;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = 0; at < list.length; at += 2) {
    const width = list[at + 1] as number;
    if (width >= SQUARE) context.roundRect((list[at] as number) + 0.5, top + 0.5, width - 1, height - 1, CORNER);
  }
  context.stroke();
}

/** A loop that waits in its selector: a thin line, so that what is busy stands out. */
function paintIdle({ context, palette }: Surface, list: readonly number[], middle: number): void {
  context.fillStyle = palette.dim;
  context.globalAlpha = 0.45;
  for (let at = 0; at < list.length; at += 2)
    context.fillRect(list[at] as number, middle - 0.5, list[at + 1] as number, 1);
  context.globalAlpha = 1;
}

function paintLabel({ context, palette }: Surface, { x, width, texts, on }: Label, middle: number): void {
  context.font = `${LABEL_FONT}px ${palette.font}`;
  context.textBaseline = "middle";
  context.fillStyle = on === "running" ? palette.onRunning : palette.foreground;
  context.globalAlpha = on === "running" || palette.outline ? 1 : 0.9;
  const text = texts.find((each) => textWidth(context, each) <= width - 12) ?? texts[texts.length - 1] ?? "";
  context.fillText(fitText(context, text, width - 12), x + 6, middle + 0.5);
  context.globalAlpha = 1;
}

/** Room of the mark at the end of a wait, and the least from one such mark to the next. */
const CANCEL_ROOM = 12;

/** Marks the ends of waits that a cancel ended and the task outlived: a timeout, for one. The task's own end has its mark. */
function paintCancels(
  { context, palette }: Surface,
  { view }: Scene,
  task: LaneOwner & { kind: "task" },
  cancels: readonly Cancel[],
  middle: number,
): void {
  context.fillStyle = palette.cancelled;
  context.textBaseline = "middle";
  context.font = `bold ${LABEL_FONT}px ${palette.font}`;
  let last = Number.NEGATIVE_INFINITY;
  for (const { arrived, arrivedStep } of cancels) {
    if (arrived === undefined || arrived < view.from || arrived > view.to) continue;
    const ended = task.outcome === "cancelled" && task.steps === arrivedStep + 1;
    const x = xOf(view, arrived) - CANCEL_ROOM;
    if (ended || x < last + CANCEL_ROOM) continue;
    context.fillText(MARKS.cancelled, x, middle + 0.5);
    last = x;
  }
}

const MARKS = { done: "✓", failed: "✕", cancelled: "◆" } as const;

/** The end mark behind a task's last segment: nothing follows it in its lane. */
function paintEnd(surface: Surface, { model, view }: Scene, task: LaneOwner & { kind: "task" }, middle: number): void {
  if (task.ended === undefined || task.outcome === undefined) return;
  const x = xOf(view, task.ended) + 5;
  const { context, palette, width } = surface;
  if (x < -200 || x > width) return;
  const colors = { done: palette.running, failed: palette.failed, cancelled: palette.cancelled };
  context.fillStyle = colors[task.outcome];
  context.textBaseline = "middle";
  context.font = `bold ${LABEL_FONT + 1}px ${palette.font}`;
  context.fillText(MARKS[task.outcome], x, middle + 0.5);
  if (task.outcome === "done") return;
  const said = task.outcome === "cancelled" ? "cancelled" : printable(errorOf(model, task)?.type ?? "failed");
  context.font = `${LABEL_FONT}px ${palette.font}`;
  context.fillText(fitText(context, said, Math.max(0, width - x - 18)), x + 14, middle + 0.5);
}
