// What happened to tasks, told in words: who waited at which object and who held it, who cancelled whom and what became
// of it, what gathers wait for, jobs in threads. Each program is its records.
import assert from "node:assert/strict";
import { askerOf, fateOf } from "../../src/trace/cancels";
import { blame, heldBetween, holdersAt, resourceName, uses, waitersAt } from "../../src/trace/contention";
import type { Task } from "../../src/trace/entities";
import { TraceModel } from "../../src/trace/model";
import { TraceReader } from "../../src/trace/reader";
import { readTrace, report } from "../../src/trace/report";
import { causeOf, type Segment, segmentAt, waitOf } from "../../src/trace/segments";
import { head, type Record_, trace, values } from "./encode";

const LOOP = 9_000;
const [A, B, C, D] = [1_000, 1_064, 1_128, 1_192];
const [LOCK, EVENT, QUEUE, FUTURE] = [2_000, 2_064, 2_128, 2_192];

const SITES = [
  "",
  "asyncio.Lock.acquire",
  "asyncio.sleep",
  "asyncio.Semaphore.acquire",
  "asyncio.Condition.wait",
  "asyncio.Queue.join",
  "asyncio.gather",
  "asyncio.TaskGroup",
  "asyncio.Future",
  "asyncio.as_completed",
  "asyncio.to_thread",
  "Task.cancel",
  "asyncio.timeout",
  "load",
] as const;
const at = (what: (typeof SITES)[number]) => SITES.indexOf(what);

const START: Record_[] = [
  ["thread", 1, "MainThread"],
  ["code", 0, "/srv/you/app.py", "main", 1],
  ...SITES.map((what, site): Record_ => ["site", site, -1, 0, 10 + site, 10 + site, 4, 20, what]),
  ["task", 0, A, "a", 0],
  ["task", 0, B, "b", 0],
  ["task", 0, C, "c", 0],
  ["run", 0, LOOP, "Loop", 3],
];

function modelOf(...records: Record_[]): TraceModel {
  const model = new TraceModel();
  const reader = new TraceReader(model);
  reader.push(trace(...START, ...records));
  assert.equal(reader.problem, undefined);
  return model;
}

const names = (tasks: readonly (Task | undefined)[]) => tasks.map((task) => task?.name ?? "nobody").join(" ");

function segment(model: TraceModel, name: string, time: number): Segment {
  const task = model.tasks.find((each) => each.name === name);
  const found = task && segmentAt(model, task, time, model.last);
  assert.ok(found, `${name} at ${time}`);
  return found;
}

const told = (held: ReturnType<typeof blame>) => held.map(({ task, seconds }) => `${task?.name} ${seconds}`).join(", ");

describe("locks", () => {
  // a takes the lock and sleeps in it until 5; b and c wait for it from 2 and 3 on.
  const locked = () =>
    modelOf(
      ["take", LOCK, 0],
      ["due", 5],
      ["step", A, 1, at("asyncio.sleep"), 2],
      ["at", LOCK],
      ["step", B, 2, at("asyncio.Lock.acquire"), 1],
      ["at", LOCK],
      ["step", C, 3, at("asyncio.Lock.acquire"), 0],
      ["wakeups", 5, 0, 1],
      ["give", LOCK],
      ["step", A, 6, -1, 1],
      ["take", LOCK, 0],
      ["give", LOCK],
      ["step", B, 8, -1, 1],
      ["take", LOCK, 0],
      ["step", C, 9, at("asyncio.sleep"), 0],
      ["end", 10],
    );

  it("say at any time who holds them and who waits", () => {
    const model = locked();
    const [lock] = model.resources;
    assert.ok(lock);
    assert.equal(resourceName(lock), "Lock 1");
    const story = [0.5, 2.5, 3.5, 6.5, 9.5].map(
      (time) => `${names(holdersAt(model, lock, time))} | ${names(waitersAt(model, lock, time))}`,
    );
    assert.deepEqual(story, ["a | ", "a | b", "a | b c", "b | c", "c | "]);
    assert.equal(waitOf(model, segment(model, "b", 4))?.resource, lock);
  });

  it("say who held them while others waited", () => {
    const model = locked();
    const [lock] = model.resources;
    assert.ok(lock);
    assert.equal(told(blame(model, lock)), "a 4, b 2");
    assert.equal(told(heldBetween(model, lock, 5, 7)), "b 1, a 1");
    assert.deepEqual([lock.waited, lock.longest, lock.mostWaiting, lock.mostHeld], [9, 5, 2, 1]);
    const all = uses(model).map(({ what, waits, seconds }) => `${what} ${waits} ${seconds}`);
    assert.deepEqual(all, ["asyncio.Lock.acquire 2 9"]);
  });

  it("are told apart from another object that gets the same id", () => {
    const model = modelOf(
      ["at", LOCK],
      ["step", A, 1, at("asyncio.Lock.acquire"), 2],
      ["at", LOCK],
      ["step", B, 2, at("asyncio.Semaphore.acquire"), 1],
    );
    assert.deepEqual(model.resources.map(resourceName), ["Lock 1", "Semaphore 1"]);
  });
});

