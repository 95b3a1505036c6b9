// What can be done by a key, a button or a command of the palette: one table, from which the help is made too.

import type { PanelState } from "./state";

export interface Action {
  /** The palette's command is `awaitscope.timeline.<id>`. */
  readonly id: string;
  /** `KeyboardEvent.key` values, letters in lower case; named keys also after `Shift+`. The first is shown. */
  readonly keys: readonly string[];
  readonly label: string;
  run(state: PanelState): void;
}

const PAN_STEP = 80;
const ZOOM_STEP = 0.7;
/** Pixels by which a key moves the time cursor. */
const CURSOR_STEP = 4;

/** Keys as in the trace viewers that people know, in the order of the help. */
export const ACTIONS: readonly Action[] = [
  { id: "zoomIn", keys: ["w", "+", "="], label: "Zoom in", run: (state) => state.zoomBy(ZOOM_STEP) },
  { id: "zoomOut", keys: ["s", "-"], label: "Zoom out", run: (state) => state.zoomBy(1 / ZOOM_STEP) },
  { id: "earlier", keys: ["a"], label: "Show earlier", run: ({ time }) => time.panBy(-PAN_STEP) },
  { id: "later", keys: ["d"], label: "Show later", run: ({ time }) => time.panBy(PAN_STEP) },
  { id: "fitAll", keys: ["0"], label: "Fit everything", run: ({ time }) => time.fitAll() },
  { id: "fitSelection", keys: ["f"], label: "Fit the selection", run: (state) => state.fitSelection() },
  { id: "squeezeIdle", keys: ["z"], label: "Squeeze idle time", run: ({ time }) => time.toggleSqueeze() },
  { id: "wallClock", keys: ["t"], label: "Time by the clock", run: ({ time }) => time.toggleClock() },
  {
    id: "previousSegment",
    keys: ["ArrowLeft"],
    label: "Previous segment",
    run: ({ selection }) => selection.move(-1, 0),
  },
  { id: "nextSegment", keys: ["ArrowRight"], label: "Next segment", run: ({ selection }) => selection.move(1, 0) },
  { id: "laneAbove", keys: ["ArrowUp"], label: "Lane above", run: ({ selection }) => selection.move(0, -1) },
  { id: "laneBelow", keys: ["ArrowDown"], label: "Lane below", run: ({ selection }) => selection.move(0, 1) },
  { id: "wokenBy", keys: ["["], label: "Go to who woke or made it", run: ({ arrows }) => arrows.value?.back() },
  { id: "wakes", keys: ["]"], label: "Go to whom it woke or made", run: ({ arrows }) => arrows.value?.on() },
  {
    id: "previousWoken",
    keys: ["{"],
    label: "Previous that the same step woke",
    run: ({ arrows }) => arrows.value?.aside(-1),
  },
  { id: "nextWoken", keys: ["}"], label: "Next that the same step woke", run: ({ arrows }) => arrows.value?.aside(1) },
  { id: "fold", keys: ["h"], label: "Fold, or go to the lane above it in the tree", run: (state) => state.fold() },
  { id: "unfold", keys: ["l"], label: "Unfold", run: (state) => state.unfold() },
  { id: "foldAll", keys: ["H"], label: "Fold all", run: ({ lanes }) => lanes.foldAll(true) },
  { id: "unfoldAll", keys: ["L"], label: "Unfold all", run: ({ lanes }) => lanes.foldAll(false) },
  { id: "filter", keys: ["/"], label: "Filter the lanes", run: ({ lanes }) => lanes.focusFilter() },
  { id: "sort", keys: ["o"], label: "Next order of the lanes", run: ({ lanes }) => lanes.nextSort() },
  {
    id: "internals",
    keys: ["i"],
    label: "Show or hide internals of libraries",
    run: ({ lanes }) => lanes.toggleInternals(),
  },
  { id: "laneHeight", keys: ["c"], label: "Lower or higher lanes", run: ({ lanes }) => lanes.nextHeight() },
  {
    id: "showDetails",
    keys: ["n"],
    label: "The selection's story",
    run: ({ tab }) => {
      tab.value = "details";
    },
  },
  {
    id: "showGraph",
    keys: ["g"],
    label: "Who waits on whom",
    run: ({ tab }) => {
      tab.value = "graph";
    },
  },
  {
    id: "showOverview",
    keys: ["b"],
    label: "Overview of the whole run",
    run: ({ tab }) => {
      tab.value = "overview";
    },
  },
  { id: "copyDetails", keys: ["y"], label: "Copy the story as text", run: (state) => state.copyDetails() },
  { id: "openCode", keys: ["Enter"], label: "Open the code", run: (state) => state.openSelected() },
  {
    id: "cursorLeft",
    keys: ["Shift+ArrowLeft"],
    label: "Time cursor left",
    run: ({ selection }) => selection.moveCursor(-CURSOR_STEP),
  },
  {
    id: "cursorRight",
    keys: ["Shift+ArrowRight"],
    label: "Time cursor right",
    run: ({ selection }) => selection.moveCursor(CURSOR_STEP),
  },
  {
    id: "lastChange",
    keys: [","],
    label: "Cursor to the change before",
    run: ({ selection }) => selection.stepCursor(-1),
  },
  {
    id: "nextChange",
    keys: ["."],
    label: "Cursor to the next change",
    run: ({ selection }) => selection.stepCursor(1),
  },
  { id: "play", keys: [" "], label: "Play from the cursor", run: ({ playback }) => playback.toggle() },
  { id: "mark", keys: ["m"], label: "Mark a range: start, end", run: (state) => state.markRange() },
  { id: "showTasks", keys: ["u"], label: "Tasks at the cursor", run: (state) => state.showTab("tasks") },
  { id: "follow", keys: ["e"], label: "Follow the end of the run", run: ({ time }) => time.toggleFollow() },
  { id: "clear", keys: ["Escape"], label: "Clear selection and cursor", run: (state) => state.clear() },
  { id: "exportPng", keys: ["p"], label: "Export as PNG…", run: (state) => state.exportPicture("png") },
  { id: "exportSvg", keys: ["v"], label: "Export as SVG…", run: (state) => state.exportPicture("svg") },
  {
    id: "help",
    keys: ["?"],
    label: "Keys of the timeline",
    run: ({ help }) => {
      help.value = true;
    },
  },
];

const BY_KEY = new Map(ACTIONS.flatMap((action) => action.keys.map((key) => [key, action])));
const BY_ID = new Map(ACTIONS.map((action) => [action.id, action]));

export function actionOfKey(key: string): Action | undefined {
  return BY_KEY.get(key) ?? BY_KEY.get(key.toLowerCase());
}

export function actionOfId(id: string): Action | undefined {
  return BY_ID.get(id);
}

/** How a key is written in the help. */
export function keyName(key: string): string {
  if (key.startsWith("Shift+")) return `Shift+${keyName(key.slice(6))}`;
  const arrow = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", " ": "Space" }[key];
  if (arrow !== undefined || key.length > 1) return arrow ?? key;
  return /[A-Z]/.test(key) ? `Shift+${key}` : key.toUpperCase();
}
