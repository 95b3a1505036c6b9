// What surrounds the lanes: toolbar, notices, the faces of an empty panel, legend and status.

import { describeProblem } from "../trace/reader";
import { hasRows } from "../trace/segments";
import { count, duration, plural, printable } from "../trace/text";
import { LineNote } from "./lineMarks";
import type { Session } from "./session";
import type { PanelState } from "./state";

export function Toolbar({ state }: { state: PanelState }) {
  state.grown.value;
  const { session, send } = state;
  return (
    <header class="toolbar">
      <h1 title={printable(session.title)}>
        <bdi>{printable(session.title) || "Awaitscope"}</bdi>
      </h1>
      <span class="about">{about(session, state)}</span>
      <span class="space" />
      <div class="group">
        <IconButton icon="zoom-out" label="Zoom out (S)" press={() => state.zoomBy(1 / 0.7)} />
        <IconButton icon="zoom-in" label="Zoom in (W)" press={() => state.zoomBy(0.7)} />
        <IconButton icon="screen-full" label="Fit everything (0)" press={() => state.time.fitAll()} />
        <IconButton
          icon="fold"
          label="Squeeze idle time (Z)"
          pressed={state.time.squeezed.value}
          press={() => state.time.toggleSqueeze()}
        />
        <IconButton
          icon="watch"
          label="Time by the clock (T)"
          pressed={state.time.byClock.value}
          press={() => state.time.toggleClock()}
        />
        {session.running && (
          <IconButton
            icon="pulse"
            label="Follow the run"
            pressed={state.time.mode.value !== "free"}
            press={() => state.time.toggleFollow()}
          />
        )}
      </div>
      {session.live && <RunButton running={session.running} send={send} />}
    </header>
  );
}

function RunButton({ running, send }: { running: boolean; send: PanelState["send"] }) {
  return (
    <button
      type="button"
      class={running ? "button stop" : "button"}
      onClick={() => send({ kind: running ? "stop" : "rerun" })}
    >
      <span class={`codicon codicon-${running ? "debug-stop" : "debug-restart"}`} aria-hidden="true" />
      {running ? "Stop" : "Run again"}
    </button>
  );
}

interface IconButtonProps {
  icon: string;
  label: string;
  pressed?: boolean;
  press: () => void;
}

function IconButton({ icon, label, pressed, press }: IconButtonProps) {
  return (
    <button type="button" class="icon" title={label} aria-label={label} aria-pressed={pressed} onClick={press}>
      <span class={`codicon codicon-${icon}`} aria-hidden="true" />
    </button>
  );
}

/** `finished, exit 0 · 1.42 s · Python 3.13.0`: what a narrow tab cuts off first stands in the status bar too. */
function about({ model, status }: Session, state: PanelState): string {
  const python = model.info ? [`Python ${printable(model.info.python)}`] : [];
  const { start, end } = state.time.span;
  const length = Number.isFinite(model.start) ? [duration(end - start)] : [];
  return [statusWord(status, model.ended || !model.info), ...length, ...python].join(" · ");
}

/** @param whole whether the trace goes on to the program's end; a terminal reports 0 for some programs that were killed */
function statusWord(status: Session["status"], whole: boolean): string {
  if (status.kind === "running") return "running";
  if (status.kind === "failed") return "failed";
  if (status.exitCode === undefined) return "ended";
  if (status.exitCode === 0 && !whole) return "ended early";
  return status.exitCode === 0 ? "finished, exit 0" : `exit ${status.exitCode}`;
}

/** A sentence about the trace, and what to do about it. */
export interface Notice {
  readonly icon: "warning" | "error" | "info" | "loading" | "circle-slash";
  readonly text: string;
  readonly advice: string;
}

