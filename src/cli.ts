/**
 * The command line: `awaitscope trace`, `report` and `explain`. The same product without an editor; imports no `vscode`.
 */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { basename, join, resolve } from "node:path";
import { explain } from "./cliExplain";
import { options, print, readFile, USAGE, UsageError, version } from "./commandLine";
import { complaint, probe, type Recording, tracedArguments, tracingEnvironment } from "./launch";
import { describeProblem } from "./trace/reader";
import { readTrace, report } from "./trace/report";
import { summary } from "./trace/summary";
import { json } from "./trace/text";

async function main(words: readonly string[]): Promise<number> {
  const [command, ...rest] = words;
  if (ownWords(words).some((word) => word === "--help" || word === "-h")) return print(USAGE);
  if (command === "trace") return trace(rest);
  if (command === "report") return printReport(rest);
  if (command === "explain") return explain(rest);
  if (command === "path") return print(join(__dirname, "tracer"));
  if (command === "--version" || command === "-V") return print(version());
  throw new UsageError(command === undefined ? USAGE : `awaitscope: there is no command ${command}\n${USAGE}`);
}

/** Those before `--`; the others are the program's. */
function ownWords(words: readonly string[]): readonly string[] {
  const split = words.indexOf("--");
  return split < 0 ? words : words.slice(0, split);
}

async function trace(words: readonly string[]): Promise<number> {
  const own = ownWords(words);
  const { python, out, children } = options(own, { python: "string", out: "string", children: "boolean" }).values;
  const args = words.slice(own.length + 1);
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
