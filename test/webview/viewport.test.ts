// The arithmetic of the visible window.
import assert from "node:assert/strict";
import {
  fitAll,
  fitRange,
  followEnd,
  labelAt,
  pan,
  reveal,
  ticks,
  timeOf,
  type Viewport,
  xOf,
  zoom,
} from "../../src/webview/viewport";

const SPAN = { start: 2, end: 12 };
const view = (from: number, to: number, width = 1000): Viewport => ({ from, to, width });
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9 * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`);

describe("viewport", () => {
  it("maps time to pixels and back", () => {
    near(xOf(view(2, 12), 7), 500);
    near(timeOf(view(2, 12), 500), 7);
  });

  it("fits everything, with room for the end marks", () => {
    const { from, to } = fitAll(SPAN, 1000);
    near(from, 2);
    near(to, 12.6);
  });

  it("zooms around the pointer: what is under it stays", () => {
    const before = view(4, 8);
    const after = zoom(before, 0.5, 250, SPAN);
    near(after.to - after.from, 2);
    near(timeOf(after, 250), timeOf(before, 250));
  });

  it("zooms out to the whole trace and no further, in to a tenth of a microsecond and no further", () => {
    const out = zoom(view(4, 8), 1e9, 500, SPAN);
    near(out.from, 2);
    near(out.to, 12.6);
    const deep = zoom(view(4, 8), 1e-30, 500, SPAN);
    assert.ok(deep.to - deep.from >= 0.9e-7);
  });

  it("pans within the trace", () => {
    near(pan(view(4, 6), 500, SPAN).from, 5);
    near(pan(view(4, 6), -1e6, SPAN).from, 2);
    near(pan(view(4, 6), 1e6, SPAN).to, 12.12);
  });

  it("follows the end: keeps its length, or shows everything while that is shorter", () => {
    const following = followEnd(view(4, 6), SPAN);
    near(following.to, 12.12);
    near(following.to - following.from, 2);
    near(followEnd(view(2, 40), SPAN).from, 2);
  });

  it("reveals by moving as little as it must", () => {
    assert.equal(reveal(view(4, 8), 5, 6, SPAN).from, 4, "in sight: stays");
    near(reveal(view(4, 8), 9, 10, SPAN).to, 10.4);
    near(reveal(view(6, 10), 3, 4, SPAN).from, 2.6);
    near(reveal(view(6, 7), 8, 12, SPAN).from, 7.9);
  });

  it("fits a range with room beside it", () => {
    const { from, to } = fitRange(5, 6, SPAN, 1000);
    near(from, 4.9);
    near(to, 6.1);
  });

  it("stays finite for a trace of one moment", () => {
    const moment = { start: 3, end: 3 };
    const fitted = fitAll(moment, 500);
    assert.ok(fitted.to > fitted.from);
    for (const each of [zoom(fitted, 0.1, 10, moment), pan(fitted, 99, moment), followEnd(fitted, moment)])
      assert.ok(Number.isFinite(each.from) && each.to > each.from);
    assert.ok(ticks(fitted, 3).times.length < 200);
  });
});

describe("time axis", () => {
  const labels = (from: number, to: number, zero = 0) => {
    const { times, label } = ticks(view(from, to, 700), zero);
    return times.map(label).join(" | ");
  };

  it("puts round times at readable distances", () => {
    assert.equal(labels(0, 1.42), "0 | 0.2 s | 0.4 s | 0.6 s | 0.8 s | 1.0 s | 1.2 s | 1.4 s");
    assert.equal(labels(2, 2.1, 2), "0 | 20 ms | 40 ms | 60 ms | 80 ms | 100 ms");
    assert.equal(labels(0, 0.00005), "0 | 10 µs | 20 µs | 30 µs | 40 µs | 50 µs");
  });

  it("writes the time by the clock, at round seconds of it", () => {
    const midnight = new Date(2026, 4, 17).getTime() / 1000;
    const { times, label } = ticks({ ...view(0, 1.42, 700), wall: midnight + 3.14 }, 0);
    assert.deepEqual(times.map(label).slice(1, 4), ["00:00:03.4", "00:00:03.6", "00:00:03.8"]);
    const pointed = labelAt({ ...view(0, 1.42, 700), wall: midnight + 3.14 }, 0, 0.5);
    assert.equal(pointed, "00:00:03.640");
  });

  it("steps by quarters of minutes and hours on the clock", () => {
    const steps = [100, 300, 900, 3000, 9000, 60_000].map(
      (length) => ticks({ ...view(0, length, 700), wall: 0 }, 0).step,
    );
    assert.deepEqual(steps, [15, 60, 120, 600, 1800, 7200]);
  });

  it("never lets labels touch, however deep", () => {
    for (let digits = 0; digits < 9; digits++) {
      const { times, label } = ticks(view(4999, 4999 + 10 ** -digits, 700), 0);
      assert.ok(times.length >= 2);
      const apart = ((times[1] ?? 0) - (times[0] ?? 0)) * 700 * 10 ** digits;
      assert.ok(label(times[1] ?? 0).length * 7 < apart, `${label(times[1] ?? 0)} in ${apart} px`);
    }
  });

  it("keeps neighbours apart in value when zoomed in far from the start", () => {
    const said = labels(1000, 1000.0001).split(" | ");
    assert.equal(new Set(said).size, said.length);
    assert.ok(said.length >= 4);
  });
});