/** What is said instead of lanes, where there are none. */
export function faceOf({ opened, model, reader, status }: Session): Notice | undefined {
  if (model.loops.length > 0 || model.tasks.length > 0) return undefined;
  if (!opened) return { icon: "loading", text: "Waiting for the trace…", advice: "" };
  if (reader.problem)
    return {
      icon: "error",
      text: describeProblem(reader.problem),
      advice: "Trace the program again to get a new one.",
    };
  if (status.kind === "failed")
    return { icon: "error", text: status.message, advice: "Its terminal says more. Correct it and run it again." };
  const [note] = model.notes.items;
  if (note)
    return { icon: "warning", text: printable(note.text), advice: "The program itself runs as it does untraced." };
  if (status.kind === "running" && model.info === undefined)
    return {
      icon: "loading",
      text: "Waiting for the first event…",
      advice: "The program runs. Lanes appear as soon as it starts an asyncio event loop.",
    };
  if (status.kind === "running")
    return {
      icon: "loading",
      text: "asyncio is imported, but no event loop runs yet.",
      advice: "Lanes appear with asyncio.run(…) or a running loop.",
    };
  if (status.exitCode)
    return {
      icon: "error",
      text: `The program ended with exit status ${status.exitCode} before it ran an asyncio event loop.`,
      advice: "Its terminal says why.",
    };
  return {
    icon: "circle-slash",
    text: "This program ran no asyncio event loop.",
    advice: "A coroutine runs only in a loop: start it with asyncio.run(main()), then run it again.",
  };
}

/** What is said above the lanes: the trace is shown, but something about it must be known. */
export function noticesOf({ model, reader, status }: Session): Notice[] {
  if (model.loops.length === 0 && model.tasks.length === 0) return [];
  const notices: Notice[] = [];
  if (reader.problem)
    notices.push({
      icon: "error",
      text: describeProblem(reader.problem),
      advice: "Trace the program again for the rest.",
    });
  if (status.kind === "failed")
    notices.push({ icon: "error", text: status.message, advice: "The lanes show what came before." });
  if (status.kind === "ended" && !reader.problem && !model.ended)
    notices.push({
      icon: "info",
      text: "The trace stops before the program's end: it was killed, or left by os._exit.",
      advice: "What was open then is drawn up to the last event.",
    });
  if (model.dropped > 0)
    notices.push({
      icon: "warning",
      text: `${plural(model.dropped, "event")} dropped by the tracer.`,
      advice: "Steps and wake-ups are missing where it happened.",
    });
  for (const { kind, text } of model.notes.items.slice(0, 3))
    notices.push({ icon: "warning", text: printable(`${kind}: ${text}`), advice: "" });
  return notices;
}

export function Notices({ state }: { state: PanelState }) {
  state.grown.value;
  return (
    <div class="notices" role="status">
      {noticesOf(state.session).map(({ icon, text, advice }) => (
        <p key={text} class={icon}>
          <span class={`codicon codicon-${icon}`} aria-hidden="true" />
          <span>
            <bdi>{text}</bdi> {advice}
          </span>
        </p>
      ))}
    </div>
  );
}

export function Face({ face }: { face: Notice }) {
  return (
    <div class={`face ${face.icon}`} role="status">
      <span class={`codicon codicon-${face.icon}${face.icon === "loading" ? " spin" : ""}`} aria-hidden="true" />
      <p class="said">
        <bdi>{face.text}</bdi>
      </p>
      <p>{face.advice}</p>
    </div>
  );
}

export function StatusBar({ state }: { state: PanelState }) {
  state.grown.value;
  const { model, status } = state.session;
  const facts = [
    plural(state.session.records, "event"),
    model.dropped > 0 ? `${count(model.dropped)} dropped` : "none dropped",
    ...(model.info ? [`Python ${printable(model.info.python)}`] : []),
    ...(status.kind === "ended" && status.exitCode !== undefined ? [`exit status ${status.exitCode}`] : []),
  ];
  return (
    <footer class="status">
      <ul class="legend" aria-label="Legend">
        {legendOf(state).map(([kind, word]) => (
          <li key={kind} class={kind}>
            {word}
          </li>
        ))}
      </ul>
      <LineNote state={state} />
      <span class="facts">{facts.join(" · ")}</span>
    </footer>
  );
}

/** What only some lanes show is explained where there are such lanes. */
function legendOf({ lanes }: PanelState) {
  const counts = lanes.order.value.owners.some((owner) => !hasRows(owner) || owner.kind === "worker");
  return counts ? [...LEGEND, ...COUNTS] : LEGEND;
}

const COUNTS = [
  ["held", "in use"],
  ["waiting", "waiting"],
] as const;

const LEGEND = [
  ["running", "running"],
  ["ready", "ready, waiting its turn"],
  ["suspended", "suspended"],
  ["done", "returned"],
  ["failed", "failed"],
  ["cancelled", "cancelled"],
] as const;
