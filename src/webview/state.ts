// The panel's state and what can be done with it. Drawing and chrome read the signals; nothing here touches the page.

import { computed, signal } from "@preact/signals";
import type { ToHost, ToView } from "../trace/messages";
import {
  type Frame,
  isEnd,
  type LaneOrder,
  type LaneOwner,
  laneOrder,
  neighbour,
  ownFrame,
  type Segment,
  segmentOf,
  siteOf,
  stackOf,
} from "../trace/segments";
import { AXIS_HEIGHT, hit, LANE_HEIGHT, type Scene } from "./hit";
import { Session } from "./session";
import { fitAll, fitRange, followEnd, pan, reveal, type Span, type Viewport, zoom } from "./viewport";

/** `fit`: the whole trace, as it grows. `follow`: the latest part of it. `free`: where the user went. */
export type Mode = "fit" | "follow" | "free";

/** A segment by its place, which stays the same while the trace grows. */
interface Place {
  readonly owner: LaneOwner;
  readonly row: number;
}

export class PanelState {
  readonly session = new Session();
  /** Counts changes of the trace or of its status. */
  readonly grown = signal(0);
  readonly mode = signal<Mode>("fit");
  readonly view = signal<Viewport>({ from: 0, to: 1, width: 1 });
  /** The lanes' scroll position and the height they are seen in, axis included. */
  readonly scroll = signal({ top: 0, height: 0 });
  readonly pointer = signal<{ readonly x: number; readonly y: number } | undefined>(undefined);
  private readonly selectedPlace = signal<Place | undefined>(undefined);
  /** The end of what is known, in trace seconds. */
  readonly end = signal(0);

  readonly selected = computed(() => this.segmentAt(this.selectedPlace.value));
  readonly hovered = computed(() => {
    const at = this.pointer.value;
    return at ? hit(this.scene.value, at.x, at.y) : undefined;
  });
  readonly order = computed<LaneOrder>(() => {
    this.grown.value;
    return this.orderLanes();
  });
  readonly scene = computed<Scene>(() => ({
    model: this.session.model,
    order: this.order.value,
    view: this.view.value,
    scrollTop: this.scroll.value.top,
    end: this.end.value,
  }));

  private ordered: LaneOrder = { owners: [], depths: new Uint16Array(0) };
  private orderedVersion = "";
  private generation = 0;
  /** Keeps its time while the selection moves from lane to lane. */
  private anchor = 0;

  /** @param send posts a message to the host; @param clock seconds of the page's clock */
  constructor(
    readonly send: (message: ToHost) => void,
    private readonly clock: () => number,
  ) {}

  receive(message: ToView): void {
    for (const reply of this.session.receive(message, this.clock())) this.send(reply);
    if (this.session.generation !== this.generation) this.startAfresh();
    this.grown.value++;
  }

  private startAfresh(): void {
    this.generation = this.session.generation;
    this.orderedVersion = "";
    this.selectedPlace.value = undefined;
    this.pointer.value = undefined;
    this.mode.value = "fit";
  }

  private orderLanes(): LaneOrder {
    const { model, generation } = this.session;
    const version = `${generation}:${model.treeVersion}`;
    if (version !== this.orderedVersion) this.ordered = laneOrder(model);
    this.orderedVersion = version;
    return this.ordered;
  }

  private segmentAt(place: Place | undefined): Segment | undefined {
    this.grown.value;
    return place ? segmentOf(this.session.model, place.owner, place.row, this.end.value) : undefined;
  }

  /** First and last moment of the trace. */
  get span(): Span {
    const { start } = this.session.model;
    return Number.isFinite(start) ? { start, end: Math.max(start, this.end.value) } : { start: 0, end: 1 };
  }

  /** Moves the end of the trace on, and the window with it in the modes that follow. Called before each drawing. */
  tick(): void {
    this.end.value = this.session.end(this.clock());
    const { width } = this.view.value;
    if (this.mode.value === "fit") this.show(fitAll(this.span, width));
    else if (this.mode.value === "follow") this.show(followEnd(this.view.value, this.span));
  }

  private show(view: Viewport): void {
    const { from, to, width } = this.view.value;
    if (view.from !== from || view.to !== to || view.width !== width) this.view.value = view;
  }

  resize(width: number, height: number): void {
    this.show({ ...this.view.value, width: Math.max(1, width) });
    if (height !== this.scroll.value.height) this.scroll.value = { ...this.scroll.value, height };
    this.tick();
  }

