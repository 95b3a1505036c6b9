// The whole run in numbers: tasks by state, loops, what took most, where was waited most, what went wrong. Every row leads
// to what it tells of.

import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Segment } from "../trace/segments";
import { count, duration, plural, printable, shorten } from "../trace/text";
import { type LoopBlocked, type Place, type TaskState, type Totals, totals } from "../trace/totals";
import type { PanelState } from "./state";
import { nameOf } from "./words";

export function Overview({ state }: { state: PanelState }) {
  const told = useComputed(() => {
    state.settled.value;
    return totals(state.session.model);
  }).value;
  return (
    <div class="overview">
      <States told={told} state={state} />
      <Loops told={told} state={state} />
      <Busiest told={told} state={state} />
      <Places title="Most waiting" places={told.places} state={state} />
      <Resources told={told} state={state} />
      <Places title="Callbacks" places={told.callbacks} state={state} />
      <Wrong told={told} state={state} />
    </div>
  );
}

interface Told {
  readonly told: Totals;
  readonly state: PanelState;
}

const WORDS: Readonly<Record<TaskState, string>> = {
  running: "running",
  ready: "ready",
  suspended: "suspended",
  done: "returned",
  failed: "failed",
  cancelled: "cancelled",
};

function States({ told, state }: Told) {
  const { counts, seconds, span, steps, wakeups } = told;
  const { model, reader } = state.session;
  const kinds = (Object.keys(WORDS) as TaskState[]).filter((kind) => counts[kind] > 0);
  const whole = seconds.running + seconds.ready + seconds.suspended;
  const dropped = model.dropped > 0 ? `, ${count(model.dropped)} dropped` : "";
  return (
    <section>
      <h2>{plural(model.tasks.length, "task")}</h2>
      {kinds.map((kind) => (
        <Row
          key={kind}
          kind={kind}
          label={WORDS[kind]}
          value={count(counts[kind])}
          part={counts[kind] / model.tasks.length}
        />
      ))}
      <h3>Time of all tasks</h3>
      {(["running", "ready", "suspended"] as const).map((kind) => (
        <Row key={kind} kind={kind} label={WORDS[kind]} value={duration(seconds[kind])} part={seconds[kind] / whole} />
      ))}
      <h3>Rates</h3>
      <Row label="Steps" about={rate(steps, span)} value={count(steps)} />
      <Row label="Wake-ups" about={rate(wakeups, span)} value={count(wakeups)} />
      <Row label="Events" about={`${rate(reader.records, span)}${dropped}`} value={count(reader.records)} />
    </section>
  );
}

function rate(times: number, span: number): string {
  return span > 0 ? `${count(Math.round(times / span))} a second` : "";
}

function Loops({ told, state }: Told) {
  return (
    <>
      {told.blocked.map((each) => (
        <section key={each.loop.index}>
          <h3>
            Loop <bdi>{printable(shorten(each.loop.stream.name, 60))}</bdi>
          </h3>
          <LoopRows {...each} state={state} />
        </section>
      ))}
    </>
  );
}

function LoopRows({ loop, times, seconds, worst, state }: LoopBlocked & { state: PanelState }) {
  const whole = loop.busy + loop.idle;
  const about = `${plural(loop.steps, "step")}, ${plural(loop.callbacks, "callback")}`;
  return (
    <>
      <Row kind="running" label="Busy" about={about} value={duration(loop.busy)} part={loop.busy / whole} />
      <Row kind="suspended" label="Idle" value={duration(loop.idle)} part={loop.idle / whole} />
      {times > 0 && (
        <Row
          kind="blocked"
          label="Blocked"
          about={`${plural(times, "time")}, each 100 ms or longer`}
          value={duration(seconds)}
          part={seconds / whole}
          press={() => select(state, worst)}
        />
      )}
    </>
  );
}

