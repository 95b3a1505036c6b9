// Pointer, wheel and keys on the lanes and the minimap, turned into what the state can do.

import type { PanelState } from "./state";
import { fitAll, timeOf } from "./viewport";

const PAN_STEP = 80;
const ZOOM_STEP = 0.7;
/** A press that moved less than this many pixels is a click. */
const CLICK_REACH = 4;

/** Keys as in the trace viewers that people know. Each returns true where the key meant something. */
const KEYS: Readonly<Record<string, (state: PanelState) => void>> = {
  w: (state) => state.zoomBy(ZOOM_STEP),
  s: (state) => state.zoomBy(1 / ZOOM_STEP),
  "+": (state) => state.zoomBy(ZOOM_STEP),
  "-": (state) => state.zoomBy(1 / ZOOM_STEP),
  a: (state) => state.panBy(-PAN_STEP),
  d: (state) => state.panBy(PAN_STEP),
  "0": (state) => state.fitAll(),
  f: (state) => state.fitSelection(),
  ArrowLeft: (state) => state.move(-1, 0),
  ArrowRight: (state) => state.move(1, 0),
  ArrowUp: (state) => state.move(0, -1),
  ArrowDown: (state) => state.move(0, 1),
  Escape: (state) => state.clearSelection(),
  Enter: (state) => {
    const selected = state.selected.value;
    if (selected) state.openCode(selected);
  },
};

/** Handles a key anywhere in the panel; modified keys stay the editor's, and a focused button keeps its own. */
export function onKey(state: PanelState, event: KeyboardEvent): void {
  if (event.key === "Enter" && event.target instanceof HTMLButtonElement) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  if (action === undefined) return;
  action(state);
  event.preventDefault();
}

/** Ctrl or Cmd zooms at the pointer, sideways pans, the rest scrolls the lanes as any list. */
export function onWheel(state: PanelState, plot: HTMLElement, event: WheelEvent): void {
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
  if (event.ctrlKey || event.metaKey) {
    const x = Math.max(0, event.clientX - plot.getBoundingClientRect().left);
    state.zoomAt(Math.exp(Math.max(-300, Math.min(300, event.deltaY * lines)) * 0.004), x);
  } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    state.panBy((event.deltaX || event.deltaY) * lines);
  } else {
    return;
  }
  event.preventDefault();
}

/** Dragging pans and scrolls, a click selects and opens the code, moving shows what is under the pointer. */
export function listenOnPlot(state: PanelState, plot: HTMLElement, scroller: HTMLElement): void {
  let pressed: { x: number; y: number; dragged: boolean } | undefined;

  scroller.addEventListener("keydown", () => scroller.classList.remove("by-pointer"));
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pressed = { x: event.clientX, y: event.clientY, dragged: false };
    plot.setPointerCapture(event.pointerId);
    scroller.classList.add("by-pointer");
    scroller.focus({ preventScroll: true });
    event.preventDefault();
  });
  plot.addEventListener("pointermove", (event) => {
    state.pointer.value = within(plot, event);
    if (pressed === undefined) return;
    const [dx, dy] = [event.clientX - pressed.x, event.clientY - pressed.y];
    if (!pressed.dragged && Math.hypot(dx, dy) < CLICK_REACH) return;
    if (dx !== 0) state.panBy(-dx);
    scroller.scrollTop -= dy;
    pressed = { x: event.clientX, y: event.clientY, dragged: true };
    plot.classList.add("dragging");
  });
  plot.addEventListener("pointerup", (event) => {
    const { x, y } = within(plot, event);
    if (pressed && !pressed.dragged) state.pick(x, y);
    pressed = undefined;
    plot.classList.remove("dragging");
  });
  plot.addEventListener("pointercancel", () => {
    pressed = undefined;
    plot.classList.remove("dragging");
  });
  plot.addEventListener("pointerleave", () => {
    state.pointer.value = undefined;
  });
}

/** Pressing or dragging on the minimap shows that part of the run. */
export function listenOnMinimap(state: PanelState, minimap: HTMLElement): void {
  const go = (event: PointerEvent) =>
    state.centre(timeOf(fitAll(state.span, state.view.value.width), within(minimap, event).x));
  minimap.addEventListener("pointerdown", (event) => {
    minimap.setPointerCapture(event.pointerId);
    go(event);
  });
  minimap.addEventListener("pointermove", (event) => {
    if (event.buttons & 1) go(event);
  });
}

function within(element: HTMLElement, { clientX, clientY }: PointerEvent): { x: number; y: number } {
  const { left, top } = element.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}
