// The reader against the format's definition: any cut, any damage, any order of fields.
import assert from "node:assert/strict";
import type { TraceEvents } from "../../src/trace/format";
import { describeProblem, TraceReader } from "../../src/trace/reader";
import { frame, head, LAYOUT, marshal, type Record_, Seconds, trace, type Value, values } from "./encode";

/** Every event as one line of text, in file order. */
function listen(): { lines: string[]; reader: TraceReader } {
  const lines: string[] = [];
  const to = new Proxy({} as TraceEvents, {
    get:
      (_, name: string) =>
      (first: unknown, ...rest: unknown[]) => {
        if (name === "header") lines.push(`header ${(first as { python: string }).python}`);
        else lines.push([name, first, ...rest].join(" "));
      },
  });
  return { lines, reader: new TraceReader(to) };
}

function read(bytes: Uint8Array, cut = bytes.length) {
  const heard = listen();
  for (let at = 0; at < bytes.length; at += cut) heard.reader.push(bytes.subarray(at, at + cut));
  return heard;
}

function problemOf(bytes: Uint8Array): string {
  const { problem } = read(bytes).reader;
  return problem ? describeProblem(problem) : "none";
}

const ONE_OF_EACH: Record_[] = [
  ["thread", 140_735_000_000_001, "MainThread"],
  ["code", 0, "/srv/you/app.py", "main", 3],
  ["site", 0, -1, 0, 5, 5, 4, 20, "asyncio.sleep"],
  ["run", 1, 140_000_000_000_016, "_UnixSelectorEventLoop", 1],
  ["task", 1.25, 94_000_000_000_000, "fetch-1", 0],
  ["task", 1.5, 94_000_000_000_064, 7, -1],
  ["eager", 1.75, 94_000_000_000_064, -1],
  ["waits", 94_000_000_000_064],
  ["due", 3],
  ["error", "ValueError", "no"],
  ["foreign", 17],
  ["at", 94_000_000_000_128],
  ["part", 0, 94_000_000_000_064],
  ["part", 0, -3],
  ["take", 94_000_000_000_128, 0],
  ["give", 94_000_000_000_128],
  ["queue", 94_000_000_000_256],
  ["put", 94_000_000_000_256],
  ["got", 94_000_000_000_256],
  ["cancel", 94_000_000_000_064, 0],
  ["cancelled", -1],
  ["timer", 9.5, 94_000_000_000_192, 0],
  ["timer", Number.POSITIVE_INFINITY, 0, -1],
  ["timerOff", 94_000_000_000_192],
  ["job", 94_000_000_000_192, 1, 0],
  ["jobStart", 1.8, 1],
  ["jobEnd", 1.9, 1],
  ["sample", 1.95, 94_000_000_000_000, 0],
  ["trouble", 1.95, "unhandled", -1, "no", "/srv/you/app.py", 7],
  ["child", 1.95, 4712, "/srv/you/app.4712.awaitscope"],
  ["name", 94_000_000_000_000, "fetch-one"],
  ["late", 1.95, 94_000_000_000_000, 0],
  ["picked", -1],
  ["parent", 94_000_000_000_064, 94_000_000_000_000],
  ["scope", 94_000_000_000_256, 4.5],
  ["step", 94_000_000_000_000, 2, 0, 1],
  ["skipped"],
  ["callback", 2.25, 0, 0],
  ["poll", 2.5],
  ["wakeups", 3, 1, 2],
  ["rest", 4, 140_000_000_000_016],
  ["close", 5, 140_000_000_000_016],
  ["lost", 3],
  ["note", "not-traced", "uvloop.Loop: its steps cannot be seen"],
  ["end", 6],
];

