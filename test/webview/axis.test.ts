// The squeezed time axis: laws that hold for any gaps, found by chance with a seed that is told.
import assert from "node:assert/strict";
import { type Gap, IdleTimes } from "../../src/trace/idle";
import { readTrace } from "../../src/trace/report";
import { STATE } from "../../src/trace/rows";
import { Axis, squeeze } from "../../src/webview/axis";
import {
  bandsOf,
  fitAll,
  fitRange,
  followEnd,
  pan,
  reveal,
  ticks,
  timeOf,
  type Viewport,
  xOf,
  zoom,
} from "../../src/webview/viewport";
import { generator } from "../trace/corrupt";
import { readRecorded, recorded } from "../trace/recorded";
import { crawler, file } from "./samples";

const ROUNDS = 300;

/** Gaps in order within `start` to `end`, some of them very long or very short. */
function someGaps(random: () => number, start: number, count: number): Gap[] {
  const gaps: Gap[] = [];
  let at = start;
  for (let gap = 0; gap < count; gap++) {
    at += random() ** 4 * 2;
    const end = at + 10 ** (random() * 8 - 5);
    gaps.push({ start: at, end });
    at = end + 1e-5 + random() * 0.1;
  }
  return gaps;
}

interface Drawn {
  readonly axis: Axis;
  readonly span: { readonly start: number; readonly end: number };
  readonly random: () => number;
}

