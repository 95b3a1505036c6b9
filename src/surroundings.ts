/** Where a folder's imports lead: the workspace's folders, and the interpreter's or a virtual environment's packages. */
import * as vscode from "vscode";
import { addressOf, uriOf } from "./addresses";
import type { Surroundings } from "./analysis/project/imports";

/** What an interpreter says of itself. */
export interface Answer {
  readonly minor: number;
  readonly platform: string;
  /** Paths, as it looks through them. */
  readonly sysPath: readonly string[];
}

/** Asks interpreters; only where something can be started. */
export interface Interpreters {
  /** What the one that the user chose for `resource` says; else `otherwise` (a path), else the first on PATH. */
  answer(resource: vscode.Uri | undefined, otherwise: string | undefined): Promise<Answer | undefined>;
  /** Another one may have been chosen. */
  onDidChange(listener: () => void): vscode.Disposable;
}

/** Never rejects. Starts an interpreter in trusted workspaces only; elsewhere a virtual environment's files are read. */
export async function surroundingsOf(
  folder: vscode.WorkspaceFolder | undefined,
  interpreters: Interpreters | undefined,
): Promise<Surroundings> {
  const all = vscode.workspace.workspaceFolders ?? [];
  const own = folder ? [folder, ...all.filter((other) => other !== folder)] : [];
  const workspace = own.map(({ uri }) => addressOf(uri));
  const environment = folder && (await virtualEnvironment(folder.uri));
  const asks = vscode.workspace.isTrusted && (folder?.uri.scheme ?? "file") === "file";
  const answer = asks ? await interpreters?.answer(folder?.uri, environment?.program) : undefined;
  if (answer) {
    const { minor, platform } = answer;
    return { workspace, sysPath: answer.sysPath.map((path) => addressOf(vscode.Uri.file(path))), minor, platform };
  }
  if (!environment) return { workspace, sysPath: [] };
  const { minor, packages } = environment;
  return { workspace, sysPath: [packages], ...(minor !== undefined && { minor }) };
}

interface Environment {
  readonly minor: number | undefined;
  /** The address of its `site-packages`. */
  readonly packages: string;
  /** Path of its interpreter, where it is on disk. */
  readonly program: string | undefined;
}

/** Where projects keep their virtual environment, by habit. */
const usualNames = [".venv", "venv", "env", ".env"];

/** Whether an address is that of a virtual environment, or of the file that makes a folder one. */
export function isEnvironment(address: string): boolean {
  return /\/pyvenv\.cfg$/.test(address) || usualNames.some((name) => address.endsWith(`/${name}`));
}

/** The files that say whether a folder has a virtual environment. */
export function environmentFiles(folder: vscode.WorkspaceFolder): string[] {
  return usualNames.map((name) => addressOf(vscode.Uri.joinPath(folder.uri, name, "pyvenv.cfg")));
}

/** The virtual environment in a folder, as its files tell it; nothing in it is run. */
async function virtualEnvironment(folder: vscode.Uri): Promise<Environment | undefined> {
  for (const name of usualNames) {
    const home = vscode.Uri.joinPath(folder, name);
    const config = await textOf(vscode.Uri.joinPath(home, "pyvenv.cfg"));
    const found = config === undefined ? undefined : await environmentAt(home, config);
    if (found) return found;
  }
  return undefined;
}

async function environmentAt(home: vscode.Uri, config: string): Promise<Environment | undefined> {
  const minor = Number(/^\s*version(?:_info)?\s*=\s*3\.(\d+)/im.exec(config)?.[1]);
  const isWindows = (await namesIn(home)).some((name) => name === "Lib");
  const library = isWindows ? vscode.Uri.joinPath(home, "Lib") : await pythonFolder(vscode.Uri.joinPath(home, "lib"));
  if (!library) return undefined;
  const program = vscode.Uri.joinPath(home, ...(isWindows ? ["Scripts", "python.exe"] : ["bin", "python"]));
  return {
    minor: Number.isNaN(minor) ? undefined : minor,
    packages: addressOf(vscode.Uri.joinPath(library, "site-packages")),
    program: home.scheme === "file" ? uriOf(addressOf(program)).fsPath : undefined,
  };
}

/** `lib/python3.12`, whichever it is. */
async function pythonFolder(lib: vscode.Uri): Promise<vscode.Uri | undefined> {
  const name = (await namesIn(lib)).find((each) => /^(?:python|pypy)3\.\d+$/.test(each));
  return name === undefined ? undefined : vscode.Uri.joinPath(lib, name);
}

async function namesIn(folder: vscode.Uri): Promise<string[]> {
  return vscode.workspace.fs.readDirectory(folder).then(
    (entries) => entries.map(([name]) => name),
    () => [],
  );
}

async function textOf(file: vscode.Uri): Promise<string | undefined> {
  return vscode.workspace.fs.readFile(file).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => undefined,
  );
}
