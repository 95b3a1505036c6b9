// Numbers over time: who holds and waits, what runs and is queued, and how many of a crowd are in which state.
import assert from "node:assert/strict";
import { densityOf } from "../../src/trace/density";
import { poolName } from "../../src/trace/jobs";
import { arrange, type Pool } from "../../src/trace/lanes";
import { Levels, levelsOf } from "../../src/trace/levels";
import { TraceModel } from "../../src/trace/model";
import { TraceReader } from "../../src/trace/reader";
import { readTrace } from "../../src/trace/report";
import { STATE } from "../../src/trace/rows";
import { segmentAt, segmentOf } from "../../src/trace/segments";
import { storm } from "../webview/samples";
import { generator } from "./corrupt";
import { head, type Record_, values } from "./encode";
import { readRecorded, recorded } from "./recorded";

const LOOP = 90_000;
const [A, B, C] = [100_000, 100_064, 100_128];
const LOCK = 7000;

/** `time first/second`, a row each. */
function text(levels: Levels): string {
  return Array.from({ length: levels.length }, (_, row) =>
    [levels.timeOf(row).toFixed(2), `${levels.first(row)}/${levels.second(row)}`].join(" "),
  ).join(", ");
}

describe("levels", () => {
  it("count what comes and goes, entered in any order and any number of parts", () => {
    const random = generator(3);
    const changes = Array.from({ length: 400 }, (_, at) => {
      const start = Math.floor(random() * 1000);
      const first = at % 3 === 0 ? 1 : 0;
      return [
        { time: start, first, second: 1 - first, third: 2 * first },
        { time: start + Math.floor(random() * 300), first: -first, second: first - 1, third: -2 * first },
      ];
    }).flat();
    const levels = new Levels();
    for (let at = 0; at < changes.length; ) {
      const next = at + 1 + Math.floor(random() * 60);
      levels.enter(changes.slice(at, next));
      at = next;
    }
    const sum = (time: number, key: "first" | "second" | "third") =>
      changes.reduce((total, change) => total + (change.time <= time ? change[key] : 0), 0);
    for (let row = 0; row < levels.length; row++) {
      const time = levels.timeOf(row);
      assert.ok(row === 0 || time > levels.timeOf(row - 1));
      assert.deepEqual(
        [levels.first(row), levels.second(row), levels.third(row)],
        [sum(time, "first"), sum(time, "second"), sum(time, "third")],
      );
    }
    for (let from = 0; from < levels.length; from += 37) {
      const to = Math.min(levels.length, from + 150);
      const rows = Array.from({ length: to - from }, (_, at) => from + at);
      assert.deepEqual(levels.highestBetween(from, to), {
        first: Math.max(...rows.map((row) => levels.first(row))),
        second: Math.max(...rows.map((row) => levels.second(row))),
        third: Math.max(...rows.map((row) => levels.third(row))),
      });
    }
    assert.equal(levels.first(levels.length - 1) + levels.second(levels.length - 1), 0, "all that came has gone");
  });

  it("follow a lock while the trace grows: waits end later than they are known to", () => {
    const model = new TraceModel();
    const reader = new TraceReader(model);
    reader.push(head());
    const push = (...records: Record_[]) => reader.push(values(0, records));
    push(
      ["thread", 1, "MainThread"],
      ["code", 0, "/srv/app.py", "user", 1],
      ["site", 0, -1, 0, 2, 2, -1, -1, "asyncio.Lock.acquire"],
      ["site", 1, -1, 0, 3, 3, -1, -1, "asyncio.sleep"],
      ["task", 0, A, "a", 1],
      ["task", 0, B, "b", 1],
      ["task", 0, C, "c", 1],
      ["run", 0, LOOP, "Loop", 3],
      ["take", LOCK, 0],
      ["step", A, 1, 1, 2],
      ["at", LOCK],
      ["step", B, 2, 0, 1],
    );
    const [lock] = model.resources;
    assert.ok(lock);
    assert.equal(text(levelsOf(model, lock)), "0.00 1/0, 2.00 1/1");
    push(["at", LOCK], ["step", C, 3, 0, 0], ["wakeups", 4, 0, 1]);
    push(["give", LOCK], ["take", LOCK, 1], ["step", A, 5, -1, 1], ["step", B, 6, 1, 0]);
    assert.equal(text(levelsOf(model, lock)), "0.00 1/0, 2.00 1/1, 3.00 1/2, 5.00 1/1");
    assert.equal(segmentAt(model, lock, 3.5, 6)?.end, 5);
    push(["wakeups", 7, 0, 1], ["give", LOCK], ["step", B, 8, -1, 0], ["end", 9]);
    assert.equal(text(levelsOf(model, lock)), "0.00 1/0, 2.00 1/1, 3.00 1/2, 5.00 1/1, 8.00 0/1");
  });

  it("count the jobs of each pool, queued and running", () => {
    const { model } = readTrace(readRecorded("jobs"));
    const pools = arrange(model).owners.filter((owner) => owner.kind === "pool");
    assert.ok(pools.length > 0);
    for (const pool of pools) checkPool(model, pool);
  });

  it("keep the jobs that no thread took apart", () => {
    const model = new TraceModel();
    const reader = new TraceReader(model);
    reader.push(head());
    const loop = (...records: Record_[]) => reader.push(values(0, records));
    loop(["thread", 1, "MainThread"], ["task", 0, A, "a", -1], ["run", 0, LOOP, "Loop", 1]);
    loop(["job", 501, 1, -1], ["job", 502, 2, -1], ["job", 503, 3, -1], ["step", A, 1, -4, 0]);
    reader.push(
      values(1, [
        ["thread", 2, "disk_0"],
        ["jobStart", 2, 1],
      ]),
    );
    loop(["wakeups", 3, 1, 1]);
    const shown = () =>
      arrange(model)
        .owners.filter((owner) => owner.kind === "pool")
        .map((pool) => `${pool.name ?? "-"}: ${text(levelsOf(model, pool))}`);
    assert.deepEqual(shown(), ["disk: 1.00 0/1, 2.00 1/0", "-: 1.00 0/2"]);
    reader.push(
      values(1, [
        ["jobEnd", 4, 1],
        ["jobStart", 4, 2],
      ]),
    );
    loop(["wakeups", 5, 1, 1]);
    assert.deepEqual(shown(), ["disk: 1.00 0/2, 2.00 1/1, 4.00 1/0", "-: 1.00 0/1"]);
  });

  function checkPool(model: TraceModel, pool: Pool): void {
    const levels = levelsOf(model, pool);
    const whole = (from: number, to: number, time: number) => from <= time && time < to;
    for (let row = 0; row < levels.length; row++) {
      const time = levels.timeOf(row);
      const all = model.jobs.all.filter(({ worker }) => (worker ? poolName(worker) : undefined) === pool.name);
      const running = all.filter(({ started = Infinity, ended = Infinity }) => whole(started, ended, time)).length;
      const queued = all.filter(({ queued = Infinity, started = Infinity }) => whole(queued, started, time)).length;
      assert.deepEqual([levels.first(row), levels.second(row)], [running, queued]);
    }
    assert.ok(levels.most().first > 0);
  }

  for (const name of recorded())
    it(`agree with the waits and holds of every resource: ${name}`, () => {
      const { model } = readTrace(readRecorded(name));
      for (const resource of model.resources) {
        const levels = levelsOf(model, resource);
        let waited = 0;
        for (let row = 0; row < levels.length; row++) {
          const segment = segmentOf(model, resource, row, model.last);
          assert.ok(segment && segment.end >= segment.start);
          const queue = resource.className.endsWith("Queue");
          waited += (segment.end - segment.start) * (levels.second(row) + (queue ? levels.first(row) : 0));
        }
        let open = 0;
        for (const { task } of resource.waiting.values())
          open += model.last - model.rows.startOf(task.lane, task.lane.rows - 1);
        assert.ok(
          Math.abs(waited - resource.waited - open) < 1e-6,
          `${resource.className} ${waited} ${resource.waited}`,
        );
      }
    });
});

