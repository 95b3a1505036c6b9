/** Files that only the editor can read, and only with time: those of a virtual workspace, or any in a browser. */
import * as vscode from "vscode";
import { uriOf } from "./addresses";
import type { Files, Listing } from "./analysis/project/files";

/** A larger file is never a module that matters. */
const mostBytes = 2_000_000;

/** Answers from what was loaded; anything else is "later", until `load` has brought it. */
export class EditorFiles implements Files {
  readonly #files = new Map<string, Uint8Array | undefined>();
  readonly #folders = new Map<string, Listing | undefined>();

  read(address: string): Uint8Array | undefined | "later" {
    return this.#files.has(address) ? this.#files.get(address) : "later";
  }

  list(folder: string): Listing | undefined | "later" {
    return this.#folders.has(folder) ? this.#folders.get(folder) : "later";
  }

  /** Brings what was asked for at an address: a file's bytes or a folder's names. Never rejects. */
  async load(address: string): Promise<void> {
    const uri = uriOf(address);
    const type = await vscode.workspace.fs.stat(uri).then(
      (stat) => (stat.size > mostBytes ? vscode.FileType.Unknown : stat.type),
      () => vscode.FileType.Unknown,
    );
    this.#folders.set(address, type & vscode.FileType.Directory ? await listing(uri) : undefined);
    this.#files.set(address, type & vscode.FileType.File ? await bytes(uri) : undefined);
  }

  /** What is known of an address, and of all below it, may not be true any more. */
  forget(address: string): void {
    const around = address.slice(0, address.lastIndexOf("/"));
    const isGone = (each: string) => each === address || each.startsWith(`${address}/`);
    for (const each of [...this.#files.keys()]) if (isGone(each)) this.#files.delete(each);
    for (const each of [...this.#folders.keys()]) if (each === around || isGone(each)) this.#folders.delete(each);
  }
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
