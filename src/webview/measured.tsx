// What was in the measured range: totals by loop, by state and by place.

import { useSignal } from "@preact/signals";
import { type LoopShare, MAX_ROWS, type Measure, measure, type PlaceShare } from "../trace/measure";
import { count, duration, plural, printable, shorten } from "../trace/text";
import { FrameLink } from "./details";
import { useCalm } from "./hooks";
import type { PanelState } from "./state";
import { labelAt } from "./viewport";

const PLACES = 8;
/** While a range is dragged it is measured this often, ms. */
const CALM_MS = 80;

export function Measured({ state }: { state: PanelState }) {
  const totals = useMeasure(state);
  if (totals === undefined) return null;
  const { from, to, places } = totals;
  const at = (time: number) => labelAt(state.time.view.value, state.time.span.start, time);
  const more = places.length - PLACES;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard
    <section class="measured" aria-label="Measured range" tabIndex={0}>
      <h2>Range of {duration(to - from)}</h2>
      <p class="dim">
        {at(from)} to {at(to)}
      </p>
      {totals.cut && <p>Only its first {count(MAX_ROWS)} changes are counted.</p>}
      {totals.loops.map((share) => (
        <LoopLine key={share.loop.index} share={share} length={to - from} />
      ))}
      <h3>{tasksOf(totals)}</h3>
      <dl class="totals">
        <Total kind="running" seconds={totals.running} />
        <Total kind="ready" seconds={totals.ready} />
        <Total kind="suspended" seconds={totals.suspended} />
      </dl>
      {places.length > 0 && <h3>Where it was waited</h3>}
      <ol class="places">
        {places.slice(0, PLACES).map((place, rank) => (
          <Place key={rank} state={state} place={place} />
        ))}
      </ol>
      {more > 0 && <p class="dim">and {plural(more, "further place")}</p>}
    </section>
  );
}

/** The totals of the range, not made anew at each move of the pointer. */
function useMeasure(state: PanelState): Measure | undefined {
  const totals = useSignal<Measure | undefined>(undefined);
  const watch = () => {
    state.selection.range.value;
    state.grown.value;
  };
  useCalm(CALM_MS, watch, () => {
    const range = state.selection.range.peek();
    const long = range !== undefined && range.end > range.start;
    totals.value = long ? measure(state.session.model, range.start, range.end, state.time.end.peek()) : undefined;
  });
  return totals.value;
}

function tasksOf({ tasks, made, ended }: Measure): string {
  return [
    plural(tasks, "task"),
    ...(made > 0 ? [`${count(made)} made`] : []),
    ...(ended > 0 ? [`${count(ended)} ended`] : []),
  ].join(", ");
}

function LoopLine({ share, length }: { share: LoopShare; length: number }) {
  const { loop, busy, idle, blocked, steps, callbacks } = share;
  const percent = length > 0 ? Math.round((busy / length) * 100) : 0;
  return (
    <>
      <h3>
        Loop <bdi>{printable(shorten(loop.stream.name || loop.className, 80))}</bdi>
      </h3>
      <p>
        Busy {duration(busy)} ({percent} %), idle {duration(idle)}
        {blocked > 0 && ", "}
        {blocked > 0 && <strong>blocked {duration(blocked)}</strong>}
      </p>
      <p class="dim">
        {plural(steps, "step")}, {plural(callbacks, "callback")}
      </p>
    </>
  );
}

function Total({ kind, seconds }: { kind: string; seconds: number }) {
  return (
    <div class={`total ${kind}`}>
      <dt>{kind}</dt>
      <dd>{duration(seconds)}</dd>
    </div>
  );
}

function Place({ state, place }: { state: PanelState; place: PlaceShare }) {
  const { frame, what, seconds, waits } = place;
  return (
    <li>
      <span class="amount">{duration(seconds)}</span>
      <span class="at">
        <bdi>{printable(shorten(what.replace(/^asyncio\./, ""), 80)) || "an unknown place"}</bdi>{" "}
        {frame && <FrameLink state={state} frame={frame} />}
      </span>
      <span class="dim">{count(waits)}×</span>
    </li>
  );
}
