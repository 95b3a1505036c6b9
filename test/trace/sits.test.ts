// Where tasks are in the code at one moment, and what was waited at one line.
import assert from "node:assert/strict";
import type { TraceModel } from "../../src/trace/model";
import { momentOf } from "../../src/trace/moment";
import { readTrace } from "../../src/trace/report";
import { segmentOf, siteOf, stackOf, waitOf } from "../../src/trace/segments";
import { sitsOf, sitText, waitsAtLine } from "../../src/trace/sits";
import { printable } from "../../src/trace/text";
import { crawler, file, HOSTILE_NAMES, hostile, storm } from "../webview/samples";
import { readRecorded, recorded } from "./recorded";

const CRAWLER = readTrace(file(crawler())).model;

function at(model: TraceModel, seconds: number): string[] {
  const sits = sitsOf(model, momentOf(model, model.start + seconds));
  return sits.map((sit) => `${sit.line}: ${sitText(sit)}`).sort();
}

describe("where tasks sit", () => {
  it("is told line by line, in the words that stand in the editor", () => {
    assert.deepEqual(at(CRAWLER, 0.7), [
      "14: ◑ fetch-4 ready 60.0 ms",
      "22: ● fetch-1 suspended 60.0 ms",
      "31: ▶ parse-0 running, from here, 60.0 ms",
      "44: ● Task-1 suspended 668 ms",
      "9: ● fetch-2, fetch-3 suspended 369 ms",
    ]);
    assert.deepEqual(at(CRAWLER, -1), []);
    assert.deepEqual(at(CRAWLER, 2), [], "all have ended");
  });

  it("names a few of many", () => {
    const { model } = readTrace(storm(5000, 4));
    const lines = at(model, (model.last - model.start) * 0.6);
    assert.ok(
      lines.every((line) => /^5: [▶◑●] Task-\d+(, Task-\d+){0,2}( and \d+ more)? /.test(line)),
      lines.join("\n"),
    );
    assert.ok(
      lines.some((line) => / and \d{3,} more /.test(line)),
      lines.join("\n"),
    );
  });

  it("shows names that attack as plain, short text", () => {
    const { model } = readTrace(file(hostile()));
    const sits = sitsOf(model, momentOf(model, model.last));
    const text = sits.map(sitText).join("\n");
    assert.ok(sits.length > 0 && printable(text.replaceAll("\n", "")) === text.replaceAll("\n", ""), text);
    assert.ok(text.length < 100 * sits.length + 100);
    assert.ok(HOSTILE_NAMES.length > sits.length);
  });
});

/** The same count, one segment after another. */
function plainly(model: TraceModel, path: string, line: number) {
  let [waits, seconds] = [0, 0];
  for (const task of model.tasks)
    for (let row = 0; row < task.lane.rows; row++) {
      const segment = segmentOf(model, task, row, model.last);
      if (segment === undefined || waitOf(model, segment) === undefined) continue;
      const through = stackOf(siteOf(model, segment)).some((frame) => frame.file === path && frame.line === line);
      if (!through) continue;
      waits++;
      if (!segment.open) seconds += segment.end - segment.start;
    }
  return { waits, seconds };
}

describe("what was waited at a line", () => {
  for (const [name, model] of [
    ["crawler", CRAWLER] as const,
    ...recorded().map((name) => [name, readTrace(readRecorded(name)).model] as const),
  ])
    it(`counts every wait that goes through it: ${name}`, () => {
      const lines = new Set(
        model.allSites.flatMap(({ code, line }) => (code && line > 0 ? [`${line}\n${code.file}`] : [])),
      );
      let marked = 0;
      for (const each of lines) {
        const [line = "", path = ""] = each.split("\n");
        const told = waitsAtLine(model, path, Number(line));
        const { waits, seconds } = plainly(model, path, Number(line));
        if (told) marked++;
        assert.equal(told?.waits ?? 0, waits, each);
        assert.ok(Math.abs((told?.seconds ?? 0) - seconds) < 1e-6, `${each}: ${told?.seconds} is not ${seconds}`);
      }
      assert.ok(marked > 0 || model.tasks.every(({ suspended }) => suspended === 0));
    });

  it("is nothing where none waited", () => {
    assert.equal(waitsAtLine(CRAWLER, "/srv/you/crawler.py", 12), undefined);
    assert.equal(waitsAtLine(CRAWLER, "/elsewhere.py", 9), undefined);
  });
});
