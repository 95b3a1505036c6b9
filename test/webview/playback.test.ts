// Playing a run: the time cursor moves by itself.
import assert from "node:assert/strict";
import { PanelState } from "../../src/webview/state";
import { timeOf, xOf } from "../../src/webview/viewport";
import { exact } from "./page";
import { crawler, file, sleeper } from "./samples";

function stateOf(bytes: Buffer): PanelState {
  const state = new PanelState(
    () => undefined,
    () => 0,
  );
  state.receive({ kind: "open", title: "a.py", live: false, status: { kind: "ended", exitCode: 0 } });
  state.receive({ kind: "bytes", offset: 0, bytes: exact(bytes) });
  state.resize(1000, 600);
  return state;
}

/** Plays for so many seconds in steps; says where the cursor is on the way, in pixels. */
function play(state: PanelState, seconds: number, step: number, calm = false): number[] {
  const places: number[] = [];
  for (let now = 0; now <= seconds + 1e-9; now += step) {
    state.playback.advance(now, calm);
    places.push(xOf(state.time.view.value, state.selection.cursor.value ?? Number.NaN));
  }
  return places;
}

describe("playing", () => {
  it("takes ten seconds for what is seen, from the left edge on", () => {
    const state = stateOf(file(crawler()));
    state.playback.toggle();
    const places = play(state, 5, 1 / 60);
    assert.ok(Math.abs((places[0] ?? 0) - 0) < 1e-6);
    assert.ok(Math.abs((places.at(-1) ?? 0) - 500) < 2, `${places.at(-1)}`);
    assert.ok(places.every((place, at) => at === 0 || place > (places[at - 1] ?? 0)));
  });

  it("stops at the end, and begins anew from there", () => {
    const state = stateOf(file(crawler()));
    state.playback.toggle();
    play(state, 12, 1 / 60);
    assert.equal(state.playback.playing.value, false);
    assert.equal(state.selection.cursor.value, state.time.span.end);
    state.playback.toggle();
    assert.equal(state.selection.cursor.value, state.time.span.start);
  });

  it("goes on in the next window where it is zoomed in", () => {
    const state = stateOf(file(crawler()));
    state.time.fitRange(state.time.span.start, state.time.span.start + 0.2);
    state.playback.toggle();
    const before = state.time.view.value.from;
    play(state, 11, 1 / 60);
    const { from, to } = state.time.view.value;
    const at = state.selection.cursor.value ?? 0;
    assert.ok(from > before && at >= from && at <= to, "the cursor is in sight");
  });

  it("moves in steps where motion is unwelcome", () => {
    const state = stateOf(file(crawler()));
    state.playback.toggle();
    const places = new Set(play(state, 4, 1 / 4, true).map(Math.round));
    assert.equal(places.size, 5, [...places].join());
  });

  it("passes over squeezed time as fast as it is drawn", () => {
    const state = stateOf(file(sleeper()));
    state.time.toggleSqueeze();
    state.playback.toggle();
    const places = play(state, 5, 1 / 60);
    assert.ok(Math.abs((places.at(-1) ?? 0) - 500) < 2);
    assert.ok(timeOf(state.time.view.value, 500) > 100, "minutes were passed");
  });

  it("stops when the cursor is cleared, and when Space is pressed again", () => {
    const state = stateOf(file(crawler()));
    state.playback.toggle();
    state.playback.toggle();
    assert.equal(state.playback.playing.value, false);
    state.playback.toggle();
    state.clear();
    state.playback.advance(1, false);
    assert.equal(state.playback.playing.value, false);
    assert.equal(state.selection.cursor.value, undefined);
  });
});
