// Which lanes there are, in which order, how high they are and how far they are scrolled.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Task } from "../trace/entities";
import { changesWithTime, matchesTask, parseFilter } from "../trace/laneFilter";
import { SORTS, type Sort } from "../trace/laneSiblings";
import { arrange, FOLD, LaneMemory, type LaneOptions, type LaneOrder, PLAIN } from "../trace/lanes";
import type { LaneOwner } from "../trace/segments";
import { AXIS_HEIGHT, LANE_HEIGHT } from "./hit";
import type { Session } from "./session";

/** Heights of a lane that the user goes through. */
export const HEIGHTS = [LANE_HEIGHT, 18, 8] as const;

/** Lanes that change by themselves are ordered anew this often, in seconds; a costly order less often. */
const SORT_SECONDS = 1;
const COST_SHARE = 8;

export class LaneList {
  /** The lanes' scroll position and the height they are seen in, axis included, in CSS pixels. */
  readonly scroll = signal({ top: 0, height: 0 });
  readonly height = signal<number>(LANE_HEIGHT);
  /** The width of the names in CSS pixels, where the user chose one. */
  readonly gutter = signal<number | undefined>(undefined);
  readonly sort = signal<Sort>("created");
  /** What the user typed. */
  readonly filter = signal("");
  readonly showInternals = signal(false);
  /** What the user folded (true) or unfolded (false): all of it, and what was while this filter was set. */
  private readonly folds = signal<ReadonlyMap<LaneOwner, boolean>>(new Map());
  private readonly filteredFolds = signal<ReadonlyMap<LaneOwner, boolean>>(new Map());
  private readonly parsed = computed(() => parseFilter(this.filter.value));
  /** Counts times at which an order that was put off is due. */
  private readonly due = signal(0);

  readonly order = computed<LaneOrder>(() => {
    this.grown.value;
    this.due.value;
    return this.orderLanes();
  });

  private memory = new LaneMemory();
  private generation = -1;
  private last: { options: LaneOptions; version: number; at: number; cost: number; order: LaneOrder } | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param grown counts changes of the trace; @param clock seconds of the page's clock */
  constructor(
    private readonly session: Session,
    private readonly grown: ReadonlySignal<number>,
    private readonly clock: () => number,
    private readonly cursor: () => number | undefined,
  ) {}

  /** Set by the page: moves its scroller, which then tells the new position back. */
  scrollTo: (top: number) => void = () => undefined;

  /** Scrolls by as little as shows the lane of `owner`; shows it where it is folded or hidden. */
  reveal(owner: LaneOwner): void {
    const lane = this.show(owner);
    const { top, height } = this.scroll.value;
    const each = this.height.value;
    const y = lane * each;
    const room = height - AXIS_HEIGHT - each;
    if (lane >= 0 && room > 0 && (y < top || y > top + room)) this.scrollTo(y < top ? y : y - room);
  }

  /** Sees to it that an owner has a lane of its own; gives it. */
  private show(owner: LaneOwner): number {
    if (this.order.value.laneOf(owner) < 0) this.filter.value = "";
    if (this.order.value.laneOf(owner) < 0) this.showInternals.value = true;
    for (let lane = this.order.value.laneOf(owner); lane >= 0; lane = this.order.value.laneOf(owner)) {
      const shown = this.order.value.owners[lane] as LaneOwner;
      if (shown === owner || this.order.value.folds[lane] !== FOLD.folded) return lane;
      this.fold(shown, false);
    }
    return -1;
  }

  /** Folds or unfolds a lane that has something to fold. */
  fold(owner: LaneOwner, folded: boolean): void {
    const folds = this.foldsNow();
    folds.value = new Map(folds.value).set(owner, folded);
  }

