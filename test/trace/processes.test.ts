// Several processes in one model: each file's own numbers and ids stay its own, and their clocks are one.
import assert from "node:assert/strict";
import { TraceModel } from "../../src/trace/model";
import { familyOf } from "../../src/trace/processes";
import { TraceReader } from "../../src/trace/reader";
import { head, type Record_, Seconds, type Value, values } from "./encode";

const LOOP = 90_000_000_000_000;
const MAIN = 100_000_000_000_000;
const FUTURE = 100_000_000_000_064;

/** A loop whose task queues job 1, which a thread runs; all at the same addresses in every process. */
function work(name: string, from: number): Buffer {
  const loop: Record_[] = [
    ["thread", 1, "MainThread"],
    ["site", 0, -1, -1, 0, 0, -1, -1, "asyncio.to_thread"],
    ["task", from, MAIN, name, -1],
    ["run", from, LOOP, "Loop", 1],
    ["timer", from + 9, FUTURE, -1],
    ["job", FUTURE, 1, -1],
    ["waits", FUTURE],
    ["step", MAIN, from + 1, 0, 0],
    ["wakeups", from + 3, 1, 1],
    ["step", MAIN, from + 4, -1, 0],
  ];
  const pool: Record_[] = [
    ["thread", 2, "pool"],
    ["jobStart", from + 1, 1],
    ["jobEnd", from + 2, 1],
  ];
  return Buffer.concat([values(0, loop), values(1, pool), values(0, [["end", from + 5]])]);
}

/** Each file is given as its header's changes and its records; the first one is the parent's. */
function modelOf(...files: [{ [key: string]: Value }, Buffer][]): TraceModel {
  const model = new TraceModel();
  files.forEach(([header, records], place) => {
    const reader = new TraceReader(model, place);
    reader.push(Buffer.concat([head(header), records]));
    assert.equal(reader.problem, undefined);
  });
  return model;
}

const clock = (value: number, wall = 1_700_000_000 + value) => ({ clock: new Seconds(value), wall: new Seconds(wall) });

describe("the processes of a trace", () => {
  const model = modelOf(
    [{ pid: 1, script: "/srv/app.py", ...clock(100) }, work("parent", 100)],
    [
      { pid: 2, script: "C:\\srv\\child.py", parent: 1, parentTrace: "/t.awaitscope", ...clock(102) },
      work("child", 102),
    ],
  );

  it("are told apart, by name and number", () => {
    assert.deepEqual(
      model.processes.map(({ index, pid, name, ended }) => [index, pid, name, ended]),
      [
        [0, 1, "app.py", true],
        [1, 2, "child.py", true],
      ],
    );
    assert.equal(model.info?.pid, 1);
    assert.deepEqual(
      model.tasks.map(({ name, stream, created, ended }) => [name, stream.process.pid, created, ended]),
      [
        ["parent", 1, 0, 4],
        ["child", 2, 2, 6],
      ],
    );
    assert.deepEqual([model.start, model.last], [0, 7]);
  });

  it("keep their jobs, futures and timers apart", () => {
    assert.deepEqual(
      model.jobs.all.map(({ by, worker, started }) => [by?.name, worker?.stream.process.pid, started]),
      [
        ["parent", 1, 1],
        ["child", 2, 3],
      ],
    );
    const waits = model.tasks.map(({ lane }) => model.waitAt(model.rows.refOf(lane, 2)).job?.index);
    assert.deepEqual(waits, [0, 1]);
    assert.deepEqual(
      model.timers.items.map(({ due, by }) => [due, by?.name]),
      [
        [9, "parent"],
        [11, "child"],
      ],
    );
  });

  it("share a clock, or else the wall clock says how far theirs are apart", () => {
    const childAt = (changes: { [key: string]: Value }) =>
      modelOf([{ pid: 1, ...clock(100) }, work("parent", 100)], [{ pid: 2, parent: 1, ...changes }, work("child", 7)])
        .tasks[1]?.created;
    assert.equal(childAt(clock(5, 1_700_000_103)), 5, "it began 3 s after its parent, by a clock of its own");
    assert.equal(childAt(clock(7, 1_700_000_007 + 20)), -93, "the wall clock was set 20 s on: still one clock");
    assert.equal(childAt(clock(7, Number.NaN)), -93, "a header that says nothing");
  });

  it("make a tree, whatever their headers say", () => {
    const family = (...pairs: [number, number][]) =>
      familyOf(
        modelOf(...pairs.map(([pid, parent]): [{ [key: string]: Value }, Buffer] => [{ pid, parent }, Buffer.alloc(0)]))
          .processes,
      )
        .map(({ process, depth }) => `${"  ".repeat(depth)}${process.pid}`)
        .join("\n");
    assert.equal(family([1, 0], [2, 1], [3, 1], [4, 2]), "1\n  2\n    4\n  3");
    assert.equal(family([1, 1], [2, 3], [3, 2], [4, 4]), "1\n  2\n    3\n  4", "each other's, and its own");
    assert.equal(family([1, 0], [2, 1], [1, 2], [5, 1]), "1\n  2\n    1\n      5", "a number that came again");
  });
});
