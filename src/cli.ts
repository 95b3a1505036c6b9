/**
 * The command line: `awaitscope trace`, `report` and `explain`. The same product without an editor; imports no `vscode`.
 */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { explainTree, type Row } from "./analysis/explainFile";
import { Project } from "./analysis/project/project";
import { loadParser, type PythonParser } from "./analysis/syntax";
import { complaint, probe, type Recording, tracedArguments, tracingEnvironment } from "./launch";
import { addressOf, nodeFiles } from "./nodeFiles";
import { type SearchPath, searchPath } from "./searchPath";
import { describeProblem } from "./trace/reader";
import { readTrace, report } from "./trace/report";
import { summary } from "./trace/summary";
import { json } from "./trace/text";

const USAGE = `usage: awaitscope trace [--python PY] [--out FILE] [--children] -- ARGS…   run \`PY ARGS…\` traced (script.py, -m module, …)
       awaitscope report [--json] FILE                      what a trace tells, as text or as one JSON document
       awaitscope explain [--json] [--python PY] PATH…      every await in Python files and folders
       awaitscope path                                      the folder to \`pip install\` for \`import awaitscope\``;

/** A mistake of the caller's: its text is all there is to say, and the exit code is 2. */
class UsageError extends Error {}

async function main(words: readonly string[]): Promise<number> {
  const [command, ...rest] = words;
  if (command === "trace") return trace(rest);
  if (command === "report") return printReport(rest);
  if (command === "explain") return explain(rest);
  if (command === "path") return print(join(__dirname, "tracer"));
  if (command === "--version" || command === "-V") return print(version());
  if (command === "--help" || command === "-h") return print(USAGE);
  throw new UsageError(command === undefined ? USAGE : `awaitscope: there is no command ${command}\n${USAGE}`);
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function version(): string {
  return (JSON.parse(fs.readFileSync(join(__dirname, "..", "package.json"), "utf8")) as { version: string }).version;
}

async function trace(words: readonly string[]): Promise<number> {
  const split = words.indexOf("--");
  const own = split < 0 ? words : words.slice(0, split);
  const flags = { python: "string", out: "string", children: "boolean", help: "boolean" } as const;
  const { python, out, children, help } = options(own, flags).values;
  if (help) return print(USAGE);
  const args = split < 0 ? [] : words.slice(split + 1);
  if (args.length === 0) throw new UsageError(`awaitscope trace: say what to run after --\n${USAGE}`);
  const program = await interpreter(python as string | undefined);
  const file = resolve((out as string | undefined) ?? defaultOut(args));
  if (!fs.existsSync(resolve(file, ".."))) throw new UsageError(`awaitscope trace: there is no folder for ${file}`);
  return run(program, args, { out: file, children: children === true });
}

async function interpreter(given: string | undefined): Promise<string> {
  let refusal = "";
  for (const program of given ? [given] : ["python3", "python"]) {
    const answer = await probe({ program, args: [] });
    if (answer.kind === "usable") return program;
    refusal ||= complaint(program, answer);
  }
  throw new UsageError(`awaitscope trace: ${refusal}`);
}

/** `app.py` is traced into `app.awaitscope`, `-m pkg` into `pkg.awaitscope`, in the current folder. */
function defaultOut(args: readonly string[]): string {
  const module = args[args.indexOf("-m") + 1];
  const target = args.find((word) => word.endsWith(".py")) ?? (args.includes("-m") ? module : undefined) ?? "trace";
  return `${basename(target, ".py")}.awaitscope`;
}

/** Runs the program with our own stdin, stdout and stderr; resolves to its exit code or dies of its signal. */
function run(program: string, args: readonly string[], recording: Recording): Promise<number> {
  const tracer = join(__dirname, "tracer", "awaitscope");
  const env = { ...process.env, ...tracingEnvironment(tracer, recording, process.env.PYTHONPATH) };
  const child = spawn(program, tracedArguments(tracer, recording, args), { stdio: "inherit", env });
  // A terminal sends Ctrl+C to the child as well: ours is ignored so that the program alone decides. Others are passed on.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("exit", (code, signal) => {
      if (process.stderr.isTTY) process.stderr.write(`awaitscope: trace written to ${recording.out}\n`);
      if (signal) dieOf(signal);
      else done(code ?? 1);
    });
  });
}

