/**
 * Starting a Python program under the tracer: which interpreter will do, and the environment that adds the tracer to the
 * user's own command line. Shared by the extension and the command line, so it imports neither.
 */
import { type ExecFileException, execFile } from "node:child_process";
import { delimiter, join } from "node:path";

/** The oldest CPython that the tracer runs on, as [major, minor]. */
export const OLDEST_PYTHON = [3, 9] as const;

/** How to start an interpreter: a program and the arguments that always come first (`py -3`, `conda run …`). */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** What asking an interpreter for its version gave. */
export type Probe =
  | { kind: "usable"; version: string }
  | { kind: "too-old"; version: string }
  | { kind: "not-cpython"; implementation: string }
  | { kind: "absent" }
  | { kind: "no-answer"; reason: string };

/** Every answer but a usable interpreter. */
export type Unusable = Exclude<Probe, { kind: "usable" }>;

const QUESTION = "import sys; print('%d.%d.%d' % sys.version_info[:3], sys.implementation.name)";
const PROBE_LIMIT_MS = 10_000;

/** Asks `command` what it is. Never throws; gives up after ten seconds or when `signal` aborts. */
export function probe(command: Command, signal?: AbortSignal): Promise<Probe> {
  const options = { timeout: PROBE_LIMIT_MS, windowsHide: true, ...(signal && { signal }) };
  return new Promise((resolve) => {
    execFile(command.program, [...command.args, "-I", "-S", "-c", QUESTION], options, (error, stdout) => {
      resolve(error ? failure(error) : readAnswer(stdout));
    });
  });
}

function readAnswer(stdout: string): Probe {
  const [, major, minor, patch, implementation] = /^(\d+)\.(\d+)\.(\d+) (\S+)/.exec(stdout) ?? [];
  if (!implementation) return { kind: "no-answer", reason: "it did not print a Python version" };
  const version = `${major}.${minor}.${patch}`;
  if (implementation !== "cpython") return { kind: "not-cpython", implementation };
  const [oldestMajor, oldestMinor] = OLDEST_PYTHON;
  const recent = Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor);
  return { kind: recent ? "usable" : "too-old", version };
}

function failure(error: ExecFileException): Probe {
  if (error.code === "ENOENT") return { kind: "absent" };
  if (error.code === "EACCES") return { kind: "no-answer", reason: "it may not be executed" };
  if (error.killed) return { kind: "no-answer", reason: "it did not answer within ten seconds" };
  return { kind: "no-answer", reason: error.message.split("\n", 1)[0] ?? "it failed" };
}

/** One sentence for a person: why `program` cannot be used, and what to do. */
export function complaint(program: string, answer: Unusable): string {
  const wanted = `CPython ${OLDEST_PYTHON.join(".")} or newer`;
  switch (answer.kind) {
    case "too-old":
      return `${program} is Python ${answer.version}. Tracing needs ${wanted}: choose another interpreter.`;
    case "not-cpython":
      return `${program} is ${answer.implementation}. Tracing needs ${wanted}: choose another interpreter.`;
    case "absent":
      return `${program} was not found. Tracing needs ${wanted}: install it or choose another interpreter.`;
    case "no-answer":
      return `${program} cannot be started: ${answer.reason}. Tracing needs ${wanted}: choose another interpreter.`;
  }
}

/** What is recorded of a run: absolute path of the trace file, whose folder exists, and whether its children write theirs. */
export interface Recording {
  readonly out: string;
  readonly children: boolean;
}

/**
 * The variables that add the tracer to a program started with its own command line.
 *
 * @param tracer the folder `dist/tracer/awaitscope`
 * @param pythonPath `PYTHONPATH` as the program would see it, `undefined` when unset; the tracer restores it
 */
export function tracingEnvironment(
  tracer: string,
  { out, children }: Recording,
  pythonPath: string | undefined,
): Record<string, string> {
  const inject = join(tracer, "inject");
  return {
    PYTHONPATH: pythonPath === undefined ? inject : inject + delimiter + pythonPath,
    AWAITSCOPE_OUT: out,
    ...(children && { AWAITSCOPE_CHILDREN: "1" }),
  };
}

/** A flag of the interpreter's own: not `-` (stdin), and no `-m` or `-c`, after which the program's words begin. */
const FLAG = /^-(?!-)(?![A-VYZa-z]*[mc])./;
/** Flags under which Python ignores PYTHONPATH or imports no `sitecustomize`. */
const ISOLATING = /^-[A-VYZa-z]*[ISE]/;
/** Flags that take the next word as their value. */
const WITH_VALUE = /^-[A-Za-z]*[WX]$/;

/**
 * The words after the interpreter for a traced run of `args` (`[flags] script.py …`, `-m module …`, `-c code …`).
 * They are `args` themselves, unless a flag keeps the environment from adding the tracer: then the tracer's own
 * launcher is put before the script.
 */
export function tracedArguments(tracer: string, { out, children }: Recording, args: readonly string[]): string[] {
  let at = 0;
  let isolated = false;
  for (let flag = args[at]; flag !== undefined && FLAG.test(flag); flag = args[at]) {
    isolated ||= ISOLATING.test(flag);
    at += WITH_VALUE.test(flag) ? 2 : 1;
  }
  const launcher = [tracer, "--out", out, ...(children ? ["--children"] : [])];
  return isolated ? [...args.slice(0, at), ...launcher, ...args.slice(at)] : [...args];
}
