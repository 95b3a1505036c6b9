// Traces for the panel's tests: a crawler with every state and end, and names that attack.
import { head, type Record_, Seconds, values } from "../trace/encode";

const LOOP = 0x7f00_0000_1000;
export const APP = "/srv/you/crawler.py";

/** Writes records as the loop would run them: keeps the clock and the length of the ready queue. */
class Program {
  readonly records: Record_[] = [];
  private now = 10;
  private ready = 0;

  add(...record: Record_): this {
    this.records.push(record);
    return this;
  }

  task(id: number, name: string | number, site: number): this {
    this.ready++;
    return this.add("task", this.now, id, name, site);
  }

  /** A step of `seconds` that ends at `site` and makes `woken` handles ready. */
  step(id: number, seconds: number, site: number, woken = 0): this {
    this.now += seconds;
    this.ready += woken - 1;
    return this.add("step", id, this.now, site, this.ready);
  }

  callback(seconds: number, site: number, woken = 0): this {
    this.now += seconds;
    this.ready += woken - 1;
    return this.add("callback", this.now, site, this.ready);
  }

  /** Sleeps in the selector until `time`; then `io` and `timers` handles are ready. */
  sleep(time: number, io: number, timers = 0): this {
    this.now = 10 + time;
    this.ready += io + timers;
    return this.add("wakeups", this.now, this.ready - timers, this.ready);
  }

  /** Time passes inside the step in progress. */
  pass(seconds: number): this {
    this.now += seconds;
    return this;
  }
}

const MAIN = 0x7f00_0000_2000;
const FETCH = [1, 2, 3, 4].map((n) => MAIN + n * 64);
const PARSE = MAIN + 5 * 64;
const [F1 = 0, F2 = 0, F3 = 0, F4 = 0] = FETCH;

/** The crawler of the design: a group of fetchers and a parser that blocks the loop for 120 ms. */
export function crawler(): Record_[] {
  const p = new Program();
  p.add("thread", 140_000_000_000_000, "MainThread")
    .add("code", 0, APP, "main", 40)
    .add("code", 1, APP, "fetch", 12)
    .add("code", 2, APP, "read_page", 6)
    .add("code", 3, APP, "parse", 28)
    .add("code", 4, "/usr/lib/python3.13/asyncio/streams.py", "StreamReader.readline", 560)
    .add("site", 0, -1, 0, 40, 40, -1, -1, "")
    .add("site", 1, -1, 0, 44, 44, 4, 30, "asyncio.TaskGroup")
    .add("site", 2, -1, 1, 14, 14, 10, 30, "asyncio.Semaphore.acquire")
    .add("site", 3, -1, 1, 18, 18, 15, 34, "")
    .add("site", 4, 3, 2, 9, 9, 17, 40, "")
    .add("site", 5, 4, 4, 565, 565, 15, 40, "asyncio.StreamReader.readline")
    .add("site", 6, -1, 1, 22, 22, 10, 26, "asyncio.Queue.put")
    .add("site", 7, -1, 3, 31, 31, 16, 30, "asyncio.Queue.get")
    .add("site", 8, -1, -1, 0, 0, -1, -1, "_SelectorSocketTransport._read_ready")
    .add("site", 9, -1, 1, 12, 12, -1, -1, "")
    .add("site", 10, -1, 3, 28, 28, -1, -1, "")
    .task(MAIN, 1, 0)
    .add("run", 10, LOOP, "_UnixSelectorEventLoop", 1);
  p.pass(0.03);
  for (const [at, id] of FETCH.entries()) p.task(id, `fetch-${at + 1}`, 9);
  p.task(PARSE, "parse-0", 10).add("waits", PARSE).step(MAIN, 0.002, 1, 0);
  p.step(F1, 0.015, 5).step(F2, 0.005, 2).step(F3, 0.005, 2).step(F4, 0.005, 2).step(PARSE, 0.006, 7);
  p.sleep(0.12, 1).callback(0.004, 8, 1).step(F1, 0.012, 5);
  p.sleep(0.3, 1).callback(0.004, 8, 1).step(F2, 0.027, 5);
  p.sleep(0.5, 1).callback(0.002, 8, 1).step(F3, 0.01, 5);
  p.sleep(0.62, 1).callback(0.003, 8, 1).step(F1, 0.017, 6, 2);
  p.step(PARSE, 0.121, 7).step(F4, 0.008, 5);
  p.sleep(0.79, 1).callback(0.002, 8, 1).step(F2, 0.03, 6, 1).step(PARSE, 0.02, 7);
  p.sleep(0.9, 1).callback(0.003, 8, 1);
  p.add("error", "ConnectionResetError", "peer closed the connection").step(F4, 0.007, -2, 1).step(MAIN, 0.004, 1, 1);
  p.step(F3, 0.003, -3, 0);
  p.sleep(1.02, 0, 1).step(F1, 0.01, -1);
  p.sleep(1.1, 0, 1).step(F2, 0.01, -1);
  p.sleep(1.3, 0, 1).step(PARSE, 0.055, -1, 1).step(MAIN, 0.05, -1);
  return p.add("rest", 11.42, LOOP).add("close", 11.42, LOOP).add("end", 11.42).records;
}

