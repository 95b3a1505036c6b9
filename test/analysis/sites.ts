// Await sites against Python's own `ast`, file by file.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { awaitSites } from "../../src/analysis/code/awaits";
import { decodePython } from "../../src/analysis/code/source";
import type { Python } from "../pythons";
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

async function ours(file: string): Promise<Site[]> {
  const tree = (await testParser()).parse(decodePython(readFileSync(file)));
  const sites = awaitSites(tree).map(({ place, form }): Site => [place.line, place.column, form]);
  tree.dispose();
  return sites;
}

export function standardLibrary(python: Python): string {
  const question = "import sysconfig; print(sysconfig.get_path('stdlib'))";
  return spawnSync(python.path, ["-I", "-c", question], { encoding: "utf8" }).stdout.trim();
}

/** All of asyncio and its tests, and every twentieth of the other files of a standard library, always the same. */
export function sampleOf(library: string): string[] {
  const files = readdirSync(library, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".py"))
    .sort();
  const isAsyncio = (name: string) => /^(test[/\\]test_)?asyncio[/\\]/.test(name);
  const others = files.filter((name) => !isAsyncio(name) && !name.startsWith(`site-packages${sep}`));
  return [...files.filter(isAsyncio), ...others.filter((_, index) => index % 20 === 0)].map((name) =>
    join(library, name),
  );
}

/** Throws at the first file whose sites are not those of `ast`; else how many there were. */
export async function compareSites(
  python: Python,
  paths: readonly string[],
): Promise<{ files: number; sites: number }> {
  let files = 0;
  let sites = 0;
  for (const answer of truth(python, paths)) {
    if ("error" in answer) continue;
    assert.deepEqual(await ours(answer.file), answer.sites, answer.file);
    files += 1;
    sites += answer.sites.length;
  }
  console.log(`      Python ${python.version}: ${sites} sites in ${files} files`);
  return { files, sites };
}
