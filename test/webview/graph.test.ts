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
