// The lanes: names on the left, canvases on the right, in one scrolling region that takes the keyboard.

import { useEffect, useRef } from "preact/hooks";
import type { LaneOwner } from "../trace/segments";
import { AXIS_HEIGHT } from "./hit";
import { listenOnMinimap, listenOnPlot, onWheel } from "./input";
import { Names } from "./laneNames";
import { later } from "./later";
import { linksOf } from "./links";
import { MINIMAP_HEIGHT, startPainting } from "./painter";
import type { PanelState } from "./state";
import { LABELLED } from "./surface";

/** The width of the names where lanes are too low for any, in CSS pixels. */
const BARE_GUTTER = 84;

const FilterBar = later(({ FilterBar }) => FilterBar);
const Splitter = later(({ Splitter }) => Splitter);
const ArrowMarks = later(({ ArrowMarks }) => ArrowMarks);
const MinimapMarks = later(({ MinimapMarks }) => MinimapMarks);

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

  const each = state.lanes.height.value;
  const height = MINIMAP_HEIGHT + AXIS_HEIGHT + (state.lanes.order.value.owners.length + 1) * each;
  const gutter = each < LABELLED ? BARE_GUTTER : state.lanes.gutter.value;
  return (
    <section class="chart" aria-label="Timeline">
      <search class="lanebar">
        <FilterBar state={state} />
      </search>
      <div
        ref={scroller}
        class="lanes"
        tabIndex={-1}
        style={{ "--lane": `${each}px`, ...(gutter === undefined ? {} : { "--gutter": `${gutter}px` }) }}
      >
        <div class="extent" style={{ height: `${height}px` }}>
          <div class="stage" style={{ height: `${MINIMAP_HEIGHT + state.lanes.scroll.value.height}px` }}>
            <div class="corner">Loop busy</div>
            <canvas ref={minimap} class="minimap" />
            <MinimapMarks state={state} />
            <div class="under">
              <Highlights state={state} />
              <Names state={state} />
            </div>
            <Splitter state={state} />
            <div ref={plot} class="plot">
              <canvas ref={base} />
              <canvas ref={overlay} />
              <ArrowMarks state={state} />
            </div>
          </div>
        </div>
      </div>
    </section>
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

/** The lanes of the selected and the hovered segment and those linked to them, across names and canvas. */
function Highlights({ state }: { state: PanelState }) {
  const order = state.lanes.order.value;
  const [hovered, selected] = [state.hovered.value, state.selection.segment.value];
  const marks = new Map<string, [kind: string, lane: number]>();
  const mark = (kind: string, owner: LaneOwner) => {
    const lane = order.laneOf(owner);
    marks.set(`${kind}${lane}`, [kind, lane]);
  };
  for (const owner of linksOf(state.session.model, selected ?? hovered).keys()) mark("linked", owner);
  if (hovered) mark("hovered", hovered.owner);
  if (selected) mark("selected", selected.owner);
  const { top, height } = state.lanes.scroll.value;
  const each = state.lanes.height.value;
  return (
    <>
      {[...marks].map(([key, [kind, lane]]) => {
        const inSight = (lane + 1) * each > top && lane * each < top + height;
        if (lane < 0 || !inSight) return null;
        return (
          <div key={key} class={`highlight ${kind}`} style={{ transform: `translateY(${topOf(state, lane)}px)` }} />
        );
      })}
    </>
  );
}
