// What a page keeps of itself: VS Code throws a page away when its tab is hidden, moved or reloaded, and gives the next one
// what this one kept. It is read as unknown data: another version may have written it.

import { effect } from "@preact/signals";
import { SORTS } from "../trace/laneSiblings";
import type { Origin } from "../trace/messages";
import type { TraceModel } from "../trace/model";
import { hasRows, type RowOwner, segmentOf } from "../trace/segments";
import { HEIGHTS } from "./laneList";
import type { PanelState, Tab } from "./state";

/** Where a page keeps things: VS Code's `getState` and `setState`. */
export interface Store {
  getState(): unknown;
  setState(state: unknown): void;
}

/** Goes up when what is kept means something else. */
const VERSION = 1;
/** How often it is looked whether something is to be kept, in ms. */
const SAVE_MS = 200;

type Kept = Readonly<Record<string, unknown>>;

/**
 * One thing that is kept. `habit`: for any trace; `view`: for the same trace, at once; `place`: for the same trace, when it
 * is read, because it is about what is in it.
 */
interface Keeping {
  readonly kind: "habit" | "view" | "place";
  read(state: PanelState): unknown;
  /** Puts it back; passes over what is not of the right shape. */
  write(state: PanelState, value: unknown): void;
}

const TABS: readonly Tab[] = ["details", "tasks", "graph", "overview"];
const MODES = ["fit", "follow", "free"] as const;

const KEEPINGS: Readonly<Record<string, Keeping>> = {
  tab: choice("habit", ({ tab }) => tab, TABS),
  sort: choice("habit", ({ lanes }) => lanes.sort, SORTS),
  height: choice("habit", ({ lanes }) => lanes.height, HEIGHTS),
  gutter: {
    kind: "habit",
    read: ({ lanes }) => lanes.gutter.value,
    write: ({ lanes }, value) => {
      if (isTime(value) && value >= 40 && value <= 800) lanes.gutter.value = value;
    },
  },
  internals: choice("habit", ({ lanes }) => lanes.showInternals, [true, false]),
  squeezed: choice("habit", ({ time }) => time.squeezed, [true, false]),
  byClock: choice("habit", ({ time }) => time.byClock, [true, false]),
  filter: {
    kind: "view",
    read: ({ lanes }) => lanes.filter.value,
    write: ({ lanes }, value) => typeof value === "string" && lanes.setFilter(value),
  },
  window: { kind: "view", read: windowOf, write: showWindow },
  selection: { kind: "place", read: selectionOf, write: select },
  cursor: {
    kind: "place",
    read: ({ selection }) => selection.cursor.value,
    write: ({ selection }, value) => {
      if (isTime(value)) selection.cursor.value = value;
    },
  },
  range: {
    kind: "place",
    read: ({ selection }) => selection.range.value,
    write: ({ selection }, value) => {
      const { start, end } = (value ?? {}) as Kept;
      if (isTime(start) && isTime(end) && start <= end) selection.range.value = { start, end };
    },
  },
};

/** A signal that has one of some values. */
function choice<T>(kind: Keeping["kind"], of: (state: PanelState) => { value: T }, values: readonly T[]): Keeping {
  return {
    kind,
    read: (state) => of(state).value,
    write: (state, value) => {
      const known = values.find((each) => each === value);
      if (known !== undefined) of(state).value = known;
    },
  };
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function windowOf({ time, lanes }: PanelState): unknown {
  const { from, to } = time.view.value;
  return { mode: time.mode.value, from, to, top: lanes.scroll.value.top };
}

function showWindow({ time }: PanelState, value: unknown): void {
  const { mode, from, to } = (value ?? {}) as Kept;
  const known = MODES.find((each) => each === mode);
  if (known && isTime(from) && isTime(to) && from < to) time.restore(known, from, to);
}

function selectionOf({ selection, session }: PanelState): unknown {
  const segment = selection.segment.value;
  if (segment === undefined || !hasRows(segment.owner)) return undefined;
  const { owner, row } = segment;
  const { process } = owner.stream;
  return {
    kind: owner.kind,
    pid: process.pid,
    nth: ownersOf(session.model, owner.kind, process.pid).indexOf(owner),
    row,
  };
}

function select({ selection, session, time }: PanelState, value: unknown): void {
  const { kind, pid, nth, row } = (value ?? {}) as Kept;
  if (kind !== "task" && kind !== "loop" && kind !== "worker") return;
  const owner = ownersOf(session.model, kind, pid)[Number(nth)];
  if (owner) selection.select(segmentOf(session.model, owner, Number(row), time.end.value));
}

/** What has lanes, in the order of its own file: files of several processes may come in another order the next time. */
function ownersOf(model: TraceModel, kind: RowOwner["kind"], pid: unknown): readonly RowOwner[] {
  const all = { task: model.tasks, loop: model.loops, worker: model.jobs.workers }[kind];
  return all.filter(({ stream }) => stream.process.pid === pid);
}

/** Keeps the state of a page in its store, and puts back what the page before it kept. */
export class Memory {
  private kept: Kept;
  /** The trace that is shown, and how far it was put back. */
  private generation = 0;
  private done = false;

  constructor(
    private readonly state: PanelState,
    private readonly store: Store,
  ) {
    this.kept = keptIn(store.getState());
    this.putBack("habit");
    effect(() => this.follow());
    setInterval(() => this.save(), SAVE_MS);
  }

  /** Keeps what is not kept yet. */
  save(): void {
    if (!this.done) return;
    const now = this.read();
    if (JSON.stringify(now) === JSON.stringify(this.kept)) return;
    this.kept = now;
    this.store.setState(now);
  }

  private follow(): void {
    const { session, grown } = this.state;
    grown.value;
    if (session.generation !== this.generation) this.begin(session.origin);
    if (!this.done && this.generation > 0 && session.whole) this.end();
  }

  /** A trace is opened: what was kept of it holds on, and of another one nothing. */
  private begin(origin: Origin | undefined): void {
    this.generation = this.state.session.generation;
    this.done = false;
    const same = (this.kept.origin as Origin | undefined)?.trace === origin?.trace && origin !== undefined;
    const habits = Object.entries(KEEPINGS).filter(([, { kind }]) => kind === "habit");
    const rest = same ? this.kept : Object.fromEntries(habits.map(([name]) => [name, this.kept[name]]));
    this.kept = { ...rest, version: VERSION, origin };
    this.store.setState(this.kept);
    this.putBack("view");
  }

  /** The trace is read. */
  private end(): void {
    this.done = true;
    this.putBack("place");
    this.putBack("view"); // to select has moved it
    const { top } = (this.kept.window ?? {}) as Kept;
    if (isTime(top) && top > 0) setTimeout(() => this.state.lanes.scrollTo(top), SAVE_MS); // its lanes must be there first
  }

  private putBack(which: Keeping["kind"]): void {
    for (const [name, { kind, write }] of Object.entries(KEEPINGS))
      if (kind === which && this.kept[name] !== undefined) write(this.state, this.kept[name]);
  }

  private read(): Kept {
    const now = Object.entries(KEEPINGS).map(([name, { read }]) => [name, read(this.state)]);
    return { version: VERSION, origin: this.state.session.origin, ...Object.fromEntries(now) };
  }
}

function keptIn(value: unknown): Kept {
  return typeof value === "object" && value !== null && (value as Kept).version === VERSION ? (value as Kept) : {};
}
