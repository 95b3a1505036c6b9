// What lies under a point, and what the panel's state makes of keys and messages. No browser: these parts are pure.
import assert from "node:assert/strict";
import type { ToHost } from "../../src/trace/messages";
import { AXIS_HEIGHT, hit, LANE_HEIGHT, laneAt } from "../../src/webview/hit";
import { laneText } from "../../src/webview/laneText";
import { PanelState } from "../../src/webview/state";
import { xOf } from "../../src/webview/viewport";
import { crawler, file } from "./samples";

const BYTES = file(crawler());
/** The trace up to a moment in which tasks run, wait and are still to come. */
const HALF = BYTES.subarray(0, file([]).length + 1605);
const exact = (bytes: Uint8Array) => new Uint8Array(bytes).buffer;

function stand(bytes = BYTES) {
  const sent: ToHost[] = [];
  const clock = { now: 0 };
  const state = new PanelState(
    (message) => sent.push(message),
    () => clock.now,
  );
  state.receive({ kind: "open", title: "crawler.py", live: true, status: { kind: "ended", exitCode: 0 } });
  state.receive({ kind: "bytes", offset: 0, bytes: exact(bytes) });
  state.resize(1000, 500);
  return { state, sent, clock };
}

const lanes = (state: PanelState) => state.lanes.order.value.owners.map((owner) => laneText(owner).name);

/** Lane and time to a point on the canvas. */
function point(state: PanelState, name: string, seconds: number): [number, number] {
  const lane = lanes(state).indexOf(name);
  const time = state.session.model.start + seconds;
  return [xOf(state.time.view.value, time), AXIS_HEIGHT + (lane + 0.5) * LANE_HEIGHT - state.lanes.scroll.value.top];
}

function said(state: PanelState): string {
  const segment = state.selection.segment.value;
  if (segment === undefined) return "nothing";
  const { name } = laneText(segment.owner);
  return `${name} ${segment.state} ${(segment.start - state.session.model.start).toFixed(3)}`;
}

describe("hit test", () => {
  it("finds the segment at a point, in any lane and after scrolling", () => {
    const { state } = stand();
    const at = (name: string, seconds: number) => hit(state.scene.value, ...point(state, name, seconds));
    assert.equal(at("fetch-2", 0.5)?.state, "suspended");
    assert.equal(at("fetch-4", 0.7)?.state, "ready");
    assert.equal(at("parse-0", 0.7)?.state, "running");
    assert.equal(at("loop", 0.2)?.state, "suspended");
    state.lanes.scroll.value = { top: 60, height: 500 };
    assert.equal(at("parse-0", 0.7)?.state, "running");
  });

  it("lets a step thinner than a pixel win over the long wait beside it", () => {
    const { state } = stand();
    state.resize(400, 500);
    const step = state.session.model.start + 0.052;
    const segment = hit(state.scene.value, xOf(state.time.view.value, step) + 2, point(state, "fetch-2", 0)[1]);
    assert.equal(segment?.state, "running");
  });

  it("finds nothing on the axis, below the lanes, before and after a task", () => {
    const { state } = stand();
    assert.equal(laneAt(state.scene.value, AXIS_HEIGHT - 1), undefined);
    assert.equal(laneAt(state.scene.value, 5000), undefined);
    assert.equal(hit(state.scene.value, ...point(state, "fetch-3", 1.3)), undefined);
    assert.equal(hit(state.scene.value, ...point(state, "fetch-3", 0.001)), undefined);
  });
});

