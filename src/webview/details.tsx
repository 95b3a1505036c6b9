// The side panel: the story of the selected segment, of the hovered one, or of the whole trace.

import type { TraceModel } from "../trace/model";
import type { Frame } from "../trace/segments";
import { count, duration, plural, printable } from "../trace/text";
import type { PanelState } from "./state";
import { announcement, type Part, type Piece, storyOf } from "./story";

export function Details({ state }: { state: PanelState }) {
  const segment = state.selected.value ?? state.hovered.value;
  const { model } = state.session;
  if (segment === undefined) return <Overview state={state} />;
  const { title, place, when, parts } = storyOf(model, segment, state.end.value);
  return (
    <aside class="details" aria-label="Details">
      <h2>{title}</h2>
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
    </aside>
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

function Sentence({ state, pieces }: { state: PanelState; pieces: readonly Piece[] }) {
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
  const time = state.selected.value?.start ?? task.created;
  return (
    <button type="button" class="link" onClick={() => state.selectAt(task, time)}>
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

/** What to know about the whole trace, and how to go on. */
function Overview({ state }: { state: PanelState }) {
  state.grown.value;
  const { model } = state.session;
  return (
    <aside class="details" aria-label="Details">
      <h2>{plural(model.tasks.length, "task")}</h2>
      <p class="dim">{outcomes(model)}</p>
      {model.loops.map((loop) => (
        <section key={loop.index}>
          <h3>
            Loop <bdi>{printable(loop.stream.name)}</bdi>
          </h3>
          <p>
            Busy {duration(loop.busy)}, idle {duration(loop.idle)}
          </p>
          <p class="dim">
            {plural(loop.steps, "step")}, {plural(loop.callbacks, "callback")}
          </p>
        </section>
      ))}
      <section>
        <h3>How to read it</h3>
        <p>
          A task <strong>runs</strong>, is <strong>suspended</strong> at an await, or is <strong>ready</strong>: woken,
          but another task holds the loop.
        </p>
        <p>Click a segment for its story and its code.</p>
        <dl class="keys">
          {KEY_HELP.map(([keys, what]) => (
            <div key={keys}>
              <dt>{keys}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </section>
    </aside>
  );
}

const KEY_HELP = [
  ["W S", "zoom in, out (Ctrl+wheel too)"],
  ["A D", "earlier, later (drag too)"],
  ["← → ↑ ↓", "walk the segments"],
  ["Enter", "open the code"],
  ["F", "fit the selection"],
  ["0", "fit everything"],
  ["Esc", "clear the selection"],
] as const;

function outcomes({ tasks }: TraceModel): string {
  const counts = { done: 0, failed: 0, cancelled: 0, going: 0 };
  for (const { outcome } of tasks) counts[outcome ?? "going"]++;
  const words = { done: "returned", failed: "failed", cancelled: "cancelled", going: "not ended" };
  const said = Object.entries(words).filter(([key]) => counts[key as "done"] > 0);
  return said.map(([key, word]) => `${count(counts[key as "done"])} ${word}`).join(", ");
}

/** Tells a screen reader where the selection is. */
export function LiveRegion({ state }: { state: PanelState }) {
  const segment = state.selected.value;
  const text = segment ? announcement(state.session.model, segment) : "";
  return (
    <div class="spoken" role="status" aria-live="polite">
      {text}
    </div>
  );
}
