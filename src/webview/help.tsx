// The help: every action with its keys, in a dialog that keeps the keyboard until it is closed (`input.ts`: Escape).

import { useLayoutEffect, useRef } from "preact/hooks";
import { ACTIONS, keyName } from "./actions";
import type { PanelState } from "./state";

/** What the mouse does; everything of it can be done by keys too. */
const MOUSE = [
  ["Click", "Select a segment and open its code"],
  ["Click or drag the time axis", "Move the time cursor"],
  ["Click or drag the minimap", "Show that part of the run"],
  ["Double-click a name", "Fold or unfold its lane"],
  ["Wheel", "Scroll the lanes"],
  ["Ctrl or Cmd + wheel", "Zoom at the pointer"],
  ["Shift + wheel", "Show earlier or later"],
  ["Drag", "Move the view"],
  ["Shift + drag", "Measure a range"],
] as const;

export function Help({ state }: { state: PanelState }) {
  return state.help.value ? <Sheet state={state} /> : null;
}

function Sheet({ state }: { state: PanelState }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isGone = useRef(false);
  useLayoutEffect(() => {
    dialog.current?.showModal();
    return () => {
      isGone.current = true;
      dialog.current?.close(); // while it is in the page: it gives the focus back to where it was
    };
  }, []);
  const close = () => {
    // The event of closing comes late: the help may be open anew then.
    if (!isGone.current) state.help.value = false;
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, wherever the focus is
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="help"
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="sheet">
        <header>
          <h2 id="help">Keys of the timeline</h2>
          <button type="button" class="icon" title="Close (Esc)" aria-label="Close" onClick={close}>
            <span class="codicon codicon-close" aria-hidden="true" />
          </button>
        </header>
        <dl class="shortcuts">
          {ACTIONS.map(({ id, keys, label }) => (
            <div key={id}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{keyName(key)}</kbd>
                ))}
              </dt>
              <dd>{label}</dd>
            </div>
          ))}
        </dl>
        <h3>Mouse</h3>
        <dl class="shortcuts mouse">
          {MOUSE.map(([how, what]) => (
            <div key={how}>
              <dt>{how}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <p class="dim">The command palette has all of these under “Awaitscope Timeline”.</p>
      </div>
    </dialog>
  );
}
