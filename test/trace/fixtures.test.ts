// The contract between the tracer and the reader: traces that the tracer recorded (its own tests produce them), read here.
import assert from "node:assert/strict";
import type { Task } from "../../src/trace/entities";
import type { TraceModel } from "../../src/trace/model";
import { readTrace } from "../../src/trace/report";
import { STATE, STATE_NAMES } from "../../src/trace/rows";
import { causeOf, errorOf, laneOrder, ownFrame, segmentOf, stackOf, waitOf } from "../../src/trace/segments";
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
  const { owners, depths } = laneOrder(model);
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
      if (!cut) for (const task of model.tasks) assert.ok(task.outcome, `${task.name} ended`);
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
  for (const [name, expected] of Object.entries(told))
    it(`${name}: tells every task's life, who woke it and where it waited`, () => assert.equal(lives(name), expected));
});
