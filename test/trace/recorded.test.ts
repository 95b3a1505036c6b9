// The contract between the tracer and the reader: traces that the tracer recorded (its own tests produce them), read here.
import assert from "node:assert/strict";
import type { Task } from "../../src/trace/entities";
import type { TraceModel } from "../../src/trace/model";
import { readTrace, report } from "../../src/trace/report";
import { STATE, STATE_NAMES } from "../../src/trace/rows";
import { causeOf, errorOf, ownFrame, segmentOf, stackOf, taskTree, waitOf } from "../../src/trace/segments";
import { readRecorded, recorded } from "./recorded";

const names = recorded();
const load = (name: string) => readTrace(readRecorded(name));

/** A task's life without its times: `made · waits 7 sleep · timer · done`. */
function life(model: TraceModel, task: Task): string {
  const told: string[] = [];
  for (let row = 0; row < task.lane.rows; row++) {
    const segment = segmentOf(model, task, row, model.last);
    if (segment === undefined) continue;
    const { state } = segment;
    if (state === "ready") told.push(becameReady(model, segment));
    else if (state === "suspended") told.push(waits(model, segment));
    else if (state === "failed") told.push(`failed ${errorOf(model, task)?.type}`);
    else if (state !== "running") told.push(state);
    else if (row === 0) told.push("eager");
  }
  return told.join(" · ");
}

type Row = NonNullable<ReturnType<typeof segmentOf>>;

function waits(model: TraceModel, segment: Row): string {
  const wait = waitOf(model, segment);
  const stack = stackOf(wait?.site);
  const what = stack[stack.length - 1]?.what.replace(/^asyncio\./, "") ?? "?";
  return `waits ${ownFrame(stack)?.line} ${wait?.task ? wait.task.name : what}`;
}

function becameReady(model: TraceModel, segment: Row): string {
  const cause = causeOf(model, segment);
  if (cause?.kind === "created") return cause.by ? `made by ${cause.by.name}` : "made";
  if (cause?.kind === "task") return cause.task === segment.owner ? "gave way" : cause.task.name;
  return cause?.kind ?? "?";
}

function lives(name: string): string {
  const { model } = load(name);
  const { owners, depths } = taskTree(model);
  const lines = owners.flatMap((owner, lane) =>
    owner.kind === "task" ? [`${"  ".repeat(depths[lane] ?? 0)}${owner.name}: ${life(model, owner)}`] : [],
  );
  return `\n${lines.join("\n")}\n`;
}

