// Whole packages, explained by the command line and checked by Pyright: the CPU time of each, with all its threads.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../root";

/** CPU times in ms, and the await sites that were found. */
export interface Race {
  readonly ours: number;
  readonly pyright: number;
  readonly sites: number;
}

/** Explains and checks `paths`, in processes of their own: as a user would start them, once. */
export function race(folder: string, paths: readonly string[], python: string): Race {
  const scratch = mkdtempSync(join(tmpdir(), "awaitscope-race-"));
  try {
    const ours = timed(
      [join(root, "dist", "cli.js"), "explain", "--json", "--python", python, ...paths],
      folder,
      scratch,
    );
    const pyright = join(root, "node_modules", "pyright", "index.js");
    const theirs = timed([pyright, "--outputjson", "--pythonpath", python, ...paths], folder, scratch);
    return { ours: ours.milliseconds, pyright: theirs.milliseconds, sites: ours.output.split("\n").length - 1 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What a program run by Node takes of the processor; it tells when it ends. */
function timed(words: readonly string[], folder: string, scratch: string): { milliseconds: number; output: string } {
  const [clock, told] = [join(scratch, "clock.cjs"), join(scratch, "told.json")];
  writeFileSync(
    clock,
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.cpuUsage())));`,
  );
  writeFileSync(told, "{}");
  const options = { cwd: folder, encoding: "utf8", maxBuffer: 1 << 30 } as const;
  const run = spawnSync(process.execPath, ["--require", clock, ...words], options);
  const { user, system } = JSON.parse(readFileSync(told, "utf8")) as Partial<NodeJS.CpuUsage>;
  if (user === undefined || system === undefined) throw new Error(`${words[0]} did not end: ${run.stderr}`);
  return { milliseconds: (user + system) / 1000, output: run.stdout };
}