function each(body: (drawn: Drawn) => void): void {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const random = generator(seed);
    const start = random() * 100;
    const gaps = someGaps(random, start, 1 + Math.floor(random() * 40));
    const span = { start, end: (gaps.at(-1)?.end ?? start) + random() };
    const axis = squeeze(gaps, span.start, span.end);
    if (axis === undefined) continue;
    try {
      body({ axis, span, random });
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`);
    }
  }
}

const between = (random: () => number, { start, end }: { start: number; end: number }) =>
  start + random() * (end - start);

function near(actual: number, expected: number, slack: number): void {
  assert.ok(Math.abs(actual - expected) <= slack, `${actual} is not ${expected}`);
}

/** A view as the panel would come to: the whole, zoomed in somewhere. */
function someView({ axis, span, random }: Drawn): Viewport {
  const width = 300 + Math.floor(random() * 1500);
  return zoom(fitAll(span, width, { axis }), 10 ** (-3 * random()), random() * width, span);
}

describe("squeezed axis", () => {
  it("is found in most of the cases tried", () => {
    let squeezed = 0;
    each(() => squeezed++);
    assert.ok(squeezed > ROUNDS / 2, `${squeezed} of ${ROUNDS}`);
  });

  it("increases strictly, and is its own inverse", () => {
    each(({ axis, span, random }) => {
      const times = Array.from({ length: 60 }, () => between(random, span)).concat(
        axis.gaps.flatMap(({ start, end }) => [start, end]),
      );
      times.sort((a, b) => a - b);
      for (const [place, time] of times.entries()) {
        near(axis.timeAt(axis.at(time)), time, 1e-9 * Math.max(1, time));
        const before = times[place - 1];
        if (before !== undefined && time - before > 1e-7)
          assert.ok(axis.at(time) > axis.at(before), `${before} ${time}`);
      }
    });
  });

  it("gives the same answer in whatever order it is asked", () => {
    each(({ axis, span, random }) => {
      const times = Array.from({ length: 50 }, () => between(random, span));
      const fresh = times.map((time) => new Axis(axis.gaps, axis.short).at(time));
      assert.deepEqual(
        times.map((time) => axis.at(time)),
        fresh,
      );
    });
  });

  it("keeps the length of what is not idle, and gives each gap the same", () => {
    each(({ axis }) => {
      axis.gaps.forEach(({ start, end }, gap) => {
        near(axis.at(end) - axis.at(start), axis.short, 1e-6 * axis.short + 1e-9 * end);
        const next = axis.gaps[gap + 1];
        if (next) near(axis.at(next.start) - axis.at(end), next.start - end, 1e-9 * next.start);
      });
    });
  });

  it("keeps the moment under the pointer when it zooms", () => {
    each((drawn) => {
      const { span, random } = drawn;
      const view = someView(drawn);
      const x = random() * Math.min(view.width, xOf(view, span.end));
      const zoomed = zoom(view, 0.5 + random() * 0.45, x, span);
      near(xOf(zoomed, timeOf(view, x)), x, 1e-3);
    });
  });

  it("maps pixels to times and back", () => {
    each((drawn) => {
      const view = someView(drawn);
      for (let x = 0; x <= view.width; x += view.width / 7) near(xOf(view, timeOf(view, x)), x, 1e-3);
    });
  });

  it("pans by as many pixels as it was told, within the trace", () => {
    each((drawn) => {
      const view = someView(drawn);
      const moved = pan(view, 20, drawn.span);
      const by = xOf(view, moved.from) - xOf(view, view.from);
      assert.ok(by >= -1e-3 && by <= 20.001, `${by}`);
      near(pan(view, -1e9, drawn.span).from, drawn.span.start, 1e-6);
    });
  });

  it("shows all, a range, and the end as without it", () => {
    each((drawn) => {
      const { axis, span } = drawn;
      const all = fitAll(span, 1000, { axis });
      near(xOf(all, span.end), 1000 / 1.06, 1e-3);
      const [gap] = axis.gaps;
      assert.ok(gap);
      const fitted = fitRange(gap.start, gap.end, span, 1000, { axis });
      assert.ok(fitted.from <= gap.start && fitted.to >= gap.end);
      const view = someView(drawn);
      const { to } = followEnd(view, span);
      assert.ok(to >= span.end);
      const shown = reveal(view, gap.start, gap.start, span);
      assert.ok(shown.from <= gap.start && shown.to >= gap.start);
    });
  });

  it("puts no tick into a band, and none nearer to another than a label is long", () => {
    each((drawn) => {
      const view = someView(drawn);
      for (const wall of [undefined, 1_700_000_000.25]) {
        const { times, label } = ticks({ ...view, wall }, drawn.span.start);
        const bands = bandsOf(view);
        let end = Number.NEGATIVE_INFINITY;
        for (const time of times) {
          const x = xOf(view, time);
          assert.ok(x >= end, `${label(time)} overlaps`);
          end = x + label(time).length * 7;
          assert.ok(!bands.some(({ left, right }) => x > left + 1e-3 && x < right - 1e-3), `${label(time)} in a band`);
        }
      }
    });
  });

  it("leaves a trace as it is in which squeezing gains nothing", () => {
    assert.equal(squeeze([], 0, 1), undefined);
    assert.equal(squeeze([{ start: 0.5, end: 0.52 }], 0, 1), undefined);
    assert.equal(squeeze([{ start: 3, end: 3 }], 3, 3), undefined);
  });

  it("makes a long wait short", () => {
    const axis = squeeze([{ start: 1, end: 3601 }], 0, 3602);
    assert.ok(axis);
    const view = fitAll({ start: 0, end: 3602 }, 1000, { axis });
    const [band] = bandsOf(view);
    assert.ok(band && band.right - band.left < 120 && band.right - band.left > 30);
    near(band.seconds, 3600, 1);
    const { times, label } = ticks(view, 0);
    assert.equal(
      times.map(label).join(" | "),
      "0 | 0.2 s | 0.4 s | 0.6 s | 0.8 s | 1.0 s | 3601.2 s | 3601.4 s | 3601.6 s | 3601.8 s | 3602.0 s",
    );
  });
});

/** The idle stretches by looking at a fine raster. */
function isIdle(model: ReturnType<typeof readTrace>["model"], time: number): boolean {
  return [...model.loops, ...model.jobs.workers].every(({ lane }) => {
    const row = model.rows.find(lane, time);
    const state = row < 0 ? STATE.stopped : model.rows.stateOf(lane, row);
    return state !== STATE.running && state !== STATE.callback;
  });
}

describe("idle stretches", () => {
  const traces: [string, Buffer][] = [
    ["crawler", file(crawler())],
    ...recorded().map((name) => [name, readRecorded(name)] as [string, Buffer]),
  ];
  for (const [name, bytes] of traces)
    it(`are those in which nothing runs: ${name}`, () => {
      const { model } = readTrace(bytes);
      const gaps = new IdleTimes(model).gaps(model.last);
      const random = generator(7);
      for (let probe = 0; probe < 2000; probe++) {
        const time = between(random, { start: model.start, end: model.last });
        const inGap = gaps.some(({ start, end }) => time > start && time < end);
        if (inGap) assert.ok(isIdle(model, time), `${time} is busy`);
        else if (isIdle(model, time)) assert.ok(!wideIdle(model, time), `${time} lies in a long idle stretch`);
      }
    });

  it("are the same read at once and as the trace grows", () => {
    const { model } = readTrace(file(crawler()));
    const whole = new IdleTimes(model).gaps(model.last);
    assert.ok(whole.length >= 5);
    const growing = new IdleTimes(model);
    const lanes = model.loops.map(({ lane }) => ({ lane, rows: lane.rows }));
    for (let share = 0; share <= 10; share++) {
      for (const { lane, rows } of lanes) lane.rows = Math.floor((rows * share) / 10);
      growing.gaps(model.last);
    }
    assert.deepEqual(growing.gaps(model.last), whole);
  });
});

/** Whether all is idle for a good while around `time`. */
function wideIdle(model: ReturnType<typeof readTrace>["model"], time: number): boolean {
  for (let step = -20; step <= 20; step++) if (!isIdle(model, time + step * 1e-6)) return false;
  return time - 2e-5 > model.start && time + 2e-5 < model.last;
}
