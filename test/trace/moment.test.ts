// One moment and one range of a trace, against plain counting.
import assert from "node:assert/strict";
import type { Loop, Task } from "../../src/trace/entities";
import { MAX_ROWS, measure } from "../../src/trace/measure";
import type { TraceModel } from "../../src/trace/model";
import { changeBeside, type Moment, momentOf, taskAt } from "../../src/trace/moment";
import { readTrace } from "../../src/trace/report";
import { ownFrame, type Segment, segmentOf, stackOf, waitOf } from "../../src/trace/segments";
import { clockTime, duration, moment } from "../../src/trace/text";
import { crawler, file, sleeper, storm } from "../webview/samples";
import { generator } from "./corrupt";
import { readRecorded, recorded } from "./recorded";

const TRACES: readonly [string, TraceModel][] = [
  ["crawler", readTrace(file(crawler())).model],
  ["sleeper", readTrace(file(sleeper())).model],
  ["storm", readTrace(storm(40, 12)).model],
  ...recorded().map((name) => [name, readTrace(readRecorded(name)).model] as [string, TraceModel]),
];

/** Times all over the trace, and exactly at changes of it. */
function timesOf(model: TraceModel, howMany: number): number[] {
  const random = generator(11);
  const span = model.last - model.start;
  const some = Array.from({ length: howMany }, () => model.start - span / 20 + random() * span * 1.1);
  const changes = model.tasks.flatMap(({ lane }) =>
    Array.from({ length: Math.min(lane.rows, 20) }, (_, row) => model.rows.startOf(lane, row)),
  );
  return [...some, ...changes.slice(0, 200)];
}

/** Every segment of a lane, open ones up to `now`. */
function segmentsOf(model: TraceModel, owner: Task | Loop, now: number): Segment<Task | Loop>[] {
  const all = Array.from({ length: owner.lane.rows }, (_, row) => segmentOf(model, owner, row, now));
  return all.filter((segment): segment is Segment<Task | Loop> => segment !== undefined);
}

const RANK = ["running", "ready", "suspended", "done"];
const rankOf = (state: string) => (RANK.indexOf(state) < 0 ? 3 : RANK.indexOf(state));

function checkMoment(model: TraceModel, moment: Moment): void {
  const listed = new Set(moment.order);
  assert.equal(listed.size, moment.order.length, "each task once");
  let before: { rank: number; seconds: number } | undefined;
  for (const task of model.tasks) {
    const last = segmentsOf(model, task, model.last).findLast(({ start }) => start <= moment.time);
    assert.equal(listed.has(task.index), last !== undefined);
    assert.equal(moment.rows[task.index], last?.row ?? -1);
  }
  for (const index of moment.order) {
    const told = taskAt(model, moment, index);
    assert.ok(told && told.seconds >= 0);
    const rank = rankOf(told.state);
    const slack = 1e-6 * (1 + model.last - model.start);
    if (before?.rank === rank && rank < 3) assert.ok(before.seconds >= told.seconds - slack, "longest first");
    assert.ok(before === undefined || before.rank <= rank, "running, ready, suspended, ended");
    before = { rank, seconds: told.seconds };
  }
}

/** A million rows, read once. */
let million: TraceModel | undefined;
function large(): TraceModel {
  million ??= readTrace(storm(10_000, 25)).model;
  return million;
}

after(() => {
  million = undefined;
});

describe("a moment", () => {
  for (const [name, model] of TRACES)
    it(`tells every task's state: ${name}`, () => {
      let near: Moment | undefined;
      for (const time of timesOf(model, 100)) {
        checkMoment(model, momentOf(model, time));
        const quick = momentOf(model, time, near);
        assert.deepEqual(quick, momentOf(model, time), "the same from nearby");
        near = quick;
      }
    });

  it("reads as a table", () => {
    const model = TRACES[0]?.[1] as TraceModel;
    const moment = momentOf(model, model.start + 0.7);
    const lines = [...moment.order].map((index) => {
      const told = taskAt(model, moment, index);
      const place = told?.frame ? `line ${told.frame.line}` : "";
      return `${told?.task.name} ${told?.state} ${Math.round((told?.seconds ?? 0) * 1000)} ms | ${told?.waits} | ${place}`;
    });
    assert.deepEqual(lines, [
      "parse-0 running 60 ms |  | line 31",
      "fetch-4 ready 60 ms |  | line 14",
      "Task-1 suspended 668 ms | the end of parse-0 | line 44",
      "fetch-2 suspended 369 ms | StreamReader.readline | line 9",
      "fetch-3 suspended 188 ms | StreamReader.readline | line 9",
      "fetch-1 suspended 60 ms | Queue.put | line 22",
    ]);
    assert.deepEqual(moment.counts, { running: 1, ready: 1, suspended: 4, ended: 0, unmade: 0 });
  });

  it("walks from change to change, and back", () => {
    for (const [, model] of TRACES) {
      const owners = [...model.loops, ...model.jobs.workers, ...model.tasks];
      const changes = new Set<number>();
      for (const { lane } of owners)
        for (let row = 0; row < lane.rows; row++) changes.add(model.rows.startOf(lane, row));
      const sorted = [...changes].sort((a, b) => a - b).slice(0, 300);
      const forward: number[] = [];
      for (let at = changeBeside(model, -1e9, 1); at !== undefined && forward.length < sorted.length; )
        at = changeBeside(model, forward[forward.push(at) - 1] as number, 1);
      assert.deepEqual(forward, sorted);
      const back: number[] = [];
      for (let at: number | undefined = sorted.at(-1); at !== undefined && back.length < sorted.length; )
        at = changeBeside(model, back[back.push(at) - 1] as number, -1);
      assert.deepEqual(back.reverse(), sorted);
    }
  });

  it("finds ten thousand tasks within milliseconds", function () {
    this.timeout(30_000);
    const model = large();
    const random = generator(3);
    const spent: number[] = [];
    let near: Moment | undefined;
    for (let round = 0; round < 60; round++) {
      const time = model.start + random() * (model.last - model.start);
      const began = performance.now();
      near = momentOf(model, time, near);
      spent.push(performance.now() - began);
    }
    spent.sort((a, b) => a - b);
    assert.ok((spent[30] as number) < 20, "far from quadratic on any machine");
  });
});

