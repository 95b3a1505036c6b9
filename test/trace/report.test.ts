// The report of a trace, as a person reads it in a terminal.
import assert from "node:assert/strict";
import { readTrace, report as reportOf } from "../../src/trace/report";

import { summary } from "../../src/trace/summary";
import { duration, json, moment, printable, shorten } from "../../src/trace/text";
import { head, type Record_, trace } from "./encode";

const report = (bytes: Uint8Array) => reportOf(readTrace(bytes));

const LOOP = 90_000_000_000_000;
const MAIN = 100_000_000_000_000;
const CHILD = 100_000_000_000_064;

const PROGRAM: Record_[] = [
  ["thread", 1, "MainThread"],
  ["code", 0, "/srv/you/app.py", "main", 3],
  ["code", 1, "/srv/you/app.py", "fetch", 9],
  ["site", 0, -1, 0, 3, 3, -1, -1, ""],
  ["site", 1, -1, 0, 5, 5, 4, 20, "asyncio.TaskGroup"],
  ["site", 2, -1, 1, 10, 10, 4, 20, "asyncio.sleep"],
  ["task", 0, MAIN, 1, 0],
  ["run", 0, LOOP, "_UnixSelectorEventLoop", 1],
  ["poll", 0],
  ["task", 0.1, CHILD, "fetch-1", 2],
  ["waits", CHILD],
  ["step", MAIN, 0.2, 1, 1],
  ["due", 0.9],
  ["step", CHILD, 0.3, 2, 0],
  ["wakeups", 0.9, 0, 1],
  ["error", "ValueError", "bad\u001b[31m page"],
  ["step", CHILD, 0.95, -2, 1],
  ["step", MAIN, 1, -1, 0],
  ["rest", 1, LOOP],
  ["note", "not-traced", "uvloop.Loop: its steps cannot be seen"],
  ["end", 1],
];

/** Which field of a record is its time. */
const TIMES: Record<string, number> = {
  ...{ task: 0, run: 0, poll: 0, step: 1, due: 0, wakeups: 0, rest: 0, end: 0 },
};

const lineWith = (text: string, wanted: string) => text.split("\n").find((line) => line.includes(wanted)) ?? "";

