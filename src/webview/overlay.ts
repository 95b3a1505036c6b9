// Draws what moves: the pointer's time, what is hovered, and the selection with its arrows.

import type { LaneOwner, Segment } from "../trace/segments";
import { paintArrows } from "./arrowPaint";
import type { Arrow } from "./arrows";
import { AXIS_HEIGHT, type Scene } from "./hit";
import type { Surface } from "./surface";
import { clearAxis } from "./timeline";
import { labelAt, timeOf, xOf } from "./viewport";

/** What the pointer and the selection are at. */
export interface Marks {
  readonly selected: Segment | undefined;
  readonly hovered: Segment | undefined;
  readonly arrows: readonly Arrow[];
  /** The pointer's distance from the left edge, in CSS pixels. */
  readonly pointerX: number | undefined;
  /** The pointer's time is not written. */
  readonly silent?: boolean;
}

export function paintOverlay(surface: Surface, scene: Scene, marks: Marks): void {
  const { context, width, height } = surface;
  context.save();
  context.beginPath();
  context.rect(0, AXIS_HEIGHT, width, height - AXIS_HEIGHT);
  context.clip();
  if (marks.hovered) outline(surface, scene, marks.hovered, 1);
  if (marks.selected) outline(surface, scene, marks.selected, 2);
  paintArrows(surface, marks.arrows);
  context.restore();
  if (marks.pointerX !== undefined) paintPointer(surface, scene, marks.pointerX, marks.silent);
}

/** The middle of a lane on the canvas. */
function middleOf({ order, laneHeight, scrollTop }: Scene, owner: LaneOwner): number | undefined {
  const lane = order.laneOf(owner);
  return lane < 0 ? undefined : AXIS_HEIGHT + (lane + 0.5) * laneHeight - scrollTop;
}

function outline({ context, palette }: Surface, scene: Scene, segment: Segment, thickness: number): void {
  const middle = middleOf(scene, segment.owner);
  if (middle === undefined) return;
  const left = Math.max(-9, xOf(scene.view, segment.start));
  const right = Math.min(scene.view.width + 9, xOf(scene.view, segment.end));
  if (right < -9 || left > scene.view.width + 9) return;
  context.strokeStyle = thickness > 1 ? palette.foreground : palette.dim;
  context.lineWidth = thickness;
  context.beginPath();
  const half = Math.min(11, scene.laneHeight / 2);
  context.roundRect(left - 2, middle - half, Math.max(4, right - left + 4), half * 2, Math.min(4, half / 2));
  context.stroke();
}

function paintPointer(surface: Surface, scene: Scene, x: number, silent = false): void {
  const { context, palette, width, height } = surface;
  const { model, view } = scene;
  const text = labelAt(view, Number.isFinite(model.start) ? model.start : 0, timeOf(view, x));
  context.strokeStyle = palette.accent;
  context.lineWidth = 1;
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(Math.round(x) + 0.5, AXIS_HEIGHT);
  context.lineTo(Math.round(x) + 0.5, height);
  context.stroke();
  context.setLineDash([]);
  if (silent) return;
  context.font = `11px ${palette.font}`;
  const size = context.measureText(text).width + 12;
  const left = Math.min(Math.max(0, x - size / 2), width - size);
  clearAxis(surface, scene, left, left + size);
  context.strokeStyle = palette.accent;
  context.beginPath();
  context.roundRect(left + 0.5, 4.5, size - 1, AXIS_HEIGHT - 9, 3);
  context.stroke();
  context.fillStyle = palette.foreground;
  context.textBaseline = "middle";
  context.fillText(text, left + 6, AXIS_HEIGHT / 2 + 0.5);
}
