// What we say of awaits against ground truth: CPython's own where a Python has the files, and packages where a variable
// names their folder. `npm run oracle` prints both. Too slow for every run.
// `node esbuild.js && npx mocha out/test/analysis/slow/truth.js`
import assert from "node:assert/strict";
import { explainedKinds } from "../truth/explained";
import {
  atHand,
  compare,
  cpython,
  describe as described,
  packages,
  packagesVariable,
  placeKey,
  shares,
} from "../truth/truth";

/** Percent: what our own analysis must reach without a language server, and what it may get wrong. */
const bars = { agreement: 97, contradicted: 0.1 };

describe("what awaits are, against ground truth", () => {
  for (const set of process.env[packagesVariable] === undefined ? [cpython] : [cpython, packages])
    it(`agrees on ${set.name}`, async function () {
      this.timeout(300_000);
      const found = atHand(set);
      if (!found) {
        console.log(`      not run (1): the files of ${set.name} are not at hand`);
        this.skip();
      }
      const kinds = await explainedKinds(found);
      const agreement = compare(found.truths, (truth) => kinds.get(placeKey(truth)));
      console.log(`      ${found.truths.length} of ${found.all} awaits: ${described(agreement)}`);
      const { agreement: agreed, contradicted } = shares(agreement);
      assert.deepEqual(agreement.unfound, []);
      assert.deepEqual(agreement.falseNo, []);
      assert.ok(contradicted <= bars.contradicted, `${contradicted} % contradictions`);
      assert.ok(agreed >= bars.agreement, `${agreed} % agreement`);
    });
});
