// The model as pictures: a program's events in, its lanes out. One character is one second:
// █ running  ▒ ready  ░ suspended (for a loop: waiting in the selector).
import assert from "node:assert/strict";
import { TraceModel } from "../../src/trace/model";
import { momentOf, taskAt } from "../../src/trace/moment";
import { TraceReader } from "../../src/trace/reader";
import { laneArt } from "../../src/trace/report";
import {
  causeOf,
  errorOf,
  holders,
  neighbour,
  ownFrame,
  type Segment,
  segmentAt,
  stackOf,
  taskTree,
  waitOf,
} from "../../src/trace/segments";
import { head, type Record_, trace, values } from "./encode";

const LOOP = 90_000_000_000_000;
const MAIN = 100_000_000_000_000;
const CHILD = 100_000_000_000_064;
const OTHER = 100_000_000_000_128;
const START: Record_[] = [
  ["thread", 1, "MainThread"],
  ["code", 0, "/srv/you/app.py", "main", 3],
  ["code", 1, "/srv/you/app.py", "child", 9],
  ["code", 2, "/usr/lib/python3.13/asyncio/queues.py", "get", 180],
  ["site", 0, -1, 0, 5, 5, 4, 20, "asyncio.sleep"],
  ["site", 1, -1, 1, 10, 10, 4, 20, ""],
  ["site", 2, 1, 2, 190, 190, 12, 20, "asyncio.Queue.get"],
  ["site", 3, -1, -1, 0, 0, -1, -1, "Connection._read_ready"],
  ["site", 4, -1, 0, 7, 7, 4, 20, "asyncio.Task"],
];

function modelOf(...records: Record_[]): TraceModel {
  const model = new TraceModel();
  new TraceReader(model).push(trace(...START, ...records));
  return model;
}

/** Every lane, a second a character, from 0 to the last event. */
function draw(model: TraceModel): string {
  const { owners, depths } = taskTree(model);
  const lines = owners.map((owner, lane) => {
    const name = owner.kind === "loop" ? "loop" : "  ".repeat(depths[lane] as number) + owner.name;
    const mark = owner.kind === "task" ? { done: "✓", failed: "✕", cancelled: "◆" }[owner.outcome as "done"] : "";
    return `${name.padEnd(10)}${laneArt(model, owner, 0, model.last, model.last)}${mark ?? ""}`;
  });
  return `\n${lines.join("\n")}\n`;
}

function taskNamed(model: TraceModel, name: string) {
  const task = model.tasks.find((each) => each.name === name);
  assert.ok(task, `no task ${name}`);
  return task;
}

/** The segment of a task at a time. */
function at(model: TraceModel, name: string, time: number): Segment {
  const segment = segmentAt(model, taskNamed(model, name), time, model.last);
  assert.ok(segment, `${name} has no segment at ${time}`);
  return segment;
}

/** Why a task became ready, in words. */
function why(model: TraceModel, name: string, time: number): string {
  const task = taskNamed(model, name);
  let row = model.rows.find(task.lane, time);
  while (row >= 0 && model.rows.stateOf(task.lane, row) !== 1) row--;
  const start = model.rows.startOf(task.lane, row);
  const cause = causeOf(model, { owner: task, row, state: "ready", start, end: start, open: false });
  if (cause === undefined) return "not ready";
  const who = cause.kind === "task" ? ` ${cause.task.name}` : cause.kind === "created" ? ` by ${cause.by?.name}` : "";
  const via = "via" in cause && cause.via ? ` via ${cause.via.what}` : "";
  return `${cause.kind}${who}${via} at ${Math.round(cause.time * 1000) / 1000}`;
}

