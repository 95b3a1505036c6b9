// Who made, woke and cancelled whom, as text: every step of a program and its arrows.
import assert from "node:assert/strict";
import { cameFrom, type Flow, flowsOf, leadsTo, type Point, segmentAtEnd } from "../../src/trace/flows";
import type { TraceModel } from "../../src/trace/model";
import { readTrace } from "../../src/trace/report";
import { type RowOwner, type Segment, segmentOf } from "../../src/trace/segments";
import { type Record_, trace } from "./encode";
import { readRecorded } from "./recorded";

function name({ owner }: Point): string {
  return owner.kind === "task" ? owner.name : owner.kind === "loop" ? "loop" : owner.stream.name;
}

function text({ kind, from, to, via }: Flow): string {
  return `${kind} ${name(from)} > ${name(to)}${via ? ` through ${via.what}` : ""}`;
}

/** The segments of a lane that have arrows: its row, its state, and each arrow. */
function arrows(model: TraceModel, owner: RowOwner): string[] {
  const lines: string[] = [];
  for (let row = 0; row < owner.lane.rows; row++) {
    const segment = segmentOf(model, owner, row, model.last) as Segment;
    const { flows } = flowsOf(model, segment);
    const told = flows.filter(({ kind }) => kind !== "madeBy" || owner.kind === "worker");
    if (told.length > 0) lines.push(`${segment.state}: ${told.map(text).join(", ")}`);
  }
  return lines;
}

function laneOf(model: TraceModel, wanted: string): RowOwner {
  const found = wanted === "loop" ? model.loops[0] : model.tasks.find((task) => task.name === wanted);
  assert.ok(found, wanted);
  return found;
}

function recordedArrows(fixture: string, lane: string): string[] {
  const { model } = readTrace(readRecorded(fixture));
  return arrows(model, laneOf(model, lane));
}

/** The steps that repeated presses of a key lead to. */
function walk(model: TraceModel, from: Segment, next: (segment: Segment) => Point | undefined): string[] {
  const way: string[] = [];
  let at: Segment | undefined = from;
  for (let step = 0; at && step < 8; step++) {
    way.push(`${name({ owner: at.owner as RowOwner, row: 0, time: 0 })} ${at.state}`);
    const to = next(at);
    at = to && segmentAtEnd(model, to, model.last);
  }
  return way;
}

describe("flows", () => {
  it("goes from who gave the lock back to who gets it, and from the last of a gather to who waits for all", () =>
    assert.deepEqual(recordedArrows("contention", "third").slice(0, 6), [
      "suspended: wokenBy second > third",
      "ready: wokenBy second > third",
      "running: wokenBy second > third",
      "suspended: wokenBy loop > third through _set_result_unless_cancelled",
      "ready: wokenBy loop > third through _set_result_unless_cancelled",
      "running: wokenBy loop > third through _set_result_unless_cancelled, wakes third > Task-1 through gather.<locals>._done_callback",
    ]));

  it("goes from a thread's job to who waited for it", () =>
    assert.deepEqual(recordedArrows("jobs", "b"), [
      "suspended: wokenBy small_0 > b through _chain_future.<locals>._set_state",
      "ready: wokenBy small_0 > b through _chain_future.<locals>._set_state",
      "running: wokenBy small_0 > b through _chain_future.<locals>._set_state, wakes b > Task-1 through gather.<locals>._done_callback",
    ]));

  it("goes from who asked to cancel to whom, also through a group's callback", () => {
    assert.deepEqual(recordedArrows("cancels", "sleeps"), [
      "suspended: wokenBy Task-1 > sleeps, cancelledBy Task-1 > sleeps",
      "ready: wokenBy Task-1 > sleeps, cancelledBy Task-1 > sleeps",
      "running: wokenBy Task-1 > sleeps",
    ]);
    assert.equal(
      recordedArrows("cancels", "fails").at(-1),
      "running: wokenBy loop > fails through _set_result_unless_cancelled, cancels fails > member, cancels fails > grouped, wakes fails > member through TaskGroup._on_task_done, wakes fails > grouped through TaskGroup._on_task_done",
    );
  });

  it("goes from who gave a thread its job, and to who waited for it", () => {
    const { model } = readTrace(readRecorded("jobs"));
    const lines = model.jobs.workers.map((worker) => arrows(model, worker).join(" | "));
    assert.deepEqual(lines, [
      "running: madeBy a > small_0, wakes small_0 > a through _chain_future.<locals>._set_state | running: madeBy b > small_0, wakes small_0 > b through _chain_future.<locals>._set_state",
      "running: madeBy Task-1 > asyncio_0, wakes asyncio_0 > Task-1 through _chain_future.<locals>._set_state",
    ]);
    const [small] = model.jobs.workers;
    const first = small && segmentOf(model, small, 0, model.last);
    assert.ok(first);
    assert.deepEqual(
      walk(model, first, (segment) => cameFrom(model, segment)?.from),
      ["small_0 running", "a running", "Task-1 running"],
    );
  });

  it("shows on the loop's lane what a timer and its callback woke", () =>
    assert.deepEqual(recordedArrows("contention", "loop").slice(1, 4), [
      "suspended: wakes loop > first through _set_result_unless_cancelled",
      "callback: wakes loop > first through _set_result_unless_cancelled",
      "running: wokenBy loop > first through _set_result_unless_cancelled, wakes first > second",
    ]));

  it("walks from step to step, back to whom nobody woke and on to whom nobody follows", () => {
    const { model } = readTrace(readRecorded("contention"));
    const third = laneOf(model, "third");
    const last = segmentOf(model, third, third.lane.rows - 2, model.last) as Segment;
    assert.deepEqual(
      walk(model, last, (segment) => cameFrom(model, segment)?.from),
      ["third running", "loop callback"],
    );
    const waits = segmentOf(model, third, 2, model.last) as Segment;
    assert.deepEqual(
      walk(model, waits, (segment) => cameFrom(model, segment)?.from),
      ["third suspended", "second running", "loop callback"],
    );
    const first = laneOf(model, "first");
    const step = segmentOf(model, first, 4, model.last) as Segment;
    assert.deepEqual(
      walk(model, step, (segment) => leadsTo(model, segment)[0]?.to),
      ["first running", "second running"],
    );
  });

  it("counts what it does not list", () => {
    const ids = Array.from({ length: 500 }, (_, at) => 1000 + at);
    const steps = (end: number, site: number, from: number): Record_[] =>
      ids.map((id, at) => ["step", id, end + at / 1000, site, from - at - 1]);
    const { model } = readTrace(
      trace(
        ["thread", 1, "MainThread"],
        ["code", 0, "/srv/you/app.py", "main", 1],
        ["site", 0, -1, 0, 3, 3, -1, -1, "asyncio.Event.wait"],
        ["task", 0, 64, "setter", 0],
        ...ids.map((id): Record_ => ["task", 0, id, `waiter ${id}`, 0]),
        ["run", 0, 1, "Loop", 501],
        ["step", 64, 1, 0, 500],
        ...steps(2, 0, 500),
        ["wakeups", 3, 0, 1],
        ["step", 64, 4, -1, 500],
        ...steps(5, -1, 500),
      ),
    );
    const setter = laneOf(model, "setter");
    const set = segmentOf(model, setter, setter.lane.rows - 2, model.last);
    const { flows, counts } = flowsOf(model, set);
    assert.deepEqual([flows.length, counts.wakes, counts.wokenBy], [200, 500, 1]);
    assert.equal(text(flows[1] as Flow), "wakes setter > waiter 1000");
  });
});