  zoomAt(factor: number, x: number): void {
    this.mode.value = "free";
    this.show(zoom(this.view.value, factor, x, this.span));
  }

  /** Zooms around the selection where it is in sight, else around the middle. */
  zoomBy(factor: number): void {
    const { from, to, width } = this.view.value;
    const selected = this.selected.value;
    const middle = selected ? (Math.max(selected.start, from) + Math.min(selected.end, to)) / 2 : from;
    const seen = selected && middle >= from && middle <= to;
    this.zoomAt(factor, seen ? ((middle - from) / (to - from)) * width : width / 2);
  }

  panBy(pixels: number): void {
    this.mode.value = "free";
    this.show(pan(this.view.value, pixels, this.span));
  }

  /** Shows the window of the same length around a moment. */
  centre(time: number): void {
    const { from, to, width } = this.view.value;
    this.panBy(((time - (from + to) / 2) / (to - from)) * width);
  }

  fitAll(): void {
    this.mode.value = "fit";
    this.tick();
  }

  fitSelection(): void {
    const selected = this.selected.value;
    if (selected === undefined) return;
    this.mode.value = "free";
    this.show(fitRange(selected.start, selected.end, this.span, this.view.value.width));
  }

  toggleFollow(): void {
    this.mode.value = this.mode.value === "free" ? "follow" : "free";
    this.tick();
  }

  /** Selects a segment and brings it into sight. */
  select(segment: Segment | undefined): void {
    this.selectedPlace.value = segment && { owner: segment.owner, row: segment.row };
    if (segment === undefined) return;
    this.anchor = Math.max(segment.start, Math.min(segment.end, this.view.value.from));
    this.revealSelection(segment);
  }

  /** Selects in another lane the segment at `time`, or the nearest one that takes time. */
  selectAt(owner: LaneOwner, time: number): void {
    const { model } = this.session;
    const row = Math.max(0, model.rows.find(owner.lane, time));
    const found = segmentOf(model, owner, row, this.end.value);
    const solid = found && (found.end > found.start || found.open) && !isEnd(found.state);
    this.select(solid || !found ? found : (neighbour(model, found, -1, this.end.value) ?? found));
    this.anchor = time;
  }

  private revealSelection({ owner, start, end }: Segment): void {
    const view = this.view.value;
    if (end < view.from || start > view.to || (start < view.from && end < view.to) || start > view.to) {
      this.mode.value = "free";
      this.show(reveal(view, start, end, this.span));
    }
    const lane = this.order.value.owners.indexOf(owner);
    const { top, height } = this.scroll.value;
    const y = lane * LANE_HEIGHT;
    const room = height - AXIS_HEIGHT - LANE_HEIGHT;
    if (lane >= 0 && room > 0 && (y < top || y > top + room)) this.scrollTo(y < top ? y : y - room);
  }

  /** Set by the page: moves its scroller, which then tells the new position back. */
  scrollTo: (top: number) => void = () => undefined;

  clearSelection(): void {
    this.select(undefined);
  }

  /** Moves the selection along its lane (`dx`) or to another lane (`dy`); selects a first segment where there is none. */
  move(dx: -1 | 0 | 1, dy: -1 | 0 | 1): void {
    const { owners } = this.order.value;
    const selected = this.selected.value;
    if (selected === undefined) {
      const first = owners.find(({ kind }) => kind === "task") ?? owners[0];
      if (first) this.selectAt(first, this.view.value.from);
    } else if (dx !== 0) {
      const next = neighbour(this.session.model, selected, dx, this.end.value);
      if (next) this.select(next);
      if (next) this.anchor = (next.start + next.end) / 2;
    } else {
      const owner = owners[owners.indexOf(selected.owner) + dy];
      if (owner) this.selectAt(owner, this.anchor);
    }
  }

  /** Selects what is under a point, and opens its code. */
  pick(x: number, y: number): void {
    const segment = hit(this.scene.value, x, y);
    this.select(segment);
    if (segment) this.openCode(segment);
  }

  /** Asks the host to show the place that a segment is about. */
  openCode(segment: Segment): void {
    const frame = ownFrame(stackOf(siteOf(this.session.model, segment)));
    if (frame) this.openFrame(frame);
  }

  openFrame({ file, line, column }: Frame): void {
    this.send({ kind: "open", file, line, column });
  }
}
