// Who waits on whom, as the panel's tab says it: the trees and the circles of recorded traces at a moment.
import assert from "node:assert/strict";
import { awaitGraphOf } from "../../src/trace/awaitGraph";
import { graphRows } from "../../src/trace/graphRows";
import { readTrace } from "../../src/trace/report";
import { circleText, rowText } from "../../src/webview/graphText";
import type { Piece } from "../../src/webview/story";
import { type Record_, trace } from "../trace/encode";
import { readRecorded } from "../trace/recorded";
import { storm } from "./samples";

function text(piece: Piece): string {
  if (typeof piece === "string") return piece;
  return piece.kind === "task" ? piece.task.name : piece.kind === "strong" ? piece.text : "";
}

/** The tree at `seconds` after the first event, then its circles. */
function tree(bytes: Buffer, seconds: number, toggled: readonly string[] = []): string {
  const { model } = readTrace(bytes);
  const graph = awaitGraphOf(model, model.start + seconds, model.last);
  const rows = graphRows(graph, new Set(toggled)).map((row) => {
    const { name, about, does, frame } = rowText(model, graph, row);
    const place = frame ? `@${frame.line}` : "";
    const said = [name, about && `(${about})`, does, place].filter((part) => part !== "");
    return `${"  ".repeat(row.depth)}${said.join(" ")}${graph.stuck[row.node] === 1 ? " STUCK" : ""}`;
  });
  const circles = graph.cycles.map((circle) => `! ${circleText(graph, circle).map(text).join("")}`);
  return `\n${[...rows, ...circles].join("\n")}\n`;
}

