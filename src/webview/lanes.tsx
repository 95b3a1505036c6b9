// The lanes: names on the left, canvases on the right, in one scrolling region that takes the keyboard.

import { useEffect, useRef } from "preact/hooks";
import type { LaneOwner } from "../trace/segments";
import { ArrowMarks } from "./arrowMarks";
import { AXIS_HEIGHT } from "./hit";
import { listenOnMinimap, listenOnPlot, onWheel } from "./input";
import { laneText } from "./laneText";
import { MINIMAP_HEIGHT, startPainting } from "./painter";
import type { PanelState } from "./state";
import { timeOf } from "./viewport";

const INDENT = 14;
const DEEPEST = 8;

export function Lanes({ state }: { state: PanelState }) {
  const scroller = useRef<HTMLDivElement>(null);
  const plot = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const minimap = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    if (!scroller.current || !plot.current || !base.current || !overlay.current || !minimap.current) return;
    const canvases = { base: base.current, overlay: overlay.current, minimap: minimap.current };
    return attach(state, scroller.current, plot.current, canvases);
  }, [state]);

  const height = MINIMAP_HEIGHT + AXIS_HEIGHT + (state.lanes.order.value.owners.length + 1) * state.lanes.height.value;
  return (
    <div
      ref={scroller}
      class="lanes"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a canvas that takes the arrow keys is a widget
      tabIndex={0}
      role="application"
      aria-roledescription="timeline"
      aria-label="Task lanes"
      aria-describedby="keys"
    >
      <div class="extent" style={{ height: `${height}px` }}>
        <div class="stage" style={{ height: `${MINIMAP_HEIGHT + state.lanes.scroll.value.height}px` }}>
          <div class="corner">Loop busy</div>
          <canvas ref={minimap} class="minimap" />
          <div class="under">
            <Highlights state={state} />
            <Names state={state} />
          </div>
          <div ref={plot} class="plot">
            <canvas ref={base} />
            <canvas ref={overlay} />
            <ArrowMarks state={state} />
          </div>
        </div>
      </div>
    </div>
  );
}

/** Connects the elements to the state; returns the end of it. */
function attach(
  state: PanelState,
  scroller: HTMLElement,
  plot: HTMLElement,
  canvases: { base: HTMLCanvasElement; overlay: HTMLCanvasElement; minimap: HTMLCanvasElement },
): () => void {
  const resized = new ResizeObserver(() => {
    state.resize(plot.clientWidth, Math.max(0, scroller.clientHeight - MINIMAP_HEIGHT));
  });
  resized.observe(scroller);
  resized.observe(plot);
  state.lanes.scrollTo = (top) => {
    scroller.scrollTop = top;
  };
  scroller.addEventListener("scroll", () => {
    state.lanes.scroll.value = { ...state.lanes.scroll.value, top: scroller.scrollTop };
  });
  scroller.addEventListener("wheel", (event) => onWheel(state, plot, event), { passive: false });
  listenOnPlot(state, plot, scroller);
  listenOnMinimap(state, canvases.minimap);
  const stop = startPainting(state, canvases);
  return () => {
    stop();
    resized.disconnect();
  };
}

function topOf(state: PanelState, lane: number): number {
  return lane * state.lanes.height.value - state.lanes.scroll.value.top;
}

/** The lanes of the selected and the hovered segment, across names and canvas. */
function Highlights({ state }: { state: PanelState }) {
  const order = state.lanes.order.value;
  const marks = [
    { kind: "hovered", segment: state.hovered.value },
    { kind: "selected", segment: state.selection.segment.value },
  ];
  return (
    <>
      {marks.map(({ kind, segment }) => {
        const lane = segment ? order.laneOf(segment.owner) : -1;
        if (lane < 0) return null;
        return (
          <div key={kind} class={`highlight ${kind}`} style={{ transform: `translateY(${topOf(state, lane)}px)` }} />
        );
      })}
    </>
  );
}

/** Only the names in sight are in the page. */
function Names({ state }: { state: PanelState }) {
  const { owners, depths } = state.lanes.order.value;
  const { top, height } = state.lanes.scroll.value;
  const each = state.lanes.height.value;
  const first = Math.max(0, Math.floor(top / each));
  const last = Math.min(owners.length, Math.ceil((top + height - AXIS_HEIGHT) / each));
  const seen = owners.slice(first, Math.max(first, last));
  return (
    <div class="names">
      {seen.map((owner, at) => (
        <Name
          key={`${owner.kind}${owner.index}`}
          owner={owner}
          depth={depths[first + at] ?? 0}
          top={topOf(state, first + at)}
          pick={() => state.selection.selectAt(owner, timeOf(state.time.view.value, state.time.view.value.width / 2))}
        />
      ))}
    </div>
  );
}

interface NameProps {
  owner: LaneOwner;
  depth: number;
  top: number;
  pick: () => void;
}

function Name({ owner, depth, top, pick }: NameProps) {
  const { name, about } = laneText(owner);
  const style = { transform: `translateY(${top}px)`, paddingLeft: `${12 + Math.min(depth, DEEPEST) * INDENT}px` };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the arrow keys of the lanes do it
    <div class={`name ${owner.kind}`} style={style} title={`${name} ${about}`} onClick={pick}>
      <bdi class="text">{name}</bdi>
      <bdi class="about">{about}</bdi>
    </div>
  );
}
