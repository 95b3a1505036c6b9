// The row above the lanes: which of them are shown, and in which order.

import { useEffect, useRef } from "preact/hooks";
import { SORTS, type Sort } from "../trace/laneSiblings";
import { count } from "../trace/text";
import type { PanelState } from "./state";

const SORT_WORDS: Readonly<Record<Sort, string>> = {
  created: "By creation",
  duration: "Longest first",
  ready: "Most delayed first",
  waiting: "Most waiting first",
};

const HELP = [
  "Words must be in a lane's name. Or say what is meant:",
  "state:suspended   or running, ready: at the time cursor, else at the end; or done, failed, cancelled",
  "file:crawler      where its coroutine is",
  "wait:queue        what it ever waited at: queue, lock, timer, task, socket, thread, …",
  '-name             all but these; "two words" keep their space',
].join("\n");

/** What lies in the row above the lanes. */
export function FilterBar({ state }: { state: PanelState }) {
  return (
    <>
      <Field state={state} />
      <Told state={state} />
      <select
        aria-label="Order of the lanes"
        title="Order of the lanes (O)"
        value={state.lanes.sort.value}
        onChange={({ currentTarget }) => {
          state.lanes.sort.value = SORTS.find((sort) => sort === currentTarget.value) ?? "created";
        }}
      >
        {SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {SORT_WORDS[sort]}
          </option>
        ))}
      </select>
      <Internals state={state} />
    </>
  );
}

function Field({ state: { lanes, selection } }: { state: PanelState }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    lanes.focusFilter = () => input.current?.select();
  }, [lanes]);
  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape" && event.key !== "Enter" && event.key !== "ArrowDown") return;
    document.querySelector<HTMLElement>(".names")?.focus();
    if (event.key === "ArrowDown") selection.move(0, 1);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="field">
      <span class="codicon codicon-filter sign" aria-hidden="true" />
      <input
        ref={input}
        type="text"
        spellcheck={false}
        aria-label="Filter lanes by name, state:, file: or wait:"
        title={HELP}
        placeholder="Filter  name state: file: wait:"
        value={lanes.filter.value}
        onInput={({ currentTarget }) => lanes.setFilter(currentTarget.value)}
        onKeyDown={leave}
      />
      {lanes.filter.value !== "" && (
        <button type="button" class="icon" aria-label="Clear the filter" onClick={() => lanes.setFilter("")}>
          <span class="codicon codicon-close" aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

/** How many lanes the filter left out: said as long as it is set. */
function Told({ state: { lanes } }: { state: PanelState }) {
  const { owners, hidden } = lanes.order.value;
  const text = lanes.filter.value === "" ? "" : `${count(hidden.filtered)} left out`;
  return (
    <span class="told" role="status">
      {owners.length === 0 && text !== "" ? `no match, ${text}` : text}
    </span>
  );
}

/** Always tells how many lanes it hides. */
function Internals({ state: { lanes } }: { state: PanelState }) {
  const { internals } = lanes.order.value.hidden;
  const shown = lanes.showInternals.value;
  return (
    <button
      type="button"
      class="icon wide"
      aria-pressed={shown}
      title={`Tasks of Python's own library and of packages, what only they wait at, and locks nobody waited at (I)${
        shown ? "" : `: ${count(internals)} hidden`
      }`}
      onClick={() => lanes.toggleInternals()}
    >
      <span class={`codicon codicon-${shown ? "eye" : "eye-closed"}`} aria-hidden="true" />
      <span>{shown ? "all shown" : `${count(internals)} hidden`}</span>
      <span class="spoken">: internals of libraries</span>
    </button>
  );
}