const EXPECTED = `header 3.13.0
thread 0 140735000000001 MainThread
code 0 0 /srv/you/app.py main 3
site 0 0 -1 0 5 5 4 20 asyncio.sleep
run 0 1 140000000000016 _UnixSelectorEventLoop 1
task 0 1.25 94000000000000 fetch-1 0
task 0 1.5 94000000000064 Task-7 -1
eager 0 1.75 94000000000064 -1
waits 0 94000000000064
due 0 3
error 0 ValueError no
foreign 0 17
at 0 94000000000128
part 0 0 94000000000064
part 0 0 -3
take 0 94000000000128 0
give 0 94000000000128
queue 0 94000000000256
put 0 94000000000256
got 0 94000000000256
cancel 0 94000000000064 0
cancelled 0 -1
timer 0 9.5 94000000000192 0
timer 0 Infinity 0 -1
timerOff 0 94000000000192
job 0 94000000000192 1 0
jobStart 0 1.8 1
jobEnd 0 1.9 1
sample 0 1.95 94000000000000 0
trouble 0 1.95 unhandled -1 no /srv/you/app.py 7
child 0 1.95 4712 /srv/you/app.4712.awaitscope
name 0 94000000000000 fetch-one
late 0 1.95 94000000000000 0
picked 0 -1
parent 0 94000000000064 94000000000000
scope 0 94000000000256 4.5
step 0 2 94000000000000 0 1
skipped 0
callback 0 2.25 0 0
poll 0 2.5
wakeups 0 3 1 2
rest 0 4 140000000000016
close 0 5 140000000000016
lost 0 3
note 0 not-traced uvloop.Loop: its steps cannot be seen
end 0 6`;

