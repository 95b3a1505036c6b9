// `npm run bench [part…]`: every figure beside its reference, measured in one run. Ratios and CPU time, not wall time:
// machines are noisy. A part is a program of its own, so that none warms up or slows down another.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run } from "./processes";
import { findPythons } from "./pythons";
import { root } from "./root";

interface Bench {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** The Pythons whose tracing cost is told: the oldest, two in the middle, the newest that are found. */
const told = [9, 11, 13, 14];

function benches(): Bench[] {
  const tracer = findPythons()
    .filter(({ minor }) => told.includes(minor))
    .map(({ path, version }) => ({
      name: `tracer ${version}`,
      program: path,
      args: [join(root, "test", "tracer", "bench.py"), "--python", path],
    }));
  const node = ["analysis", "trace", "webview"]
    .map((name) => ({ name, program: process.execPath, args: ["--expose-gc", join(__dirname, name, "bench.js")] }))
    .filter(({ args }) => existsSync(args[1] as string));
  return [...node, ...tracer];
}

async function main(wanted: readonly string[]): Promise<void> {
  const chosen = benches().filter(
    ({ name }) => wanted.length === 0 || wanted.some((word) => name === word || name.startsWith(`${word} `)),
  );
  if (chosen.length === 0)
    throw new Error(
      `There are ${benches()
        .map(({ name }) => name)
        .join(", ")}`,
    );
  for (const { name, program, args } of chosen) {
    console.log(`\n── ${name}`);
    const { code } = await run(program, args, { cwd: root, onOutput: (text) => process.stdout.write(text) });
    if (code !== 0) process.exitCode = 1;
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
