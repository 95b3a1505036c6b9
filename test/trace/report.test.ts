// The report of a trace, as a person reads it in a terminal.
import assert from "node:assert/strict";
import { readTrace, report as reportOf } from "../../src/trace/report";

import { duration, moment, printable, shorten } from "../../src/trace/text";
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

  it("bounds its length", () => {
    const made = Array.from({ length: 5000 }, (_, index): Record_ => ["task", 0, MAIN + index, index, -1]);
    const text = report(trace(...PROGRAM, ...made));
    assert.ok(text.split("\n").length < 200);
    assert.match(text, /… and 4,9\d\d tasks more/);
  });
});

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
