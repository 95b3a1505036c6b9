// What is said at first of a small program: did its waits overlap? Of the samples that come with the extension and of
// others, as the tracer recorded them.
import assert from "node:assert/strict";
import { overlapOf } from "../../src/trace/overlap";
import { readTrace, totalsOf } from "../../src/trace/report";
import { firstLook } from "../../src/webview/firstLook";
import type { Piece } from "../../src/webview/story";
import { readRecorded, recorded } from "../trace/recorded";
import { storm } from "./samples";

function text(piece: Piece): string {
  if (typeof piece === "string") return piece;
  if (piece.kind === "task") return piece.task.name;
  return piece.kind === "frame" ? `${piece.frame.file.split("/").at(-1)}:${piece.frame.line}` : piece.text;
}

function look(fixture: string): string[] {
  const { model } = readTrace(readRecorded(fixture));
  const said = firstLook(model, model.last);
  return said ? [said.title, ...said.lines.map((line) => line.map(text).join(""))] : [];
}

describe("first look", () => {
  it("says that waits overlapped, and what that saved", () => {
    assert.deepEqual(look("three_sleeps"), [
      "Overlapped",
      "3 tasks waited at the same time: 900 ms of waiting took 300 ms.",
    ]);
    assert.deepEqual(look("gather"), [
      "Overlapped",
      "2 tasks waited at the same time: 120 ms of waiting took 80.1 ms.",
    ]);
    assert.deepEqual(look("2_queue_workers"), [
      "Overlapped",
      "3 tasks waited at the same time: 478 ms of waiting took 191 ms.",
    ]);
  });

  it("says that nothing overlapped, at which lines, and why", () => {
    assert.deepEqual(look("tasks_in_turn"), [
      "Nothing overlapped",
      "4 waits came one after the other: 500 ms in all, at tasks_in_turn.py:12, tasks_in_turn.py:14, tasks_in_turn.py:16 (2 times). Each began after the one before had ended.",
      "Where they do not need each other, asyncio.gather or a TaskGroup lets them overlap.",
    ]);
    assert.equal(
      look("custom")[1],
      "3 waits came one after the other: 120 ms in all, at custom.py:63, custom.py:64, custom.py:67. `await` waits here and now: the next line begins when it is over.",
    );
    assert.deepEqual(look("4_custom_awaitable"), [
      "One wait only",
      "One wait went on alone: 100 ms, at 4_custom_awaitable.py:46: there was no other to overlap with.",
    ]);
  });

  it("says which lock keeps them apart, where one does", () =>
    assert.deepEqual(look("bounded_queue").slice(1), [
      "3 waits came one after the other: 120 ms in all, at bounded_queue.py:9 (3 times). Each began after the one before had ended.",
      "Lock 1 let their tasks in one by one, and others waited for it.",
    ]));

  it("tells the part that overlapped from the part that did not", () =>
    assert.deepEqual(look("1_one_after_another"), [
      "Partly overlapped",
      "3 tasks waited at the same time: 602 ms of waiting took 300 ms.",
      "3 waits came one after the other: 601 ms in all, at 1_one_after_another.py:18, 1_one_after_another.py:19, 1_one_after_another.py:20. Each began after the one before had ended.",
      "Where they do not need each other, asyncio.gather or a TaskGroup lets them overlap.",
    ]));

  it("says who held the loop, and who could not run for it", () => {
    assert.equal(
      look("3_blocked_loop").at(-1),
      "Task-3 held the loop for 300 ms at 3_blocked_loop.py:22. Task-2 could have run, and had to wait.",
    );
    assert.deepEqual(look("only_blocks"), [
      "Nothing overlapped",
      "Task-2 held the loop for 220 ms at only_blocks.py:8. Task-3, Task-4 could have run, and had to wait.",
    ]);
    assert.equal(
      look("jobs").at(-1),
      "Task-1 held the loop for 300 ms at jobs.py:24: nothing else could run meanwhile.",
    );
  });

  it("counts no more waiting than there was, and no less time than it took", () => {
    for (const name of recorded()) {
      const { model } = readTrace(readRecorded(name));
      const overlap = overlapOf(model, model.last);
      assert.ok(overlap, name);
      const { together, apart } = overlap;
      const suspended = model.tasks.reduce((sum, task) => sum + totalsOf(model, task).suspended, 0);
      assert.ok(together.waited + apart.waited <= suspended + 1e-9, name);
      assert.ok(together.took <= together.waited && together.took <= model.last - model.start, name);
    }
  });

  it("says nothing of a program that is not small", () => {
    const { model } = readTrace(storm(21, 2));
    assert.equal(firstLook(model, model.last), undefined);
    const { model: small } = readTrace(storm(20, 2));
    assert.ok(firstLook(small, small.last));
  });
});
