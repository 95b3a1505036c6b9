// What belongs together across lanes: a lock and who holds it or waits, a wait and what it is at, a job and who waits. Pure.

import { holdersAt, waitersAt } from "../trace/contention";
import type { TraceModel } from "../trace/model";
import type { Resource } from "../trace/resources";
import { jobOf, type LaneOwner, type Segment, waitOf } from "../trace/segments";

/** What a linked lane is to the segment: it holds it, waits for it, or is where the segment waits. */
export type Link = "holds" | "waits" | "place";

const NONE: ReadonlyMap<LaneOwner, Link> = new Map();

/** The lanes that belong to a segment. Reads a bounded number of waits and holds. */
export function linksOf(model: TraceModel, segment: Segment | undefined): ReadonlyMap<LaneOwner, Link> {
  switch (segment?.owner.kind) {
    case "resource":
      return around(model, segment.owner, segment.start);
    case "worker": {
      const waiter = jobOf(model, segment)?.waiter;
      return waiter ? new Map([[waiter, "waits"]]) : NONE;
    }
    case "task":
      return placeOf(model, segment);
    default:
      return NONE;
  }
}

function around(model: TraceModel, resource: Resource, time: number): Map<LaneOwner, Link> {
  const links = new Map<LaneOwner, Link>();
  for (const task of waitersAt(model, resource, time)) links.set(task, "waits");
  for (const task of holdersAt(model, resource, time)) if (task) links.set(task, "holds");
  return links;
}

/** Where a suspended task waits: at a resource, with its holders then, or for a job in a thread. */
function placeOf(model: TraceModel, segment: Segment): ReadonlyMap<LaneOwner, Link> {
  const wait = waitOf(model, segment);
  const links = new Map<LaneOwner, Link>();
  if (wait?.resource) {
    links.set(wait.resource, "place");
    for (const task of holdersAt(model, wait.resource, segment.start)) if (task) links.set(task, "holds");
  }
  if (wait?.job?.worker) links.set(wait.job.worker, "place");
  return links;
}