function dieOf(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function printReport(words: readonly string[]): number {
  const { values, positionals } = options(words, { json: "boolean" });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1)
    throw new UsageError(`awaitscope report: name one trace file\n${USAGE}`);
  const trace = readTrace(readFile(file));
  if (trace.reader.problem && !trace.reader.header)
    throw new Error(`${file}: ${describeProblem(trace.reader.problem)}`);
  return print(values.json ? json(summary(trace)) : report(trace));
}

async function explain(words: readonly string[]): Promise<number> {
  const { values, positionals } = options(words, { json: "boolean", python: "string" });
  if (positionals.length === 0) throw new UsageError(`awaitscope explain: name files or folders\n${USAGE}`);
  const project = await projectOf(positionals, values.python as string | undefined);
  const format = values.json ? JSON.stringify : sentence;
  for (const path of positionals)
    for (const file of pythonFiles(path)) {
      const tree = project.treeAt(addressOf(resolve(file)));
      for (const row of tree ? explainTree(tree, file, project) : []) print(format(row));
      project.trim();
    }
  return 0;
}

/** What the files at `paths` may import: each other, and what the interpreter finds. */
async function projectOf(paths: readonly string[], python: string | undefined): Promise<Project> {
  const given = python === undefined ? ["python3", "python"] : [python];
  const found = await firstAnswer(given);
  if (!found && python !== undefined) throw new UsageError(`awaitscope explain: ${python} is no Python that answers`);
  const workspace = paths.map((path) => addressOf(resolve(statOf(path).isDirectory() ? path : dirname(path))));
  const { minor, sysPath = [] } = found ?? {};
  const around = { workspace, sysPath: sysPath.map(addressOf), ...(minor !== undefined && { minor }) };
  return new Project(await parserFromDisk(), nodeFiles, around);
}

async function firstAnswer(programs: readonly string[]): Promise<SearchPath | undefined> {
  for (const program of programs) {
    const answer = await searchPath({ program, args: [] });
    if (answer) return answer;
  }
  return undefined;
}

/** `app.py:12:5: await coroutine asyncio.sleep, suspends always`, as compilers write places: columns from 1. */
function sentence({ file, line, column, form, kind, what, suspends, reason }: Row): string {
  const told = `${form} ${kind}${what === null || what === kind ? "" : ` ${what}`}`;
  return `${file}:${line}:${column + 1}: ${told}${suspends === "unknown" ? "" : `, suspends ${suspends}`}${reason === null ? "" : `: ${reason}`}`;
}

function parserFromDisk(): Promise<PythonParser> {
  const [runtime, python] = ["web-tree-sitter.wasm", "tree-sitter-python.wasm"].map((name) =>
    readFile(join(__dirname, name)),
  );
  return loadParser({ runtime: runtime as Uint8Array, python: python as Uint8Array });
}

/** The Python files at `path`, sorted; not those of hidden folders, caches, virtual environments and node_modules. */
function* pythonFiles(path: string): Generator<string> {
  const entry = statOf(path);
  if (!entry.isDirectory()) return yield path;
  for (const child of fs.readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = join(path, child.name);
    if (child.isDirectory() && !isForeign(inner, child.name)) yield* pythonFiles(inner);
    else if (child.isFile() && extname(child.name) === ".py") yield inner;
  }
}

function isForeign(folder: string, name: string): boolean {
  return (
    name.startsWith(".") ||
    name === "node_modules" ||
    name === "__pycache__" ||
    fs.existsSync(join(folder, "pyvenv.cfg"))
  );
}

function statOf(path: string): fs.Stats {
  try {
    return fs.statSync(path);
  } catch {
    throw new UsageError(`awaitscope: there is no file or folder ${path}`);
  }
}

function readFile(path: string): Uint8Array {
  if (statOf(path).isDirectory()) throw new UsageError(`awaitscope: ${path} is a folder`);
  return fs.readFileSync(path);
}

type OptionTypes = Record<string, "string" | "boolean">;

function options(words: readonly string[], types: OptionTypes) {
  const config = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }]));
  try {
    return parseArgs({ args: [...words], options: config, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`awaitscope: ${(error as Error).message}\n${USAGE}`);
  }
}

// `awaitscope report FILE | head` closes the pipe early: nothing is wrong then.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error instanceof UsageError ? error.message : `awaitscope: ${error.message}`}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