describe("semaphores", () => {
  it("hand units straight to the first who waits and was not cancelled", () => {
    const model = modelOf(
      ["take", LOCK, 0],
      ["step", A, 1, at("asyncio.sleep"), 2],
      ["at", LOCK],
      ["step", B, 2, at("asyncio.Semaphore.acquire"), 1],
      ["at", LOCK],
      ["step", C, 3, at("asyncio.Semaphore.acquire"), 0],
      ["wakeups", 4, 0, 1],
      ["cancel", B, at("Task.cancel")],
      ["give", LOCK],
      ["take", LOCK, FUTURE],
      ["step", A, 5, -1, 2],
    );
    const [semaphore] = model.resources;
    assert.ok(semaphore);
    assert.equal(names(holdersAt(model, semaphore, 5)), "c");
    assert.equal(told(heldBetween(model, semaphore, 0, 5)), "a 5, c 0");
  });

  it("hand units to who is known to wait on that future", () => {
    const model = modelOf(
      ["step", A, 1, at("asyncio.sleep"), 2],
      ["at", LOCK],
      ["step", B, 2, at("asyncio.Semaphore.acquire"), 1],
      ["at", LOCK],
      ["waits", FUTURE],
      ["step", C, 3, at("asyncio.Semaphore.acquire"), 0],
      ["take", LOCK, FUTURE],
      ["callback", 4, 0, 1],
    );
    const [semaphore] = model.resources;
    assert.equal(semaphore && names(holdersAt(model, semaphore, 4)), "c");
  });

  it("know those who hold units at the same time, also those that no task's step took", () => {
    const model = modelOf(
      ["take", LOCK, 0],
      ["step", A, 1, at("asyncio.sleep"), 2],
      ["take", LOCK, 0],
      ["callback", 2, 0, 1],
      ["at", LOCK],
      ["step", B, 3, at("asyncio.Semaphore.acquire"), 0],
    );
    const [semaphore] = model.resources;
    assert.ok(semaphore);
    assert.equal(names(holdersAt(model, semaphore, 3)), "nobody a");
    assert.equal(semaphore.mostHeld, 2);
  });
});

describe("objects inside others", () => {
  it("stand for the whole, but a condition's lock stands for itself", () => {
    const model = modelOf(
      ["take", LOCK, 0],
      ["at", EVENT],
      ["part", EVENT, LOCK],
      ["give", LOCK],
      ["step", A, 1, at("asyncio.Condition.wait"), 2],
      ["take", LOCK, 0],
      ["step", B, 2, at("asyncio.sleep"), 1],
      ["at", LOCK],
      ["step", A, 3, at("asyncio.Condition.wait"), 0],
      ["part", QUEUE, D],
      ["at", D],
      ["step", C, 4, at("asyncio.Queue.join"), 0],
    );
    const where = ["a", "b", "c"].map((name) => {
      const resource = waitOf(model, segment(model, name, 3.9 + (name === "c" ? 0.1 : 0)))?.resource;
      return `${name} ${resource ? resourceName(resource) : "-"}`;
    });
    assert.deepEqual(where, ["a Lock 1", "b -", "c Queue 1"]);
    const [first] = model.resources.filter(({ className }) => className === "Condition");
    assert.equal(first?.waits.length, 1);
  });
});

