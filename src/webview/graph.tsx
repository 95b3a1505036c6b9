// The tab that shows who waits on whom: a tree of which only the rows in sight are in the page, and its circles in words.

import { useComputed, useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { type AwaitGraph, awaitGraphOf, type GraphNode } from "../trace/awaitGraph";
import { type GraphRow, graphRows } from "../trace/graphRows";
import { count, plural } from "../trace/text";
import { FrameLink, Sentence } from "./details";
import { circleText, rowText } from "./graphText";
import { useSeen } from "./hooks";
import type { PanelState } from "./state";
import { labelAt } from "./viewport";

/** Height of a row in CSS pixels. */
const ROW = 24;
const INDENT = 14;
const DEEPEST = 10;
const MOST_CIRCLES = 5;

export function Graph({ state }: { state: PanelState }) {
  const before = useRef(state.time.end.peek());
  const graph = useComputed(() => {
    state.settled.value;
    const time = timeOf(state, before.current);
    before.current = time;
    return awaitGraphOf(state.session.model, time, state.session.model.last);
  }).value;
  const zero = state.time.span.start;
  return (
    <div class="graph">
      <h2>Who waits on whom, at {labelAt(state.time.view.value, zero, graph.time)}</h2>
      <p class="dim">{summary(graph)}</p>
      {graph.cycles.slice(0, MOST_CIRCLES).map((circle, at) => (
        <div key={at} class="circle">
          <strong>Deadlock</strong>
          <Sentence state={state} pieces={circleText(graph, circle)} />
        </div>
      ))}
      {graph.cycles.length > MOST_CIRCLES && <p>And {plural(graph.cycles.length - MOST_CIRCLES, "more circle")}.</p>}
      {graph.nodes.length > 0 && <Tree state={state} graph={graph} />}
    </div>
  );
}

/** The cursor, else a moment of the selected segment, as near to the last one as may be, else the end. */
function timeOf({ selection, session }: PanelState, last: number): number {
  const { cursor, segment } = selection;
  if (cursor.value !== undefined) return cursor.value;
  const selected = segment.value;
  if (selected === undefined) return session.model.last;
  return last >= selected.start && last < selected.end ? last : selected.start;
}

function summary({ nodes, stuck }: AwaitGraph): string {
  const tasks = nodes.filter(({ kind }) => kind === "task").length;
  if (tasks === 0) return "No task lives at this moment. Select a segment, or set the time cursor.";
  const held = nodes.filter(({ kind }, at) => kind === "task" && stuck[at] === 1).length;
  return `${plural(tasks, "task")} live${tasks === 1 ? "s" : ""}${held > 0 ? `, ${count(held)} can never go on` : ""}.`;
}

function Tree({ state, graph }: { state: PanelState; graph: AwaitGraph }) {
  const { scroller, seen, look } = useSeen();
  const toggled = useSignal<ReadonlySet<string>>(new Set());
  const active = useSignal("");
  const rows = useMemo(() => graphRows(graph, toggled.value), [graph, toggled.value]);
  const owner = state.selection.segment.value?.owner;
  // The selected task's row, unless a row was chosen that is no task's.
  const chosen = /^(?:t|$)/.test(active.value) && owner?.kind === "task" ? `t${owner.index}` : active.value;
  const at = Math.max(
    0,
    rows.findIndex(({ key }) => key === chosen),
  );
  const first = Math.max(0, Math.floor(seen.value.top / ROW) - 1);
  const last = Math.min(rows.length, Math.ceil((seen.value.top + seen.value.height) / ROW) + 1);

  function toggle(key: string): void {
    const next = new Set(toggled.value);
    if (!next.delete(key)) next.add(key);
    toggled.value = next;
  }

  function go(place: number): void {
    const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
    if (row === undefined) return;
    active.value = row.key;
    pick(state, graph, row);
    const top = rows.indexOf(row) * ROW;
    const { scrollTop = 0, clientHeight = 0 } = scroller.current ?? {};
    if (top < scrollTop) scroller.current?.scrollTo(0, top);
    else if (top + ROW > scrollTop + clientHeight) scroller.current?.scrollTo(0, top + ROW - clientHeight);
  }

  function onKey(event: KeyboardEvent): void {
    const row = rows[at];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(seen.value.height / ROW) - 1);
    const moves: Record<string, () => void> = {
      ArrowUp: () => go(at - 1),
      ArrowDown: () => go(at + 1),
      PageUp: () => go(at - page),
      PageDown: () => go(at + page),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowLeft: () => (row.open ? toggle(row.key) : go(above(rows, at))),
      ArrowRight: () => (row.open === false ? toggle(row.key) : row.open ? go(at + 1) : undefined),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    move();
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      ref={scroller}
      class="tree"
      role="tree"
      aria-label="Who waits on whom"
      aria-activedescendant={at >= first && at < last ? `await-${at}` : undefined}
      tabIndex={0}
      onScroll={look}
      onKeyDown={onKey}
    >
      <div role="presentation" style={{ height: `${rows.length * ROW}px` }}>
        {rows.slice(first, last).map((row, index) => (
          <Row
            key={first + index}
            state={state}
            graph={graph}
            row={row}
            at={first + index}
            active={first + index === at}
            press={() => {
              if (row.members.length > 0 && !(row.kind === "many" && row.shared)) toggle(row.key);
              go(first + index);
            }}
            toggle={() => toggle(row.key)}
          />
        ))}
      </div>
    </div>
  );
}

function above(rows: readonly GraphRow[], at: number): number {
  const depth = rows[at]?.depth ?? 0;
  for (let place = at - 1; place >= 0; place--) if ((rows[place]?.depth ?? 0) < depth) return place;
  return at;
}

function pick({ selection }: PanelState, graph: AwaitGraph, row: GraphRow): void {
  const node = graph.nodes[row.node];
  if (row.members.length === 0 && node?.kind === "task") selection.selectAt(node.task, graph.time);
}

interface RowProps {
  state: PanelState;
  graph: AwaitGraph;
  row: GraphRow;
  at: number;
  active: boolean;
  press: () => void;
  toggle: () => void;
}

function Row({ state, graph, row, at, active, press, toggle }: RowProps) {
  const { name, about, does, frame } = rowText(state.session.model, graph, row);
  const node = graph.nodes[row.node] as GraphNode;
  const kind = row.kind === "each" ? "each" : node.kind === "task" ? node.segment.state : node.kind;
  const stuck = graph.stuck[row.node] === 1 && row.kind !== "each";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys
    <div
      role="treeitem"
      id={`await-${at}`}
      class={`node ${kind}${active ? " active" : ""}${stuck ? " stuck" : ""}`}
      aria-level={row.depth + 1}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      aria-expanded={row.open}
      aria-selected={active}
      style={{ transform: `translateY(${at * ROW}px)`, paddingLeft: `${6 + Math.min(row.depth, DEEPEST) * INDENT}px` }}
      title={`${name} ${about} ${does}`.replace(/ +/g, " ").trim()}
      onClick={press}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the arrow keys do it */}
      <span
        class={`codicon codicon-${row.open === undefined ? "blank" : row.open ? "chevron-down" : "chevron-right"}`}
        onClick={(event) => {
          event.stopPropagation();
          if (row.open !== undefined) toggle();
        }}
      />
      <span class="mark" aria-hidden="true" />
      <bdi class="name-of">{name}</bdi>
      {about && <bdi class="dim about-of">{about}</bdi>}
      <bdi class="dim does">{does}</bdi>
      {stuck && (row.kind === "node" || row.kind === "many") && <span class="never">stuck</span>}
      {frame && <FrameLink state={state} frame={frame} />}
    </div>
  );
}