/** The same sums, one segment after another. */
function plainly(model: TraceModel, from: number, to: number) {
  const sums = { running: 0, ready: 0, suspended: 0, busy: 0, idle: 0, blocked: 0, steps: 0, callbacks: 0 };
  const places = new Map<string, number>();
  const inside = ({ start, end }: Segment) => Math.min(end, to) - Math.max(start, from);
  const touches = ({ start, end }: Segment) => start < to && (end > from || start >= from);
  for (const loop of model.loops)
    for (const segment of segmentsOf(model, loop, model.last).filter(touches)) {
      const busy = segment.state === "running" || segment.state === "callback";
      if (segment.state === "suspended") sums.idle += inside(segment);
      if (busy) sums.busy += inside(segment);
      if (busy && segment.end - segment.start >= 0.1) sums.blocked += inside(segment);
      if (segment.state === "running") sums.steps++;
      if (segment.state === "callback") sums.callbacks++;
    }
  for (const task of model.tasks)
    for (const segment of segmentsOf(model, task, model.last).filter(touches)) {
      const { state } = segment;
      if (state === "running" || state === "ready" || state === "suspended") sums[state] += inside(segment);
      if (state !== "suspended") continue;
      const frame = ownFrame(stackOf(waitOf(model, segment)?.site));
      const place = `${frame?.file}:${frame?.line}`;
      places.set(place, (places.get(place) ?? 0) + inside(segment));
    }
  return { sums, places };
}

describe("a range", () => {
  for (const [name, model] of TRACES)
    it(`is measured as by counting: ${name}`, () => {
      const times = timesOf(model, 30);
      const random = generator(5);
      for (let round = 0; round < 60; round++) {
        const pick = () => times[Math.floor(random() * times.length)] as number;
        const [from, to] = [pick(), pick()].sort((a, b) => a - b) as [number, number];
        compare(model, from, Math.min(to, model.last));
      }
      compare(model, model.start, model.last);
    });

  it("says that it leaves rows out", () => {
    const model = TRACES[2]?.[1] as TraceModel;
    const whole = measure(model, model.start, model.last, model.last);
    const part = measure(model, model.start, model.last, model.last, 100);
    assert.ok(part.cut && !whole.cut);
    assert.ok(part.suspended < whole.suspended);
  });

  it("takes a million changes at once", function () {
    this.timeout(30_000);
    const model = large();
    const whole = measure(model, model.start, model.last, model.last);
    assert.ok(!whole.cut && model.rows.total < MAX_ROWS);
    const totals = model.tasks.reduce((sum, { suspended }) => sum + suspended, 0);
    assert.ok(Math.abs(whole.suspended - totals) < 1e-6 * totals, "what the tasks booked themselves");
    assert.equal(whole.loops[0]?.steps, 250_000);
  });
});

describe("times in words", () => {
  it("have the unit that fits, from nanoseconds to hours", () => {
    const said = [3e-9, 35.2e-6, 0.0123, 1.4204, 75, 125, 35_999, 36_000, 100_000].map(duration);
    const expected = ["3 ns", "35.2 µs", "12.3 ms", "1.42 s", "75.0 s", "2 min 5 s", "599 min 59 s", "10 h 0 min"];
    assert.deepEqual(said, [...expected, "27 h 46 min"]);
    assert.equal(moment(2.5e-7, 1e-8, 9e-7), "250 ns");
    assert.equal(moment(1.234567, 1e-3, 2), "1.235 s");
  });

  it("are read from the clock on the wall, local and as fine as asked", () => {
    const noon = new Date(2026, 0, 5, 12, 34, 56).getTime() / 1000;
    assert.deepEqual(
      [1, 0.1, 1e-3, 1e-9].map((step) => clockTime(noon + 0.98765, step)),
      ["12:34:56", "12:34:56.9", "12:34:56.988", "12:34:56.987650"],
    );
    assert.equal(clockTime(noon + 0.99999, 0.01), "12:34:56.99", "never the next second");
  });
});

function compare(model: TraceModel, from: number, to: number): void {
  const told = measure(model, from, to, model.last);
  const { sums, places } = plainly(model, from, to);
  const near = (actual: number, expected: number, what: string) =>
    assert.ok(Math.abs(actual - expected) <= 1e-9 + 1e-9 * Math.abs(expected), `${what}: ${actual} is not ${expected}`);
  for (const state of ["running", "ready", "suspended"] as const) near(told[state], sums[state], state);
  for (const key of ["busy", "idle", "blocked", "steps", "callbacks"] as const)
    near(
      told.loops.reduce((sum, share) => sum + share[key], 0),
      sums[key],
      key,
    );
  const byPlace = new Map<string, number>();
  for (const { frame, seconds } of told.places) {
    const place = `${frame?.file}:${frame?.line}`;
    byPlace.set(place, (byPlace.get(place) ?? 0) + seconds);
  }
  assert.equal(byPlace.size, places.size);
  for (const [place, seconds] of places) near(byPlace.get(place) ?? Number.NaN, seconds, place);
  assert.ok(told.places.every(({ seconds }, at) => at === 0 || seconds <= (told.places[at - 1]?.seconds ?? 0)));
}
