// Which lanes there are, in which order, and how far they are scrolled.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type LaneOrder, type LaneOwner, laneOrder } from "../trace/segments";
import { AXIS_HEIGHT, LANE_HEIGHT } from "./hit";
import type { Session } from "./session";

export class LaneList {
  /** The lanes' scroll position and the height they are seen in, axis included, in CSS pixels. */
  readonly scroll = signal({ top: 0, height: 0 });
  readonly order = computed<LaneOrder>(() => {
    this.grown.value;
    return this.orderLanes();
  });

  private ordered: LaneOrder = { owners: [], depths: new Uint16Array(0) };
  private orderedVersion = "";

  /** @param grown counts changes of the trace */
  constructor(
    private readonly session: Session,
    private readonly grown: ReadonlySignal<number>,
  ) {}

  /** Set by the page: moves its scroller, which then tells the new position back. */
  scrollTo: (top: number) => void = () => undefined;

  /** Scrolls by as little as shows the lane of `owner`. */
  reveal(owner: LaneOwner): void {
    const lane = this.order.value.owners.indexOf(owner);
    const { top, height } = this.scroll.value;
    const y = lane * LANE_HEIGHT;
    const room = height - AXIS_HEIGHT - LANE_HEIGHT;
    if (lane >= 0 && room > 0 && (y < top || y > top + room)) this.scrollTo(y < top ? y : y - room);
  }

  private orderLanes(): LaneOrder {
    const { model, generation } = this.session;
    const version = `${generation}:${model.treeVersion}`;
    if (version !== this.orderedVersion) this.ordered = laneOrder(model);
    this.orderedVersion = version;
    return this.ordered;
  }
}
