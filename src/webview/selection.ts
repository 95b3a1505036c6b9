// What the user points at: the selected segment, the time cursor and the measured range.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { changeBeside } from "../trace/moment";
import { hasRows, isEnd, type LaneOwner, neighbour, rowAt, type Segment, segmentOf } from "../trace/segments";
import type { LaneList } from "./laneList";
import type { Session } from "./session";
import type { TimeWindow } from "./timeWindow";
import { type Span, timeOf, xOf } from "./viewport";

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
  /** Where a measured range begins that has no end yet: it goes to the cursor. */
  readonly markedFrom = signal<number | undefined>(undefined);
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
      const first = owners.find(({ kind }) => kind === "task" || kind === "group") ?? owners[0];
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

  /** Sets the time cursor, within the trace. */
  setCursor(time: number): void {
    const { start, end } = this.window.span;
    const at = Math.min(Math.max(time, start), end);
    this.cursor.value = at;
    const from = this.markedFrom.value;
    if (from !== undefined) this.measure(from, at);
  }

  /** Moves the cursor by pixels and keeps it in sight; begins in the middle of what is seen. */
  moveCursor(pixels: number): void {
    const at = this.cursor.value ?? this.window.middle.value;
    const view = this.window.view.value;
    this.setCursor(timeOf(view, xOf(view, at) + pixels));
    this.revealCursor();
  }

  /** Moves the cursor to where anything changes next (1) or changed last (-1). */
  stepCursor(way: -1 | 1): void {
    const from = this.cursor.value ?? this.segment.value?.start ?? this.window.view.value.from;
    const next = changeBeside(this.session.model, from, way);
    if (next !== undefined) this.setCursor(next);
    this.revealCursor();
  }

  private revealCursor(): void {
    const at = this.cursor.value;
    if (at !== undefined) this.window.reveal(at, at);
  }

  measure(from: number, to: number): void {
    this.range.value = { start: Math.min(from, to), end: Math.max(from, to) };
  }

  /** Begins a measured range at the cursor, or where the selection begins; called again, ends it. True once it has both. */
  mark(): boolean {
    const selected = this.segment.value;
    const from = this.markedFrom.value;
    if (from === undefined) {
      const start = this.cursor.value ?? selected?.start ?? this.window.middle.value;
      this.markedFrom.value = start;
      this.measure(start, start);
      return false;
    }
    this.measure(from, this.cursor.value ?? selected?.end ?? this.window.middle.value);
    this.markedFrom.value = undefined;
    return true;
  }

  clear(): void {
    this.select(undefined);
    this.cursor.value = undefined;
    this.range.value = undefined;
    this.markedFrom.value = undefined;
  }
}
