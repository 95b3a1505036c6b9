// `npm run oracle`: what awaits are, against ground truth; then all that the tracer is held against, on every Python found. CPython's own asyncio tests and their
// neighbours bare and traced, then the hostile programs, the heavy ones too, and a hundred thousand broken traces. Takes half an hour; `npm test` keeps the
// hostile programs, and a part of CPython's tests on one Python.
import { join } from "node:path";
import { explainedKinds } from "./analysis/truth/explained";
import { atHand, compare, cpython, describe, packages, placeKey, type TruthSet } from "./analysis/truth/truth";
import { run } from "./processes";
import { anyPython, describePythons, findPythons } from "./pythons";
import { root } from "./root";

const oracles = [
  ["suite/compare_suite.py", "--jobs", "2"],
  ["hostile/run.py", "--heavy", "--jobs", "2"],
  ["agree.py", "--programs", "5000"],
  ["limits.py"],
] as const;

async function main(): Promise<void> {
  for (const set of [cpython, packages]) await showAgreement(set);
  const pythons = findPythons().flatMap(({ path }) => ["--python", path]);
  for (const [script, ...options] of oracles) {
    console.log(`\n── ${script}`);
    await show(script, ...options, ...pythons);
  }
  console.log("\n── mutants.py");
  await show("mutants.py");
  console.log("\n── broken traces");
  const fuzz = join(__dirname, "trace", "slow", "fuzz.js");
  const { code } = await run(process.execPath, [fuzz], { cwd: root, onOutput: (text) => process.stdout.write(text) });
  if (code !== 0) process.exitCode = 1;
  console.log(describePythons());
}

async function showAgreement(set: TruthSet): Promise<void> {
  console.log(`\n── awaits of ${set.name}`);
  const found = atHand(set);
  if (!found)
    return console.log("The files are not at hand: test/analysis/truth/truth.ts says where they are looked for.");
  const kinds = await explainedKinds(found);
  console.log(`${found.truths.length} of ${found.all} awaits are in files of the same content`);
  console.log(describe(compare(found.truths, (truth) => kinds.get(placeKey(truth)))));
}

async function show(script: string, ...options: string[]): Promise<void> {
  const args = [join(root, "test", "tracer", script), ...options];
  const { code } = await run(anyPython().path, args, { cwd: root, onOutput: (text) => process.stdout.write(text) });
  if (code !== 0) process.exitCode = 1;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
