/** What the commands of the command line share: how their words are read, printed and refused. */
import * as fs from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

export const USAGE = `usage: awaitscope trace [--python PY] [--out FILE] [--children] -- ARGS…
       awaitscope report [--json] FILE
       awaitscope explain [--json | --sarif] [--mistakes] [--check] [--rules RULE=SEVERITY,…] [--python PY] PATH…
       awaitscope path

trace    run \`PY ARGS…\` (script.py, -m module, …) and write what its tasks did to FILE
         --children   child processes, too, each into a file beside it
report   what a trace tells
         --json       all of it, as one document
explain  every await in Python files and folders, and the mistakes there
         --mistakes   the mistakes only
         --json       a line of JSON for each; --sarif: the mistakes as a SARIF log
         --check      exit with 1 where there is one of severity warning or error
         --rules      severities: off, hint, information, warning or error, such as stale-write=off
path     the folder to \`pip install\` for \`import awaitscope\`

PY is the interpreter to run, or the one whose packages explain reads; without it the first Python on PATH.`;

/** A mistake of the caller's: its text is all there is to say, and the exit code is 2. */
export class UsageError extends Error {}

export function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

export function version(): string {
  return (JSON.parse(fs.readFileSync(join(__dirname, "..", "package.json"), "utf8")) as { version: string }).version;
}

export function statOf(path: string): fs.Stats {
  try {
    return fs.statSync(path);
  } catch {
    throw new UsageError(`awaitscope: there is no file or folder ${path}`);
  }
}

export function readFile(path: string): Uint8Array {
  if (statOf(path).isDirectory()) throw new UsageError(`awaitscope: ${path} is a folder`);
  return fs.readFileSync(path);
}

type OptionTypes = Record<string, "string" | "boolean">;

export function options(words: readonly string[], types: OptionTypes) {
  const config = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }]));
  try {
    return parseArgs({ args: [...words], options: config, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`awaitscope: ${(error as Error).message}\n${USAGE}`);
  }
}