describe("the density of a group", function () {
  this.timeout(20_000);
  const { model } = readTrace(storm(400, 6));
  const members = model.tasks;

  /** Seconds of all members in a state between two times, the plain way. */
  function secondsIn(state: number, from: number, to: number): number {
    let seconds = 0;
    for (const { lane } of members)
      for (let row = 0; row < lane.rows; row++) {
        const end = row + 1 < lane.rows ? model.rows.startOf(lane, row + 1) : model.last;
        const overlap = Math.min(end, to) - Math.max(model.rows.startOf(lane, row), from);
        if (model.rows.stateOf(lane, row) === state && overlap > 0) seconds += overlap;
      }
    return seconds;
  }

  it("is the average number of tasks in each state, over the whole and over a part", () => {
    for (const [from, to] of [
      [0, model.last],
      [model.last * 0.3, model.last * 0.4],
    ] as const) {
      const columns = 50;
      const averages = densityOf(model, { members }, [from, to], columns, model.last);
      for (const state of [STATE.suspended, STATE.ready, STATE.running]) {
        const width = (to - from) / columns;
        for (let column = 0; column < columns; column += 7) {
          const expected = secondsIn(state, from + column * width, from + (column + 1) * width) / width;
          assert.ok(Math.abs((averages[state]?.[column] ?? -1) - expected) < 1e-6 * 400, `${state} ${column}`);
        }
      }
    }
  });

  it("stays near that where there is too much to count it anew, also while it grows", () => {
    const large = new TraceModel();
    const reader = new TraceReader(large);
    const bytes = storm(2000, 12);
    const crowd: { members: TraceModel["tasks"] } = { members: [] };
    for (let at = 0; at < bytes.length; at += 200_000) {
      reader.push(bytes.subarray(at, at + 200_000));
      crowd.members = large.tasks;
      densityOf(large, crowd, [0, large.last], 40, large.last);
    }
    assert.ok(large.rows.total > 60_000, "more rows than are counted for one picture");
    const [suspended, ready, running] = densityOf(large, crowd, [0, large.last], 40, large.last);
    const again = densityOf(large, { members: [...large.tasks] }, [0, large.last], 40, large.last);
    [suspended, ready, running].forEach((list, state) => {
      list?.forEach((value, column) => {
        assert.ok(Math.abs(value - (again[state]?.[column] ?? -1)) < 1e-6, "kept and counted at once are the same");
      });
    });
    for (let column = 0; column < 36; column++) {
      const all = (suspended?.[column] ?? 0) + (ready?.[column] ?? 0) + (running?.[column] ?? 0);
      assert.ok(all > 1900 && all < 4200, `${column}: ${all}`);
      assert.ok((running?.[column] ?? 0) > 0.5, "some task runs at any time");
    }
  });
});

