// Shows which segments waited at the line of the caret in the editor: each is underlined and framed in its lane.

import { STATE } from "../trace/rows";
import type { LineWaits } from "../trace/sits";
import { AXIS_HEIGHT, type Scene } from "./hit";
import type { Surface } from "./surface";
import { timeOf, xOf } from "./viewport";

/** Lanes lower than this have no room for a frame. */
const ROOM = 16;

/** Draws over the lanes in sight; what is thinner than a pixel is looked at once a pixel. */
export function paintLineWaits(surface: Surface, scene: Scene, { sites }: LineWaits): void {
  const { context, palette, height } = surface;
  const { order, laneHeight, scrollTop, model } = scene;
  context.save();
  context.beginPath();
  context.rect(0, AXIS_HEIGHT, surface.width, height - AXIS_HEIGHT);
  context.clip();
  context.strokeStyle = palette.accent;
  context.fillStyle = palette.accent;
  context.lineWidth = 1;
  const first = Math.max(0, Math.floor(scrollTop / laneHeight));
  const last = Math.min(order.owners.length, Math.ceil((scrollTop + height - AXIS_HEIGHT) / laneHeight));
  for (let lane = first; lane < last; lane++) {
    const owner = order.owners[lane];
    if (owner?.kind !== "task") continue;
    const isMarked = (row: number) =>
      model.rows.stateOf(owner.lane, row) === STATE.suspended &&
      sites[model.waitSite(model.rows.refOf(owner.lane, row))] === 1;
    const middle = AXIS_HEIGHT + (lane + 0.5) * laneHeight - scrollTop;
    eachRow(scene, owner.lane, (row, left, right) => {
      if (isMarked(row)) paintMark(surface, laneHeight, middle, left, right);
    });
  }
  context.restore();
}

function paintMark({ context }: Surface, laneHeight: number, middle: number, left: number, right: number): void {
  const width = Math.max(1, right - left);
  const half = Math.min(9, laneHeight / 2 - 1);
  context.fillRect(left, middle + half - 1, width, 2);
  if (laneHeight >= ROOM && width >= 4) context.strokeRect(left + 0.5, middle - half + 0.5, width - 1, 2 * half - 1);
}

/** The visible rows of a lane and where they lie; at most a few for each pixel. */
function eachRow(
  { model, view, end }: Scene,
  lane: { readonly rows: number; readonly extents: number[] },
  take: (row: number, left: number, right: number) => void,
): void {
  const { rows } = model;
  let row = Math.max(0, rows.find(lane, view.from));
  while (row < lane.rows) {
    const start = rows.startOf(lane, row);
    if (start > view.to) return;
    const stop = row + 1 < lane.rows ? rows.startOf(lane, row + 1) : Math.max(start, end);
    const left = Math.max(-2, xOf(view, start));
    const right = Math.min(view.width + 2, xOf(view, stop));
    take(row, Math.round(left), Math.round(right));
    // The last row that begins within this half pixel goes on after it.
    row = right - left >= 0.5 ? row + 1 : Math.max(row + 1, rows.gallop(lane, timeOf(view, left + 0.5), row) - 1);
  }
}
