// Broken traces, a few thousand of them; `npm run oracle` reads a hundred thousand.
import assert from "node:assert/strict";
import { putTogether } from "./corrupt";
import { fuzz, readPrefixes, samples } from "./fuzz";

describe("a trace that is broken", function () {
  this.timeout(60_000); // a second of work, on a machine that may do something else
  const all = samples();

  it("is taken apart and put together without a change, if it is not", () => {
    for (const { name, bytes, parts } of all)
      assert.ok(bytes.subarray(0, putTogether(parts).length).equals(putTogether(parts)), name);
  });

  it("goes on, if its end is cut off", () => {
    for (const sample of all) assert.ok(readPrefixes(sample, 1 + (sample.bytes.length >> 5)) > 20);
  });

  it("gives a sound model or says where it is damaged, and soon", () => {
    const tally = fuzz(all, 1, 2000, 20);
    assert.equal(tally.read, 2000);
    assert.ok(tally.sound > 200 && tally.sound < 1800, `${tally.sound} of them were sound: nothing was broken, or all`);
  });
});
