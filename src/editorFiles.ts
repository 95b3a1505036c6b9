/** Files that only the editor can read, and only with time: those of a virtual workspace, or any in a browser. */
import * as vscode from "vscode";
import { uriOf } from "./addresses";
import type { Files, Listing } from "./analysis/project/files";
import type { Seen, State } from "./seen";

/** A larger file is never a module that matters. */
const mostBytes = 2_000_000;

/** Answers from what was loaded; anything else is "later", until `load` has brought it. */
export class EditorFiles implements Files {
  readonly #files = new Map<string, Uint8Array | undefined>();
  readonly #folders = new Map<string, Listing | undefined>();
  /** Counts what was forgotten: what was read before is not kept then. */
  #forgotten = 0;

  constructor(private readonly seen: Seen) {}

  read(address: string): Uint8Array | undefined | "later" {
    return this.#files.has(address) ? this.#files.get(address) : "later";
  }

  list(folder: string): Listing | undefined | "later" {
    return this.#folders.has(folder) ? this.#folders.get(folder) : "later";
  }

  /** Brings what was asked for at an address: a file's bytes or a folder's names. Never rejects. */
  async load(address: string): Promise<void> {
    const uri = uriOf(address);
    const before = this.#forgotten;
    const found = await statOf(uri);
    const type = found && found.size <= mostBytes ? found.type : vscode.FileType.Unknown;
    const folder = type & vscode.FileType.Directory ? await listing(uri) : undefined;
    const file = type & vscode.FileType.File ? await bytes(uri) : undefined;
    if (this.#forgotten !== before) return;
    this.seen.note(address, stateIn(found));
    this.#folders.set(address, folder);
    this.#files.set(address, file);
  }

  /** The state that a file or folder is in now. Never rejects. */
  async stateOf(address: string): Promise<State> {
    return stateIn(await statOf(uriOf(address)));
  }

  /** What is known of an address, and of all below it, may not be true any more. */
  forget(address: string): void {
    this.#forgotten++;
    const around = address.slice(0, address.lastIndexOf("/"));
    const isGone = (each: string) => each === address || each.startsWith(`${address}/`);
    for (const each of [...this.#files.keys()]) if (isGone(each)) this.#files.delete(each);
    for (const each of [...this.#folders.keys()]) if (each === around || isGone(each)) this.#folders.delete(each);
  }
}

async function statOf(uri: vscode.Uri): Promise<vscode.FileStat | undefined> {
  return vscode.workspace.fs.stat(uri).then(
    (found) => found,
    () => undefined,
  );
}

function stateIn(found: vscode.FileStat | undefined): State {
  return found && `${found.mtime} ${found.size} ${found.type}`;
}

async function listing(folder: vscode.Uri): Promise<Listing | undefined> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    return new Map(
      entries.map(([name, type]) => [name, type & vscode.FileType.Directory ? "folder" : "file"] as const),
    );
  } catch {
    return undefined;
  }
}

async function bytes(file: vscode.Uri): Promise<Uint8Array | undefined> {
  try {
    return await vscode.workspace.fs.readFile(file);
  } catch {
    return undefined;
  }
}
