// A file sent to a page: no further ahead of it than some megabytes, and no more when it is gone.
import assert from "node:assert/strict";
import { Feed, type Reader } from "../../../src/feed";
import { CHUNK_BYTES, refusals, type Source } from "../../../src/source";
import type { ToView } from "../../../src/trace/messages";
import { until } from "./editor";

/** A file of so many bytes that are all zero. */
const zeros =
  (size: number): Source =>
  async (offset) => ({ size, bytes: new ArrayBuffer(Math.max(0, Math.min(CHUNK_BYTES, size - offset))), identity: "" });

function reading(more: Partial<Reader> = {}) {
  const posted: ToView[] = [];
  const post = async (message: ToView) => {
    posted.push(message);
    return true;
  };
  const reader: Reader = { post, isRunning: () => false, replaced: () => undefined, ...more };
  const bytes = () => posted.reduce((sum, each) => sum + (each.kind === "bytes" ? each.bytes.byteLength : 0), 0);
  return { posted, reader, bytes };
}

const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

describe("a file sent to a page", () => {
  it("waits for the page to fold what it has", async () => {
    const size = 64 << 20;
    const { reader, bytes } = reading();
    const feed = new Feed(zeros(size), undefined, reader);
    void feed.send(0);
    await moment();
    const ahead = bytes();
    assert.ok(ahead >= 16 << 20 && ahead <= (16 << 20) + CHUNK_BYTES, `${ahead} bytes ahead`);
    for (let at = 4 << 20; at <= size; at += 4 << 20) feed.acknowledge(at);
    await until("the rest", () => bytes() === size);
    feed.stop();
  });

  it("is sent again from where the page asks", async () => {
    const { posted, reader } = reading();
    const feed = new Feed(zeros(3 * CHUNK_BYTES), "child.awaitscope", reader);
    void feed.send(0);
    void feed.send(CHUNK_BYTES);
    await moment();
    feed.stop();
    const offsets = posted.map((each) => (each.kind === "bytes" ? each.offset / CHUNK_BYTES : each.kind));
    assert.deepEqual(offsets, ["size", 1, 2]);
    assert.ok(posted.every((each) => "file" in each && each.file === "child.awaitscope"));
  });

  it("ends when the page is gone", async () => {
    let looks = 0;
    const source: Source = (offset) => {
      looks++;
      return zeros(8 * CHUNK_BYTES)(offset);
    };
    const { reader } = reading({ post: async () => false });
    await new Feed(source, undefined, reader).send(0);
    assert.equal(looks, 1);
  });

  it("waits for a trace that is still to be written, and says once that one is missing", async () => {
    let running = true;
    const source: Source = async () => {
      throw refusals.missing("/t/x.awaitscope");
    };
    const { posted, reader } = reading({ isRunning: () => running });
    const feed = new Feed(source, undefined, reader);
    void feed.send(0);
    await moment();
    assert.deepEqual(posted, []);
    running = false;
    await until("the refusal", () => posted.length > 0);
    await moment();
    feed.stop();
    assert.deepEqual(
      posted.map(({ kind }) => kind),
      ["unreadable"],
    );
  });
});