describe("groups", () => {
  const parts = (model: TraceModel, name: string, time: number) => {
    const { parts: all } = waitOf(model, segment(model, name, time)) ?? {};
    return all && `${names(all.tasks)} +${all.others}`;
  };

  it("tell what a gather waits for, made in this step or before", () => {
    const model = modelOf(
      ["part", FUTURE, B],
      ["part", FUTURE, C],
      ["part", FUTURE, D],
      ["part", FUTURE, -20],
      ["step", A, 1, at("asyncio.sleep"), 2],
      ["waits", FUTURE],
      ["step", A, 2, at("asyncio.gather"), 2],
    );
    assert.equal(parts(model, "a", 2), "b c +21");
  });

  it("do not speak for another future that has the id of one that is gone", () => {
    const model = modelOf(
      ["part", FUTURE, B],
      ["waits", FUTURE],
      ["step", A, 1, at("asyncio.gather"), 2],
      ["waits", FUTURE],
      ["step", A, 2, at("asyncio.Future"), 2],
    );
    assert.equal(parts(model, "a", 2), undefined);
  });

  it("tell what a task group waits for, and who joins it meanwhile", () => {
    const model = modelOf(
      ["part", 0, B],
      ["step", A, 1, at("asyncio.TaskGroup"), 2],
      ["task", 1.5, D, "d", 0],
      ["part", A, D],
      ["step", B, 2, at("asyncio.sleep"), 2],
    );
    assert.equal(parts(model, "a", 1.5), "b d +0");
    assert.equal(parts(model, "b", 2), undefined);
  });

  it("know what as_completed waits for by its own queue", () => {
    const model = modelOf(
      ["part", QUEUE, B],
      ["part", QUEUE, C],
      ["at", QUEUE],
      ["step", A, 1, at("asyncio.as_completed"), 2],
      ["step", B, 1.1, -1, 1],
      ["step", C, 1.2, -1, 0],
      ["wakeups", 1.8, 0, 1],
      ["at", QUEUE],
      ["step", A, 2, at("asyncio.as_completed"), 2],
    );
    assert.equal(parts(model, "a", 1.5), "b c +0");
    assert.equal(parts(model, "a", 2), "b c +0");
    assert.equal(model.resources.length, 0);
  });
});