describe("the items of a queue", () => {
  const QUEUE = 7100;

  /** A program with a queue, of which more and more becomes known. */
  function program() {
    const model = new TraceModel();
    const reader = new TraceReader(model);
    reader.push(head());
    const push = (...records: Record_[]) => reader.push(values(0, records));
    push(
      ["thread", 1, "MainThread"],
      ["code", 0, "/srv/app.py", "user", 1],
      ["site", 0, -1, 0, 2, 2, -1, -1, "asyncio.Queue.get"],
      ["site", 1, -1, 0, 3, 3, -1, -1, "asyncio.Queue.put"],
      ["task", 0, A, "a", 1],
      ["task", 0, B, "b", 1],
      ["run", 0, LOOP, "Loop", 2],
    );
    const depths = () =>
      model.resources
        .filter(({ stock }) => stock)
        .map((queue) => {
          const levels = levelsOf(model, queue);
          const rows = Array.from({ length: levels.length }, (_, row) => `${levels.timeOf(row)}:${levels.third(row)}`);
          return `${queue.className} ${queue.number} most ${queue.stock?.most}, ${rows.join(" ")}`;
        });
    return { model, push, depths };
  }

  it("are what was put less what was taken, at the end of each step, callback and sleep", () => {
    const { model, push, depths } = program();
    push(["queue", QUEUE], ["put", QUEUE], ["put", QUEUE], ["put", QUEUE], ["step", A, 1, 1, 1]);
    push(["got", QUEUE], ["put", QUEUE], ["step", B, 2, 1, 0]);
    assert.deepEqual(depths(), ["Queue 1 most 3, 1:3"]);
    push(["put", QUEUE], ["wakeups", 3, 0, 1], ["got", QUEUE], ["got", QUEUE], ["callback", 4, 0, 0]);
    assert.deepEqual(depths(), ["Queue 1 most 4, 1:3 3:4 4:2"]);
    assert.equal(model.resources[0]?.stock?.known, true);
    assert.equal(model.resources[0]?.stock?.depth, 2);
  });

  it("stand beside the tasks that wait there", () => {
    const { model, push } = program();
    push(["queue", QUEUE], ["put", QUEUE], ["at", QUEUE], ["step", A, 1, 1, 1], ["at", QUEUE], ["step", B, 2, 1, 0]);
    const [queue] = model.resources;
    assert.ok(queue);
    const levels = levelsOf(model, queue);
    assert.deepEqual([levels.third(1), levels.first(1), levels.second(1)], [1, 2, 0]);
    assert.deepEqual(levels.most(), { first: 2, second: 0, third: 1 });
  });

  it("are never fewer than none: what was taken beyond that was there before", () => {
    const { model, push, depths } = program();
    push(["got", QUEUE], ["step", A, 1, 1, 1]);
    assert.deepEqual(depths(), ["Queue 1 most 1, 1:0"]);
    push(["put", QUEUE], ["step", B, 2, 1, 0], ["wakeups", 3, 0, 2]);
    push(["got", QUEUE], ["got", QUEUE], ["got", QUEUE], ["step", A, 4, 1, 1], ["step", B, 5, 1, 0]);
    assert.deepEqual(depths(), ["Queue 1 most 3, 1:2 2:3 4:0"]);
    assert.equal(model.resources[0]?.stock?.known, false);
  });

  it("are those of another queue once one is made with the same id, or a lock had it", () => {
    const { push, depths } = program();
    push(["queue", QUEUE], ["put", QUEUE], ["put", QUEUE], ["step", A, 1, 1, 1]);
    push(["queue", QUEUE], ["put", QUEUE], ["step", B, 2, 1, 0]);
    assert.deepEqual(depths(), ["Queue 1 most 2, 1:2 2:0", "Queue 2 most 1, 2:1"]);
    push(
      ["wakeups", 3, 0, 2],
      ["take", LOCK, 0],
      ["give", LOCK],
      ["step", A, 4, 1, 1],
      ["put", LOCK],
      ["step", B, 5, 1, 0],
    );
    assert.equal(depths()[2], "Queue 3 most 1, 5:1");
  });

  it("are not known any more after dropped events", () => {
    const { push, depths } = program();
    push(["queue", QUEUE], ["put", QUEUE], ["step", A, 1, 1, 1], ["put", QUEUE], ["lost", 5], ["step", B, 2, 1, 0]);
    push(["got", QUEUE], ["wakeups", 3, 0, 2]);
    assert.deepEqual(depths(), ["Queue 1 most 1, 1:0", "Queue 2 most 1, 3:0"]);
  });

  it("agree in a recorded program", () => {
    const { model } = readTrace(readRecorded("bounded_queue"));
    const queue = model.resources.find(({ className }) => className === "Queue");
    assert.ok(queue?.stock?.known);
    assert.deepEqual([queue.stock.most, queue.stock.depth], [1, 0]);
  });
});
