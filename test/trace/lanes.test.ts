// Which lanes there are, as text: nested, folded, sorted, filtered; and that no task is ever lost among them.
import assert from "node:assert/strict";
import { parseFilter } from "../../src/trace/laneFilter";
import { SORTS } from "../../src/trace/laneSiblings";
import { arrange, FOLD, LaneMemory, type LaneOptions, type LaneOrder, PLAIN } from "../../src/trace/lanes";
import { TraceModel } from "../../src/trace/model";
import { TraceReader } from "../../src/trace/reader";
import { readTrace } from "../../src/trace/report";
import type { LaneOwner } from "../../src/trace/segments";
import { laneText } from "../../src/webview/laneText";
import { crawler, file, storm } from "../webview/samples";
import { head, type Record_, trace, values } from "./encode";
import { readRecorded, recorded } from "./recorded";

const LOOP = 90_000;
const MAIN = 100_000;
const APP = "/srv/you/app.py";

/** `- name about` for an unfolded lane, `+` for a folded one, indented as they are nested. */
function text({ owners, depths, folds, hidden }: LaneOrder): string {
  const lines = owners.map((owner, lane) => {
    const { name, about } = laneText(owner);
    return `${"  ".repeat(depths[lane] ?? 0)}${[" ", "+", "-"][folds[lane] ?? 0]} ${name}${about ? ` · ${about}` : ""}`;
  });
  const told = Object.entries(hidden).filter(([, number]) => number > 0);
  return `\n${[...lines, ...told.map(([what, number]) => `(${number} ${what})`)].join("\n")}\n`;
}

const lanes = (model: TraceModel, options: Partial<LaneOptions> = {}, memory = new LaneMemory()) =>
  arrange(model, { ...PLAIN, ...options }, memory);

function modelOf(...records: Record_[]): TraceModel {
  const model = new TraceModel();
  const reader = new TraceReader(model);
  reader.push(trace(...records));
  assert.equal(reader.problem, undefined);
  return model;
}

const START: Record_[] = [
  ["thread", 1, "MainThread"],
  ["code", 0, APP, "main", 1],
  ["code", 1, APP, "worker", 9],
  ["code", 2, "/usr/lib/python3.13/asyncio/runners.py", "_shutdown", 5],
  ["site", 0, -1, 0, 1, 1, -1, -1, ""],
  ["site", 1, -1, 1, 9, 9, -1, -1, ""],
  ["site", 2, -1, 2, 5, 5, -1, -1, ""],
  ["site", 3, -1, 1, 11, 11, 4, 20, "asyncio.Lock.acquire"],
  ["site", 4, -1, 1, 12, 12, 4, 20, "asyncio.sleep"],
  ["site", 5, -1, 2, 12, 12, 4, 20, "asyncio.Queue.get"],
  ["site", 6, -1, 0, 2, 2, 4, 20, "asyncio.gather"],
];

/** `count` workers of one main, which gathers them; then each runs a step. */
function family(count: number, end = 4): Record_[] {
  const workers = Array.from({ length: count }, (_, at) => MAIN + 64 * (at + 1));
  return [
    ...START,
    ["task", 0, MAIN, "main", 0],
    ["run", 0, LOOP, "Loop", 1],
    ...workers.map((id, at): Record_ => ["task", 0.5, id, `worker ${at + 1}`, 1]),
    ...workers.map((id): Record_ => ["part", 0, id]),
    ["step", MAIN, 1, 6, count],
    ...workers.map((id, at): Record_ => ["step", id, 1 + (at + 1) / 100, at % 2 ? 4 : end, count - at - 1]),
  ];
}

