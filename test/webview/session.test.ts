// A trace being read in the panel, without a browser: bytes in any order, acknowledged, of the trace and of its children.
import assert from "node:assert/strict";
import type { ToHost } from "../../src/trace/messages";
import { MOST_CHILDREN, Session } from "../../src/webview/session";
import { head, values } from "../trace/encode";
import { exact } from "./page";
import { crawler, file, storm } from "./samples";

const TRACE = file(crawler());
const ended = { kind: "ended", exitCode: 0 } as const;

function opened(trace = "file:///t/run.awaitscope"): Session {
  const session = new Session();
  const replies = session.receive(
    { kind: "open", title: "a.py", live: false, status: ended, origin: { trace, script: "" } },
    0,
  );
  assert.deepEqual(replies, [{ kind: "from", offset: 0 }]);
  return session;
}

/** Gives the session a part of a file; returns what it says. */
function give(session: Session, bytes: Uint8Array, offset = 0, name?: string): ToHost[] {
  const of = name === undefined ? {} : { file: name };
  return session.receive({ kind: "bytes", offset, bytes: exact(bytes), ...of }, 0);
}

describe("a trace being read", () => {
  it("asks once for what is missing, and passes over what it knows", () => {
    const session = opened();
    assert.deepEqual(give(session, TRACE.subarray(0, 100)), []);
    assert.deepEqual(give(session, TRACE.subarray(200, 300), 200), [{ kind: "from", offset: 100 }]);
    assert.deepEqual(give(session, TRACE.subarray(300, 400), 300), []);
    assert.deepEqual(give(session, TRACE.subarray(0, 150)), []);
    assert.equal(session.reader.received, 150);
    assert.deepEqual(give(session, TRACE.subarray(150), 150), []);
    assert.equal(session.records, 65);
    assert.equal(session.reader.problem, undefined);
  });

  it("knows when all of the file is read, and that it grew after that", () => {
    const session = opened();
    session.receive({ kind: "size", size: 400 }, 0);
    assert.equal(session.whole, false);
    give(session, TRACE.subarray(0, 200));
    assert.equal(session.share, 0.5);
    give(session, TRACE.subarray(200, 400), 200);
    assert.deepEqual([session.whole, session.grew], [true, false]);
    give(session, TRACE.subarray(400), 400);
    assert.deepEqual([session.whole, session.grew], [true, true]);
  });

  it("tells after every four megabytes that they are folded", () => {
    const session = opened();
    const bytes = storm(1000, 350);
    const said: ToHost[] = [];
    const each = 1 << 20;
    for (let at = 0; at < bytes.length; at += each) said.push(...give(session, bytes.subarray(at, at + each), at));
    assert.ok(bytes.length > 8 << 20, `${bytes.length} bytes`);
    const expected = Array.from({ length: Math.floor(bytes.length / (4 << 20)) }, (_, n) => (n + 1) * (4 << 20));
    assert.deepEqual(
      said,
      expected.map((offset) => ({ kind: "taken", offset })),
    );
  });

  it("hears nothing before it was opened, nor what it does not know", () => {
    const session = new Session();
    give(session, TRACE);
    session.receive({ kind: "children", files: ["run.1.awaitscope"] }, 0);
    session.receive({ kind: "strange" } as never, 0);
    assert.deepEqual([session.records, session.childFiles.size], [0, 0]);
    const known = opened();
    give(known, TRACE, 0, "never-asked.awaitscope");
    assert.equal(known.records, 0);
  });

  const child = (pid: number, parent: number, parentTrace = "/t/run.awaitscope") =>
    Buffer.concat([head({ pid, parent, parentTrace }), values(0, [["task", 1, 64, `of ${pid}`, -1]])]);

  it("reads children in any order, also a grandchild before the child", () => {
    const session = opened();
    give(session, TRACE);
    const files = ["run.8.awaitscope", "run.7.awaitscope"];
    const asked = session.receive({ kind: "children", files }, 0);
    assert.deepEqual(
      asked,
      files.map((name) => ({ kind: "from", offset: 0, file: name })),
    );
    give(session, child(8, 7, "/t/run.7.awaitscope"), 0, "run.8.awaitscope");
    give(session, child(7, 4711), 0, "run.7.awaitscope");
    assert.deepEqual(
      session.model.processes.map(({ pid }) => pid),
      [4711, 8, 7],
    );
    assert.deepEqual(session.receive({ kind: "children", files }, 0), [], "each is asked for once");
  });

  it("knows whether more is to come of a trace that breaks off", () => {
    const over = (...steps: ((session: Session) => unknown)[]): boolean => {
      const session = opened();
      for (const step of steps) step(session);
      return session.model.over;
    };
    const [first, second] = [TRACE.subarray(0, 200), TRACE.subarray(200, 400)];
    const size = (session: Session) => session.receive({ kind: "size", size: first.length }, 0);
    const begun = (session: Session) => give(session, first);
    const grown = (session: Session) => give(session, second, first.length);
    const running = (session: Session) => session.receive({ kind: "status", status: { kind: "running" } }, 0);
    const killed = (session: Session) => session.receive({ kind: "status", status: ended }, 0);
    assert.equal(over(size, begun), true, "a saved one");
    assert.equal(over(size, begun, grown), false, "one that another window records");
    assert.equal(over(running, begun), false);
    assert.equal(over(running, begun, killed), true);
  });

  it("leaves alone what only lies beside it", () => {
    const session = opened();
    give(session, TRACE);
    session.receive({ kind: "children", files: ["run.7.awaitscope", "run.9.awaitscope"] }, 0);
    give(session, child(7, 999, "/t/other.awaitscope"), 0, "run.7.awaitscope");
    give(session, head({ pid: 9 }), 0, "run.9.awaitscope");
    assert.equal(session.model.processes.length, 1);
    assert.equal(session.records, 65);
  });

  it("shows no more children than it can, and counts the others", () => {
    const session = opened();
    give(session, TRACE);
    const files = Array.from({ length: MOST_CHILDREN + 7 }, (_, pid) => `run.${pid}.awaitscope`);
    assert.equal(session.receive({ kind: "children", files }, 0).length, MOST_CHILDREN);
    assert.equal(session.left, 7);
  });

  it("takes a broken child for what it is, and the rest as it was", () => {
    const session = opened();
    give(session, TRACE);
    session.receive({ kind: "children", files: ["run.7.awaitscope"] }, 0);
    give(session, Buffer.concat([child(7, 4711), Buffer.alloc(16)]), 0, "run.7.awaitscope");
    assert.equal(session.childFiles.get("run.7.awaitscope")?.reader.problem?.kind, "damaged");
    assert.equal(session.reader.problem, undefined);
    assert.equal(session.model.tasks.at(-1)?.name, "of 7");
  });
});
