// The table of every task at the time cursor: its state, for how long, what it waits for and where. Only the rows in sight
// are in the page.

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Task } from "../trace/entities";
import type { TraceModel } from "../trace/model";
import { type Moment, momentOf, type Standing, type TaskMoment, taskAt } from "../trace/moment";
import { count, duration, printable, shorten } from "../trace/text";
import { FrameLink } from "./details";
import { useCalm, useSeen } from "./hooks";
import { Measured } from "./measured";
import type { PanelState } from "./state";
import { labelAt } from "./viewport";

/** Height of a row in CSS pixels. */
const ROW = 40;
/** While time goes by itself the table is made anew this often, ms. */
const CALM_MS = 100;

export function Tasks({ state }: { state: PanelState }) {
  const time = useCalmTime(state);
  const last = useRef<{ model: TraceModel; moment: Moment } | undefined>(undefined);
  const moment = useComputed(() => {
    state.grown.value;
    const { model } = state.session;
    const near = last.current?.model === model ? last.current.moment : undefined;
    const made = momentOf(model, time.value, near);
    last.current = { model, moment: made };
    return made;
  }).value;
  const order = filtered(state, moment);
  const atCursor = state.selection.cursor.value !== undefined;
  const zero = state.time.span.start;
  return (
    <div class="moment">
      <Measured state={state} />
      <h2>
        {atCursor ? "At " : "At the end, "}
        {labelAt(state.time.view.value, zero, moment.time)}
      </h2>
      <p class="dim">
        {summary(moment)}
        {order.length < moment.order.length && ` · ${count(order.length)} by the filter`}
      </p>
      <Table state={state} moment={moment} order={order} />
    </div>
  );
}

/** How long the cursor rests before it is said where it is, ms. */
const REST_MS = 400;

