// What the side panel says of a segment, as text. No browser: the stories of traces that the tracer recorded.
import assert from "node:assert/strict";
import { STEP_END } from "../../src/trace/format";
import { arrange } from "../../src/trace/lanes";
import { readTrace } from "../../src/trace/report";
import { segmentAt, segmentOf } from "../../src/trace/segments";
import { type Piece, storyOf, storyText } from "../../src/webview/story";
import { type Record_, trace } from "../trace/encode";
import { readRecorded } from "../trace/recorded";

function text(piece: Piece): string {
  if (typeof piece === "string") return piece;
  if (piece.kind === "task") return piece.task.name;
  return piece.kind === "frame" ? `${piece.frame.file.split("/").at(-1)}:${piece.frame.line}` : piece.text;
}

/** One part of the story of a task's segment: the `nth` in this state. */
function told(bytes: Buffer, name: string, state: string, nth: number, title: string): string[] {
  const { model } = readTrace(bytes);
  const task = model.tasks.find((each) => each.name === name);
  assert.ok(task);
  const segments = Array.from({ length: task.lane.rows }, (_, row) => segmentOf(model, task, row, model.last));
  const segment = segments.filter((each) => each?.state === state)[nth];
  assert.ok(segment);
  const part = storyOf(model, segment, model.last).parts.find((each) => each.title.startsWith(title));
  assert.ok(part, `no part ${title}`);
  return part.kind === "sentences"
    ? part.lines.map((line) => line.map(text).join("").trim())
    : part.frames.map(({ name: frame }) => frame);
}

