// A program that never lets up, in headless Chromium: the open panel counts every event, answers keys meanwhile, and keeps
// nothing but the trace's own columns. Shorter than what `npm run bench webview` and the workbench's tests do.
import assert from "node:assert/strict";
import { answersOf, typeUntil, watchAnswers } from "./answers";
import { at, memoryOf } from "./costs";
import { opener, type Panel, settle } from "./page";
import { begin, eventsShown, finish, play, press, streamOf } from "./stream";

/** A key's frame must be seen this soon: what people take for at once. */
const ANSWER_MS = 100;
const MESSAGES = 67;

/** What a row may cost: 13 bytes and its group's, in arrays that double, which leaves room for as many again. */
const ROW_BYTES = 2 * 13.125 + 2;

describe("a panel under load", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  it("takes 200,000 events a second, loses none, and answers keys within 100 ms", async () => {
    panel = await openPanel();
    const stream = streamOf(1000, 6, 0.03);
    assert.ok(stream.records / stream.seconds >= 200_000);
    await begin(panel.page, stream);
    await settle(panel.page);
    await watchAnswers(panel.page);
    const keys = await typeUntil(panel.page, play(panel.page, MESSAGES, 30));
    await finish(panel.page);
    await settle(panel.page);
    assert.equal(await eventsShown(panel.page), stream.openingRecords + MESSAGES * stream.records);
    const answered = await answersOf(panel.page, keys);
    assert.ok(keys >= 10, `${keys} keys were pressed`);
    assert.ok(at(answered, 0.9) <= ANSWER_MS, `keys were answered after ${answered.join(", ")} ms`);
  });

  it("keeps of a long run nothing but its columns", async () => {
    panel = await openPanel();
    const { page } = panel;
    const stream = streamOf(20, 1, 0.033);
    await begin(page, stream);
    await press(page, 1500);
    await settle(page);
    const before = await memoryOf(page);
    await press(page, 4500);
    await settle(page);
    const after = await memoryOf(page);
    const rows = stream.openingRecords + 6000 * stream.records * 4;
    assert.ok(after.objects - before.objects < 500_000, `${after.objects - before.objects} bytes of objects more`);
    assert.ok(after.buffers < rows * ROW_BYTES + 3e6, `${after.buffers} bytes of arrays for ${rows} rows`);
    assert.ok(after.nodes - before.nodes <= 20, `${after.nodes - before.nodes} nodes more`);
    assert.equal(after.listeners, before.listeners);
  });
});
