// The list of lanes as the user wants it: what is folded, filtered and hidden comes back into sight when it is selected,
// and a trace that grows fast does not have its lanes ordered at each step. No browser.
import assert from "node:assert/strict";
import { AXIS_HEIGHT } from "../../src/webview/hit";
import { laneText } from "../../src/webview/laneText";
import { PanelState } from "../../src/webview/state";
import { readRecorded } from "../trace/recorded";
import { crawler, file, storm } from "./samples";

/** A place in the trace, between two frames or not. */
const HALF = 2000;
const exact = (bytes: Uint8Array) => new Uint8Array(bytes).buffer;

function stand(bytes: Uint8Array) {
  const clock = { now: 0 };
  const state = new PanelState(
    () => undefined,
    () => clock.now,
  );
  state.receive({ kind: "open", title: "a.py", live: true, status: { kind: "ended", exitCode: 0 } });
  state.receive({ kind: "bytes", offset: 0, bytes: exact(bytes) });
  state.resize(1000, AXIS_HEIGHT + 300);
  return { state, clock, lanes: state.lanes, tasks: state.session.model.tasks };
}

const names = ({ lanes }: PanelState) => lanes.order.value.owners.map((owner) => laneText(owner).name);

describe("the list of lanes", () => {
  it("unfolds what a selection is folded into, and scrolls to it", () => {
    const { state, lanes, tasks } = stand(storm(300, 2));
    const tops: number[] = [];
    lanes.scrollTo = (top) => tops.push(top);
    const task = tasks[200];
    assert.ok(task);
    assert.deepEqual(names(state), ["loop", "worker × 300"]);
    state.selection.selectAt(task, 0);
    assert.equal(lanes.order.value.owners[lanes.order.value.laneOf(task)], task);
    assert.deepEqual(tops, [(lanes.order.value.laneOf(task) + 1) * 30 - 300]);
  });

  it("says of a folded group how many of its tasks failed", () => {
    const { state, tasks } = stand(storm(300, 2));
    const [group] = state.lanes.order.value.owners.slice(1);
    assert.ok(group && tasks[7] && tasks[70]);
    assert.equal(laneText(group).about, "");
    tasks[7].outcome = "failed";
    tasks[70].outcome = "failed";
    assert.equal(laneText(group).about, "✕ 2 failed");
  });

  it("shows internals, and gives up a filter, for what is selected", () => {
    const { state, lanes, tasks } = stand(readRecorded("contention"));
    const internal = tasks.find(({ site }) => site?.code?.name.includes("shutdown"));
    const main = tasks[0];
    assert.ok(internal && main);
    assert.equal(lanes.order.value.laneOf(internal), -1);
    state.selection.selectAt(internal, 1);
    assert.ok(lanes.showInternals.value && lanes.order.value.laneOf(internal) > 0);
    lanes.setFilter("consumer");
    assert.equal(lanes.order.value.laneOf(internal), -1);
    state.selection.selectAt(main, 0);
    assert.equal(lanes.filter.value, "consumer", "it is shown with the filter, for it made what was asked for");
    state.selection.selectAt(internal, 1);
    assert.equal(lanes.filter.value, "");
  });

  it("keeps what is folded while a filter is set apart from what is folded without", () => {
    const { state, lanes, tasks } = stand(file(crawler()));
    const [main] = tasks;
    assert.ok(main);
    lanes.fold(main, true);
    assert.deepEqual(names(state), ["loop", "Task-1"]);
    lanes.setFilter("fetch");
    assert.deepEqual(names(state), ["loop", "Task-1", "fetch-1", "fetch-2", "fetch-3", "fetch-4"]);
    lanes.fold(main, true);
    assert.deepEqual(names(state), ["loop", "Task-1"]);
    lanes.setFilter("fetch-2");
    assert.deepEqual(names(state), ["loop", "Task-1", "fetch-2"]);
    lanes.setFilter("");
    assert.deepEqual(names(state), ["loop", "Task-1"]);
  });

  it("orders the lanes of a growing trace anew only as often as it may cost, but at once when asked", async () => {
    const bytes = file(crawler());
    const { state, lanes, clock } = stand(bytes.subarray(0, HALF));
    lanes.sort.value = "waiting";
    const before = lanes.order.value;
    state.receive({ kind: "bytes", offset: HALF, bytes: exact(bytes.subarray(HALF)) });
    assert.equal(lanes.order.value, before, "too soon");
    clock.now = 2;
    state.grown.value++;
    const later = lanes.order.value;
    assert.notEqual(later, before);
    lanes.showInternals.value = true;
    assert.notEqual(lanes.order.value, later, "at once");
  });

  it("goes on after a while by itself, where nothing else makes it", async () => {
    const bytes = file(crawler());
    const { state, lanes, clock } = stand(bytes.subarray(0, HALF));
    lanes.sort.value = "waiting";
    const before = lanes.order.value;
    clock.now = 0.98;
    state.receive({ kind: "bytes", offset: HALF, bytes: exact(bytes.subarray(HALF)) });
    assert.equal(lanes.order.value, before);
    clock.now = 1.1;
    await new Promise((done) => setTimeout(done, 60));
    assert.notEqual(lanes.order.value, before);
  });

  it("forgets all about the lanes of another trace", () => {
    const { state, lanes, tasks } = stand(file(crawler()));
    const [main] = tasks;
    if (main) lanes.fold(main, true);
    state.receive({ kind: "open", title: "b.py", live: true, status: { kind: "running" } });
    assert.deepEqual(names(state), []);
    state.receive({ kind: "bytes", offset: 0, bytes: exact(file(crawler())) });
    assert.equal(names(state).length, 7);
  });
});