/** Tells a screen reader where the time cursor is, once it rests. */
export function CursorRegion({ state }: { state: PanelState }) {
  const said = useSignal("");
  useSignalEffect(() => {
    const time = state.selection.cursor.value;
    if (time === undefined) said.value = "";
    if (time === undefined || state.playback.playing.value) return;
    const timer = setTimeout(() => {
      const at = labelAt(state.time.view.peek(), state.time.span.start, time);
      said.value = `Time cursor at ${at}: ${summary(momentOf(state.session.model, time))}`;
    }, REST_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div class="spoken" role="status" aria-live="polite">
      {said.value}
    </div>
  );
}

/** The moment that the table shows: the cursor, or the end of what is known. Moves at once, then not for a while. */
function useCalmTime(state: PanelState) {
  const shown = useSignal(state.selection.cursor.peek() ?? state.time.end.peek());
  const watch = () => {
    state.selection.cursor.value;
    state.time.end.value;
  };
  useCalm(CALM_MS, watch, () => {
    shown.value = state.selection.cursor.peek() ?? state.time.end.peek();
  });
  return shown;
}

const WORDS: Readonly<Record<Standing, string>> = {
  running: "running",
  ready: "ready",
  suspended: "suspended",
  ended: "ended",
  unmade: "not made yet",
};

function summary({ counts }: Moment): string {
  const said = (Object.keys(WORDS) as Standing[]).filter((standing) => counts[standing] > 0);
  return said.map((standing) => `${count(counts[standing])} ${WORDS[standing]}`).join(" · ") || "No task is known.";
}

/** The lanes' filter holds here too. */
function filtered({ lanes, session }: PanelState, { order, time }: Moment): Uint32Array {
  if (!lanes.isFiltered) return order;
  const { tasks } = session.model;
  return order.filter((index) => lanes.passes(tasks[index] as Task, time));
}

interface TableProps {
  state: PanelState;
  moment: Moment;
  /** The tasks that are listed. */
  order: Uint32Array;
}

function Table({ state, moment, order }: TableProps) {
  const { scroller, seen, look } = useSeen();
  const selected = state.selection.segment.value?.owner;
  const active = selected?.kind === "task" ? order.indexOf(selected.index) : -1;
  const first = Math.max(0, Math.floor(seen.value.top / ROW) - 1);
  const last = Math.min(order.length, Math.ceil((seen.value.top + seen.value.height) / ROW) + 1);
  const rows = [...order.subarray(first, last)].map((index) => taskAt(state.session.model, moment, index));
  return (
    <div
      ref={scroller}
      class="tasks"
      role="grid"
      aria-label="Tasks at this moment"
      aria-rowcount={order.length + 1}
      aria-activedescendant={active >= first && active < last ? `task-${order[active]}` : undefined}
      tabIndex={0}
      onScroll={look}
      onKeyDown={(event) => onKey(state, { moment, order, active }, scroller.current, event)}
    >
      <div role="row" aria-rowindex={1} class="spoken">
        {["Task", "State and for how long", "Waits for", "Where"].map((head) => (
          <span key={head} role="columnheader">
            {head}
          </span>
        ))}
      </div>
      <div role="presentation" style={{ height: `${order.length * ROW}px` }}>
        {rows.map(
          (row, at) =>
            row && <Row key={row.task.index} state={state} row={row} place={first + at} time={moment.time} />,
        )}
      </div>
    </div>
  );
}

/** `suspended 412 ms`, `returned 3.1 s ago` */
function howText({ state, seconds }: TaskMoment): string {
  const over = state === "done" || state === "failed" || state === "cancelled";
  return `${state === "done" ? "returned" : state} ${duration(seconds)}${over ? " ago" : ""}`;
}

interface RowProps {
  state: PanelState;
  row: TaskMoment;
  place: number;
  time: number;
}

function Row({ state, row, place, time }: RowProps) {
  const { task, frame } = row;
  const name = printable(shorten(task.name, 200));
  const waits = printable(shorten(row.waits, 200));
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
    <div
      role="row"
      id={`task-${task.index}`}
      class={`row ${row.state}`}
      aria-rowindex={place + 2}
      aria-selected={state.selection.segment.value?.owner === task}
      style={{ transform: `translateY(${place * ROW}px)` }}
      title={`${name}${waits ? `: ${waits}` : ""}`}
      onClick={() => state.selection.selectAt(task, time)}
    >
      <span role="gridcell" class="who">
        <bdi>{name}</bdi>
      </span>
      <span role="gridcell" class="how">
        {howText(row)}
      </span>
      <span role="gridcell" class="what">
        <bdi>{waits}</bdi>
      </span>
      <span role="gridcell" class="where">
        {frame && <FrameLink state={state} frame={frame} />}
      </span>
    </div>
  );
}

interface Listed {
  readonly moment: Moment;
  readonly order: Uint32Array;
  /** The place of the selected task in the order, or -1. */
  readonly active: number;
}

/** Arrows go from row to row and select it, Enter opens its code. */
function onKey(state: PanelState, listed: Listed, grid: HTMLElement | null, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || grid === null) return;
  const place = placeAfter(event.key, listed, Math.max(1, Math.floor(grid.clientHeight / ROW) - 1));
  const task = place === undefined ? undefined : state.session.model.tasks[listed.order[place] as number];
  if (place === undefined || task === undefined) return;
  state.selection.selectAt(task, listed.moment.time);
  const top = place * ROW;
  if (top < grid.scrollTop) grid.scrollTop = top;
  if (top + ROW > grid.scrollTop + grid.clientHeight) grid.scrollTop = top + ROW - grid.clientHeight;
  // In a low tab what surrounds the grid scrolls too.
  requestAnimationFrame(() => document.getElementById(`task-${task.index}`)?.scrollIntoView({ block: "nearest" }));
  event.preventDefault();
  event.stopPropagation();
}

/** Where a key goes; `page`: how many rows are seen. */
function placeAfter(key: string, { order, active }: Listed, page: number): number | undefined {
  const end = order.length - 1;
  const to = {
    ArrowUp: active - 1,
    ArrowDown: active + 1,
    PageUp: active - page,
    PageDown: active + page,
    Home: 0,
    End: end,
  }[key];
  return to === undefined || end < 0 ? undefined : Math.min(Math.max(0, to), end);
}
