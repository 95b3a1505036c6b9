// Await sites against Python's own `ast` in a whole standard library, its own tests included: too slow for every run.
// `node esbuild.js && npx mocha out/test/analysis/slow/sites.js`
import assert from "node:assert/strict";
import { anyPython } from "../../pythons";
import { compareSites, standardLibrary } from "../sites";

describe("await sites", () => {
  it("are those of Python's ast in a whole standard library", async function () {
    this.timeout(120_000);
    const python = anyPython();
    const { sites } = await compareSites(python, [standardLibrary(python)]);
    assert.ok(sites > 500, "a standard library has at least 500 awaits, its tests aside");
  });
});