describe("report", () => {
  it("tells what a trace holds", () => {
    assert.equal(
      report(trace(...PROGRAM)),
      `/srv/you/app.py · Python 3.13.0 · CPython · linux · process 4711
1.00 s from the first event to the last; 21 events
The program ran to its end.

Loops
  MainThread               busy 400 ms (40 %), idle 600 ms (60 %), 4 steps, 0 callbacks · _UnixSele…

Tasks (2)
                             running     ready suspended     steps  end
  Task-1                      250 ms      0 ns    750 ms         2  done · main
    fetch-1                   150 ms    100 ms    600 ms         2  failed: ValueError: bad\\x1b[31m…

Longest steps
     200 ms  at 0.000 s  Task-1  from app.py:3 main
     100 ms  at 0.200 s  fetch-1  from app.py:10 fetch · asyncio.sleep
    50.0 ms  at 0.950 s  Task-1  from app.py:5 main · asyncio.TaskGroup
    50.0 ms  at 0.900 s  fetch-1  from app.py:10 fetch · asyncio.sleep

Where time was waited
     750 ms        1×  app.py:5 main · asyncio.TaskGroup
     600 ms        1×  app.py:10 fetch · asyncio.sleep

Notes
  not-traced: uvloop.Loop: its steps cannot be seen

Lanes (█ running  ▒ ready  ░ suspended), 14.1 ms a character
  loop MainThread          ██████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████
  Task-1                   ███████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████ ✓
    fetch-1                       ▒▒▒▒▒▒▒████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░█████ ✕`,
    );
  });

  it("says so when the program was killed, when events were dropped and when the file is cut", () => {
    const bytes = trace(...PROGRAM.slice(0, -1), ["lost", 1234]);
    assert.match(report(bytes), /no end: the program was killed, or still runs\.\n/);
    assert.match(report(bytes), /; 1,234 events dropped/);
    const cut = Buffer.concat([bytes, Buffer.from([9, 0, 0, 0, 1])]);
    assert.match(report(cut), /still runs\. The last frame of the file is cut off\./);
  });

  it("says what a file is that it cannot read, and shows what comes before damage", () => {
    assert.match(report(Buffer.from("#!/bin/sh\n")), /^This is not an Awaitscope trace/);
    assert.match(report(Buffer.from("awaitscope 3\n")), /^This trace has format version 3/);
    assert.match(report(Buffer.from("")), /^The trace is empty/);
    const damaged = Buffer.concat([trace(...PROGRAM), Buffer.alloc(4)]);
    assert.match(report(damaged), /The trace is damaged at byte \d+: a frame of 0 bytes/);
    assert.match(report(damaged), /fetch-1 {2}/);
  });

  it("reports a header without events", () => {
    const text = report(head());
    assert.match(text, /^\/srv\/you\/app\.py · Python 3\.13\.0/);
    assert.match(text, /Tasks \(0\)\n {2}none/);
  });

  it("keeps every line within 100 characters and free of what a terminal obeys", () => {
    const hostile = ["\u001b[2J", "a\u202eb", "x".repeat(4000), "line\nbreak", "\ud83c\udf89".repeat(60), "\u0000"];
    const made = hostile.map((name, index): Record_ => ["task", 0, MAIN + index, name, -1]);
    const text = report(trace(...PROGRAM, ...made, ["note", hostile[0] ?? "", hostile[2] ?? ""]));
    for (const line of text.split("\n")) {
      assert.ok([...line].length <= 100, line);
      assert.doesNotMatch(line, /\p{Cc}|[\u202a-\u202e]/u);
    }
    assert.match(lineWith(text, "a\\u202eb"), /a\\u202eb/);
  });

  it("tells callbacks among the longest steps where they were looked into, and where they were", () => {
    const slow: Record_[] = [
      ["code", 9, "/srv/you/app.py", "compute", 40],
      ["site", 9, -1, 9, 42, 42, -1, -1, ""],
      ["site", 10, -1, 9, 40, 40, -1, -1, "compute"],
      ["run", 1, LOOP, "_UnixSelectorEventLoop", 1],
      ["poll", 1],
      ["sample", 1.1, -1, 9],
      ["sample", 1.2, -1, 9],
      ["callback", 1.5, 10, 0],
      ["callback", 1.9, 0, 0],
      ["rest", 1.9, LOOP],
    ];
    const lines = report(trace(...PROGRAM.slice(0, -1), ...slow)).split("\n");
    const at = lines.indexOf("Longest steps");
    assert.deepEqual(lines.slice(at + 1, at + 4), [
      "     500 ms  at 1.000 s  loop MainThread  callback app.py:40 compute · compute",
      "             inside app.py:42 compute (2 of 2 looks)",
      "     200 ms  at 0.000 s  Task-1  from app.py:3 main",
    ]);
    const [first] = summary(readTrace(trace(...PROGRAM.slice(0, -1), ...slow))).longestSteps;
    assert.deepEqual([first?.task, first?.thread.name, first?.place?.what], [null, "MainThread", "compute"]);
    assert.deepEqual(first?.looks, [{ inside: "app.py:42 compute", often: 2 }]);
  });

  it("gives the moments of a short trace as fine as it needs, all alike", () => {
    const short = PROGRAM.map(
      ([name, ...fields]): Record_ => [
        name,
        ...fields.map((field, at) =>
          typeof field === "number" && TIMES[name] === at ? Math.round(field * 2e4) / 1e6 : field,
        ),
      ],
    );
    const found = [...report(trace(...short)).matchAll(/ at (\S+ \S+) {2}/g)].map((match) => match[1]);
    assert.deepEqual(found, ["0.00 ms", "4.00 ms", "19.00 ms", "18.00 ms"]);
  });

  it("bounds its length", () => {
    const made = Array.from({ length: 5000 }, (_, index): Record_ => ["task", 0, MAIN + index, index, -1]);
    const text = report(trace(...PROGRAM, ...made));
    assert.ok(text.split("\n").length < 200);
    assert.match(text, /… and 4,9\d\d tasks more/);
  });
});

