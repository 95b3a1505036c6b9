// Between the names of the lanes and the canvas: dragged, or moved by the arrow keys while it has the focus.

import type { PanelState } from "./state";

const NARROWEST = 60;
const WIDEST = 480;
const STEP = 16;
/** As in the style sheet, where the window is wide. */
const USUAL = 190;

function clamp(width: number): number {
  return Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
}

export function Splitter({ state: { lanes } }: { state: PanelState }) {
  const widthOf = (element: HTMLElement) => lanes.gutter.value ?? element.offsetLeft + element.offsetWidth / 2;
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (by !== undefined) lanes.gutter.value = clamp(widthOf(event.currentTarget) + by);
    else if (event.key === "Home") lanes.gutter.value = undefined;
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPointerMove = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const { currentTarget, clientX } = event;
    const left = currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
    if (currentTarget.hasPointerCapture(event.pointerId)) lanes.gutter.value = clamp(clientX - left);
  };
  return (
    <div
      class="splitter"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Width of the names"
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      aria-valuenow={lanes.gutter.value ?? USUAL}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onDblClick={() => {
        lanes.gutter.value = undefined;
      }}
    />
  );
}