describe("trace format", () => {
  it("delivers every record", () => {
    const { lines, reader } = read(trace(...ONE_OF_EACH));
    assert.equal(lines.join("\n"), EXPECTED);
    assert.equal(reader.records, ONE_OF_EACH.length);
    assert.equal(reader.incomplete, false);
    assert.equal(reader.problem, undefined);
  });

  it("delivers the same for any cut into chunks", () => {
    const bytes = trace(...ONE_OF_EACH);
    for (const cut of [1, 2, 3, 5, 17, 64, 1000])
      assert.equal(read(bytes, cut).lines.join("\n"), EXPECTED, `cut ${cut}`);
  });

  it("takes chunks of one reused buffer: it keeps no reference to what it was given", () => {
    const bytes = trace(...ONE_OF_EACH);
    const heard = listen();
    const buffer = new Uint8Array(7);
    for (let at = 0; at < bytes.length; at += 7) {
      const length = Math.min(7, bytes.length - at);
      buffer.set(bytes.subarray(at, at + length));
      heard.reader.push(buffer.subarray(0, length));
      buffer.fill(0xff);
    }
    assert.equal(heard.lines.join("\n"), EXPECTED);
  });

  it("treats every prefix as a trace that goes on, never as an error", () => {
    const bytes = trace(...ONE_OF_EACH);
    for (let length = 0; length < bytes.length; length++) {
      const { reader } = read(bytes.subarray(0, length));
      assert.equal(reader.problem, undefined, `prefix of ${length} bytes`);
      const whole = length === head().length;
      assert.equal(reader.incomplete, !whole, `prefix of ${length} bytes`);
    }
  });

  it("finds fields by name and skips records that it does not know", () => {
    const records: Value = {
      ...LAYOUT,
      poll: [-1, "colour", "time"],
      step: [0, "task", "ready", "extra", "site", "time"],
      novelty: [-99, "a", "b"],
    } as unknown as Value;
    const list: Value = [-99, 1, "x", -1, "red", new Seconds(2.5), 12, 3, null, -1, new Seconds(4)];
    const payload = Buffer.concat([Buffer.from([0x28, 2, 0, 0, 0]), marshal(0), marshal(list)]);
    const { lines, reader } = read(Buffer.concat([head({ records }), frame(payload)]));
    assert.deepEqual(lines.slice(1), ["poll 0 2.5", "step 0 4 12 -1 3"]);
    assert.equal(reader.skipped, 1);
  });

  it("reads a header without some known records", () => {
    const { poll: _, ...records } = LAYOUT;
    const { lines } = read(Buffer.concat([head({ records: records as unknown as Value }), values(0, [["skipped"]])]));
    assert.deepEqual(lines.slice(1), ["skipped 0"]);
  });

  it("cuts a text of a megabyte and goes on", () => {
    const { lines } = read(trace(["note", "long", "x".repeat(1 << 20)], ["skipped"]));
    assert.equal(lines[1]?.length, "note 0 long ".length + 4096);
    assert.equal(lines[2], "skipped 0");
  });

  it("reads texts of every kind", () => {
    for (const text of [
      "",
      "ascii",
      "héllo wörld, a text longer than thirty-two bytes",
      "日本語 🎉",
      "\u0000\u001b[31m",
    ])
      assert.deepEqual(read(trace(["note", "k", text])).lines.slice(1), [`note 0 k ${text}`]);
    const surrogate = Buffer.from([0x75, 3, 0, 0, 0, 0xed, 0xa0, 0x80]);
    const payload = Buffer.concat([Buffer.from([0x28, 2, 0, 0, 0]), marshal(0), Buffer.from([0x5b, 3, 0, 0, 0])]);
    const { lines } = read(
      Buffer.concat([head(), frame(Buffer.concat([payload, marshal(-18), marshal("k"), surrogate]))]),
    );
    assert.deepEqual(lines.slice(1), ["note 0 k \ufffd\ufffd\ufffd"]);
  });

  const bodyAt = head().length;
  const body = (payload: Buffer) => Buffer.concat([head(), frame(payload)]);
  const tuple = (...parts: Buffer[]) => Buffer.concat([Buffer.from([0x28, parts.length, 0, 0, 0]), ...parts]);
  const damaged: [string, Buffer, string][] = [
    ["a frame that is no tuple", body(marshal(5)), `byte ${bodyAt + 4}: a frame that is not (stream, values)`],
    ["no values", body(tuple(marshal(0), marshal(1))), `byte ${bodyAt + 14}: a frame without a list of values`],
    ["a negative stream", body(tuple(marshal(-1), marshal([]))), `byte ${bodyAt + 4}: a wrong stream number`],
    ["a code that the header does not define", body(tuple(marshal(0), marshal([-77]))), "unknown code -77"],
    ["a record cut off by its list", body(tuple(marshal(0), marshal([-1]))), "a record that its list cuts off"],
    ["a text for a time", body(tuple(marshal(0), marshal([-1, "now"]))), "a text where a number belongs"],
    ["a time that is not finite", body(tuple(marshal(0), marshal([-1, Number.NaN]))), "a wrong time"],
    ["a fraction for an int", body(tuple(marshal(0), marshal([-17, 1.5]))), "a wrong number"],
    ["bytes after the value", body(Buffer.concat([tuple(marshal(0), marshal([])), Buffer.from("x")])), "left over"],
    ["a length beyond the frame", body(tuple(marshal(0), Buffer.from([0x5b, 255, 255, 255, 127]))), "wrong length"],
    ["a negative length", body(tuple(marshal(0), Buffer.from([0x5b, 255, 255, 255, 255]))), "a wrong length -1"],
    ["a huge frame", Buffer.concat([head(), Buffer.from([255, 255, 255, 255])]), "a frame of 4294967295 bytes"],
    ["an empty frame", Buffer.concat([head(), Buffer.from([0, 0, 0, 0])]), "a frame of 0 bytes"],
    ["a header that is a list", Buffer.concat([Buffer.from("awaitscope 1\n"), frame(marshal([]))]), "not a dict"],
    ["a header without records", head({ records: null }), "the header defines no records"],
    ["a record that lacks a field", head({ records: { poll: [-1] } }), 'record "poll" lacks the field time'],
    ["a record without a code", head({ records: { poll: ["time"] } }), 'record "poll" has no code'],
  ];
  for (const [what, bytes, expected] of damaged)
    it(`names the damage: ${what}`, () => {
      const said = problemOf(bytes);
      assert.match(said, /^The trace is damaged at byte \d+: /);
      assert.ok(said.includes(expected), said);
    });

  it("says what is not a trace and what is a newer one", () => {
    assert.match(problemOf(Buffer.from("PK\u0003\u0004 something else")), /^This is not an Awaitscope trace/);
    assert.match(problemOf(Buffer.from("awaitscopes")), /^This is not/);
    assert.match(problemOf(Buffer.from("awaitscope one\n")), /^This is not/);
    assert.match(problemOf(Buffer.from("awaitscope 2\n")), /format version 2; this Awaitscope reads version 1. Update/);
    assert.equal(problemOf(Buffer.from("awaitscope 1")), "none");
    assert.equal(read(Buffer.from("awaitscope 2\nxxxx"), 1).reader.problem?.kind, "newer");
  });

  it("keeps everything before the damage and ignores everything after it", () => {
    const good = values(0, [["poll", 1]]);
    const { lines, reader } = read(Buffer.concat([head(), good, frame(marshal(5)), good]), 10);
    assert.deepEqual(lines.slice(1), ["poll 0 1"]);
    assert.deepEqual(reader.problem, {
      kind: "damaged",
      offset: head().length + good.length + 4,
      reason: "a frame that is not (stream, values)",
    });
  });
});