describe("summary", () => {
  it("says what the report says, as plain values", () => {
    const told = summary(readTrace(trace(...PROGRAM)));
    assert.deepEqual(told.program.script, "/srv/you/app.py");
    assert.deepEqual(
      { ...told.trace, seconds: rounded(told.trace.seconds) },
      { seconds: 1, events: 21, dropped: 0, unknown: 0, ended: true, cutOff: false, problem: null },
    );
    const [loop] = told.loops;
    assert.deepEqual([rounded(loop?.busy), rounded(loop?.idle), loop?.steps, loop?.callbacks], [0.4, 0.6, 4, 0]);
    const rows = told.tasks.map(({ number, name, parent, outcome, error, running, ready, suspended }) => ({
      ...{ number, name, parent, outcome, error },
      seconds: [running, ready, suspended].map(rounded),
    }));
    assert.deepEqual(rows, [
      { number: 0, name: "Task-1", parent: null, outcome: "done", error: null, seconds: [0.25, 0, 0.75] },
      {
        ...{ number: 1, name: "fetch-1", parent: 0, outcome: "failed" },
        error: { type: "ValueError", text: "bad\u001b[31m page" },
        seconds: [0.15, 0.1, 0.6],
      },
    ]);
    const waits = told.waits.map(({ seconds, often, place }) => [rounded(seconds), often, place?.what]);
    assert.deepEqual(waits, [
      [0.75, 1, "asyncio.TaskGroup"],
      [0.6, 1, "asyncio.sleep"],
    ]);
    assert.deepEqual(told.waits[0]?.place?.stack, [{ file: "/srv/you/app.py", line: 5, function: "main" }]);
    assert.deepEqual(
      told.longestSteps.map(({ task }) => task),
      [0, 1, 0, 1],
    );
    assert.deepEqual(told.notes, [{ kind: "not-traced", text: "uvloop.Loop: its steps cannot be seen" }]);
    assert.deepEqual(
      told.lanes.rows.map(({ art }) => art.length <= 100 && /^ *[█▒░]+$/.test(art)),
      [true, true, true],
    );
  });

  it("is one line of JSON that a terminal obeys nothing of, and keeps every character", () => {
    const name = "a\u202eb\u001b\ud800\u{e0041}é";
    const told = summary(readTrace(trace(...PROGRAM, ["note", "odd", name])));
    const text = json(told);
    assert.doesNotMatch(text, /\p{Cc}|\p{Cs}|[\u202a-\u202e\u{e0041}]/u);
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(told)));
    assert.equal(JSON.parse(text).notes[1].text, told.notes[1]?.text);
  });

  it("has a section for all that a report has, also of an empty trace", () => {
    const empty = summary(readTrace(head()));
    assert.deepEqual([empty.tasks, empty.loops, empty.lanes.rows, empty.trace.seconds], [[], [], [], 0]);
    assert.match(summary(readTrace(Buffer.from("#!/bin/sh\n"))).trace.problem ?? "", /not an Awaitscope trace/);
  });
});

const rounded = (seconds = 0) => Math.round(seconds * 1e6) / 1e6;

describe("text", () => {
  it("gives durations three digits and a fitting unit", () => {
    const given = [0, 5e-9, 9.996e-7, 3.521e-5, 0.0099951, 0.412, 0.9996, 1.42, 12.34, 99.9, 100, 4000];
    const expected = "0 ns,5 ns,1.00 µs,35.2 µs,10.0 ms,412 ms,1.00 s,1.42 s,12.3 s,99.9 s,1 min 40 s,66 min 40 s";
    assert.equal(given.map(duration).join(","), expected);
  });

  it("gives moments as fine as they are asked for", () => {
    assert.deepEqual([moment(1.23456), moment(1.23456, 1), moment(1.23456, 1e-5)], ["1.235 s", "1 s", "1.23456 s"]);
  });

  it("escapes what could hide, reorder or command, and nothing else", () => {
    const given = "tab\t nul\0 esc\x1b bidi\u202e\u2066 zero\u200b sep\u2028 lone\ud800 tag\u{e0041} ok é 日本 👩‍👧 עב";
    const expected =
      "tab\\t nul\\x00 esc\\x1b bidi\\u202e\\u2066 zero\\u200b sep\\u2028 lone\\ud800 tag\\U000e0041 ok é 日本 👩‍👧 עב";
    assert.equal(printable(given), expected);
  });

  it("shortens by characters, not by half of them", () => {
    assert.deepEqual([shorten("abc", 3), shorten("abcd", 3), shorten("🎉🎉🎉", 2)], ["abc", "ab…", "🎉…"]);
  });
});
