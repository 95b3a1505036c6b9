// What lies under a point: the lane by division, the segment by binary search. Pure; never looks at other lanes.

import type { LaneOrder } from "../trace/lanes";
import type { TraceModel } from "../trace/model";
import { neighbour, rowAt, type Segment, segmentAt, segmentOf } from "../trace/segments";
import { timeOf, type Viewport, xOf } from "./viewport";

/** Height of a lane as long as the user wants no lower ones, and of the time axis above the lanes, in CSS pixels. */
export const LANE_HEIGHT = 30;
export const AXIS_HEIGHT = 26;

/** How far from a segment that is thinner than a pixel a pointer still means it. */
const REACH = 3;

/** What is drawn and pointed at. `scrollTop`: how far the lanes are scrolled; `end`: the end of what is known. */
export interface Scene {
  readonly model: TraceModel;
  readonly order: LaneOrder;
  readonly view: Viewport;
  /** Height of a lane in CSS pixels. */
  readonly laneHeight: number;
  readonly scrollTop: number;
  readonly end: number;
}

/** The lane at `y` pixels below the axis' top; undefined on the axis and below the last lane. */
export function laneAt(scene: Scene, y: number): number | undefined {
  if (y < AXIS_HEIGHT) return undefined;
  const lane = Math.floor((y - AXIS_HEIGHT + scene.scrollTop) / scene.laneHeight);
  return lane < scene.order.owners.length ? lane : undefined;
}

/** The segment at a point; a short running one within reach wins over the long wait beside it. */
export function hit(scene: Scene, x: number, y: number): Segment | undefined {
  const lane = laneAt(scene, y);
  const owner = lane === undefined ? undefined : scene.order.owners[lane];
  if (owner === undefined) return undefined;
  const { model, view, end } = scene;
  const segment = segmentAt(model, owner, timeOf(view, x), end);
  const distance = (other: Segment) =>
    Math.max(xOf(view, other.start) - x, x - xOf(view, other.end), 0) + (isShort(view, other) ? 0 : REACH);
  const from = segment ?? segmentOf(model, owner, rowAt(model, owner, timeOf(view, x)), end);
  if (from === undefined) return undefined;
  const near = [segment, neighbour(model, from, -1, end), neighbour(model, from, 1, end)].filter(
    (other): other is Segment => other !== undefined && (other === segment || distance(other) <= REACH),
  );
  const ranked = near.sort((a, b) => rank(view, b) - rank(view, a));
  return ranked[0];
}

function rank(view: Viewport, segment: Segment): number {
  return isShort(view, segment) && segment.state !== "suspended" ? 1 : 0;
}

function isShort(view: Viewport, segment: Segment): boolean {
  return xOf(view, segment.end) - xOf(view, segment.start) < REACH;
}