describe("trace model", () => {
  it("folds a task that sleeps", () => {
    const model = modelOf(
      ["task", 0, MAIN, 1, 0],
      ["run", 1, LOOP, "_UnixSelectorEventLoop", 1],
      ["poll", 1],
      ["due", 6],
      ["step", MAIN, 3, 0, 0],
      ["wakeups", 6, 0, 1],
      ["step", MAIN, 8, -1, 0],
      ["poll", 8],
      ["rest", 8, LOOP],
    );
    assert.equal(
      draw(model),
      `
loop       ██░░░██
Task-1    ▒██░░░██✓
`,
    );
    const task = taskNamed(model, "Task-1");
    assert.deepEqual([task.running, task.ready, task.suspended, task.steps], [4, 1, 3, 2]);
    assert.deepEqual([model.loops[0]?.busy, model.loops[0]?.idle], [4, 3]);
    const asleep = at(model, "Task-1", 4);
    assert.deepEqual([asleep.state, asleep.start, asleep.end], ["suspended", 3, 6]);
    assert.equal(waitOf(model, asleep)?.due, 6);
    assert.equal(why(model, "Task-1", 7), "timer at 6");
    assert.equal(why(model, "Task-1", 1), "created by undefined at 0");
  });

  it("nests tasks under the one whose step made them and says who woke whom", () => {
    const model = modelOf(
      ["task", 0, MAIN, "main", 0],
      ["run", 0, LOOP, "Loop", 1],
      ["poll", 0],
      ["task", 1, CHILD, "child", 1],
      ["waits", CHILD],
      ["step", MAIN, 2, 4, 1],
      ["poll", 2],
      ["task", 3, OTHER, "grandchild", 1],
      ["step", CHILD, 4, 2, 1],
      ["poll", 4],
      ["step", OTHER, 6, -1, 1],
      ["poll", 6],
      ["step", CHILD, 7, -1, 1],
      ["poll", 7],
      ["step", MAIN, 8, -1, 0],
    );
    assert.equal(
      draw(model),
      `
loop      ████████
main      ██░░░░░█✓
  child    ▒██░░█✓
    grandchild   ▒██✓
`,
    );
    assert.equal(why(model, "child", 6.5), "task grandchild at 6");
    assert.equal(why(model, "main", 7.5), "task child at 7");
    assert.equal(why(model, "grandchild", 5), "created by child at 3");
    assert.equal(waitOf(model, at(model, "main", 5))?.task?.name, "child");
  });

  it("tells a wait's turn from its wake-up: ready while others hold the loop", () => {
    const model = modelOf(
      ["run", 0, LOOP, "Loop", 0],
      ["task", 0, MAIN, "slow", 0],
      ["task", 0, CHILD, "late", 1],
      ["callback", 0, 3, 2],
      ["step", MAIN, 1, 0, 1],
      ["step", CHILD, 2, 2, 0],
      ["wakeups", 3, 0, 2],
      ["step", MAIN, 7, -1, 1],
      ["step", CHILD, 8, -1, 0],
    );
    assert.equal(
      draw(model),
      `
loop      ██░█████
slow      █░░████✓
late      ▒█░▒▒▒▒█✓
`,
    );
    const loop = model.loops[0];
    assert.ok(loop);
    const held = holders(model, loop, 3, 7).map(({ task, seconds }) => `${task?.name} ${seconds}`);
    assert.deepEqual(held, ["slow 4"]);
  });

  it("follows a wake-up through callbacks back to the timer, the socket, the thread and the task", () => {
    const model = modelOf(
      ["task", 0, MAIN, "main", 0],
      ["run", 0, LOOP, "Loop", 1],
      ["step", MAIN, 1, 2, 0],
      ["wakeups", 2, 1, 1],
      ["callback", 2.5, 3, 1],
      ["step", MAIN, 3, 2, 0],
      ["wakeups", 4, 0, 1],
      ["callback", 4.5, 3, 1],
      ["step", MAIN, 5, 2, 0],
      ["wakeups", 6, 2, 2],
      ["foreign", 17],
      ["callback", 6.25, 3, 2],
      ["callback", 6.5, 3, 1],
      ["step", MAIN, 7, 2, 0],
    );
    assert.equal(why(model, "main", 2.75), "io via Connection._read_ready at 2.5");
    assert.equal(why(model, "main", 4.75), "timer via Connection._read_ready at 4.5");
    assert.equal(why(model, "main", 6.75), "thread via Connection._read_ready at 6.25");
    assert.equal(model.loops[0]?.callbacks, 4);
  });

  it("lets another thread's mark name the cause of a step", () => {
    const model = modelOf(
      ["task", 0, MAIN, "main", 0],
      ["run", 0, LOOP, "Loop", 1],
      ["step", MAIN, 1, 2, 0],
      ["wakeups", 2, 1, 1],
      ["foreign", 17],
      ["step", MAIN, 3, -1, 0],
    );
    assert.equal(why(model, "main", 2.5), "thread at 2");
  });

  it("counts cancelled handles out of the queue, so later causes stay right", () => {
    const model = modelOf(
      ["task", 0, MAIN, "main", 0],
      ["run", 0, LOOP, "Loop", 1],
      ["step", MAIN, 1, 2, 0],
      ["wakeups", 2, 1, 2],
      ["skipped"],
      ["step", MAIN, 3, -1, 0],
    );
    assert.equal(why(model, "main", 2.5), "timer at 2");
  });

  it("shows a task that only gives way as ready, not as waiting", () => {
    const model = modelOf(
      ["task", 0, MAIN, "main", 0],
      ["run", 0, LOOP, "Loop", 1],
      ["step", MAIN, 2, 0, 1],
      ["poll", 4],
      ["step", MAIN, 5, -1, 0],
    );
    assert.equal(draw(model).split("\n")[2], "main      ██▒▒█✓");
    assert.equal(why(model, "main", 4.5), "task main at 2");
    assert.equal(taskNamed(model, "main").suspended, 0);
  });

  it("runs an eager task's first step inside its creator", () => {
    const model = modelOf(
      ["task", 0, MAIN, "main", 0],
      ["run", 0, LOOP, "Loop", 1],
      ["task", 1, CHILD, "eager", 1],
      ["task", 2, OTHER, "inner", 1],
      ["eager", 3, CHILD, 2],
      ["step", MAIN, 4, 0, 1],
      ["step", OTHER, 5, -1, 1],
      ["step", CHILD, 6, -1, 0],
    );
    assert.equal(
      draw(model),
      `
loop      ██████
main      ████░░
  eager    ██░░█✓
    inner   ▒▒█✓
`,
    );
    assert.equal(taskNamed(model, "eager").steps, 2);
  });

  it("knows that an eager task that gave way in its first step was ready from then on", () => {
    const model = modelOf(
      ["task", 0, MAIN, "main", 0],
      ["run", 0, LOOP, "Loop", 1],
      ["site", 5, -1, 1, 11, 11, 4, 20, "yield"],
      ["task", 1, CHILD, "eager", 1],
      ["eager", 2, CHILD, 5],
      ["step", MAIN, 4, 0, 1],
      ["step", CHILD, 5, -1, 0],
    );
    assert.equal(draw(model).split("\n")[3], "  eager    █▒▒█✓");
    assert.equal(why(model, "eager", 4.5), "task eager at 2");
  });

  it("marks the three ends and keeps the error", () => {
    const model = modelOf(
      ["task", 0, MAIN, "good", 0],
      ["task", 0, CHILD, "bad", 0],
      ["task", 0, OTHER, "gone", 0],
      ["run", 0, LOOP, "Loop", 3],
      ["step", MAIN, 1, -1, 2],
      ["error", "ValueError", "no"],
      ["step", CHILD, 2, -2, 1],
      ["step", OTHER, 3, -3, 0],
    );
    assert.equal(
      draw(model),
      `
loop      ███
good      █✓
bad       ▒█✕
gone      ▒▒█◆
`,
    );
    assert.deepEqual(errorOf(model, taskNamed(model, "bad")), { type: "ValueError", text: "no" });
    assert.equal(segmentAt(model, taskNamed(model, "good"), 2, 3), undefined);
  });

  it("keeps the time of a step around a nested run", () => {
    const model = modelOf(
      ["task", 0, MAIN, "outer", 0],
      ["run", 0, LOOP, "Loop", 1],
      ["run", 2, LOOP + 64, "Inner", 0],
      ["task", 2, CHILD, "inner", 1],
      ["step", CHILD, 3, 0, 0],
      ["wakeups", 4, 0, 1],
      ["step", CHILD, 5, -1, 0],
      ["rest", 5, LOOP + 64],
      ["step", MAIN, 6, -1, 0],
    );
    assert.equal(
      draw(model),
      `
loop      ██████
outer     ██████✓
loop        █░█
inner       █░█✓
`,
    );
  });

  it("keeps threads apart, even where they use the same numbers", () => {
    const model = new TraceModel();
    const reader = new TraceReader(model);
    const one: Record_[] = [
      ["thread", 1, "MainThread"],
      ["task", 0, MAIN, "one", -1],
      ["run", 0, LOOP, "Loop", 1],
    ];
    const two: Record_[] = [
      ["thread", 2, "worker"],
      ["task", 1, MAIN, "two", -1],
      ["run", 1, LOOP + 64, "Loop", 1],
    ];
    reader.push(Buffer.concat([head(), values(0, one), values(1, two)]));
    reader.push(values(0, [["step", MAIN, 4, -1, 0]]));
    reader.push(values(1, [["step", MAIN, 3, -1, 0]]));
    assert.equal(
      draw(model),
      `
loop      ████
one       ████✓
loop       ██░
two        ██✓
`,
    );
    assert.deepEqual(
      model.loops.map(({ stream }) => stream.name),
      ["MainThread", "worker"],
    );
  });

  it("starts a new task where an id is reused", () => {
    const model = modelOf(
      ["run", 0, LOOP, "Loop", 0],
      ["task", 0, MAIN, "first", -1],
      ["step", MAIN, 1, -1, 0],
      ["task", 1, MAIN, "second", -1],
      ["step", MAIN, 2, -1, 0],
      ["step", MAIN, 3, -1, 0],
    );
    assert.deepEqual(
      model.tasks.map(({ name, late }) => `${name} ${late}`),
      ["first false", "second false", `task 0x${MAIN.toString(16)} true`],
    );
  });

  it("gives a task that it never saw created a late record", () => {
    const model = modelOf(["run", 0, LOOP, "Loop", 1], ["poll", 2], ["step", MAIN, 3, 0, 0]);
    const [task] = model.tasks;
    assert.deepEqual([task?.late, task?.created, task?.name], [true, 2, `task 0x${MAIN.toString(16)}`]);
    assert.equal(draw(model).split("\n")[2], "task 0x5af3107a4000  █");
  });

  it("claims nothing about what was dropped", () => {
    const model = modelOf(
      ["task", 0, MAIN, "main", 0],
      ["run", 0, LOOP, "Loop", 1],
      ["step", MAIN, 1, 2, 0],
      ["lost", 120],
      ["step", MAIN, 9, 2, 0],
      ["wakeups", 10, 1, 1],
      ["step", MAIN, 11, -1, 0],
    );
    assert.equal(model.dropped, 120);
    assert.equal(draw(model).split("\n")[2], "main      █░░░░░░░░░█✓");
    assert.equal(why(model, "main", 9), "unknown at NaN");
    assert.equal(why(model, "main", 10.5), "io at 10");
  });

  it("shows a loop that sleeps as idle while the trace still grows, and one with work as busy", () => {
    const idle = modelOf(["task", 0, MAIN, "m", 0], ["run", 0, LOOP, "Loop", 1], ["step", MAIN, 1, 0, 0], ["end", 3]);
    assert.equal(draw(idle).split("\n")[1], "loop      █░░");
    const busy = modelOf(["task", 0, MAIN, "m", 0], ["run", 0, LOOP, "Loop", 1], ["step", MAIN, 1, 0, 1], ["end", 3]);
    assert.equal(draw(busy).split("\n")[1], "loop      ███");
    assert.equal(idle.ended, true);
  });

  it("shows a run that has not ended as busy, and as what it was once it ended", () => {
    const model = new TraceModel();
    const reader = new TraceReader(model);
    reader.push(trace(...START, ["task", 0, MAIN, "m", 0], ["run", 1, LOOP, "Loop", 1]));
    model.pause();
    model.pause();
    model.last = 4;
    assert.equal(draw(model).split("\n")[1], "loop       ███");
    reader.push(
      values(0, [
        ["step", MAIN, 5, 0, 0],
        ["end", 6],
      ]),
    );
    assert.equal(draw(model).split("\n")[1], "loop       ████░");
    const [loop] = model.loops;
    assert.ok(loop);
    assert.deepEqual(
      holders(model, loop, 0, 6).map(({ task, seconds }) => `${task?.name} ${seconds}`),
      ["m 4"],
    );
  });

  it("gives the await stack, outermost first, and the user's own line before a library's", () => {
    const model = modelOf(["task", 0, MAIN, "m", 0], ["run", 0, LOOP, "Loop", 1], ["step", MAIN, 1, 2, 0], ["end", 2]);
    const stack = stackOf(waitOf(model, at(model, "m", 1.5))?.site);
    assert.deepEqual(
      stack.map(({ name, line, what, library }) => [name, line, what, library]),
      [
        ["child", 10, "", false],
        ["get", 190, "asyncio.Queue.get", true],
      ],
    );
    assert.equal(ownFrame(stack)?.line, 10);
    assert.equal(ownFrame([]), undefined);
  });

  it("answers by place and by time", () => {
    const model = modelOf(
      ["task", 0, MAIN, "main", 0],
      ["run", 0, LOOP, "Loop", 1],
      ["step", MAIN, 1, 0, 0],
      ["wakeups", 5, 0, 1],
      ["step", MAIN, 6, 0, 0],
      ["wakeups", 7, 0, 1],
      ["step", MAIN, 8, -1, 0],
    );
    const [site] = model.sitesAt("/srv/you/app.py", 5);
    assert.deepEqual([site?.suspensions, site?.waited], [2, 5]);
    const states = [0.5, 3, 5.5, 9, -1].map((time) => taskAt(model, momentOf(model, time), 0)?.state);
    assert.deepEqual(states, ["running", "suspended", "running", "done", undefined]);
  });

  it("walks to the neighbours that take time", () => {
    const model = modelOf(
      ["task", 0, MAIN, "main", 0],
      ["run", 0, LOOP, "Loop", 1],
      ["step", MAIN, 1, 0, 0],
      ["wakeups", 5, 0, 1],
      ["step", MAIN, 6, -1, 0],
    );
    const sleeping = at(model, "main", 3);
    assert.equal(neighbour(model, sleeping, 1, 6)?.state, "running", "the ready row of no length is passed over");
    assert.equal(neighbour(model, sleeping, -1, 6)?.state, "running");
    assert.equal(neighbour(model, at(model, "main", 5.5), 1, 6), undefined);
  });

  it("keeps the tree a tree whatever the file says", () => {
    const model = modelOf(
      ["run", 0, LOOP, "Loop", 0],
      ["task", 0, MAIN, "self", -1],
      ["step", MAIN, 1, 0, 0],
      ["task", 1, CHILD, "kid", -1],
      ["step", MAIN, 2, 0, 0],
      ["task", 2, OTHER, "other", -1],
      ["step", CHILD, 3, 0, 0],
    );
    assert.deepEqual(
      model.tasks.map(({ name, parent }) => `${name} < ${parent?.name}`),
      ["self < undefined", "kid < self", "other < kid"],
    );
    assert.equal(taskTree(model).owners.length, 4);
  });

  it("finds rows and merged states in a long lane as a plain list would", () => {
    const steps: Record_[] = [];
    for (let second = 1; second < 4000; second += 2) {
      steps.push(["step", MAIN, second, 0, 0], ["wakeups", second + 1, 0, 1]);
    }
    const model = modelOf(["task", 0, MAIN, "m", 0], ["run", 0, LOOP, "Loop", 1], ...steps);
    const { rows } = model;
    const { lane } = taskNamed(model, "m");
    const starts = Array.from({ length: lane.rows }, (_, row) => rows.startOf(lane, row));
    for (let time = 0; time < 4000; time += 37.5)
      assert.equal(
        rows.find(lane, time),
        starts.findLastIndex((start) => start <= time),
      );
    for (let from = 0; from < lane.rows; from += 113)
      for (const length of [1, 2, 7, 8, 9, 100, 1000]) {
        let expected = 0;
        for (let row = from; row < Math.min(lane.rows, from + length); row++) expected |= 1 << rows.stateOf(lane, row);
        assert.equal(rows.statesBetween(lane, from, Math.min(lane.rows, from + length)), expected);
      }
  });

  it("counts busy time in a grid that widens", () => {
    const model = modelOf(
      ["task", 0, MAIN, "m", 0],
      ["run", 0, LOOP, "Loop", 1],
      ["step", MAIN, 100, 0, 0],
      ["wakeups", 300, 0, 1],
      ["step", MAIN, 400, -1, 0],
    );
    const grid = model.loops[0]?.grid;
    assert.ok(grid);
    const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 0.02, `${actual}`);
    near(grid.fraction(0, 100), 1);
    near(grid.fraction(110, 290), 0);
    near(grid.fraction(0, 400), 0.5);
  });
});
