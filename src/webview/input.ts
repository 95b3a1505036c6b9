// Pointer, wheel and keys on the lanes and the minimap, turned into what the state can do.

import { actionOfKey } from "./actions";
import { AXIS_HEIGHT } from "./hit";
import type { PanelState } from "./state";
import { timeOf } from "./viewport";

/** A press that moved less than this many pixels is a click. */
const CLICK_REACH = 4;

/** Handles a key anywhere in the panel; modified keys stay the editor's, and a focused button keeps its own. */
export function onKey(state: PanelState, event: KeyboardEvent): void {
  if (state.help.value) onKeyInHelp(state, event);
  else if (!keepsOwnKeys(event)) act(state, event);
}

function act(state: PanelState, event: KeyboardEvent): void {
  // Many keyboards write brackets with AltGr, which counts as Ctrl and Alt.
  const typed = event.getModifierState("AltGraph");
  if (!typed && (event.ctrlKey || event.metaKey || event.altKey)) return;
  const shifted = event.shiftKey && event.key.length > 1 ? actionOfKey(`Shift+${event.key}`) : undefined;
  const action = shifted ?? actionOfKey(event.key);
  if (action === undefined) return;
  action.run(state);
  event.preventDefault();
}

/**
 * Nothing behind the help takes a key. By itself a dialog hears Escape only while the focus is in it, and code that
 * opens beside it takes the focus away.
 */
function onKeyInHelp(state: PanelState, event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  state.help.value = false;
  event.preventDefault();
}

/** Text fields keep every key but Escape; buttons and tabs those that press or leave them. */
function keepsOwnKeys({ key, target }: KeyboardEvent): boolean {
  if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return key !== "Escape";
  if (target instanceof Element && target.closest("[role=tablist], [role=menu]")) return key !== "Escape";
  return target instanceof HTMLButtonElement && (key === "Enter" || key === " ");
}

/** Ctrl or Cmd zooms at the pointer, sideways pans, the rest scrolls the lanes as any list. */
export function onWheel(state: PanelState, plot: HTMLElement, event: WheelEvent): void {
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
  if (event.ctrlKey || event.metaKey) {
    const x = Math.max(0, event.clientX - plot.getBoundingClientRect().left);
    state.time.zoomAt(Math.exp(Math.max(-300, Math.min(300, event.deltaY * lines)) * 0.004), x);
  } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    state.time.panBy((event.deltaX || event.deltaY) * lines);
  } else {
    return;
  }
  event.preventDefault();
}

/** What a press on the plot became. `press`: it may still be a click. */
type Gesture =
  | { readonly kind: "press" | "pan"; readonly x: number; readonly y: number }
  | { readonly kind: "cursor" }
  | { readonly kind: "measure"; readonly from: number };

/**
 * Dragging pans and scrolls, a click selects and opens the code, moving shows what is under the pointer. On the axis
 * dragging moves the time cursor; with Shift it measures a range.
 */
export function listenOnPlot(state: PanelState, plot: HTMLElement, scroller: HTMLElement): void {
  let gesture: Gesture | undefined;
  const over = () => {
    gesture = undefined;
    plot.classList.remove("dragging");
  };

  scroller.addEventListener("keydown", () => scroller.classList.remove("by-pointer"));
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    gesture = begun(state, plot, event);
    plot.setPointerCapture(event.pointerId);
    scroller.classList.add("by-pointer");
    scroller.querySelector<HTMLElement>(".names")?.focus({ preventScroll: true });
    event.preventDefault();
  });
  plot.addEventListener("pointermove", (event) => {
    const at = within(plot, event);
    state.pointer.value = at;
    plot.classList.toggle("on-axis", at.y < AXIS_HEIGHT);
    if (gesture === undefined) return;
    gesture = moved(state, scroller, gesture, event, timeOf(state.time.view.value, at.x));
    plot.classList.toggle("dragging", gesture.kind === "pan");
  });
  plot.addEventListener("pointerup", (event) => {
    const { x, y } = within(plot, event);
    if (gesture?.kind === "press") state.pick(x, y);
    if (gesture?.kind === "measure") state.endMeasure();
    over();
  });
  plot.addEventListener("pointercancel", over);
  plot.addEventListener("pointerleave", () => {
    state.pointer.value = undefined;
  });
}

function begun(state: PanelState, plot: HTMLElement, event: PointerEvent): Gesture {
  const { x, y } = within(plot, event);
  const time = timeOf(state.time.view.value, x);
  if (event.shiftKey) {
    state.selection.measure(time, time);
    return { kind: "measure", from: time };
  }
  if (y >= AXIS_HEIGHT) return { kind: "press", x: event.clientX, y: event.clientY };
  state.selection.setCursor(time);
  return { kind: "cursor" };
}

function moved(state: PanelState, scroller: HTMLElement, gesture: Gesture, event: PointerEvent, time: number): Gesture {
  const { clientX: x, clientY: y } = event;
  switch (gesture.kind) {
    case "cursor":
      state.selection.setCursor(time);
      return gesture;
    case "measure":
      state.selection.measure(gesture.from, time);
      return gesture;
    case "press":
    case "pan": {
      const [dx, dy] = [x - gesture.x, y - gesture.y];
      if (gesture.kind === "press" && Math.hypot(dx, dy) < CLICK_REACH) return gesture;
      if (dx !== 0) state.time.panBy(-dx);
      scroller.scrollTop -= dy;
      return { kind: "pan", x, y };
    }
  }
}

/** Pressing or dragging on the minimap shows that part of the run. */
export function listenOnMinimap(state: PanelState, minimap: HTMLElement): void {
  const go = (event: PointerEvent) => state.time.centre(timeOf(state.time.whole, within(minimap, event).x));
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
