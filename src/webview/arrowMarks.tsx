// What belongs to the arrows and is text: the names of lanes out of sight, and a legend of the kinds that are drawn.

import type { FlowKind, Point } from "../trace/flows";
import { count, plural } from "../trace/text";
import { ARROW_STYLES } from "./arrowPaint";
import type { Arrows, Edge } from "./arrows";
import type { PanelState } from "./state";
import { nameOf } from "./words";

export function ArrowMarks({ state }: { state: PanelState }) {
  const arrows = state.arrows.value;
  if (arrows === undefined) return null;
  return (
    <>
      <Edges state={state} arrows={arrows} side="above" />
      <Edges state={state} arrows={arrows} side="below" />
      <Legend arrows={arrows} />
    </>
  );
}

/** Names beside each other take this much of the width. */
const NAME_WIDTH = 116;
/** The legend's room beside the names below. */
const LEGEND_WIDTH = 330;

function Edges({ state, arrows, side }: { state: PanelState; arrows: Arrows; side: Edge["side"] }) {
  const { width } = state.time.view.value;
  const { edges } = arrows.layout.value;
  const { shown, more } = spread(edges, side, side === "below" ? width - LEGEND_WIDTH : width);
  return (
    <>
      {shown.map(({ point, x }) => (
        <button
          key={`${point.owner.kind}${point.owner.index}`}
          type="button"
          class={`edge ${side}`}
          style={{ left: `${x}px`, maxWidth: `${NAME_WIDTH - 6}px` }}
          title={`Go to ${nameOf(point.owner)}`}
          onPointerDown={(event) => event.stopPropagation()}
          onClick={() => arrows.goTo(point)}
        >
          <span class={`codicon codicon-arrow-${side === "above" ? "up" : "down"}`} aria-hidden="true" />
          <bdi>{nameOf(point.owner)}</bdi>
        </button>
      ))}
      {more > 0 && <span class={`edge more ${side}`}>{`… ${plural(more, "lane")} more`}</span>}
    </>
  );
}

/** One name for each lane, as near to its arrow as the names beside it let it be. */
function spread(edges: readonly Edge[], side: Edge["side"], width: number) {
  const lanes = new Map<Point["owner"], Edge>();
  for (const edge of edges) if (edge.side === side && !lanes.has(edge.point.owner)) lanes.set(edge.point.owner, edge);
  const room = Math.max(1, Math.floor(width / NAME_WIDTH) - 2);
  const sorted = [...lanes.values()].slice(0, room).sort((a, b) => a.x - b.x);
  let free = 4;
  const shown = sorted.map(({ point, x }, at) => {
    const last = width - (sorted.length - at) * NAME_WIDTH;
    const left = Math.max(free, Math.min(x - 20, last));
    free = left + NAME_WIDTH;
    return { point, x: left };
  });
  return { shown, more: lanes.size - shown.length };
}

const WORDS: readonly (readonly [FlowKind, string, string])[] = [
  ["madeBy", "made by", ""],
  ["wokenBy", "woken by", "["],
  ["cancelledBy", "cancelled by", ""],
  ["wakes", "wakes", "]"],
  ["makes", "makes", ""],
  ["cancels", "cancels", ""],
];

/** The kinds of arrows that the selection has, how many, and the keys that follow them. */
function Legend({ arrows }: { arrows: Arrows }) {
  const { flows, counts } = arrows.flows.value;
  const said = arrows.said.value;
  const kinds = WORDS.filter(([kind]) => counts[kind] > 0);
  if (kinds.length === 0 && said === "") return null;
  const drawn = (kind: FlowKind) => flows.filter((flow) => flow.kind === kind).length;
  return (
    <ul class="arrows" aria-label="Arrows of the selection">
      {said !== "" && (
        <li aria-hidden="true">
          <bdi>{said}</bdi>
        </li>
      )}
      {kinds.map(([kind, word, key]) => (
        <li key={kind}>
          <Sample kind={kind} />
          {word}
          {counts[kind] > 1 && ` ${count(counts[kind])}`}
          {counts[kind] > drawn(kind) && `, ${count(drawn(kind))} drawn`}
          {key !== "" && <kbd>{key}</kbd>}
        </li>
      ))}
    </ul>
  );
}

/** A short arrow as it is drawn. */
function Sample({ kind }: { kind: FlowKind }) {
  const { color, dash, end } = ARROW_STYLES[kind];
  const ends = { head: "M22 1 28 5 22 9Z", ring: "M22 5a3 3 0 1 0 6 0a3 3 0 1 0-6 0", cross: "M22 2 28 8M28 2 22 8" };
  return (
    <svg class={`sample ${color} ${end}`} width="30" height="10" viewBox="0 0 30 10" aria-hidden="true">
      <path d={end === "ring" ? "M1 5H21" : "M1 5H23"} stroke-dasharray={dash.join(" ")} />
      <path class="end" d={ends[end]} />
    </svg>
  );
}