/** A producer that fills a queue of five, waits until there is room, and a consumer that takes what is there. */
export function filling(): Buffer {
  const [PRODUCER, CONSUMER, QUEUE] = [MAIN + 64, MAIN + 128, MAIN + 192];
  const p = new Program();
  p.add("thread", 140_000_000_000_000, "MainThread")
    .add("code", 0, "/srv/you/pipeline.py", "main", 20)
    .add("code", 1, "/srv/you/pipeline.py", "produce", 4)
    .add("code", 2, "/srv/you/pipeline.py", "consume", 11)
    .add("site", 0, -1, 0, 24, 24, 4, 30, "asyncio.gather")
    .add("site", 1, -1, 1, 6, 6, 8, 30, "asyncio.sleep")
    .add("site", 2, -1, 1, 7, 7, 8, 30, "asyncio.Queue.put")
    .add("site", 3, -1, 2, 13, 13, 8, 30, "asyncio.Queue.get")
    .add("site", 4, -1, 2, 14, 14, 8, 30, "asyncio.sleep")
    .task(MAIN, 1, 0)
    .add("run", 10, LOOP, "_UnixSelectorEventLoop", 1);
  p.task(PRODUCER, "produce", 1).task(CONSUMER, "consume", 3).add("queue", QUEUE).step(MAIN, 0.002, 0);
  p.step(PRODUCER, 0.001, 1).add("at", QUEUE).step(CONSUMER, 0.001, 3);
  const put = (time: number, items: number, then: number, wakes = 0) => {
    p.sleep(time, 0, 1);
    for (let item = 0; item < items; item++) p.add("put", QUEUE);
    if (then === 2) p.add("at", QUEUE);
    p.step(PRODUCER, 0.002, then, wakes);
  };
  const get = (time: number, items: number, then: number, wakes = 0) => {
    p.sleep(time, 0, 1);
    for (let item = 0; item < items; item++) p.add("got", QUEUE);
    p.step(CONSUMER, 0.002, then, wakes);
  };
  put(0.1, 1, 1, 1);
  p.add("got", QUEUE).step(CONSUMER, 0.002, 4);
  put(0.2, 2, 1);
  put(0.3, 1, 1);
  put(0.4, 2, 2);
  get(0.55, 1, 4, 1);
  p.add("put", QUEUE).step(PRODUCER, 0.002, 1);
  get(0.7, 3, 4);
  put(0.8, 1, 1);
  get(0.9, 3, 4);
  return file(
    p.sleep(1, 0, 2).step(PRODUCER, 0.002, -1).step(CONSUMER, 0.002, -1, 1).step(MAIN, 0.002, -1).add("end", 11.01)
      .records,
  );
}

export const HOSTILE_NAMES = [
  "<img src=x onerror=alert(1)>",
  "</script><script>alert(1)</script>",
  "\u001b[31mred\u001b[0m",
  "nul\u0000bell\u0007",
  "evil\u202egnp.exe",
  "שלום עולם",
  "👩‍👧‍👦🎉".repeat(30),
  "z̸͓̈́ä̷̤l̶̰̈́g̴̣̊o".repeat(20),
  "x".repeat(100_000),
  "line\nbreak\ttab",
  "javascript:alert(1)",
  "{{7*7}}",
];

/** Tasks, files, waits, errors and notes with names that attack. */
export function hostile(): Record_[] {
  const records: Record_[] = [
    ["thread", 1, "<b>thread</b>\u202e"],
    ["code", 0, "/tmp/<script>alert(1)</script>.py", "<i>coroutine</i>", 1],
    ["site", 0, -1, 0, 5, 5, 4, 20, "<svg onload=alert(1)>\u0000"],
    ["run", 11, LOOP, "<u>Loop</u>", 0],
    ["note", "<b>kind</b>", "<script>alert(1)</script>"],
  ];
  HOSTILE_NAMES.forEach((name, at) => {
    records.push(["task", 11 + at / 10, MAIN + at * 64, name, 0]);
    records.push(["error", "<b>Error</b>", "<script>alert(1)</script>\u001b[2J"]);
    records.push(["step", MAIN + at * 64, 11.05 + at / 10, at % 2 ? -2 : 0, 0]);
  });
  records.push(["poll", 14]);
  return records;
}

