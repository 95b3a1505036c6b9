// Child processes of the tests. Each leads a process group of its own that dies with us, whatever ends us:
// a server left behind by a broken test would hold its port, its memory and the machine's patience.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";

const running = new Set<ChildProcess>();
const windows = process.platform === "win32";

/** Ends a child and everything it started, at once. A child that is gone already is no error. */
export function kill(child: ChildProcess): void {
  running.delete(child);
  if (child.pid === undefined) return;
  if (windows) return void spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"]);
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // ESRCH: the group is empty. EPERM: macOS says so of a group whose last members are being reaped.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

function killAll(): void {
  for (const child of [...running]) kill(child);
}

process.on("exit", killAll);
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)
  process.on(signal, () => process.exit(code)); // runs killAll

/** Starts a command in a process group of its own. The caller listens to its pipes or inherits ours. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(command, args, { detached: !windows, ...options });
  running.add(child);
  // The leader may leave children behind (a shell that was killed): the whole group goes when it goes.
  child.once("exit", () => kill(child));
  return child;
}

/** How a finished command went: `code` is undefined when a signal ended it or it never started. */
export interface Outcome {
  readonly code: number | undefined;
  readonly output: string;
  readonly timedOut: boolean;
}

export interface RunOptions extends SpawnOptions {
  /** Called with every piece of output as it comes, stdout and stderr alike. */
  readonly onOutput?: (text: string) => void;
  /** The whole group is killed after this many milliseconds. */
  readonly limit?: number;
}

/** Runs a command to its end, its stdout and stderr in one text. Never rejects: a command that is not there says so. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { onOutput, limit, ...spawnOptions } = options;
  return new Promise((resolve) => {
    const child = start(command, args, { stdio: ["ignore", "pipe", "pipe"], ...spawnOptions });
    let output = "";
    let timedOut = false;
    const take = (text: string): void => {
      output += text;
      onOutput?.(text);
    };
    child.stdout?.setEncoding("utf8").on("data", take);
    child.stderr?.setEncoding("utf8").on("data", take);
    const stopTimer =
      limit === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            take(`\n${command} ran longer than ${limit / 1000} s and was ended\n`);
            kill(child);
          }, limit);
    child.once("error", (error) => take(`${command}: ${error.message}\n`));
    child.once("close", (code) => {
      clearTimeout(stopTimer);
      resolve({ code: code ?? undefined, output, timedOut });
    });
  });
}