describe("recorded traces", () => {
  it("are there", () => assert.ok(names.length > 0, "no recorded traces: the tracer's tests make them"));

  for (const name of names) {
    it(`${name}: is read without a problem, to its end`, () => {
      const { reader, model } = load(name);
      assert.equal(reader.problem, undefined);
      assert.equal(reader.skipped, 0, "no record is unknown");
      const cut = name.includes("truncated");
      assert.equal(model.ended, !cut);
      assert.equal(reader.incomplete, cut);
      const lost = new Set(
        model.troubles.items.filter(({ kind }) => kind === "destroyed-pending").map(({ task }) => task),
      );
      if (!cut) for (const task of model.tasks) assert.ok(task.outcome || lost.has(task), `${task.name} ended`);
    });

    it(`${name}: knows who made every task ready`, () => {
      const { model } = load(name);
      for (const loop of model.loops) assert.equal(loop.queue.corrections, 0, "the queue's mirror was never wrong");
      for (const task of model.tasks)
        for (let row = 1; row < task.lane.rows; row++)
          if (model.rows.stateOf(task.lane, row) === STATE.ready)
            assert.notEqual(model.causeOf(model.rows.refOf(task.lane, row)).kind, "unknown");
    });

    it(`${name}: accounts for all of every task's time, and of every loop's`, () => {
      const { model } = load(name);
      const close = (a: number, b: number, what: string) => assert.ok(Math.abs(a - b) < 1e-9, `${what}: ${a}, ${b}`);
      for (const task of model.tasks) {
        if (task.ended === undefined) continue;
        const start = model.rows.startOf(task.lane, 0);
        close(task.running + task.ready + task.suspended, task.ended - start, task.name);
      }
      for (const { lane } of [...model.tasks, ...model.loops])
        for (let row = 1; row < lane.rows; row++)
          assert.ok(model.rows.startOf(lane, row) >= model.rows.startOf(lane, row - 1), "time goes forward");
    });

    it(`${name}: alternates the states as a task can`, () => {
      const { model } = load(name);
      const after: Record<string, string[]> = {
        ready: ["running"],
        running: ["suspended", "done", "failed", "cancelled"],
        suspended: ["ready"],
      };
      for (const task of model.tasks)
        for (let row = 1; row < task.lane.rows; row++) {
          const [before, now] = [row - 1, row].map((at) => STATE_NAMES[model.rows.stateOf(task.lane, at)] ?? "");
          assert.ok(after[before ?? ""]?.includes(now ?? ""), `${task.name}: ${before} -> ${now}`);
        }
    });
  }

  const told: Record<string, string> = {
    basic: `
Task-1: made · waits 14 Task-2 · Task-2 · waits 14 Task-3 · Task-3 · waits 14 Task-4 · Task-4 · done
  Task-2: made by Task-1 · waits 7 yield · gave way · done
  Task-3: made by Task-1 · waits 7 sleep · timer · done
  Task-4: made by Task-1 · waits 7 sleep · timer · done
Task-5: made · done
Task-6: made · done
`,
    gather: `
Task-1: made · waits 16 gather · Task-3 · done
  Task-2: made by Task-1 · waits 7 sleep · timer · waits 7 yield · gave way · done
  Task-3: made by Task-1 · waits 7 sleep · timer · waits 7 yield · gave way · done
Task-4: made · done
Task-5: made · done
`,
    task_group: `
Task-1: made · waits 22 TaskGroup · fails · waits 22 TaskGroup · waits · done
  works: made by Task-1 · waits 7 sleep · timer · done
  fails: made by Task-1 · waits 11 sleep · timer · failed ValueError
  waits: made by Task-1 · waits 17 Event.wait · fails · cancelled
Task-2: made · done
Task-3: made · done
`,
    cancel: `
Task-1: made · waits 23 sleep · timer · waits 27 wait · stubborn · waits 7 Future · timer · done
  forever: made by Task-1 · waits 7 Future · Task-1 · cancelled
  stubborn: made by Task-1 · waits 12 sleep · Task-1 · waits 14 sleep · timer · done
  fails: made by Task-1 · failed KeyError
  unborn: made by Task-1 · cancelled
Task-2: made · done
Task-3: made · done
`,
  };
  const sections: Record<string, [string, string]> = {
    cancels: [
      "Cancels",
      `
Cancels (9)
    0.100 s  sleeps  cancelled by Task-1 (Task.cancel) at cancels.py:51 main
             it ended the task; waited 100 ms at cancels.py:7 sleeps · asyncio.sleep
    0.100 s  cleans_up  cancelled by Task-1 (Task.cancel) at cancels.py:51 main
             it ended the task 100 ms later; waited 100 ms at cancels.py:12 cleans_up · asyncio.sle…
    0.100 s  swallows  cancelled by Task-1 (Task.cancel) at cancels.py:51 main
             SWALLOWED: the task returned 100 ms later; waited 100 ms at cancels.py:19 swallows · a…
    0.300 s  times_out  cancelled by asyncio.timeout
             asyncio.timeout took it back; waited 100 ms at cancels.py:28 times_out · asyncio.sleep
    0.501 s  member  cancelled by fails (asyncio.TaskGroup)
             it ended the task; waited 100 ms at cancels.py:7 sleeps · asyncio.sleep
    0.501 s  grouped  cancelled by fails (asyncio.TaskGroup)
             the task failed instead 50.0 µs later; waited 100 ms at cancels.py:39 grouped · asynci…
    0.601 s  Task-2  cancelled by Task-1 (asyncio.gather) at cancels.py:60 main
             it ended the task; waited 100 ms at cancels.py:7 sleeps · asyncio.sleep
    0.601 s  Task-3  cancelled by Task-1 (asyncio.gather) at cancels.py:60 main
             it ended the task; waited 100 ms at cancels.py:7 sleeps · asyncio.sleep
    0.701 s  left  cancelled by asyncio.run at cancels.py:69 <module>
             it ended the task; waited 100 ms at cancels.py:7 sleeps · asyncio.sleep
`,
    ],
    contention: [
      "Contention",
      `
Contention
     300 ms        2×  up to 200 ms  and 2 at once  Lock 1.acquire · contention.py:7 locked
             held meanwhile by second 100 ms, first 100 ms, notifies 100 ms
     200 ms        1×  up to 200 ms  and 1 at once  Queue 1.join · contention.py:48 main
     100 ms        1×  up to 100 ms  and 1 at once  Condition 1.wait · contention.py:18 listens
     100 ms        2×  up to 100 ms  and 1 at once  Queue 1.put · contention.py:47 main
     100 ms        1×  up to 100 ms  and 1 at once  Semaphore 1.acquire · contention.py:12 limited
             held meanwhile by first 100 ms, second 100 ms
     100 ms        1×  up to 100 ms  and 2 at once  Lock 1.wait · contention.py:18 listens
`,
    ],
    troubles: [
      "Troubles",
      `
Troubles (4)
    0.000 s  never-awaited  troubles.py:7  forgotten
    0.000 s  never-retrieved  troubles.py:12  unheard: ValueError: nobody asks
    0.000 s  unhandled  troubles.py:25  Exception in callback main.: ZeroDivisionError: division by…
    0.100 s  destroyed-pending  lost: Task was destroyed but it is pending!
`,
    ],
    jobs: [
      "Jobs in threads",
      `
Jobs in threads (3)
  pool small               1 thread, 2 jobs, busy 200 ms
  pool asyncio             1 thread, 1 job, busy 100 ms
    0.000 s  load of b: queued 100 ms, ran 100 ms in small_0
    0.000 s  load of a: queued 0 ns, ran 100 ms in small_0
    0.200 s  load of Task-1: queued 0 ns, ran 100 ms in asyncio_0
`,
    ],
  };
  for (const [name, [title, expected]] of Object.entries(sections))
    it(`${name}: reports ${title.toLowerCase()}`, () => {
      const found = report(load(name))
        .split("\n\n")
        .find((section) => section.startsWith(title));
      assert.equal(`\n${found}\n`, expected);
    });

  it("jobs: says for which job each task waits", () => {
    const { model } = load("jobs");
    const waits = model.tasks.flatMap((task) =>
      Array.from({ length: task.lane.rows }, (_, row) => segmentOf(model, task, row, model.last)).flatMap((segment) => {
        const job = segment && waitOf(model, segment)?.job;
        return job ? [`${task.name} ${job.site?.what} ${job.worker?.stream.name}`] : [];
      }),
    );
    assert.deepEqual(waits, ["Task-1 load asyncio_0", "a load small_0", "b load small_0"]);
  });

  for (const [name, expected] of Object.entries(told))
    it(`${name}: tells every task's life, who woke it and where it waited`, () => assert.equal(lives(name), expected));
});