describe("lanes", () => {
  it("nest tasks under their maker, with what they wait at and the pool behind them", () => {
    assert.equal(
      text(lanes(readTrace(readRecorded("contention")).model)),
      `
  loop · MainThread
- Task-1 · main
    first · locked
    second · locked
    third · locked
    first · limited
    second · limited
    third · limited
    listens · listens
    notifies · notifies
    consumer · consumes
  Lock 1 · 3 waits
  Semaphore 1 · 1 wait
  Condition 1 · 1 wait
  Queue 1 · 3 waits
(3 internals)
`,
    );
  });

  it("fold many siblings of one coroutine, as one await gathers them, until they are unfolded", () => {
    const model = modelOf(...family(12));
    const memory = new LaneMemory();
    const folded = lanes(model, {}, memory);
    assert.equal(text(folded), "\n  loop · MainThread\n- main · main\n  + worker × 12 · gather\n");
    const group = folded.owners[2] as LaneOwner;
    const unfolded = lanes(model, { folds: new Map([[group, false]]) }, memory);
    assert.equal(unfolded.owners.length, 15);
    assert.deepEqual(text(unfolded).split("\n").slice(3, 6), [
      "  - worker × 12 · gather",
      "      worker 1 · worker",
      "      worker 2 · worker",
    ]);
    assert.equal(unfolded.owners[2], group, "the group stays the same object");
    const [main] = model.tasks;
    assert.ok(main);
    assert.equal(
      text(lanes(model, { folds: new Map([[main, true]]) }, memory)),
      "\n  loop · MainThread\n+ main · main\n",
    );
  });

  it("leave eight siblings apart, and do not mix coroutines", () => {
    assert.equal(lanes(modelOf(...family(8))).owners.length, 10);
    assert.equal(lanes(modelOf(...family(9))).owners.length, 3);
  });

  it("grow a group in place while the trace grows", () => {
    const model = new TraceModel();
    const reader = new TraceReader(model);
    const bytes = trace(...family(40));
    const memory = new LaneMemory();
    reader.push(bytes);
    const before = lanes(model, {}, memory);
    const more = Array.from({ length: 3 }, (_, at): Record_ => ["task", 3, MAIN + 64 * (100 + at), `late ${at}`, 1]);
    reader.push(values(0, [...more, ["step", MAIN, 4, 6, 3]]));
    const after = lanes(model, {}, memory);
    assert.equal(before.owners[2], after.owners[2]);
    assert.equal(after.laneOf(model.tasks[5] as LaneOwner), 2);
    assert.match(text(after), /worker × 40 · gather\n {4}late 0/);
  });

  it("hide what is of libraries and what only they wait at, and count it", () => {
    const model = modelOf(
      ...START,
      ["task", 0, MAIN, "main", 0],
      ["task", 0, MAIN + 64, "shutdown", 2],
      ["run", 0, LOOP, "Loop", 2],
      ["step", MAIN, 1, 4, 1],
      ["task", 1.5, MAIN + 128, "child of a library's", 1],
      ["at", 7000],
      ["step", MAIN + 64, 2, 5, 1],
      ["at", 8000],
      ["step", MAIN + 128, 3, 3, 0],
    );
    assert.equal(
      text(lanes(model)),
      "\n  loop · MainThread\n  main · main\n  child of a library's · worker\n  Lock 1 · 1 wait\n(2 internals)\n",
    );
    assert.equal(
      text(lanes(model, { internals: true })),
      "\n  loop · MainThread\n  main · main\n- shutdown · _shutdown\n    child of a library's · worker\n  Queue 1 · 1 wait\n  Lock 1 · 1 wait\n",
    );
  });

  it("show a program that is all library", () => {
    const model = modelOf(
      ...START,
      ["task", 0, MAIN, "serve", 2],
      ["run", 0, LOOP, "Loop", 1],
      ["step", MAIN, 1, 4, 0],
    );
    assert.equal(text(lanes(model)), "\n  loop · MainThread\n  serve · _shutdown\n");
  });

  it("sort siblings by what costs most", () => {
    const model = new TraceModel();
    new TraceReader(model).push(file(crawler()));
    const names = (sort: (typeof SORTS)[number]) =>
      lanes(model, { sort })
        .owners.map((owner) => laneText(owner).name)
        .slice(2)
        .join(" ");
    assert.equal(names("created"), "fetch-1 fetch-2 fetch-3 fetch-4 parse-0");
    assert.equal(names("duration"), "parse-0 fetch-2 fetch-1 fetch-3 fetch-4");
    assert.equal(names("ready"), "fetch-4 parse-0 fetch-3 fetch-2 fetch-1");
    assert.equal(names("waiting"), "parse-0 fetch-2 fetch-1 fetch-3 fetch-4");
  });

  it("show each process with its loops, and fold it", () => {
    const model = new TraceModel();
    const part = (at: number) => [
      head({ pid: 100 + at, script: at ? "/srv/child.py" : "/srv/app.py", ...(at ? { parent: 100 } : {}) }),
      values(0, [...START, ["task", 0, MAIN, `main ${at}`, 0], ["run", 0, LOOP, "Loop", 1], ["step", MAIN, 1, 4, 0]]),
    ];
    for (const at of [0, 1]) new TraceReader(model, at).push(Buffer.concat(part(at)));
    const memory = new LaneMemory();
    const both = lanes(model, {}, memory);
    assert.equal(
      text(both),
      `
- app.py · pid 100
    loop · MainThread
    main 0 · main
  - child.py · pid 101
      loop · MainThread
      main 1 · main
`,
    );
    const folds = new Map([[both.owners[3] as LaneOwner, true]]);
    assert.match(text(lanes(model, { folds }, memory)), /main 0 · main\n {2}\+ child\.py · pid 101\n$/);
  });
});