describe("cancels", () => {
  /** b sleeps from 1; at 3 a cancels it; at 4 it runs with the CancelledError, and its step ends at `first`. */
  function cancelled(means: (typeof SITES)[number], first: number, ...after: Record_[]) {
    const model = modelOf(
      ["step", A, 0.5, at("asyncio.sleep"), 2],
      ["due", 9],
      ["step", B, 1, at("asyncio.sleep"), 1],
      ["step", C, 1.5, -1, 0],
      ["wakeups", 2, 0, 1],
      ["cancel", B, at(means)],
      ["step", A, 3, at("asyncio.sleep"), 1],
      ["poll", 4],
      ["cancelled", 1],
      ["error", "ValueError", "no"],
      ["step", B, 5, first, 0],
      ...after,
    );
    const [cancel] = model.cancels;
    assert.ok(cancel && model.cancels.length === 1);
    return { model, cancel };
  }
  const later: Record_[] = [["wakeups", 6, 0, 1]];

  it("tell who asked, when and what for, what the task waited for, and when it arrived", () => {
    const { model, cancel } = cancelled("Task.cancel", -3);
    const { by, when, means } = askerOf(model, cancel);
    const { arrived, task } = cancel;
    assert.deepEqual([by?.name, task.name, when, arrived, means], ["a", "b", 3, 4, "Task.cancel"]);
    const row = segmentAt(model, task, 2, model.last);
    assert.deepEqual([row?.row, row?.state], [cancel.row, "suspended"]);
    assert.equal(task.cancels?.[0], cancel);
  });

  for (const [fate, means, first, after] of [
    ["propagated", "Task.cancel", -3, []],
    ["failed", "asyncio.timeout", -2, []],
    ["swallowed", "Task.cancel", -1, []],
    ["handled", "asyncio.timeout", -1, []],
    ["caught", "Task.cancel", at("asyncio.sleep"), []],
    ["handled", "asyncio.timeout", at("asyncio.sleep"), []],
    ["reraised", "Task.cancel", at("asyncio.sleep"), [...later, ["step", B, 7, -3, 0]]],
    ["swallowed", "Task.cancel", at("asyncio.sleep"), [...later, ["step", B, 7, -1, 0]]],
  ] as [string, (typeof SITES)[number], number, Record_[]][])
    it(`tell that it was ${fate}: ${means}, ${first}${after.length ? ", later" : ""}`, () =>
      assert.equal(fateOf(cancelled(means, first, ...after).cancel), fate));

  it("tell that one has not arrived, came too late, or came from what was awaited", () => {
    const model = modelOf(
      ["cancel", B, at("Task.cancel")],
      ["cancel", C, at("Task.cancel")],
      ["step", A, 1, at("asyncio.Future"), 2],
      ["step", B, 2, -1, 1],
      ["cancelled", -1],
      ["step", A, 3, -3, 1],
      ["cancel", B, at("Task.cancel")],
      ["callback", 4, 0, 1],
    );
    const all = model.cancels.map((cancel) => `${cancel.task.name} ${cancel.asked} ${fateOf(cancel)}`);
    assert.deepEqual(all, ["b 1 missed", "c 1 waits", "a undefined propagated"]);
  });

  it("arrive with the end of what the task awaited, and between runs, though no record says so", () => {
    const model = modelOf(
      ["waits", B],
      ["cancel", A, at("Task.cancel")],
      ["cancel", B, at("Task.cancel")],
      ["step", A, 1, at("asyncio.Future"), 2],
      ["cancelled", 1],
      ["step", B, 2, -3, 2],
      ["step", C, 3, at("asyncio.sleep"), 1],
      ["step", A, 4, at("asyncio.sleep"), 0],
      ["rest", 5, LOOP],
      ["cancel", C, at("asyncio.timeout")],
      ["run", 6, LOOP, "Loop", 1],
      ["step", C, 7, -3, 0],
    );
    const all = model.cancels.map(
      (cancel) => `${cancel.task.name} by ${cancel.by?.name} ${cancel.asked} ${cancel.arrived} ${fateOf(cancel)}`,
    );
    assert.deepEqual(all, ["a by a 1 3 caught", "b by a 1 1 propagated", "c by undefined 5 6 propagated"]);
  });

  it("know who asked by who woke the task, where no record says so", () => {
    const who = (requests: number) => {
      const model = modelOf(
        ["step", A, 1, at("asyncio.sleep"), 2],
        ["step", B, 2, at("asyncio.sleep"), 1],
        ["step", C, 3, at("asyncio.sleep"), 1],
        ["cancelled", requests],
        ["step", B, 4, -3, 0],
      );
      const [cancel] = model.cancels;
      assert.ok(cancel && model.cancels.length === 1);
      const { by, when, means } = askerOf(model, cancel);
      return `${by?.name} ${when} ${means}`;
    };
    assert.deepEqual([who(0), who(-1)], ["c 3 ", "c 3 Task.cancel"]);
    assert.equal(who(1), "undefined 3 Task.cancel", "it was asked while it was ready");
  });

  it("carry the cancel scope and its deadline", () => {
    const { model } = cancelled("asyncio.timeout", -3);
    assert.equal(model.cancels[0]?.scope, undefined);
    const scoped = modelOf(["scope", 7, 2.5], ["cancelled", -1], ["step", A, 3, -3, 2]);
    assert.equal(scoped.cancels[0]?.scope?.due, 2.5);
    const open = modelOf(["scope", 7, -1], ["cancel", B, 0], ["step", A, 3, -3, 2]);
    assert.deepEqual([open.cancels[0]?.scope?.object, open.cancels[0]?.scope?.due], [7, undefined]);
  });
});

