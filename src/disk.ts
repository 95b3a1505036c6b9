/** Trace files on disk, read piece by piece: a large or growing one is never read as a whole. */
import * as fs from "node:fs/promises";
import type * as vscode from "vscode";
import {
  beginning,
  CHUNK_BYTES,
  editorSource,
  HEAD_BYTES,
  type Look,
  MOST_BYTES,
  refusals,
  type Source,
  Unreadable,
} from "./source";

/** Reads files on disk itself, and leaves others to the editor. */
export function diskSource(uri: vscode.Uri): Source {
  if (uri.scheme !== "file") return editorSource(uri);
  const { fsPath } = uri;
  let last: { readonly mtimeMs: number; readonly look: Look } | undefined;
  return async (offset) => {
    try {
      const { size, mtimeMs } = await regularFile(fsPath);
      // Most looks at a growing file find nothing new: they do not open it.
      if (last && size === offset && size === last.look.size && mtimeMs === last.mtimeMs)
        return { ...last.look, bytes: new ArrayBuffer(0) };
      last = { mtimeMs, look: await look(fsPath, offset) };
      return last.look;
    } catch (error) {
      throw error instanceof Unreadable ? error : asUnreadable(error as NodeJS.ErrnoException, fsPath);
    }
  };
}

/** Before it is opened: to open a named pipe would be to wait for somebody who writes to it. */
async function regularFile(path: string): Promise<{ size: number; mtimeMs: number }> {
  const found = await fs.stat(path);
  if (found.isDirectory()) throw refusals.directory(path);
  if (!found.isFile()) throw refusals.irregular(path);
  if (found.size > MOST_BYTES) throw refusals.large(found.size);
  return found;
}

async function look(path: string, offset: number): Promise<Look> {
  const handle = await fs.open(path, "r");
  try {
    const { size, ino } = await handle.stat();
    const bytes = await read(handle, offset, Math.min(CHUNK_BYTES, size - offset));
    const head = await read(handle, 0, Math.min(HEAD_BYTES, size));
    return { size, bytes, identity: `${ino} ${beginning(new Uint8Array(head))}` };
  } finally {
    await handle.close();
  }
}

/** In a buffer of exactly that size, never a piece of a pooled one: the editor would send the whole pool. */
async function read(handle: fs.FileHandle, offset: number, length: number): Promise<ArrayBuffer> {
  const buffer = new Uint8Array(Math.max(0, length));
  if (buffer.length === 0) return buffer.buffer;
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
  return bytesRead === buffer.length ? buffer.buffer : buffer.buffer.slice(0, bytesRead);
}

function asUnreadable(error: NodeJS.ErrnoException, path: string): Unreadable {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return refusals.missing(path);
  if (error.code === "EACCES" || error.code === "EPERM") return refusals.forbidden(path);
  return refusals.other(error.message);
}