/** A whole file of one stream, `size` records a frame; the clock starts at 9.5 s. */
export function file(records: readonly Record_[], size = 5): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at < records.length; at += size) frames.push(values(0, records.slice(at, at + size)));
  return Buffer.concat([head({ clock: new Seconds(9.5), script: APP }), ...frames]);
}

/** `tasks` tasks that each take `steps` steps, round robin: for size. */
export function storm(tasks: number, steps: number): Buffer {
  const parts = [head({ clock: new Seconds(0) })];
  const batch: Record_[] = [
    ["thread", 1, "MainThread"],
    ["code", 0, APP, "worker", 1],
    ["site", 0, -1, 0, 5, 5, 4, 20, "asyncio.sleep"],
    ["run", 0, LOOP, "Loop", 0],
  ];
  let now = 0;
  for (let task = 0; task < tasks; task++) batch.push(["task", now, MAIN + task * 64, task + 1, 0]);
  batch.push(["callback", now, 0, tasks]);
  for (let round = 0; round < steps; round++) {
    for (let task = 0; task < tasks; task++) {
      now += 2e-6 * (1 + ((task * 7 + round * 13) % 5));
      const last = round === steps - 1;
      batch.push(["step", MAIN + task * 64, now, last ? -1 : 0, tasks - task - 1]);
      if (batch.length > 4000) parts.push(values(0, batch.splice(0)));
    }
    now += 1e-4;
    batch.push(["wakeups", now, 0, tasks]);
  }
  return Buffer.concat([...parts, values(0, batch)]);
}

/** A step that wakes `tasks` others: they wait, `main` sets what they wait for, and they run one after the other. */
export function starter(tasks: number): Buffer {
  const p = new Program();
  p.add("thread", 1, "MainThread")
    .add("code", 0, APP, "main", 1)
    .add("code", 1, APP, "runner", 9)
    .add("site", 0, -1, 0, 5, 5, 4, 20, "asyncio.sleep")
    .add("site", 1, -1, 1, 11, 11, 4, 20, "asyncio.Event.wait")
    .task(MAIN, "main", 0)
    .add("run", 10, LOOP, "Loop", 1);
  const ids = Array.from({ length: tasks }, (_, at) => MAIN + (at + 1) * 64);
  for (const [at, id] of ids.entries()) p.task(id, `runner-${at}`, 1);
  p.step(MAIN, 1e-3, 0);
  for (const id of ids) p.step(id, 2e-5, 1);
  p.sleep(0.1, 0, 1).step(MAIN, 1e-3, 0, tasks);
  for (const id of ids) p.step(id, 2e-4, -1);
  p.sleep(0.4, 0, 1).step(MAIN, 1e-3, -1);
  return file(p.add("rest", 11, LOOP).add("close", 11, LOOP).add("end", 11).records, 100);
}

/** Two tasks that work for some milliseconds, then sleep for minutes, six times. */
export function sleeper(): Record_[] {
  const p = new Program();
  p.add("thread", 1, "MainThread")
    .add("code", 0, APP, "poll_mail", 12)
    .add("code", 1, APP, "refresh", 30)
    .add("site", 0, -1, 0, 14, 14, 8, 30, "asyncio.sleep")
    .add("site", 1, -1, 1, 33, 33, 8, 30, "asyncio.sleep")
    .add("site", 2, -1, 0, 12, 12, -1, -1, "")
    .add("site", 3, -1, 1, 30, 30, -1, -1, "")
    .task(MAIN, "mail", 2)
    .task(F1, "refresh", 3)
    .add("run", 10, LOOP, "_UnixSelectorEventLoop", 2);
  p.step(MAIN, 0.02, 0).step(F1, 0.03, 1);
  for (let round = 1; round <= 6; round++) {
    p.sleep(round * 61 + round * round, 0, 1).step(MAIN, 0.012 + round / 500, 0);
    p.sleep(round * 61 + round * round + 0.05, 0, 1).step(F1, 0.04, 1);
  }
  p.sleep(500, 0, 1).step(MAIN, 0.01, -1).sleep(501, 0, 1).step(F1, 0.01, -1);
  return p.add("rest", 511.1, LOOP).add("close", 511.1, LOOP).add("end", 511.1).records;
}
