// A run in numbers: compared with what its rows say, one by one.
import assert from "node:assert/strict";
import { placeText } from "../../src/trace/lines";
import type { TraceModel } from "../../src/trace/model";
import { readTrace } from "../../src/trace/report";
import { segmentOf, waitOf } from "../../src/trace/segments";
import { totals } from "../../src/trace/totals";
import { type Record_, trace } from "./encode";
import { readRecorded, recorded } from "./recorded";

/** Seconds and the longest of all suspended rows at each place. */
function waits(model: TraceModel): Map<string, { times: number; seconds: number; longest: number }> {
  const places = new Map<string, { times: number; seconds: number; longest: number }>();
  for (const task of model.tasks)
    for (let row = 0; row < task.lane.rows; row++) {
      const segment = segmentOf(model, task, row, model.last);
      const site = segment && waitOf(model, segment)?.site;
      if (segment === undefined || site === undefined) continue;
      const spent = segment.end - segment.start;
      const known = places.get(placeText(site)) ?? { times: 0, seconds: 0, longest: 0 };
      places.set(placeText(site), {
        times: known.times + 1,
        seconds: known.seconds + spent,
        longest: Math.max(known.longest, spent),
      });
    }
  return places;
}

const close = (one: number, other: number) => Math.abs(one - other) < 1e-9;

describe("totals", () => {
  for (const name of recorded())
    it(`${name}: are those of the rows`, () => {
      const { model } = readTrace(readRecorded(name));
      const told = totals(model);
      const counted = Object.values(told.counts).reduce((sum, each) => sum + each, 0);
      assert.equal(counted, model.tasks.length);
      const places = waits(model);
      const order = [...places.values()].map(({ seconds }) => seconds).sort((a, b) => b - a);
      assert.ok(told.places.length === Math.min(6, order.filter((seconds) => seconds > 0).length));
      told.places.forEach(({ text, times, seconds, longest, worst }, at) => {
        const rows = places.get(text);
        assert.ok(
          rows && close(seconds, rows.seconds) && close(longest, rows.longest),
          `${text} ${seconds} ${longest}`,
        );
        assert.ok(times === rows.times && close(seconds, order[at] ?? -1), text);
        assert.ok(worst && close(worst.end - worst.start, longest), "leads to the longest wait");
      });
      let suspended = 0;
      for (const { seconds } of places.values()) suspended += seconds;
      assert.ok(suspended <= told.seconds.suspended + 1e-9);
      for (const { worst, longest, times } of told.callbacks)
        assert.ok(worst?.state === "callback" && worst.end - worst.start >= longest - 1e-9 && times > 0);
    });

  it("count what blocks a loop, what fails, and what waits on", () => {
    const { model } = readTrace(
      trace(
        ["thread", 1, "MainThread"],
        ["code", 0, "/srv/you/app.py", "main", 1],
        ["site", 0, -1, 0, 3, 3, -1, -1, "asyncio.Lock.acquire"],
        ...[64, 128, 192].map((id): Record_ => ["task", 0, id, `t${id}`, 0]),
        ["run", 0, 1, "Loop", 3],
        ["at", 4096],
        ["step", 64, 1, 0, 2],
        ["error", "ValueError", "no"],
        ["step", 128, 1.01, -2, 1],
        ["error", "ValueError", "no"],
        ["step", 192, 3, -2, 0],
        ["trouble", 3, "never-retrieved", 192, "ValueError", "", 0],
        ["poll", 10],
      ),
    );
    const { blocked, errors, troubles, resources, counts, places } = totals(model);
    assert.deepEqual(
      blocked.map(({ times, seconds }) => [times, Math.round(seconds * 100) / 100]),
      [[2, 2.99]],
    );
    assert.deepEqual(
      errors.map(({ type, times, first }) => `${type} ${times} ${first.name}`),
      ["ValueError 2 t128"],
    );
    assert.deepEqual(
      troubles.map(({ kind, times }) => `${kind} ${times}`),
      ["never-retrieved 1"],
    );
    assert.deepEqual(
      resources.map(({ name, seconds, waiting }) => [name, seconds, waiting]),
      [["Lock 1", 9, 1]],
    );
    assert.deepEqual([counts.suspended, counts.failed, places[0]?.seconds], [1, 2, 9]);
  });
});
