// `npm test`: runs every part of the tests and sums them up. Its last line is `N passed, N failed`
// (`, N skipped`); it exits with 1 when a test failed or a part ran none.
// `node out/test/all.js --only part,part` runs some: a part's name, or `unit` for all that need nothing but Node.
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { requireChromium } from "./chromium";
import { add, type Counts, closingLineOf, countTests, type Dialect, none, reasonsOf } from "./counts";
import { describeHost, ensureHost } from "./host/install";
import { run } from "./processes";
import { anyPython, describePythons, findPythons } from "./pythons";
import { root } from "./root";

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

type Need = "chromium" | "host" | "vsix";

/** One step of `npm test`. Each command's output is counted by itself: one that ran no test is a failure. */
interface Part {
  readonly name: string;
  readonly dialect: Dialect;
  readonly needs: readonly Need[];
  /** Runs beside the parts that open editors, which wait more than they work. */
  readonly beside?: boolean;
  /** Throws a sentence for people where there is nothing to run it with. */
  readonly commands: () => readonly Command[];
}

interface Result extends Counts {
  readonly name: string;
  readonly seconds: number;
}

/** A command that is silent for good is ended; the slowest part takes about three minutes. */
const commandLimit = 900_000;

const out = join(root, "out", "test");
const node = (...args: string[]): Command => ({ program: process.execPath, args });

/** @param tests a folder of `out/test`, or one file there; @param timeout milliseconds that one test may take */
function mocha(tests: string, reporter: "dot" | "spec", timeout = 10_000): Command {
  const color = process.stdout.isTTY ? "--color" : "--no-color";
  const bin = join(root, "node_modules", "mocha", "bin", "mocha.js");
  const options = ["--forbid-only", color, "--reporter", reporter, "--timeout", String(timeout)];
  return node(
    "--enable-source-maps",
    bin,
    ...options,
    `out/test/${tests.endsWith(".js") ? tests : `${tests}/**/*.test.js`}`,
  );
}

/** Of CPython's own tests those that are quick and meet every hook; the others take minutes on every Python. */
const suiteModules = ["tasks", "futures", "locks", "queues", "base_events", "runners"].map(
  (name) => `test.test_asyncio.test_${name}`,
);

/** Format, lint and types: one test. */
const check: Part = {
  name: "check",
  dialect: "exit",
  needs: [],
  commands: () => [{ program: "npm", args: ["run", "--silent", "check"] }],
};

/** Parts that need more than Node, Pythons above all. Every other folder of test/ with tests in it is a unit part. */
const furtherParts: readonly Part[] = [
  { name: "cli", dialect: "mocha", needs: [], commands: () => [mocha("cli", "dot")] },
  { name: "facts", dialect: "mocha", needs: [], commands: () => [mocha("facts", "dot")] },
  { name: "snippets", dialect: "mocha", needs: [], commands: () => [mocha("snippets", "dot")] },
  { name: "sites", dialect: "mocha", needs: [], commands: () => [mocha("analysis/slow/sites.js", "spec", 120_000)] },
  { name: "truth", dialect: "mocha", needs: [], commands: () => [mocha("analysis/slow/truth.js", "spec", 300_000)] },
  { name: "tracer", dialect: "unittest", needs: [], beside: true, commands: () => everyPython().map(unittest) },
  {
    name: "hostile",
    dialect: "closing",
    needs: [],
    beside: true,
    commands: () => [pythonPart("hostile/run.py", everyPython())],
  },
  {
    name: "suite",
    dialect: "closing",
    needs: [],
    beside: true,
    commands: () => [pythonPart("suite/compare_suite.py", [anyPython().path], "--modules", ...suiteModules)],
  },
  { name: "media", dialect: "mocha", needs: ["chromium"], commands: () => [mocha("media", "dot")] },
  { name: "webview", dialect: "mocha", needs: ["chromium"], commands: () => [mocha("webview", "spec", 60_000)] },
  { name: "host", dialect: "mocha", needs: ["chromium", "host"], commands: () => [node(join(out, "host", "run.js"))] },
  { name: "ui", dialect: "mocha", needs: ["chromium", "host", "vsix"], commands: () => [mocha("ui", "spec", 90_000)] },
];

function unitParts(): Part[] {
  const further = furtherParts.map(({ name }) => name);
  return readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !further.includes(entry.name) && holdsTests(join(out, entry.name)))
    .map(({ name }) => ({ name, dialect: "mocha", needs: [], commands: () => [mocha(name, "dot")] }));
}

function holdsTests(folder: string): boolean {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).some((path) => path.endsWith(".test.js"));
}

function everyPython(): readonly string[] {
  const pythons = findPythons().map(({ path }) => path);
  if (pythons.length === 0) throw new Error("No Python was found: install python3, 3.9 or newer");
  return pythons;
}

function unittest(python: string): Command {
  return { program: python, args: [join("test", "tracer", "all.py")], env: { PYTHONDONTWRITEBYTECODE: "1" } };
}

