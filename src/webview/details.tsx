// The story of the selected segment, or of the hovered one.

import { useRef } from "preact/hooks";
import type { Frame, LaneOwner } from "../trace/segments";
import { printable } from "../trace/text";
import { ACTIONS, keyName } from "./actions";
import { firstLook } from "./firstLook";
import type { PanelState } from "./state";
import { announcement, type Part, type Piece, storyOf } from "./story";

export function Details({ state }: { state: PanelState }) {
  const segment = state.selection.segment.value ?? state.hovered.value;
  const { model } = state.session;
  if (segment === undefined)
    return (
      <>
        <FirstLook state={state} />
        <Reading />
      </>
    );
  const { title, place, when, parts } = storyOf(model, segment, state.time.end.value);
  return (
    <>
      <div class="head">
        <h2>{title}</h2>
        <button
          type="button"
          class="icon"
          title="Copy the story as text (Y)"
          aria-label="Copy the story as text"
          onClick={() => state.copyDetails()}
        >
          <span class="codicon codicon-copy" aria-hidden="true" />
        </button>
      </div>
      <p class="dim">
        {place && <FrameLink state={state} frame={place} />}
        {place && " · "}
        {when}
      </p>
      {parts.map((part) => (
        <section key={part.title}>
          <h3>{part.title}</h3>
          <PartBody state={state} part={part} />
        </section>
      ))}
    </>
  );
}

/** Whether the waits of a small program overlapped. */
function FirstLook({ state }: { state: PanelState }) {
  state.settled.value;
  const look = firstLook(state.session.model, state.session.model.last);
  if (look === undefined) return null;
  return (
    <section class="first-look" aria-label="Did the waits overlap?">
      <h2>{look.title}</h2>
      {look.lines.map((line, at) => (
        <Sentence key={at} state={state} pieces={line} />
      ))}
    </section>
  );
}

/** The keys that are shown there; the help has all. */
const FIRST_KEYS = new Set(["zoomIn", "zoomOut", "fitAll", "nextSegment", "laneBelow", "openCode", "filter", "help"]);

/** How to go on, while nothing is pointed at. */
function Reading() {
  return (
    <>
      <h2>How to read it</h2>
      <p>
        A task <strong>runs</strong>, is <strong>suspended</strong> at an await, or is <strong>ready</strong>: woken,
        but another task holds the loop.
      </p>
      <p>Click a segment for its story and its code.</p>
      <dl class="keys">
        {ACTIONS.filter(({ id }) => FIRST_KEYS.has(id)).map(({ id, keys, label }) => (
          <div key={id}>
            <dt>{keyName(keys[0] ?? "")}</dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function PartBody({ state, part }: { state: PanelState; part: Part }) {
  if (part.kind === "sentences") return part.lines.map((line, at) => <Sentence key={at} state={state} pieces={line} />);
  return (
    <ol class="stack">
      {part.frames.map((frame, depth) => (
        <li key={depth} style={{ paddingLeft: `${Math.min(depth, 8) * 12}px` }}>
          {depth > 0 && <span class="dim">└ </span>}
          <bdi>{printable(frame.name || frame.what)}</bdi>{" "}
          {frame.file !== "" && <FrameLink state={state} frame={frame} />}
        </li>
      ))}
    </ol>
  );
}

export function Sentence({ state, pieces }: { state: PanelState; pieces: readonly Piece[] }) {
  return (
    <p>
      {pieces.map((piece, at) => (
        <PieceView key={at} state={state} piece={piece} />
      ))}
    </p>
  );
}

function PieceView({ state, piece }: { state: PanelState; piece: Piece }) {
  if (typeof piece === "string") return <bdi>{piece}</bdi>;
  if (piece.kind === "strong") return <strong>{piece.text}</strong>;
  if (piece.kind === "frame") return <FrameLink state={state} frame={piece.frame} />;
  const { task } = piece;
  const time = piece.when ?? state.selection.segment.value?.start ?? task.created;
  return (
    <button type="button" class="link" onClick={() => state.selection.selectAt(task, time)}>
      <bdi>{printable(task.name)}</bdi>
    </button>
  );
}

/** `crawler.py:18`, which opens the code. */
export function FrameLink({ state, frame }: { state: PanelState; frame: Frame }) {
  const base = frame.file.slice(Math.max(frame.file.lastIndexOf("/"), frame.file.lastIndexOf("\\")) + 1);
  if (frame.file.startsWith("<") || frame.line < 1) return <span>{printable(base)}</span>;
  return (
    <button type="button" class="link" title={printable(frame.file)} onClick={() => state.openFrame(frame)}>
      {`${printable(base)}:${frame.line}`}
    </button>
  );
}

/** Tells a screen reader where the selection is, but for what it hears anyway. */
export function LiveRegion({ state }: { state: PanelState }) {
  const segment = state.selection.segment.value;
  const last = useRef<{ owner: LaneOwner | undefined; row: number; heard: Heard } | undefined>(undefined);
  const before = last.current;
  if (segment?.owner !== before?.owner)
    last.current = { owner: segment?.owner, row: segment?.row ?? 0, heard: heardFrom() };
  else if (before && segment?.row !== before.row)
    last.current = { ...before, row: segment?.row ?? 0, heard: undefined };
  const said = state.arrows.value?.said.value;
  const text = segment
    ? [said, announcement(state.session.model, segment, said ? undefined : last.current?.heard)]
        .filter((each) => each)
        .join(" ")
    : "";
  return (
    <div class="spoken" role="status" aria-live="polite">
      {text}
    </div>
  );
}

type Heard = "name" | "state" | undefined;

/** What a list that has the keyboard says by itself when another of its rows becomes active: its name, in grids its state. */
function heardFrom(): Heard {
  const list = document.activeElement;
  if (!list?.hasAttribute("aria-activedescendant")) return undefined;
  return list.role === "tree" ? "name" : "state";
}
