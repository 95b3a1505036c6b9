/** Files on disk, for a project: read at once, as Node can. Imports no `vscode`. */
import * as fs from "node:fs";
import { sep } from "node:path";
import type { Files } from "./analysis/project/files";
import type { State, States } from "./seen";

/** A larger file is never a module that matters. */
const MOST_BYTES = 16 << 20;

export const nodeFiles: Files = {
  read(address) {
    try {
      const found = fs.statSync(address);
      // To open a named pipe would be to wait for somebody who writes to it.
      return found.isFile() && found.size <= MOST_BYTES ? fs.readFileSync(address) : undefined;
    } catch {
      return undefined;
    }
  },
  list(folder) {
    try {
      return new Map(fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => kindOf(folder, entry)));
    } catch {
      return undefined;
    }
  },
};

export const nodeStates: States = {
  now(address) {
    try {
      return stateOf(fs.statSync(address));
    } catch {
      return undefined;
    }
  },
  soon: (address) =>
    new Promise((resolve) => {
      try {
        fs.stat(address, (error, found) => resolve(error ? undefined : stateOf(found)));
      } catch {
        resolve(undefined); // no path at all
      }
    }),
};

/** Milliseconds within which a disk may give two changes the same time. */
const TICK = 50;

function stateOf({ mtimeMs, size, ino }: fs.Stats): State {
  const isJustNow = Math.abs(Date.now() - mtimeMs) < TICK;
  return `${mtimeMs} ${size} ${ino}${isJustNow ? " just now" : ""}`;
}

function kindOf(folder: string, entry: fs.Dirent): [string, "file" | "folder"][] {
  if (entry.isFile()) return [[entry.name, "file"]];
  if (entry.isDirectory()) return [[entry.name, "folder"]];
  if (!entry.isSymbolicLink()) return [];
  const target = targetOf(`${folder}/${entry.name}`);
  return target?.isDirectory() ? [[entry.name, "folder"]] : target?.isFile() ? [[entry.name, "file"]] : [];
}

/** What a link leads to; undefined for one that leads nowhere, or to itself. */
function targetOf(link: string): fs.Stats | undefined {
  try {
    return fs.statSync(link);
  } catch {
    return undefined;
  }
}

/** The address of a path: "/" between its parts, on Windows too. */
export function addressOf(path: string): string {
  return sep === "/" ? path : path.split(sep).join("/");
}