describe("story", () => {
  it("says who held the lock meanwhile, and who waited before", () =>
    assert.deepEqual(told(readRecorded("contention"), "third", "suspended", 0, "Waiting for"), [
      "asyncio.Lock.acquire",
      "Lock 1, held meanwhile by second (100 ms), first (100 ms). 1 other waited there already.",
    ]));

  it("says for whom a gather waits", () =>
    assert.deepEqual(told(readRecorded("contention"), "Task-1", "suspended", 0, "Waiting for"), [
      "asyncio.gather",
      "For first, second, third.",
    ]));

  it("leads from a folded group to those that failed, with what they raised, and to those that were cancelled", () => {
    const ids = Array.from({ length: 12 }, (_, at) => 64 * (at + 1));
    const { model } = readTrace(
      trace(
        ["thread", 1, "MainThread"],
        ["code", 0, "/srv/you/app.py", "fetch", 1],
        ["site", 0, -1, 0, 3, 3, -1, -1, "asyncio.sleep"],
        ["run", 0, 1, "Loop", 0],
        ...ids.map((id, at): Record_ => ["task", 0, id, `t${at}`, 0]),
        ["callback", 0.5, -1, ids.length],
        ...ids.flatMap((id, at): Record_[] => {
          const step: Record_ = [
            "step",
            id,
            1 + at / 8,
            at === 11 ? STEP_END.cancelled : at < 10 ? STEP_END.raised : STEP_END.returned,
            ids.length - at - 1,
          ];
          return at < 10 ? [["error", "ValueError", at === 0 ? "" : `no ${at}`], step] : [step];
        }),
        ["poll", 5],
      ),
    );
    const group = arrange(model).owners.find(({ kind }) => kind === "group");
    const segment = group && segmentOf(model, group, 0, model.last);
    assert.ok(segment);
    const story = storyText(storyOf(model, segment, model.last));
    assert.match(story, /^fetch × 12 · /);
    assert.match(story, /1 returned, 10 failed, 1 cancelled\./);
    assert.match(story, /\nFailed\n {2}t0 raised ValueError\.\n {2}t1 raised ValueError: no 1\n/);
    assert.match(story, /t7 raised ValueError: no 7\n {2}And 2 others\.\n\nCancelled\n {2}t11\.\n/);
    const failed = storyOf(model, segment, model.last).parts.find(({ title }) => title === "Failed");
    const [piece] = failed?.kind === "sentences" ? (failed.lines[3] ?? []) : [];
    assert.ok(typeof piece === "object" && piece.kind === "task");
    assert.equal(piece.when, piece.task.ended, "to its end");
  });

  it("keeps what is counted in a title apart from how long it lasted, and knows where the trace ends", () => {
    const contention = readTrace(readRecorded("contention")).model;
    const lock = contention.resources.find(({ waits }) => waits.length > 0);
    const held = lock && segmentAt(contention, lock, contention.start + 0.05, contention.last);
    assert.ok(held);
    assert.equal(storyOf(contention, held, contention.last).title, "Lock 1 · 1 held, 2 waiting · 100 ms");
    const jobs = readTrace(readRecorded("jobs")).model;
    const worker = arrange(jobs).owners.find(({ kind }) => kind === "worker");
    const idle = worker && segmentAt(jobs, worker, jobs.last, jobs.last);
    assert.ok(idle?.open);
    const { title, when } = storyOf(jobs, idle, jobs.last);
    assert.match(title, /^thread small_0 · idle \d+ ms$/);
    assert.match(when, / to the end$/);
  });

  it("says how a job fared", () =>
    assert.deepEqual(told(readRecorded("jobs"), "b", "suspended", 0, "Waiting for"), [
      "asyncio.Future",
      "The job load ran 100 ms in small_0 after 100 ms in the pool's queue, from 100.1 ms on.",
    ]));

  it("says who cancelled a task, and what became of it, at the wait and for the task", () => {
    const grouped = "Cancelled by fails (asyncio.TaskGroup) at 500.5 ms. It ended the task.";
    assert.deepEqual(told(readRecorded("cancels"), "member", "suspended", 0, "Cancelled"), [grouped]);
    assert.equal(told(readRecorded("cancels"), "member", "running", 0, "Task").at(-1), grouped);
    assert.deepEqual(told(readRecorded("cancels"), "cleans_up", "suspended", 0, "Cancelled"), [
      "Cancelled by Task-1 (Task.cancel) at cancels.py:51 at 100.1 ms. The task cleaned up and ended cancelled 100 ms later.",
    ]);
    assert.deepEqual(told(readRecorded("cancels"), "Task-2", "suspended", 0, "Cancelled"), [
      "Cancelled by Task-1 (asyncio.gather) at cancels.py:60 at 600.7 ms. It ended the task.",
    ]);
    assert.match(
      told(readRecorded("cancels"), "times_out", "suspended", 0, "Cancelled").join(),
      /^Cancelled by asyncio\.timeout at 300\.\d+ ms\. The timeout turns it into a TimeoutError; the task went on\.$/,
    );
  });

  it("says whom a step woke, made and asked to cancel", () => {
    const cancels = readRecorded("cancels");
    assert.deepEqual(told(cancels, "Task-1", "running", 1, "Did"), [
      "It woke sleeps, cleans_up, swallows.",
      "It asked to cancel sleeps, cleans_up, swallows.",
    ]);
    assert.deepEqual(told(cancels, "Task-1", "running", 0, "Did"), ["It made sleeps, cleans_up, swallows."]);
    const { model } = readTrace(readRecorded("contention"));
    const [loop] = model.loops;
    assert.ok(loop);
    const idle = segmentOf(model, loop, 4, model.last);
    assert.equal(idle?.state, "suspended");
    assert.match(storyText(storyOf(model, idle, model.last)), /\n {2}Its events and timers woke first\.\n/);
  });

  it("says how late the loop came to a timer, and the three that held it longest", () =>
    assert.deepEqual(told(readRecorded("3_blocked_loop"), "Task-2", "suspended", 2, "Then").slice(0, 1), [
      "The loop came to its timer 270 ms after it was due, because the loop was held by Task-3 (270 ms), gather.<locals>._done_callback (10.0 µs), _set_result_unless_cancelled (10.0 µs).",
    ]));

  it("says what a custom awaitable does, and that a task waits at one place again", () => {
    assert.deepEqual(told(readRecorded("custom"), "Task-1", "suspended", 0, "Waiting for"), [
      "asyncio.Future",
      "`await` called Gate.__await__ custom.py:14.",
    ]);
    assert.deepEqual(told(readRecorded("custom"), "Task-1", "suspended", 3, "Waiting for"), [
      "Countdown",
      "It waits at this place for the 2nd time in a row.",
    ]);
    assert.deepEqual(told(readRecorded("custom"), "Task-1", "suspended", 6, "Waiting for"), [
      "yield",
      "`await` called Bad.__await__ custom.py:52.",
      "It yielded to the loop, which runs the others and then comes back.",
    ]);
  });

  it("says of what a task failed that yielded what asyncio does not know", () => {
    const bytes = trace(
      ["thread", 1, "MainThread"],
      ["code", 0, "/srv/you/app.py", "Bad.__await__", 1],
      ["site", 0, -1, 0, 3, 3, -1, -1, "yield"],
      ["task", 0, 64, "main", 0],
      ["run", 0, 1, "Loop", 1],
      ["step", 64, 1, 0, 1],
      ["error", "RuntimeError", "Task got bad yield: 3"],
      ["step", 64, 2, -2, 0],
    );
    assert.equal(
      told(bytes, "main", "suspended", 0, "Waiting for").at(-1),
      "What it yielded is nothing that asyncio can wait for: the loop threw RuntimeError into it.",
    );
  });

  it("says once what a task raised", () => {
    const bytes = trace(
      ["thread", 1, "MainThread"],
      ["code", 0, "/srv/you/app.py", "main", 1],
      ["site", 0, -1, 0, 1, 1, -1, -1, ""],
      ["task", 0, 64, "main", 0],
      ["run", 0, 1, "Loop", 1],
      ["error", "ValueError", "no"],
      ["step", 64, 1, STEP_END.raised, 0],
    );
    const { model } = readTrace(bytes);
    const [main] = model.tasks;
    const stories = [1, 2].map((row) => main && segmentOf(model, main, row, model.last));
    for (const segment of stories) {
      assert.ok(segment);
      assert.equal(storyText(storyOf(model, segment, model.last)).split("It raised ValueError: no").length, 2);
    }
  });

  it("is one plain text for the clipboard", () => {
    const { model } = readTrace(readRecorded("contention"));
    const third = model.tasks.find(({ name }) => name === "third");
    const wait = third && segmentOf(model, third, 2, model.last);
    assert.ok(wait);
    assert.equal(
      storyText(storyOf(model, wait, model.last)),
      `third · suspended 200 ms
/project/contention.py:7 · 0.000 s to 0.200 s

Waiting for
  asyncio.Lock.acquire
  Lock 1, held meanwhile by second (100 ms), first (100 ms). 1 other waited there already.

At
  locked /project/contention.py:7

Then
  Woken by second at 0.200 s.
  It ran 10.0 µs later.

Task
  Made by Task-1 at 0.000 s.
  Coroutine locked /project/contention.py:6
  Returned at 0.300 s.
  In all 30.0 µs running in 3 steps, 60.0 µs ready, 300 ms suspended.
`,
    );
  });

  it("says where a long step was", () => {
    const bytes = trace(
      ["thread", 1, "MainThread"],
      ["code", 0, "/srv/you/app.py", "main", 1],
      ["code", 1, "/srv/you/app.py", "parse", 9],
      ["site", 0, -1, 0, 3, 3, -1, -1, ""],
      ["site", 1, 0, 1, 10, 10, -1, -1, ""],
      ["task", 0, 64, "main", 0],
      ["run", 0, 1, "Loop", 1],
      ["sample", 0.2, 64, 1],
      ["sample", 0.3, 64, 0],
      ["sample", 0.4, 64, 1],
      ["step", 64, 1, -1, 0],
    );
    assert.deepEqual(told(bytes, "main", "running", 0, "Inside, 2 of 3 looks"), ["main", "parse"]);
  });
});
