// What surrounds the lanes: toolbar, notices, the face of an empty panel, legend and status line.

import { printable } from "../trace/text";
import { about, factsOf, type Notice, noticesOf, titleOf } from "./faces";
import { later } from "./later";
import type { PanelState } from "./state";

/** @param face what is shown instead of lanes: then there is nothing to zoom or to follow */
const LineNote = later(({ LineNote }) => LineNote);
const Menu = later(({ Menu }) => Menu);

export function Toolbar({ state, face }: { state: PanelState; face: Notice | undefined }) {
  state.grown.value;
  const { session, send, time } = state;
  const title = titleOf(session);
  const running = session.status.kind === "running";
  const { start, end } = time.span;
  return (
    <header class="toolbar">
      <h1 title={whereOf(state)}>
        <bdi>{title}</bdi>
      </h1>
      <span class="about">{about(session, end - start)}</span>
      <span class="space" />
      {!face && <ViewButtons state={state} />}
      {session.running && !face && (
        <IconButton
          icon="pulse"
          label="Follow the run (E)"
          pressed={time.mode.value !== "free"}
          press={() => time.toggleFollow()}
        />
      )}
      {!face && <Menu state={state} />}
      {session.live && !face?.again && <RunButton running={running} send={send} />}
    </header>
  );
}

function ViewButtons({ state }: { state: PanelState }) {
  const { time } = state;
  return (
    <div class="group wide">
      <IconButton icon="zoom-out" label="Zoom out (S)" press={() => state.zoomBy(1 / 0.7)} />
      <IconButton icon="zoom-in" label="Zoom in (W)" press={() => state.zoomBy(0.7)} />
      <IconButton icon="screen-full" label="Fit everything (0)" press={() => time.fitAll()} />
      <IconButton
        icon="fold"
        label={`Squeeze idle time (Z)${squeezesNothing(state) ? ": no idle stretch is long here" : ""}`}
        pressed={time.squeezed.value}
        press={() => time.toggleSqueeze()}
      />
      <IconButton
        icon="watch"
        label="Time by the clock (T)"
        pressed={time.byClock.value}
        press={() => time.toggleClock()}
      />
    </div>
  );
}

/** Where the trace is from, for those who ask. */
function whereOf({ session }: PanelState): string {
  const { info } = session.model;
  const when = info && info.wall > 0 ? `\nstarted ${new Date(info.wall * 1000).toLocaleString()}` : "";
  return info ? printable(info.script) + when : printable(session.title);
}

function squeezesNothing({ time }: PanelState): boolean {
  return time.squeezed.value && time.view.value.axis === undefined;
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

export function Face({ state, face }: { state: PanelState; face: Notice }) {
  const { send } = state;
  return (
    <div class={`face ${face.icon}`} role="status">
      <span class={`codicon codicon-${face.icon}${face.icon === "loading" ? " spin" : ""}`} aria-hidden="true" />
      <p class="said">
        <bdi>{face.text}</bdi>
      </p>
      {face.advice && <p>{face.advice}</p>}
      {face.code && <code>{face.code}</code>}
      {face.again && <RunButton running={false} send={send} />}
    </div>
  );
}

export function StatusBar({ state, bare }: { state: PanelState; bare: boolean }) {
  state.grown.value;
  return (
    <footer class="status">
      {!bare && (
        <ul class="legend" aria-label="Legend">
          {legendOf(state).map(([kind, word]) => (
            <li key={kind} class={kind}>
              {word}
            </li>
          ))}
        </ul>
      )}
      <LineNote state={state} />
      <span class="facts">{factsOf(state.session).join(" · ")}</span>
    </footer>
  );
}

/** What only some lanes show is explained where there are such lanes. */
function legendOf({ lanes }: PanelState) {
  const counts = lanes.order.value.owners.some(({ kind }) => COUNTED.has(kind));
  return counts ? [...LEGEND, ...COUNTS] : LEGEND;
}

const LEGEND = [
  ["running", "running"],
  ["ready", "ready, waiting its turn"],
  ["suspended", "suspended"],
  ["done", "returned"],
  ["failed", "failed"],
  ["cancelled", "cancelled"],
] as const;

const COUNTED: ReadonlySet<string> = new Set(["resource", "shelf", "pool", "worker"]);
const COUNTS = [
  ["held", "in use, or in a queue"],
  ["waiting", "waiting"],
] as const;