describe("await graph", () => {
  it("shows groups in groups, as Python's own pstree does, and besides who waits how long for what", () =>
    assert.equal(
      tree(readRecorded("albums"), 0.1),
      `
Task-1 (main) TaskGroup · 100 ms @19
  TaskGroup (of 2)
    Sundowning (album) TaskGroup · 99.9 ms @12
      TaskGroup (of 2)
        Levitate (play) sleep · 99.8 ms · 100 ms left @7
        TNDNBTG (play) sleep · 99.9 ms · 100 ms left @7
    TMBTE (album) TaskGroup · 99.9 ms @12
      TaskGroup (of 2)
        Aqua Regia (play) sleep · 99.8 ms · 100 ms left @7
        DYWTYLM (play) sleep · 99.8 ms · 100 ms left @7
`,
    ));

  it("finds a deadlock through locks, and who waits in vain", () =>
    assert.equal(
      tree(readRecorded("deadlock"), 0.2),
      `
Task-1 (main) sleep · 200 ms · 200 ms left @19
up (move) Lock.acquire · 99.9 ms @9 STUCK
  Lock 1 held by STUCK
    down (move) Lock.acquire · 99.9 ms @9 STUCK
      Lock 2 held by STUCK
        up a circle: it waits for the above STUCK
watcher (wait) wait · 200 ms @451
  wait (of 1)
! up waits for Lock 1, held by down, which waits for Lock 2, held by up.
`,
    ));

  it("leads from who wants a lock to who holds it, and stands each once", () =>
    assert.equal(
      tree(readRecorded("contention"), 0.05),
      `
Task-1 (main) gather · 49.9 ms @37
  gather (of 3)
    first (locked) sleep · 49.9 ms · 50.1 ms left @8
    second (locked) Lock.acquire · 49.9 ms @7
      Lock 1 held by
        first (locked) sleep · 49.9 ms · 50.1 ms left @8
    third (locked) Lock.acquire · 49.9 ms @7
      Lock 1 held by · see above
`,
    ));

  it("says which thread a task waits for", () =>
    assert.match(tree(readRecorded("jobs"), 0.05), /^ {4}a \(fetch\) Future · thread small_0 · 49\.9 ms @14$/m));

  it("takes tasks that wait for each other for a deadlock, but not where a timeout ends it", () => {
    const [a, b] = [64, 128];
    const program = (...timer: Record_[]) =>
      trace(
        ["thread", 1, "MainThread"],
        ["code", 0, "/srv/you/app.py", "main", 1],
        ["site", 0, -1, 0, 3, 3, -1, -1, "asyncio.Task"],
        ["site", 1, -1, 0, 3, 3, -1, -1, "Timeout._on_timeout"],
        ["task", 0, a, "a", 0],
        ["task", 0, b, "b", 0],
        ["run", 0, 1, "Loop", 2],
        ["waits", b],
        ...timer,
        ["step", a, 1, 0, 1],
        ["waits", a],
        ["step", b, 2, 0, 0],
        ["poll", 5],
      );
    assert.match(tree(program(), 4), /^! a waits for b, which waits for a\.$/m);
    assert.doesNotMatch(tree(program(["timer", 10, 4096, 1]), 4), /STUCK|!/);
    assert.match(tree(program(["timer", 3, 4096, 1]), 4), /^! a waits/m, "that timeout is over");
  });

  it("makes one row of many that do the same, which opens", () => {
    const bytes = storm(1000, 25);
    const { model } = readTrace(bytes);
    const time = (model.last - model.start) / 2;
    const graph = awaitGraphOf(model, model.start + time, model.last);
    const rows = graphRows(graph, new Set());
    assert.ok(rows.length <= 4, `${rows.length} rows`);
    const many = rows.find(({ kind }) => kind === "many");
    assert.ok(many && many.members.length > 100);
    assert.equal(graphRows(graph, new Set([many.key])).length, rows.length + many.members.length);
  });

  it("folds those that wait for one thing, which stands once below them, and those that each wait for their own", () => {
    const ids = Array.from({ length: 20 }, (_, at) => 64 * (at + 1));
    const waitsFor = (at: number) => (at >= 1 && at <= 7 ? 0 : at >= 8 && at <= 13 ? at + 6 : undefined);
    const program = trace(
      ["thread", 1, "MainThread"],
      ["code", 0, "/srv/you/app.py", "user", 1],
      ["site", 0, -1, 0, 3, 3, -1, -1, "asyncio.Task"],
      ["site", 1, -1, 0, 7, 7, -1, -1, "asyncio.sleep"],
      ...ids.map((id, at): Record_ => ["task", 0, id, `t${at}`, 0]),
      ["run", 0, 1, "Loop", ids.length],
      ...ids.flatMap((id, at): Record_[] => {
        const target = waitsFor(at);
        const step: Record_ = ["step", id, 1 + at / 16, target === undefined ? 1 : 0, ids.length - at - 1];
        return target === undefined ? [step] : [["waits", ids[target] ?? 0], step];
      }),
      ["poll", 5],
    );
    assert.equal(
      tree(program, 3),
      `
7 × user Task · ≤ 1.94 s @3
  t0 (user) sleep · 2.00 s @7
  Each of the 7
6 × user Task · ≤ 1.50 s @3
`,
    );
    const { model } = readTrace(program);
    const graph = awaitGraphOf(model, model.start + 3, model.last);
    const [first, , each, last] = graphRows(graph, new Set());
    assert.deepEqual([first?.open, each?.open, last?.open], [true, false, false]);
    const opened = tree(program, 3, [each?.key ?? "", last?.key ?? ""]).split("\n");
    assert.equal(opened.length, 6 + 7 + 12, "the seven without what they wait on, the six with it");
    assert.deepEqual(opened.slice(4, 6), ["    t1 (user) Task · 1.94 s @3", "    t2 (user) Task · 1.88 s @3"]);
    assert.deepEqual(opened.slice(-3, -1), ["  t13 (user) Task · 1.19 s @3", "    t19 (user) sleep · 813 ms @7"]);
    assert.equal(tree(program, 3, [first?.key ?? ""]).split("\n").length, 4, "what they wait on folds");
  });

  it("stays quick and whole for ten thousand tasks that wait on each other in a chain, and in a circle", () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => 1_000_000 + at * 64);
    const chain = (last: number): Buffer =>
      trace(
        ["thread", 1, "MainThread"],
        ["code", 0, "/srv/you/app.py", "main", 1],
        ["site", 0, -1, 0, 3, 3, -1, -1, "asyncio.Task"],
        ...ids.map((id, at): Record_ => ["task", 0, id, `t${at}`, 0]),
        ["run", 0, 1, "Loop", ids.length],
        ...ids.flatMap((id, at): Record_[] => [
          ["waits", ids[at + 1] ?? last],
          ["step", id, 1 + at * 1e-6, 0, ids.length - at - 1],
        ]),
        ["poll", 5],
      );
    const line = readTrace(chain(1)).model;
    const free = awaitGraphOf(line, line.last, line.last);
    assert.deepEqual([free.roots.length, free.cycles.length, graphRows(free, new Set()).length], [1, 0, 10_000]);
    const circle = readTrace(chain(ids[0] ?? 0)).model;
    const stuck = awaitGraphOf(circle, circle.last, circle.last);
    assert.deepEqual([stuck.roots.length, stuck.cycles[0]?.length, stuck.cycles.length], [1, 10_000, 1]);
    assert.ok(stuck.stuck.every((each) => each === 1));
  });
});
