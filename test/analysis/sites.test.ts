// Await sites against Python's own `ast`: all of a standard library in the normal run (its own tests included), more
// with AWAITSCOPE_SITES set to files and folders, separated like PATH.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { awaitSites } from "../../src/analysis/awaits";
import { decodePython } from "../../src/analysis/source";
import { anyPython, type Python } from "../pythons";
import { root } from "../root";
import { testParser } from "./parser";

type Site = readonly [line: number, column: number, form: string];
type Answer = { file: string; sites: Site[] } | { file: string; error: string };

/** What `ast` finds; files without the words that every await site needs are left out. */
function truth(python: Python, paths: readonly string[]): Answer[] {
  const script = join(root, "test", "analysis", "sites.py");
  const run = spawnSync(python.path, [script, ...paths], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Answer);
}

function standardLibrary(python: Python): string {
  const question = "import sysconfig; print(sysconfig.get_path('stdlib'))";
  return spawnSync(python.path, ["-I", "-c", question], { encoding: "utf8" }).stdout.trim();
}

async function ours(file: string): Promise<Site[]> {
  const tree = (await testParser()).parse(decodePython(readFileSync(file)));
  const sites = awaitSites(tree).map(({ place, form }): Site => [place.line, place.column, form]);
  tree.dispose();
  return sites;
}

describe("await sites", () => {
  it("are those of Python's ast in a whole standard library", async function () {
    this.timeout(120_000);
    const python = anyPython();
    const extra = (process.env.AWAITSCOPE_SITES ?? "").split(delimiter).filter((path) => path !== "");
    let files = 0;
    let sites = 0;
    for (const answer of truth(python, [standardLibrary(python), ...extra])) {
      if ("error" in answer) continue;
      assert.deepEqual(await ours(answer.file), answer.sites, answer.file);
      files += 1;
      sites += answer.sites.length;
    }
    console.log(`      Python ${python.version}: ${sites} sites in ${files} files`);
    assert.ok(sites > 500, "a standard library has at least 500 awaits, its tests aside");
  });
});
