/** The bytes of a trace, wherever it lies: read in pieces, and looked at again for what was added. Needs no Node. */
import * as vscode from "vscode";

/** What a look at a trace file found: its size now, and bytes that lie at the offset asked for (none at its end). */
export interface Look {
  readonly size: number;
  readonly bytes: ArrayBuffer;
  /** How it begins, and where it lies: another one, or one that was written anew, begins otherwise. */
  readonly identity: string;
}

/** Looks at one file. Throws an `Unreadable` where it cannot be read. */
export type Source = (offset: number) => Promise<Look>;
/** Gives the source of a file. */
export type Sources = (uri: vscode.Uri) => Source;

/** The most bytes that go to the page at once. */
export const CHUNK_BYTES = 1 << 20;
/** No page can hold more: the tracer itself stops far below. */
export const MOST_BYTES = 2 ** 31;

/** As much of a file's beginning as tells one run's trace from another's: it holds the process and when it began. */
export const HEAD_BYTES = 1024;

export function beginning(head: Uint8Array): string {
  return String.fromCharCode(...head);
}

/** Why a trace cannot be read, in a sentence, and what to do about it. */
export class Unreadable extends Error {
  constructor(
    readonly kind: "missing" | "refused",
    message: string,
    readonly advice: string,
  ) {
    super(message);
  }
}

export const refusals = {
  missing: (path: string) =>
    new Unreadable("missing", `There is no file ${path}.`, "It was moved or removed since. Trace the program again."),
  directory: (path: string) =>
    new Unreadable("refused", `${path} is a folder.`, "Open a trace file in it, whose name ends in .awaitscope."),
  irregular: (path: string) =>
    new Unreadable("refused", `${path} is not a regular file.`, "Copy the trace to a file on disk, and open that."),
  forbidden: (path: string) =>
    new Unreadable("refused", `${path} may not be read.`, "Change its permissions, then open it again."),
  large: (size: number) =>
    new Unreadable(
      "refused",
      `This trace has ${(size / 2 ** 30).toFixed(1)} GiB. The timeline shows traces of up to 2 GiB.`,
      "Trace a shorter part of the program.",
    ),
  other: (reason: string) => new Unreadable("refused", `The trace cannot be read: ${reason}`, "Open it again later."),
};

/** Reads through the editor, which knows file systems that Node does not; the whole file at once, as it cannot do less. */
export function editorSource(uri: vscode.Uri): Source {
  let known: { key: string; bytes: Uint8Array } | undefined;
  return async (offset) => {
    try {
      const { size, mtime, type } = await vscode.workspace.fs.stat(uri);
      if (type & vscode.FileType.Directory) throw refusals.directory(uri.path);
      if (size > MOST_BYTES) throw refusals.large(size);
      const key = `${size} ${mtime}`;
      if (known?.key !== key) known = { key, bytes: await vscode.workspace.fs.readFile(uri) };
      const { bytes } = known;
      const piece = Uint8Array.from(bytes.subarray(offset, offset + CHUNK_BYTES)); // a Buffer's slice is no copy
      return { size: bytes.length, bytes: piece.buffer, identity: beginning(bytes.subarray(0, HEAD_BYTES)) };
    } catch (error) {
      throw error instanceof Unreadable ? error : asUnreadable(error, uri);
    }
  };
}

function asUnreadable(error: unknown, uri: vscode.Uri): Unreadable {
  const code = error instanceof vscode.FileSystemError ? error.code : "";
  if (code === "FileNotFound") return refusals.missing(uri.path);
  if (code === "NoPermissions") return refusals.forbidden(uri.path);
  return refusals.other(error instanceof Error ? error.message : String(error));
}