function Busiest({ told, state }: Told) {
  const [first] = told.busiest;
  if (first === undefined) return null;
  return (
    <section>
      <h3>Busiest tasks</h3>
      {told.busiest.map((task) => (
        <Row
          key={task.index}
          kind="running"
          label={name(task.name)}
          about={`${name(task.site?.code?.name ?? "")} · ${plural(task.steps, "step")}`}
          value={duration(task.running)}
          part={task.running / first.running}
          press={() => state.selection.selectAt(task, task.created)}
        />
      ))}
    </section>
  );
}

function Places({ title, places, state }: { title: string; places: readonly Place[]; state: PanelState }) {
  const [first] = places;
  if (first === undefined) return null;
  return (
    <section>
      <h3>{title}</h3>
      {places.map((place) => (
        <Row
          key={place.text}
          kind={title === "Callbacks" ? "running" : "suspended"}
          label={name(place.text)}
          about={`${count(place.times)}× · longest ${duration(place.longest)}`}
          value={duration(place.seconds)}
          part={place.seconds / first.seconds}
          press={() => select(state, place.worst)}
        />
      ))}
    </section>
  );
}

function Resources({ told, state }: Told) {
  const [first] = told.resources;
  if (first === undefined) return null;
  return (
    <section>
      <h3>Locks, queues and the like</h3>
      {told.resources.map(({ resource, name: called, seconds, longest, waiting }) => (
        <Row
          key={resource.index}
          kind="suspended"
          label={name(called)}
          about={`${count(resource.waits.length)}× · longest ${duration(longest)}${waiting > 0 ? ` · ${count(waiting)} wait now` : ""}`}
          value={duration(seconds)}
          part={seconds / first.seconds}
          press={() => state.selection.selectAt(resource, state.session.model.start)}
        />
      ))}
    </section>
  );
}

function Wrong({ told, state }: Told) {
  if (told.errors.length + told.troubles.length === 0) return null;
  const { selection } = state;
  return (
    <section>
      <h3>What went wrong</h3>
      {told.errors.map(({ type, times, first }) => (
        <Row
          key={`error ${type}`}
          kind="failed"
          label={name(type)}
          about={`ended ${nameOf(first)}${times > 1 ? ` and ${plural(times - 1, "other")}` : ""}`}
          value={count(times)}
          press={() => selection.selectAt(first, first.ended ?? first.created)}
        />
      ))}
      {told.troubles.map(({ kind, times, first }) => (
        <Row
          key={`trouble ${kind}`}
          kind="failed"
          label={name(kind)}
          about={name(first.text)}
          value={count(times)}
          press={() => {
            if (first.task) selection.selectAt(first.task, first.time);
            if (first.file !== "") state.openFrame({ ...first, name: "", column: -1, what: "", library: false });
          }}
        />
      ))}
    </section>
  );
}

function select(state: PanelState, segment: Segment | undefined): void {
  if (segment) state.selection.select(segment);
}

/** A row is two lines at most. */
function name(text: string): string {
  return printable(shorten(text, 200));
}

interface RowProps {
  readonly label: string;
  readonly value: string;
  readonly about?: string;
  readonly kind?: TaskState | "blocked";
  /** 0 to 1: how long its bar is. */
  readonly part?: number;
  readonly press?: () => void;
}

function Row({ label, value, about = "", kind, part, press }: RowProps) {
  const width = `${Math.max(0, Math.min(1, part || 0)) * 100}%`;
  const inside: ComponentChildren = (
    <>
      <bdi class="label">{label}</bdi>
      <span class="value">{value}</span>
      {about !== "" && <bdi class="about">{about}</bdi>}
      {part !== undefined && (
        <span class="track" aria-hidden="true">
          <span class={`bar ${kind ?? ""}`} style={{ width }} />
        </span>
      )}
    </>
  );
  if (press === undefined) return <div class="fact">{inside}</div>;
  return (
    <button type="button" class="fact" title={label} onClick={press}>
      {inside}
    </button>
  );
}
