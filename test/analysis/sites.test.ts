// Await sites against Python's own `ast`: a part of a standard library, and whatever files and folders AWAITSCOPE_SITES
// names, separated like PATH. `slow/sites.ts` takes the whole library.
import assert from "node:assert/strict";
import { delimiter } from "node:path";
import { anyPython } from "../pythons";
import { compareSites, sampleOf, standardLibrary } from "./sites";

describe("await sites", () => {
  it("are those of Python's ast in asyncio, its tests, and a sample of the standard library", async function () {
    this.timeout(120_000);
    const python = anyPython();
    const extra = (process.env.AWAITSCOPE_SITES ?? "").split(delimiter).filter((path) => path !== "");
    const { sites } = await compareSites(python, [...sampleOf(standardLibrary(python)), ...extra]);
    assert.ok(sites > 100, "asyncio alone has more than 100 awaits");
  });
});