describe("selection", () => {
  it("walks along a lane and between lanes, and keeps its time", () => {
    const { state } = stand();
    state.selection.move(0, 1);
    assert.equal(said(state), "Task-1 running 0.000");
    state.pick(...point(state, "fetch-2", 0.5));
    assert.equal(said(state), "fetch-2 suspended 0.331");
    state.selection.move(1, 0);
    assert.equal(said(state), "fetch-2 running 0.792");
    state.selection.move(-1, 0);
    assert.equal(said(state), "fetch-2 suspended 0.331");
    state.selection.move(0, 1);
    assert.equal(said(state).split(" ")[0], "fetch-3");
    for (let step = 0; step < 20; step++) state.selection.move(0, 1);
    assert.equal(said(state).split(" ")[0], "parse-0");
    for (let step = 0; step < 20; step++) state.selection.move(0, -1);
    assert.equal(said(state).split(" ")[0], "loop");
    state.selection.clear();
    assert.equal(said(state), "nothing");
  });

  it("opens the user's own line, not the library's", () => {
    const { state, sent } = stand();
    state.pick(...point(state, "fetch-2", 0.5));
    assert.deepEqual(sent.at(-1), { kind: "open", file: "/srv/you/crawler.py", line: 9, column: 17 });
  });

  it("scrolls and pans to a selection out of sight", () => {
    const { state } = stand();
    const tops: number[] = [];
    state.lanes.scrollTo = (top) => tops.push(top);
    state.resize(1000, AXIS_HEIGHT + 3 * LANE_HEIGHT);
    state.pick(...point(state, "loop", 0.7));
    for (let step = 0; step < 5; step++) state.selection.move(0, 1);
    assert.ok((tops.at(-1) ?? 0) > 0, "scrolled down");
    state.time.zoomAt(0.05, 0);
    state.pick(...point(state, "Task-1", 0.06));
    state.selection.move(1, 0);
    state.selection.move(1, 0);
    const { from, to } = state.time.view.value;
    const selected = state.selection.segment.value;
    assert.ok(selected && selected.start < to && selected.end > from, "in sight");
  });

  it("keeps the place of an open segment while the trace grows", () => {
    const { state } = stand(HALF);
    const task = state.session.model.tasks[2];
    assert.ok(task);
    state.selection.selectAt(task, state.session.model.last);
    const before = state.selection.segment.value;
    assert.equal(before?.open, true);
    state.receive({ kind: "bytes", offset: HALF.length, bytes: exact(BYTES.subarray(HALF.length)) });
    state.time.tick();
    assert.equal(state.selection.segment.value?.row, before?.row);
    assert.equal(state.selection.segment.value?.open, false);
  });
});

describe("messages", () => {
  it("asks from the start, passes over what it has, and asks again after a gap, once", () => {
    const { state, sent } = stand(BYTES.subarray(0, 500));
    const bytes = (from: number, to: number) =>
      state.receive({ kind: "bytes", offset: from, bytes: exact(BYTES.subarray(from, to)) });
    assert.deepEqual(sent, [{ kind: "from", offset: 0 }]);
    bytes(0, 400);
    bytes(300, 600);
    assert.equal(state.session.reader.received, 600);
    bytes(900, 1000);
    bytes(1000, 1100);
    assert.deepEqual(sent.slice(1), [{ kind: "from", offset: 600 }]);
    bytes(600, BYTES.length);
    assert.equal(state.session.reader.problem, undefined);
    assert.equal(state.session.model.tasks.length, 6);
  });

  it("forgets everything when another trace is opened", () => {
    const { state, sent } = stand();
    state.selection.move(0, 1);
    state.time.zoomAt(0.1, 10);
    state.receive({ kind: "open", title: "other.py", live: true, status: { kind: "running" } });
    assert.deepEqual([said(state), state.time.mode.value, state.session.model.tasks.length], ["nothing", "fit", 0]);
    assert.deepEqual(sent.at(-1), { kind: "from", offset: 0 });
  });

  it("lets time go on while the program runs and says nothing, and stops it at the end", () => {
    const { state, clock } = stand(HALF);
    state.receive({ kind: "status", status: { kind: "running" } });
    const last = state.session.model.last;
    clock.now = 5;
    state.time.tick();
    assert.ok(Math.abs(state.time.end.value - last - 5) < 1e-9);
    assert.ok(state.time.view.value.to > last + 5, "the window follows");
    state.receive({ kind: "status", status: { kind: "ended", exitCode: 0 } });
    state.time.tick();
    assert.equal(state.time.end.value, last);
  });

  it("follows the end until the user goes elsewhere", () => {
    const { state, clock } = stand(HALF);
    state.receive({ kind: "status", status: { kind: "running" } });
    state.time.zoomAt(0.5, 0);
    const { from } = state.time.view.value;
    clock.now = 5;
    state.time.tick();
    assert.equal(state.time.view.value.from, from);
    state.time.toggleFollow();
    assert.ok(state.time.view.value.to > state.time.end.value);
    state.time.panBy(-10);
    assert.equal(state.time.mode.value, "free");
  });

  it("ignores bytes before it was told what to show", () => {
    const state = new PanelState(
      () => undefined,
      () => 0,
    );
    state.receive({ kind: "bytes", offset: 0, bytes: exact(BYTES) });
    assert.equal(state.session.reader.received, 0);
  });
});
