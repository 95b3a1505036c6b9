// Redraws the canvases, once a frame at most and only after something changed.

import { effect } from "@preact/signals";
import { paintLineWaits } from "./linePaint";
import { Minimap } from "./minimap";
import { paintOverlay } from "./overlay";
import type { PanelState } from "./state";
import { surfaceOf } from "./surface";
import { onThemeChange, readPalette } from "./theme";
import { paintTimeline } from "./timeline";
import { paintCursor, paintRange } from "./timeMarks";
import { xOf } from "./viewport";

export const MINIMAP_HEIGHT = 40;

/** While the program runs and says nothing, time goes on: this often in ms (less where it is out of sight or motion is unwelcome). */
const LIVE_MS = 66;
const CALM_MS = 500;
/** The pointer's time is not written where that of the cursor is, in CSS pixels. */
const TAG_REACH = 70;

export interface Canvases {
  readonly base: HTMLCanvasElement;
  readonly overlay: HTMLCanvasElement;
  readonly minimap: HTMLCanvasElement;
}

/** Draws until the returned function is called. */
export function startPainting(state: PanelState, canvases: Canvases): () => void {
  const overview = new Minimap();
  let palette = readPalette(document);
  let baseDue = true;
  /** Nothing lies on the overlay: to leave a canvas alone costs nothing, to clear it costs as much as to draw on it. */
  let bare = false;
  let requested = 0;
  let timer = 0;

  const stopBase = effect(() => {
    state.scene.value;
    state.grown.value;
    state.lanes.scroll.value;
    state.mirror.value?.line.value;
    baseDue = true;
    request();
  });
  const stopOverlay = effect(() => {
    state.selection.segment.value;
    state.arrows.value?.layout.value;
    state.hovered.value;
    state.pointer.value;
    state.selection.cursor.value;
    state.selection.range.value;
    state.playback.playing.value;
    request();
  });
  const stopTheme = onThemeChange(document, () => {
    palette = readPalette(document);
    baseDue = true;
    request();
  });

  function request(): void {
    if (requested === 0) requested = requestAnimationFrame(frame);
  }

  function frame(): void {
    state.tick();
    requested = 0;
    if (baseDue) paintBase();
    paintTop();
    baseDue = false;
    if (state.playback.playing.value) {
      state.playback.advance(performance.now() / 1000, calm());
      request();
    }
    const seen = state.time.view.value.to >= state.time.end.value;
    window.clearTimeout(timer);
    if (state.session.running) timer = window.setTimeout(beat, seen && !calm() ? LIVE_MS : CALM_MS);
  }

  function beat(): void {
    baseDue = true;
    request();
  }

  function paintBase(): void {
    const { width } = state.time.view.value;
    const base = surfaceOf(canvases.base, palette, width, state.lanes.scroll.value.height);
    if (base) paintTimeline(base, state.scene.value);
    const line = state.mirror.value?.line.value;
    if (base && line) paintLineWaits(base, state.scene.value, line);
    const minimap = surfaceOf(canvases.minimap, palette, width, MINIMAP_HEIGHT);
    if (minimap) overview.paint(minimap, state.session.model, state.time.span, state.time.view.value);
  }

  function paintTop(): void {
    const wasBare = bare;
    bare = isBare(state);
    const { base, overlay } = canvases;
    if (bare && wasBare && overlay.width === base.width && overlay.height === base.height) return;
    const surface = surfaceOf(canvases.overlay, palette, state.time.view.value.width, state.lanes.scroll.value.height);
    if (surface === undefined) return;
    const scene = state.scene.value;
    const { cursor, range, segment } = state.selection;
    const pointerX = state.pointer.value?.x;
    const cursorX = cursor.value === undefined ? Number.NaN : xOf(scene.view, cursor.value);
    const marks = {
      selected: segment.value,
      hovered: state.hovered.value,
      arrows: state.arrows.value?.layout.value.arrows ?? [],
      pointerX,
      silent: pointerX !== undefined && Math.abs(cursorX - pointerX) < TAG_REACH,
    };
    if (range.value) paintRange(surface, scene, range.value);
    paintOverlay(surface, scene, marks);
    if (cursor.value !== undefined) paintCursor(surface, scene, cursor.value);
  }

  return () => {
    stopBase();
    stopOverlay();
    stopTheme();
    cancelAnimationFrame(requested);
    window.clearTimeout(timer);
  };
}

/** Nothing is pointed at, selected or measured. */
function isBare({ selection, pointer }: PanelState): boolean {
  const { segment, cursor, range } = selection;
  return [segment.value, cursor.value, range.value, pointer.value].every((mark) => mark === undefined);
}

function calm(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