/** A test program in Python, run by the newest Python found, about the interpreters given. */
function pythonPart(path: string, pythons: readonly string[], ...args: string[]): Command {
  const program = everyPython().at(-1) as string;
  const file = join("test", "tracer", path);
  return { program, args: [file, ...pythons.flatMap((python) => ["--python", python]), ...args] };
}

/** Brings what npm can give, and throws with what to do where it cannot. */
const bring: Readonly<Record<Need, () => Promise<unknown>>> = {
  chromium: async () => requireChromium(),
  host: ensureHost,
  vsix: makePackage,
};

/** What was brought, or is to be told by each part that needs it. */
const brought = new Map<Need, Promise<unknown>>();

/** Before any part that runs beside others: one builds anew what all of them read. */
async function provide(needs: readonly Need[]): Promise<void> {
  for (const need of new Set(needs)) {
    brought.set(need, bring[need]());
    await brought.get(need)?.catch(() => undefined);
  }
}

async function makePackage(): Promise<void> {
  const { code, output } = await run("npm", ["run", "package"], { cwd: root, shell: process.platform === "win32" });
  if (code !== 0) throw new Error(`npm run package failed:\n${output}`);
}

/** Runs one command. One that others run beside shows its output in one piece at its end. */
async function runCommand({ name, dialect, beside }: Part, { program, args, env }: Command): Promise<Counts> {
  const { code, output } = await run(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    shell: process.platform === "win32" && program === "npm", // npm is a script there
    limit: commandLimit,
    onOutput: (text) => beside || process.stdout.write(text),
  });
  if (beside) process.stdout.write(`\n── ${name}, beside the others: ${program}\n${output}`);
  return countTests(dialect, output, code);
}

/** What a part came to: one command of it, or what there was to say instead of running any. */
async function resultOf(part: Part, work: () => Promise<Counts>): Promise<Result> {
  const began = performance.now();
  const counts = await work().catch((error: Error) => {
    console.error(error.message);
    return { ...none, failed: 1 };
  });
  return { ...counts, name: part.name, seconds: (performance.now() - began) / 1000 };
}

async function runInTurn(parts: readonly Part[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const part of parts) {
    console.log(`\n── ${part.name}`);
    const work = async (): Promise<Counts> => {
      let counts = none;
      for (const need of part.needs) await brought.get(need);
      for (const command of part.commands()) counts = add(counts, await runCommand(part, command));
      return counts;
    };
    results.push(await resultOf(part, work));
  }
  return results;
}

/** Runs parts beside others: on all processors but one, and on one more when the others have ended. */
async function runBeside(parts: readonly Part[], others: Promise<unknown>): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = parts.flatMap((part) => {
    try {
      return part.commands().map((command) => ({ part, work: () => runCommand(part, command) }));
    } catch (error) {
      return [{ part, work: () => Promise.reject(error) }]; // a part that cannot run has failed
    }
  });
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await resultOf(next.part, next.work));
  };
  const workers = Array.from({ length: Math.max(1, availableParallelism() - 1) }, work);
  await Promise.all([...workers, others.then(work)]);
  return parts.map(({ name }) => {
    const own = results.filter((each) => each.name === name);
    return { ...own.reduce<Counts>(add, none), name, seconds: own.reduce((sum, { seconds }) => sum + seconds, 0) };
  });
}

function choose(): Part[] {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const units = unitParts();
  const all = [check, ...units, ...furtherParts];
  if (values.only === undefined) return all;
  return values.only.split(",").flatMap((name) => {
    if (name === "unit") return units;
    const part = all.find((one) => one.name === name);
    if (part === undefined)
      throw new Error(`No part is called ${name}; there are ${all.map((one) => one.name).join(", ")}`);
    return [part];
  });
}

async function main(): Promise<void> {
  const parts = choose();
  const quick = parts.filter(({ beside, needs }) => !beside && needs.length === 0);
  const editors = parts.filter(({ needs }) => needs.length > 0);
  const results = await runInTurn(quick);
  await provide(editors.flatMap(({ needs }) => needs));
  const others = runInTurn(editors);
  const besideThem = parts.filter(({ beside }) => beside);
  results.push(...(await runBeside(besideThem, others)), ...(await others));
  console.log();
  for (const { name, seconds, ...counts } of results)
    console.log(`${name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s   ${closingLineOf(counts)}`);
  console.log(describePythons());
  console.log(`VS Code host: ${describeHost()}`);
  const total = results.reduce<Counts>(add, none);
  for (const line of reasonsOf(total)) console.log(line);
  process.exitCode = total.failed > 0 || results.length === 0 ? 1 : 0;
  console.log(closingLineOf(total));
}

main().catch((error: Error) => {
  console.error(error.message);
  console.log(closingLineOf({ ...none, failed: 1 }));
  process.exit(1);
});
