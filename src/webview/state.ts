// The panel's state and what can be done with it. Drawing and chrome read the signals; nothing here touches the page.

import { computed, signal } from "@preact/signals";
import type { ToHost, ToView } from "../trace/messages";
import { type Frame, ownFrame, type Segment, siteOf, stackOf } from "../trace/segments";
import { actionOfId } from "./actions";
import type { Arrows } from "./arrows";
import { hit, type Scene } from "./hit";
import { LaneList } from "./laneList";
import type { Mirror } from "./mirror";
import { Playback } from "./playback";
import { Selection } from "./selection";
import { Session } from "./session";
import { TimeWindow } from "./timeWindow";
import { timeOf, xOf } from "./viewport";

/** What the side shows. */
export type Tab = "details" | "tasks" | "graph" | "overview";

/** How long what looks at the whole trace may lag behind a running program. */
const SETTLE_SECONDS = 0.3;

export type Caret = ToView & { kind: "caret" };

export class PanelState {
  readonly session = new Session();
  /** Counts changes of the trace or of its status. */
  readonly grown = signal(0);
  /** Counts with `grown`, but a few times a second at most: for what looks at the whole trace. */
  readonly settled = signal(0);
  readonly time: TimeWindow;
  readonly lanes: LaneList;
  readonly selection: Selection;
  /** These two are undefined until the rest of the page is loaded. */
  readonly arrows = signal<Arrows | undefined>(undefined);
  readonly mirror = signal<Mirror | undefined>(undefined);
  readonly playback: Playback;
  /** Where the caret of the active editor is. */
  readonly caret = signal<Caret | undefined>(undefined);
  readonly tab = signal<Tab>("details");
  /** The dialog with the keys is open. */
  readonly help = signal(false);
  readonly pointer = signal<{ readonly x: number; readonly y: number } | undefined>(undefined);

  readonly hovered = computed(() => {
    const at = this.pointer.value;
    return at ? hit(this.scene.value, at.x, at.y) : undefined;
  });
  readonly scene = computed<Scene>(() => ({
    model: this.session.model,
    order: this.lanes.order.value,
    view: this.time.view.value,
    laneHeight: this.lanes.height.value,
    scrollTop: this.lanes.scroll.value.top,
    end: this.time.end.value,
  }));

  /** Set by the rest of the page: makes a picture of the view, and asks the host to keep it. */
  exportPicture: (format: "png" | "svg") => void = () => undefined;
  /** The same: asks the host to put the story of what is selected, else hovered, on the clipboard as text. */
  copyDetails: () => void = () => undefined;

  private generation = 0;
  private settledAt = Number.NEGATIVE_INFINITY;
  private settledTo = 0;

  /** @param send posts a message to the host; @param clock seconds of the page's clock */
  constructor(
    readonly send: (message: ToHost) => void,
    private readonly clock: () => number,
  ) {
    this.time = new TimeWindow(this.session, clock);
    this.lanes = new LaneList(this.session, this.grown, clock, () => this.selection.cursor.value);
    this.selection = new Selection(this.session, this.grown, this.time, this.lanes);
    this.playback = new Playback(this.time, this.selection);
  }

  receive(message: ToView): void {
    if (message.kind === "act") {
      actionOfId(message.id)?.run(this);
      return;
    }
    if (message.kind === "caret") {
      this.caret.value = message.file === undefined ? undefined : message;
      return;
    }
    for (const reply of this.session.receive(message, this.clock())) this.send(reply);
    if (this.session.generation !== this.generation) this.startAfresh();
    this.grown.value++;
    this.settle();
  }

  /** Called before each drawing: time goes on. */
  tick(): void {
    this.time.tick();
    this.settle();
  }

  private settle(): void {
    const now = this.clock();
    if (this.settledTo === this.grown.value || (this.session.running && now - this.settledAt < SETTLE_SECONDS)) return;
    this.settledAt = now;
    this.settledTo = this.grown.value;
    this.settled.value++;
  }

  private startAfresh(): void {
    this.generation = this.session.generation;
    this.clear();
    this.pointer.value = undefined;
    this.time.mode.value = "fit";
  }

  /** The size of the lanes' region in CSS pixels, axis included. */
  resize(width: number, height: number): void {
    const { scroll } = this.lanes;
    if (height !== scroll.value.height) scroll.value = { ...scroll.value, height };
    this.time.resize(width);
  }

  /** Zooms around the selection where it is in sight, else around the middle. */
  zoomBy(factor: number): void {
    const view = this.time.view.value;
    const selected = this.selection.segment.value;
    const middle = selected ? (Math.max(selected.start, view.from) + Math.min(selected.end, view.to)) / 2 : Number.NaN;
    const seen = middle >= view.from && middle <= view.to;
    this.time.zoomAt(factor, seen ? xOf(view, middle) : view.width / 2);
  }

  fitSelection(): void {
    const selected = this.selection.segment.value;
    if (selected) this.time.fitRange(selected.start, selected.end);
  }

  /** Folds the selected lane, or selects the one that it is nested in. */
  fold(): void {
    const owner = this.selection.segment.value?.owner;
    if (owner === undefined) return;
    const above = this.lanes.above(owner);
    if (this.lanes.isFolded(owner) === false) this.lanes.fold(owner, true);
    else if (above) this.selection.selectAt(above, this.selection.time);
  }

  unfold(): void {
    const owner = this.selection.segment.value?.owner;
    if (owner && this.lanes.isFolded(owner)) this.lanes.fold(owner, false);
  }

  /** Selects what is under a point, sets the cursor there, and opens its code. */
  pick(x: number, y: number): void {
    const segment = hit(this.scene.value, x, y);
    const time = timeOf(this.time.view.value, x);
    // A segment thinner than a pixel was meant: the cursor is then to lie in it.
    this.selection.setCursor(segment ? Math.min(Math.max(time, segment.start), segment.end) : time);
    this.selection.select(segment);
    if (segment) this.openCode(segment);
  }

  /** The range that was dragged is whole; a click with Shift is none. */
  endMeasure(): void {
    const { range, markedFrom } = this.selection;
    markedFrom.value = undefined;
    if (range.value && range.value.end > range.value.start) this.tab.value = "tasks";
    else range.value = undefined;
  }

  /** Marks where a measured range begins, then where it ends, and shows what was in it. */
  markRange(): void {
    if (this.selection.mark()) this.tab.value = "tasks";
  }

  showTab(tab: Tab): void {
    this.tab.value = tab;
  }

  /** Nothing is selected, marked or played any more. */
  clear(): void {
    this.playback.stop();
    this.selection.clear();
  }

  /** Asks the host to show the place that a segment is about. */
  openCode(segment: Segment): void {
    const frame = ownFrame(stackOf(siteOf(this.session.model, segment)));
    if (frame) this.openFrame(frame);
  }

  /** The same for the selected segment. */
  openSelected(): void {
    const selected = this.selection.segment.value;
    if (selected) this.openCode(selected);
  }

  openFrame({ file, line, column }: Frame): void {
    this.send({ kind: "open", file, line, column });
  }
}