describe("jobs in threads", () => {
  const queued: Record_[] = [
    ["job", FUTURE, 1, at("load")],
    ["step", A, 1, at("asyncio.to_thread"), 2],
  ];
  const ran: Record_[] = [
    ["thread", 2, "asyncio_0"],
    ["jobStart", 1.5, 1],
    ["jobEnd", 4, 1],
  ];

  for (const [order, frames] of [
    ["after", [values(0, [...START, ...queued]), values(1, ran)]],
    ["before", [values(0, START), values(1, ran), values(0, queued)]],
  ] as const)
    it(`are one, whether the thread's records come ${order} the loop's`, () => {
      const model = new TraceModel();
      new TraceReader(model).push(Buffer.concat([head(), ...frames]));
      const [job] = model.jobs.all;
      assert.ok(job && model.jobs.all.length === 1);
      const { queued: when, started, ended, by, site } = job;
      assert.deepEqual([when, started, ended, by?.name, site?.what], [1, 1.5, 4, "a", "load"]);
      assert.equal(job.worker?.stream.name, "asyncio_0");
      assert.equal(job.worker?.busy, 2.5);
      assert.equal(waitOf(model, segment(model, "a", 2))?.job, job, "the task waits for it");
    });

  it("are known by the future that a task waits on, in a later step too", () => {
    const model = modelOf(
      ["job", FUTURE, 1, at("load")],
      ["step", A, 1, at("asyncio.sleep"), 2],
      ["waits", FUTURE],
      ["step", A, 2, at("asyncio.Future"), 2],
    );
    assert.equal(waitOf(model, segment(model, "a", 2))?.job?.number, 1);
    assert.equal(waitOf(model, segment(model, "a", 1.5))?.job, undefined);
  });
});

describe("other records", () => {
  it("look into long steps: by task and time", () => {
    const model = modelOf(
      ["sample", 0.2, A, 13],
      ["sample", 0.4, A, 13],
      ["sample", 0.3, -1, 13],
      ["step", A, 1, -1, 2],
    );
    const [a] = model.tasks;
    assert.equal(model.samples.between(a, 0, 1).length, 2);
    assert.equal(model.samples.between(a, 0.3, 1).length, 1);
    assert.equal(model.samples.between(undefined, 0, 1)[0]?.site?.what, "load");
    assert.equal(segment(model, "a", 0.5).start, 0, "a sample does not end what was before");
  });

  it("name a task anew, and give it another parent", () => {
    const model = modelOf(["task", 0.5, D, "d", 0], ["name", D, "renamed"], ["parent", D, B], ["step", A, 1, -1, 3]);
    assert.deepEqual([model.tasks[3]?.name, model.tasks[3]?.parent?.name], ["renamed", "b"]);
    const moved = modelOf(["task", 0.5, D, "d", 0], ["step", A, 1, 0, 3], ["parent", D, B], ["parent", B, D]);
    assert.deepEqual(
      moved.tasks.map(({ parent, children }) => `${parent?.name} ${names(children ?? [])}`),
      ["undefined ", "undefined d", "undefined ", "b "],
    );
  });

  it("know a task that waited before the trace began", () => {
    const model = modelOf(
      ["task", 1, D, "d", 0],
      ["due", 4],
      ["late", 1, D, at("asyncio.sleep")],
      ["step", A, 2, -1, 2],
    );
    const { state, owner } = segment(model, "d", 1.5);
    assert.deepEqual([state, waitOf(model, segment(model, "d", 1.5))?.due], ["suspended", 4]);
    assert.deepEqual([(owner as Task).parent, (owner as Task).late], [undefined, true]);
  });

  it("take what ran from its place in the queue, or from none", () => {
    const model = modelOf(
      ["step", A, 1, at("asyncio.Future"), 2],
      ["step", B, 2, at("asyncio.Future"), 2],
      ["picked", 1],
      ["step", A, 3, at("asyncio.Future"), 1],
      ["picked", -1],
      ["step", B, 4, at("asyncio.Future"), 1],
      ["step", C, 5, -1, 0],
    );
    const cause = causeOf(model, segment(model, "a", 1.9999));
    assert.equal(cause, undefined, "it waits until 2");
    assert.equal(model.loops[0]?.queue.corrections, 0);
    const ready = causeOf(model, { ...segment(model, "a", 2.5), row: 3, state: "ready" });
    assert.deepEqual(ready?.kind === "task" && ready.task.name, "b");
  });

  it("go on with one queue where a loop runs inside itself", () => {
    const model = modelOf(
      ["step", B, 1, at("asyncio.Future"), 2],
      ["run", 2, LOOP, "Loop", 2],
      ["step", A, 3, at("asyncio.Future"), 1],
      ["step", B, 4, -1, 0],
      ["rest", 5, LOOP],
      ["step", C, 6, -1, 0],
    );
    assert.equal(model.loops[0]?.queue.corrections, 0);
    assert.equal(model.loops.length, 1);
    const woken = causeOf(model, { ...segment(model, "b", 3.5), row: 3, state: "ready" });
    assert.deepEqual(woken?.kind === "task" && woken.task.name, "c", "the step around the inner run woke it");
  });

  it("keep an eager task's acts apart from its creator's", () => {
    const model = modelOf(
      ["take", LOCK, 0],
      ["task", 0.2, D, "d", 0],
      ["take", QUEUE, 0],
      ["eager", 0.5, D, at("asyncio.sleep")],
      ["step", A, 1, at("asyncio.sleep"), 2],
    );
    const holders = model.resources.map((resource) => `${resource.id} ${names(holdersAt(model, resource, 1))}`);
    assert.deepEqual(holders.sort(), [`${LOCK} a`, `${QUEUE} d`]);
  });

  it("survive a timer that never rings", () => {
    const model = modelOf(["due", Number.POSITIVE_INFINITY], ["timer", 1e300, FUTURE, -1], ["step", A, 1, 2, 2]);
    assert.equal(waitOf(model, segment(model, "a", 1))?.due, Number.POSITIVE_INFINITY);
    assert.equal(model.timers.items[0]?.due, 1e300);
  });
});

