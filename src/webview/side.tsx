// The side of the panel: one region, and the tabs that say what it shows.

import { later } from "./later";
import type { PanelState, Tab } from "./state";

const TABS: readonly { readonly id: Tab; readonly label: string }[] = [
  { id: "details", label: "Details" },
  { id: "tasks", label: "Tasks" },
  { id: "graph", label: "Graph" },
  { id: "overview", label: "Overview" },
];

const View = later(({ View }) => View);

export function Side({ state }: { state: PanelState }) {
  const shown = TABS.find(({ id }) => id === state.tab.value) ?? TABS[0];
  if (shown === undefined) return null;
  return (
    <aside class="side" aria-label="Details">
      <div role="tablist" class="tabs" aria-label="What is shown" onKeyDown={(event) => step(state, event)}>
        {TABS.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={id === shown.id}
            aria-controls="side"
            tabIndex={id === shown.id ? 0 : -1}
            onClick={() => {
              state.tab.value = id;
            }}
          >
            {label}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard */}
      <div role="tabpanel" id="side" class="details" aria-labelledby={`tab-${shown.id}`} tabIndex={0}>
        <View state={state} tab={shown.id} />
      </div>
    </aside>
  );
}

/** The arrows go from tab to tab, as in any tab list. */
function step(state: PanelState, event: KeyboardEvent): void {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by === undefined) return;
  const at = TABS.findIndex(({ id }) => id === state.tab.value);
  const next = TABS[(at + by + TABS.length) % TABS.length];
  if (next === undefined) return;
  state.tab.value = next.id;
  document.getElementById(`tab-${next.id}`)?.focus();
  event.preventDefault();
  event.stopPropagation();
}
