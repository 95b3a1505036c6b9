// Where the repository lies. Bundles move `__dirname`, so it is looked for instead of counted in "..".
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

function isRepository(folder: string): boolean {
  const manifest = join(folder, "package.json");
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name === "awaitscope";
}

function find(folder: string): string {
  if (isRepository(folder)) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("The tests run from inside the repository: no package.json named awaitscope");
  return find(parent);
}

/** Absolute path of the repository's top folder. */
export const root = find(__dirname);
