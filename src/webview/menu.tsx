// The toolbar's menu: what is not needed every minute, and in a narrow tab what has no room beside it.

import { useRef, useState } from "preact/hooks";
import { type Action, actionOfId, keyName } from "./actions";
import type { PanelState } from "./state";

/** Groups of actions by their ids; the first is in sight by itself where the tab is wide. */
const GROUPS = [
  ["zoomIn", "zoomOut", "fitAll", "fitSelection"],
  ["play", "mark", "showTasks"],
  ["squeezeIdle", "wallClock", "laneHeight", "internals"],
  ["copyDetails", "exportPng", "exportSvg"],
  ["help"],
] as const;

/** Whether what an action turns on and off is on; undefined for all others. */
function isOn({ time }: PanelState, id: string): boolean | undefined {
  const toggles: Record<string, { readonly value: boolean }> = {
    squeezeIdle: time.squeezed,
    wallClock: time.byClock,
  };
  return toggles[id]?.value;
}

export function Menu({ state }: { state: PanelState }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const close = (focus: boolean) => {
    setOpen(false);
    if (focus) button.current?.focus();
  };
  const show = () => {
    setOpen(true);
    requestAnimationFrame(() => menu.current?.querySelector("button")?.focus());
  };
  const leave = ({ relatedTarget }: FocusEvent) => {
    if (!(relatedTarget instanceof Node && menu.current?.parentElement?.contains(relatedTarget))) close(false);
  };
  return (
    <div class="overflow" onFocusOut={leave}>
      <button
        ref={button}
        type="button"
        class="icon"
        title="More"
        aria-label="More"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => (open ? close(false) : show())}
      >
        <span class="codicon codicon-ellipsis" aria-hidden="true" />
      </button>
      {open && (
        <div
          ref={menu}
          class="menu"
          role="menu"
          tabIndex={-1}
          aria-label="More"
          onKeyDown={(event) => onMenuKey(event, close)}
        >
          {GROUPS.map((ids) => (
            <Group
              key={ids[0]}
              state={state}
              actions={ids.flatMap((id) => actionOfId(id) ?? [])}
              press={(action) => {
                close(true);
                action.run(state);
              }}
            />
          ))}
        </div>
      )}
    </div>
  );
}

interface GroupProps {
  state: PanelState;
  actions: readonly Action[];
  press: (action: Action) => void;
}

function Group({ state, actions, press }: GroupProps) {
  return (
    <div role="group">
      {actions.map((action) => {
        const on = isOn(state, action.id);
        return (
          // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only those that can be checked have the attribute
          <button
            key={action.id}
            type="button"
            role={on === undefined ? "menuitem" : "menuitemcheckbox"}
            aria-checked={on}
            tabIndex={-1}
            onClick={() => press(action)}
          >
            <span class={`codicon codicon-${on ? "check" : "blank"}`} aria-hidden="true" />
            <span>{action.label}</span>
            <kbd>{keyName(action.keys[0] ?? "")}</kbd>
          </button>
        );
      })}
    </div>
  );
}

/** The keys of any menu: arrows go around, Escape closes. */
function onMenuKey(event: KeyboardEvent, close: (focus: boolean) => void): void {
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll("button")];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape") close(true);
  else if (next !== undefined) items[(next + items.length) % items.length]?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
