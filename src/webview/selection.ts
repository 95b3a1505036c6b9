// What the user points at: the selected segment, the time cursor and the measured range.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { hasRows, isEnd, type LaneOwner, neighbour, rowAt, type Segment, segmentOf } from "../trace/segments";
import type { LaneList } from "./laneList";
import type { Session } from "./session";
import type { TimeWindow } from "./timeWindow";
import type { Span } from "./viewport";

/** A segment by its place, which stays the same while the trace grows. */
interface Place {
  readonly owner: LaneOwner;
  readonly row: number;
  readonly start: number;
}

export class Selection {
  private readonly place = signal<Place | undefined>(undefined);
  readonly segment = computed(() => this.segmentAt(this.place.value));
  /** The time cursor: what is said of one moment is said of this one. Trace seconds. */
  readonly cursor = signal<number | undefined>(undefined);
  /** The range that is measured. */
  readonly range = signal<Span | undefined>(undefined);
  /** Keeps its time while the selection moves from lane to lane. */
  private anchor = 0;

  /** @param grown counts changes of the trace */
  constructor(
    private readonly session: Session,
    private readonly grown: ReadonlySignal<number>,
    private readonly window: TimeWindow,
    private readonly lanes: LaneList,
  ) {}

  private segmentAt(place: Place | undefined): Segment | undefined {
    this.grown.value;
    if (place === undefined) return undefined;
    const { model } = this.session;
    // Levels that become known later move the rows after them.
    const row = hasRows(place.owner) ? place.row : rowAt(model, place.owner, place.start);
    return segmentOf(model, place.owner, row, this.window.end.value);
  }

  /** The time at which the selection is, also where its lane shows nothing then. */
  get time(): number {
    return this.anchor;
  }

  /** Selects a segment and brings it into sight. */
  select(segment: Segment | undefined): void {
    this.place.value = segment && { owner: segment.owner, row: segment.row, start: segment.start };
    if (segment === undefined) return;
    this.anchor = Math.max(segment.start, Math.min(segment.end, this.window.view.value.from));
    this.window.reveal(segment.start, segment.end);
    this.lanes.reveal(segment.owner);
  }

  /** Selects in a lane the segment at `time`, or the nearest one that takes time. */
  selectAt(owner: LaneOwner, time: number): void {
    const { model } = this.session;
    const end = this.window.end.value;
    const row = Math.max(0, rowAt(model, owner, time));
    const found = segmentOf(model, owner, row, end);
    const solid = found && (found.end > found.start || found.open) && !isEnd(found.state);
    this.select(solid || !found ? found : (neighbour(model, found, -1, end) ?? found));
    this.anchor = time;
  }

  /** Moves the selection along its lane (`dx`) or to another lane (`dy`); selects a first segment where there is none. */
  move(dx: -1 | 0 | 1, dy: -1 | 0 | 1): void {
    const { owners } = this.lanes.order.value;
    const selected = this.segment.value;
    if (selected === undefined) {
      const first = owners.find(({ kind }) => kind === "task") ?? owners[0];
      if (first) this.selectAt(first, this.window.view.value.from);
    } else if (dx !== 0) {
      const next = neighbour(this.session.model, selected, dx, this.window.end.value);
      if (next) this.select(next);
      if (next) this.anchor = (next.start + next.end) / 2;
    } else {
      const owner = owners[this.lanes.order.value.laneOf(selected.owner) + dy];
      if (owner) this.selectAt(owner, this.anchor);
    }
  }

  clear(): void {
    this.select(undefined);
    this.range.value = undefined;
  }

  /** Forgets everything: another trace is shown. */
  reset(): void {
    this.clear();
    this.cursor.value = undefined;
  }
}