describe("the filter of lanes", () => {
  const filtered = (words: string, model = modelOf(...family(5))) => text(lanes(model, { filter: parseFilter(words) }));

  it("reads words, fields, quotes and a minus", () => {
    assert.deepEqual(parseFilter('fetch State:RUNNING -file:lib "two words" wait:'), [
      { field: "name", text: "fetch", not: false },
      { field: "state", text: "running", not: false },
      { field: "file", text: "lib", not: true },
      { field: "name", text: "two words", not: false },
    ]);
  });

  it("keeps the makers of what it finds, and counts what it leaves out", () => {
    assert.equal(filtered("worker_2"), "\n  loop · MainThread\n(6 filtered)\n");
    assert.equal(filtered('"worker 2"'), "\n  loop · MainThread\n- main · main\n    worker 2 · worker\n(4 filtered)\n");
    assert.equal(filtered("-worker"), "\n  loop · MainThread\n  main · main\n(5 filtered)\n");
  });

  it("goes by state, file and kind of wait", () => {
    const model = new TraceModel();
    new TraceReader(model).push(file(crawler()));
    assert.match(filtered("state:failed", model), /Task-1 · main\n {4}fetch-4 · fetch\n/);
    assert.match(filtered("state:canc", model), /fetch-3 · fetch\n/);
    assert.match(filtered("wait:queue.get", model), /Task-1 · main\n {4}parse-0 · parse\n/);
    assert.match(filtered("wait:lock", model), /fetch-2 · fetch\n {4}fetch-3 · fetch\n {4}fetch-4 · fetch\n\(/);
    assert.match(filtered("wait:task", model), /Task-1 · main\n\(5 filtered/);
    assert.equal(filtered("file:nowhere", model), "\n  loop · MainThread\n(6 filtered)\n");
    assert.doesNotMatch(filtered("file:crawler", model), /filtered/);
  });

  it("means the state at the time cursor, where there is one", () => {
    const model = new TraceModel();
    new TraceReader(model).push(file(crawler()));
    const at = lanes(model, { filter: parseFilter("state:running"), at: model.start + 0.7 });
    assert.match(text(at), /Task-1 · main\n {4}parse-0 · parse\n/);
    const failed = lanes(model, { filter: parseFilter("state:failed"), at: model.start + 0.7 });
    assert.match(text(failed), /Task-1 · main\n {4}fetch-4 · fetch\n/, "how it ends, whenever that is");
  });

  it("takes any text", () => {
    for (const words of ["", "  ", '"', "-", "state:", 'wait:"', "(((", "\\", "a:b:c", "\u202e\u0000"])
      assert.ok(lanes(modelOf(...family(2)), { filter: parseFilter(words) }).owners.length > 0);
  });
});

describe("every task", () => {
  const traces: [string, TraceModel][] = recorded().map((name) => [name, readTrace(readRecorded(name)).model]);
  traces.push(["crawler", readTrace(file(crawler())).model], ["storm", readTrace(storm(500, 3)).model]);
  const options: Partial<LaneOptions>[] = [
    {},
    { internals: true },
    ...SORTS.map((sort) => ({ sort })),
    { filter: parseFilter("a") },
    { filter: parseFilter("state:done -b") },
    { filter: parseFilter("wait:sleep"), internals: true },
  ];

  for (const [name, model] of traces)
    it(`has one lane, is folded into one, or is counted as hidden: ${name}`, () => {
      for (const each of options) checkAll(model, each);
    });
});

/** As arranged, with every lane folded in turn, and with all unfolded. */
function checkAll(model: TraceModel, options: Partial<LaneOptions>): void {
  const memory = new LaneMemory();
  const plain = lanes(model, options, memory);
  checkOrder(model, plain);
  for (const owner of plain.owners)
    checkOrder(model, lanes(model, { ...options, folds: new Map([[owner, true]]) }, memory));
  let order = plain;
  for (let depth = 0; depth < 5; depth++) {
    const folds = new Map(order.owners.map((owner) => [owner, false]));
    order = lanes(model, { ...options, folds }, memory);
    checkOrder(model, order);
  }
}

function checkOrder(model: TraceModel, order: LaneOrder): void {
  assert.equal(new Set(order.owners).size, order.owners.length, "nothing has two lanes");
  order.owners.forEach((owner, lane) => {
    assert.equal(order.laneOf(owner), lane);
  });
  const lost = model.tasks.filter((task) => order.laneOf(task) < 0).length;
  assert.ok(lost <= order.hidden.internals + order.hidden.filtered, `${lost} tasks are in no lane`);
  for (const task of model.tasks) {
    const lane = order.laneOf(task);
    if (lane < 0 || order.owners[lane] === task) continue;
    assert.equal(order.folds[lane], FOLD.folded, "who shares a lane is folded into it");
  }
  for (const [lane, depth] of order.depths.entries())
    assert.ok(depth <= (order.depths[lane - 1] ?? -1) + 1, "each lane is at most one deeper than the one above it");
}
