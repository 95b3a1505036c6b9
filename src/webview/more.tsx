// What the page loads once its lanes are drawn: all that tells of them in words, and what is seldom asked for.

import { Arrows } from "./arrows";
import { Details, LiveRegion } from "./details";
import { Graph } from "./graph";
import { Mirror } from "./mirror";
import { CursorRegion, Tasks } from "./moment";
import { Overview } from "./overview";
import { exportPicture } from "./picture";
import type { PanelState, Tab } from "./state";
import { storyOf, storyText } from "./story";

export { ArrowMarks } from "./arrowMarks";
export { FilterBar } from "./filter";
export { Help } from "./help";
export { LineNote } from "./lineNote";
export { Menu } from "./menu";
export { MinimapMarks } from "./minimapMarks";
export { Splitter } from "./splitter";

const VIEWS = { details: Details, tasks: Tasks, graph: Graph, overview: Overview };

/** What the tab shows. */
export function View({ state, tab }: { state: PanelState; tab: Tab }) {
  const Shown = VIEWS[tab];
  return <Shown state={state} />;
}

/** Tells a screen reader where the selection and the time cursor are. */
export function Spoken({ state }: { state: PanelState }) {
  return (
    <>
      <LiveRegion state={state} />
      <CursorRegion state={state} />
    </>
  );
}

/** Gives the state what it could not do without this file. */
export function complete(state: PanelState): void {
  const { session, time, selection, scene, lanes, hovered } = state;
  state.mirror.value = new Mirror(session, selection, state.grown, state.caret, state.send);
  state.arrows.value = new Arrows(session, time, selection, scene, lanes);
  state.exportPicture = (format) => void exportPicture(state, format);
  state.copyDetails = () => {
    const segment = selection.segment.value ?? hovered.value;
    if (segment) state.send({ kind: "copy", text: storyText(storyOf(session.model, segment, time.end.value)) });
  };
}
