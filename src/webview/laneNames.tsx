// The names of the lanes: a treegrid beside the canvas that tells a screen reader what the canvas shows, row by row. Only
// the rows in sight are in the page.

// biome-ignore-all lint/a11y/useSemanticElements: rows are placed one by one, which a table's cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the treegrid has the focus and names its active row
// biome-ignore-all lint/a11y/noNoninteractiveElementToInteractiveRole: names are isolated from the text around them

import { type Signal, useSignal } from "@preact/signals";
import { FOLD } from "../trace/lanes";
import { type LaneOwner, segmentAt } from "../trace/segments";
import { AXIS_HEIGHT, LANE_HEIGHT } from "./hit";
import { useCalm } from "./hooks";
import { laneText } from "./laneText";
import { type Link, linksOf } from "./links";
import type { PanelState } from "./state";
import { LABELLED } from "./surface";
import { stateWord } from "./words";

const INDENT = 14;
const DEEPEST = 8;
/** While the window moves, the states that rows say follow this often, in ms. */
const SAY_MS = 200;

/** How a linked lane is marked: a codicon and a word. */
const LINKS: Readonly<Record<Link, readonly [icon: string, word: string]>> = {
  holds: ["lock-small", "holds it"],
  waits: ["watch", "waits for it"],
  place: ["target", "is waited for"],
};

export function Names({ state }: { state: PanelState }) {
  const { owners } = state.lanes.order.value;
  const { top, height } = state.lanes.scroll.value;
  const each = state.lanes.height.value;
  const first = Math.max(0, Math.floor(top / each));
  const last = Math.min(owners.length, Math.ceil((top + height - AXIS_HEIGHT) / each));
  const selected = state.selection.segment.value;
  const active = selected ? state.lanes.order.value.laneOf(selected.owner) : -1;
  const links = linksOf(state.session.model, selected ?? state.hovered.value);
  const seen = useSignal<Seen>({ middle: 0, end: 0 });
  const look = () => ({ middle: state.time.middle.value, end: state.time.end.value });
  useCalm(SAY_MS, look, () => {
    seen.value = look();
  });
  return (
    <div
      class={each < LABELLED ? "names low" : each < LANE_HEIGHT ? "names small" : "names"}
      role="treegrid"
      tabIndex={0}
      aria-label="Lanes"
      aria-describedby="keys"
      aria-rowcount={owners.length}
      aria-colcount={3}
      aria-activedescendant={active >= first && active < last ? `lane-${active}` : undefined}
    >
      {owners.slice(first, Math.max(first, last)).map((owner, at) => (
        <Row
          // Rows that scroll out become those that scroll in: making elements costs more than changing them.
          key={(first + at) % (last - first + 1)}
          state={state}
          owner={owner}
          lane={first + at}
          active={first + at === active}
          link={links.get(owner)}
          seen={seen}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly state: PanelState;
  readonly owner: LaneOwner;
  readonly lane: number;
  readonly active: boolean;
  readonly link: Link | undefined;
  readonly seen: Signal<Seen>;
}

function Row({ state, owner, lane, active, link, seen }: RowProps) {
  const { depths, folds } = state.lanes.order.value;
  const fold = folds[lane];
  const depth = depths[lane] ?? 0;
  const { name, about, icon } = laneText(owner);
  const top = lane * state.lanes.height.value - state.lanes.scroll.value.top;
  const toggle = () => fold !== FOLD.none && state.lanes.fold(owner, fold !== FOLD.folded);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the treegrid do it
    <div
      id={`lane-${lane}`}
      class={`name ${owner.kind}`}
      role="row"
      style={{ transform: `translateY(${top}px)`, paddingLeft: `${4 + Math.min(depth, DEEPEST) * INDENT}px` }}
      title={`${name}${about ? ` · ${about}` : ""}${link ? ` · ${LINKS[link][1]}` : ""}`}
      aria-level={depth + 1}
      aria-rowindex={lane + 1}
      aria-selected={active}
      aria-expanded={fold === FOLD.none ? undefined : fold === FOLD.unfolded}
      onClick={() => state.selection.selectAt(owner, timeNow(state, state.time.middle.value))}
      onDblClick={toggle}
    >
      <Guides depth={Math.min(depth, DEEPEST)} />
      <Twisty fold={fold} icon={icon} toggle={toggle} />
      <bdi class="text" role="rowheader">
        {name}
      </bdi>
      <bdi class="about" role="gridcell">
        {about}
      </bdi>
      <span class="spoken" role="gridcell">
        {stateNow(state, owner, seen.value)}
        {link && `, ${LINKS[link][1]}`}
      </span>
      {link && <span class={`codicon codicon-${LINKS[link][0]} lane-mark`} aria-hidden="true" />}
    </div>
  );
}

/** A line for each lane that this one is nested in. */
function Guides({ depth }: { depth: number }) {
  return (
    <>
      {Array.from({ length: depth }, (_, at) => (
        <i key={at} class="guide" style={{ left: `${12 + at * INDENT}px` }} />
      ))}
    </>
  );
}

/** Folds and unfolds; where there is nothing to fold it shows what kind of lane it is. */
function Twisty({ fold, icon, toggle }: { fold: number | undefined; icon: string; toggle: () => void }) {
  const shown = fold === FOLD.none ? icon : `chevron-${fold === FOLD.folded ? "right" : "down"}`;
  return (
    <span
      class={shown === "" ? "twisty" : `twisty codicon codicon-${shown}`}
      aria-hidden="true"
      onClick={(event) => {
        if (fold === FOLD.none) return;
        toggle();
        event.stopPropagation();
      }}
    />
  );
}

/** The middle of the window, and the end of what is known. */
interface Seen {
  readonly middle: number;
  readonly end: number;
}

/** The moment that rows speak of: that of the selection, else the middle of what is seen. */
function timeNow({ selection }: PanelState, middle: number): number {
  return selection.segment.value ? selection.time : middle;
}

function stateNow(state: PanelState, owner: LaneOwner, { middle, end }: Seen): string {
  const { model } = state.session;
  const segment = segmentAt(model, owner, timeNow(state, middle), end);
  return segment ? stateWord(model, segment) : "";
}
