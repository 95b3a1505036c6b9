// What lanes and segments are called, in a few words. Pure.

import type { TraceModel } from "../trace/model";
import type { LaneOwner, Segment } from "../trace/segments";
import { moment, plural, printable } from "../trace/text";
import { laneText, levelText } from "./laneText";

export function nameOf(owner: LaneOwner): string {
  if (owner.kind === "task") return printable(owner.name);
  if (owner.kind === "worker") return `thread ${printable(owner.stream.name) || owner.stream.ident}`;
  if (owner.kind !== "loop") return laneText(owner).name;
  return `loop ${printable(owner.stream.name || `in thread ${owner.stream.ident}`)}`;
}

export function stateWord(model: TraceModel, segment: Segment): string {
  const { owner, state } = segment;
  if (owner.kind === "task") return state;
  if (owner.kind !== "loop") return laneState(model, segment);
  if (state === "suspended") return "idle";
  return state === "stopped" ? "stopped" : "busy";
}

/** What such a segment shows, in a few words; empty for tasks and loops. */
function laneState(model: TraceModel, segment: Segment): string {
  const { owner } = segment;
  switch (owner.kind) {
    case "worker":
      return segment.state === "running" ? "busy" : "idle";
    case "group":
      return plural(owner.members.length, "task");
    case "process":
      return `process ${owner.pid}`;
    case "task":
    case "loop":
      return "";
    default:
      return levelText(model, segment);
  }
}

/** A moment of the trace, from its first event on, as fine as a segment of `length` seconds needs. */
export function at(model: TraceModel, time: number, length = Number.POSITIVE_INFINITY): string {
  const span = model.last - model.start;
  return moment(Math.max(0, time - model.start), Math.min(span / 1000, length / 10), span);
}