  /** Folds or unfolds every lane that there is. */
  foldAll(folded: boolean): void {
    const { owners, folds } = this.order.value;
    const now = new Map(this.foldsNow().value);
    owners.forEach((owner, lane) => {
      if (folds[lane] !== FOLD.none && (folded ? owner.kind !== "loop" && owner.kind !== "process" : true))
        now.set(owner, folded);
    });
    this.foldsNow().value = now;
  }

  /** Whether a lane is folded; undefined where it has nothing to fold. */
  isFolded(owner: LaneOwner): boolean | undefined {
    const { folds, owners } = this.order.value;
    const lane = this.order.value.laneOf(owner);
    if (owners[lane] !== owner) return undefined;
    return folds[lane] === FOLD.none ? undefined : folds[lane] === FOLD.folded;
  }

  /** The lane that the one of `owner` is nested in. */
  above(owner: LaneOwner): LaneOwner | undefined {
    const { owners, depths } = this.order.value;
    const lane = this.order.value.laneOf(owner);
    for (let up = lane - 1; up >= 0; up--) if ((depths[up] ?? 0) < (depths[lane] ?? 0)) return owners[up];
    return undefined;
  }

  /** A filter unfolds all, and what is folded then is so only while it is set. */
  setFilter(text: string): void {
    if (text === this.filter.value) return;
    this.filteredFolds.value = new Map();
    this.filter.value = text;
  }

  get isFiltered(): boolean {
    return this.parsed.value.length > 0;
  }

  /** Whether a task is asked for at `time`. */
  passes(task: Task, time: number): boolean {
    return matchesTask(this.parsed.value, this.session.model, task, this.memory.seen, time);
  }

  /** Set by the page: puts the keyboard into the filter field. */
  focusFilter: () => void = () => undefined;

  nextSort(): void {
    this.sort.value = SORTS[(SORTS.indexOf(this.sort.value) + 1) % SORTS.length] ?? "created";
  }

  toggleInternals(): void {
    this.showInternals.value = !this.showInternals.value;
  }

  nextHeight(): void {
    const at = HEIGHTS.indexOf(this.height.value as (typeof HEIGHTS)[number]);
    this.height.value = HEIGHTS[(at + 1) % HEIGHTS.length] ?? LANE_HEIGHT;
  }

  private foldsNow() {
    return this.parsed.value.length > 0 ? this.filteredFolds : this.folds;
  }

  private options(): LaneOptions {
    const filter = this.parsed.value;
    return {
      ...PLAIN,
      sort: this.sort.value,
      filter,
      internals: this.showInternals.value,
      folds: this.foldsNow().value,
      at: changesWithTime(filter) ? this.cursor() : undefined,
    };
  }

  /** The order as it was, where nothing changed or the next one would come too soon. */
  private orderLanes(): LaneOrder {
    const { model, generation } = this.session;
    if (generation !== this.generation) this.forget();
    const options = this.options();
    const { last } = this;
    const moves = options.sort !== "created" || changesWithTime(options.filter);
    const version = model.treeVersion + (moves ? model.rows.total : 0);
    const asked = last === undefined || !same(last.options, options);
    if (!asked && last.version === version) return last.order;
    const now = this.clock();
    const next = asked ? now : last.at + Math.max(moves ? SORT_SECONDS : 0, last.cost * COST_SHARE);
    if (now < next && last) return this.putOff(next - now, last.order);
    const order = arrange(model, options, this.memory);
    this.last = { options, version, at: now, cost: this.clock() - now, order };
    return order;
  }

  private putOff(seconds: number, order: LaneOrder): LaneOrder {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.due.value++;
    }, seconds * 1000);
    return order;
  }

  /** Another trace is shown. */
  private forget(): void {
    this.generation = this.session.generation;
    this.memory = new LaneMemory();
    this.last = undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

function same(a: LaneOptions, b: LaneOptions): boolean {
  return (
    a.sort === b.sort && a.filter === b.filter && a.internals === b.internals && a.folds === b.folds && a.at === b.at
  );
}
