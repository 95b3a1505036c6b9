// Finds the Pythons of this machine: PATH, pyenv's folder, and those that test/pythons/extra.sh brought.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "./root";

/** One interpreter that runs. `minor` is 13 for "3.13.0"; `path` is its `sys.executable`. */
export interface Python {
  readonly path: string;
  readonly version: string;
  readonly minor: number;
}

/** The minor versions of Python 3 that the tracer supports: each is tested where it is found. */
export const supported: readonly number[] = [9, 10, 11, 12, 13, 14, 15];

const names = ["python3", "python", ...supported.map((minor) => `python3.${minor}`)];
const windows = process.platform === "win32";

function onPath(name: string): string[] {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, windows ? `${name}.exe` : name));
}

/** pyenv keeps one folder a version; its shims on PATH answer only for the versions chosen as global. */
function underPyenv(): string[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions");
  if (!existsSync(versions)) return [];
  return readdirSync(versions)
    .sort()
    .map((version) => (windows ? join(versions, version, "python.exe") : join(versions, version, "bin", "python3")));
}

function brought(): string[] {
  return supported.map((minor) => join(root, ".vscode-test", "pythons", "usr", "bin", `python3.${minor}`));
}

function ask(path: string): Python | undefined {
  const question =
    "import platform, sys; print(sys.executable, platform.python_version(), sys.version_info[1], sep='\\n')";
  const answer = spawnSync(path, ["-I", "-c", question], { encoding: "utf8", timeout: 20_000 });
  const [executable, version, minor] = answer.status === 0 ? answer.stdout.trim().split(/\r?\n/) : [];
  if (executable === undefined || version === undefined || minor === undefined || !version.startsWith("3.")) return;
  return { path: executable, version, minor: Number(minor) };
}

let found: readonly Python[] | undefined;

/** The first Python found of every minor version of Python 3, oldest first, those too old for us included. */
export function allPythons(): readonly Python[] {
  if (found !== undefined) return found;
  const candidates = [...new Set([...names.flatMap(onPath), ...underPyenv(), ...brought()])].filter(existsSync);
  const byMinor = new Map<number, Python>();
  for (const candidate of candidates) {
    const python = ask(candidate);
    if (python !== undefined && !byMinor.has(python.minor)) byMinor.set(python.minor, python);
  }
  found = [...byMinor.values()].sort((a, b) => a.minor - b.minor);
  return found;
}

/** The Pythons found that the tracer supports, oldest first: at most one a minor version. */
export function findPythons(): readonly Python[] {
  return allPythons().filter((python) => supported.includes(python.minor));
}

/** One sentence for people: which versions were found and which are missing. */
export function describePythons(): string {
  const pythons = findPythons();
  const missing = supported.filter((minor) => !pythons.some((python) => python.minor === minor));
  const have = pythons.map((python) => python.version).join(", ") || "none";
  return `Pythons found: ${have}; missing: ${missing.map((minor) => `3.${minor}`).join(", ") || "none"}`;
}

/** The Python that tests use when any will do: 3.13 where there is one, else the newest. Throws when there is none. */
export function anyPython(): Python {
  const pythons = findPythons();
  const python = pythons.find(({ minor }) => minor === 13) ?? pythons.at(-1);
  if (python === undefined) throw new Error("These tests need Python 3.9 or newer: install python3");
  return python;
}