describe("report of what happened", () => {
  it("tells it in aligned lines", () => {
    const bytes = Buffer.concat([
      trace(
        ...START,
        ["take", LOCK, 0],
        ["job", FUTURE, 1, at("load")],
        ["step", A, 0.25, at("asyncio.to_thread"), 2],
        ["at", LOCK],
        ["sample", 0.3, B, 13],
        ["step", B, 0.5, at("asyncio.Lock.acquire"), 1],
        ["cancel", B, at("asyncio.timeout")],
        ["step", C, 1, -1, 1],
        ["cancelled", 1],
        ["step", B, 1.25, -1, 0],
        ["trouble", 1.5, "never-retrieved", B, "ValueError: no", "/srv/you/app.py", 9],
        ["child", 1.75, 4712, "/tmp/child.awaitscope"],
        ["end", 2],
      ),
      values(1, [
        ["thread", 2, "asyncio_0"],
        ["jobStart", 0.5, 1],
        ["jobEnd", 1.5, 1],
      ]),
    ]);
    const text = report(readTrace(bytes));
    const from = text.indexOf("Longest steps");
    assert.equal(text.slice(from, text.indexOf("\n\nLanes (", from)), EXPECTED.trim());
    assert.match(text, /^ {2}thread asyncio_0 +█+░+$/m);
  });
});

const EXPECTED = `
Longest steps
     500 ms  at 0.500 s  c  from app.py:10 main
     250 ms  at 0.000 s  a  from app.py:10 main
     250 ms  at 0.250 s  b  from app.py:10 main
             inside app.py:23 main (1 of 1 look)
     250 ms  at 1.000 s  b  from app.py:11 main · asyncio.Lock.acquire

Where time was waited
     500 ms        1×  app.py:11 main · asyncio.Lock.acquire
       0 ns        1×  app.py:20 main · asyncio.to_thread

Cancels (1)
    1.000 s  b  cancelled by c (asyncio.timeout) at app.py:22 main
             asyncio.timeout took it back; waited 500 ms at app.py:11 main · asyncio.Lock.acquire

Contention
     500 ms        1×  up to 500 ms  and 1 at once  Lock 1.acquire · app.py:11 main
             held meanwhile by a 500 ms

Jobs in threads (1)
  pool asyncio             1 thread, 1 job, busy 1.00 s
    0.250 s  load of a: queued 250 ms, ran 1.00 s in asyncio_0

Troubles (1)
    1.500 s  never-retrieved  app.py:9  b: ValueError: no

Child processes (1)
    1.750 s  process 4712, traced to /tmp/child.awaitscope
`;
