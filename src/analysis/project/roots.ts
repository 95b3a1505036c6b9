// The folders that absolute imports are looked for in, in Python's order, and what `.pth` files add to them.
import { decodePython } from "../code/source";
import { type Files, folderOf, joined, nameOf } from "./files";
import type { Folders } from "./folders";

/** What a `site-packages` folder adds to the search. */
export interface Added {
  /** Folders that `.pth` files name. */
  readonly folders: readonly string[];
  /** By top-level module, the address (a folder, or a file without its suffix) where an editable install has it. */
  readonly mapped: ReadonlyMap<string, string>;
}

const sites = /^(?:site|dist)-packages$/;
const editable = /^__editable___.*_finder\.py$/;

/** Whether a file is one of those that add roots. */
export function addsRoots(address: string): boolean {
  return address.endsWith(".pth") || editable.test(nameOf(address));
}

/** Reads the `.pth` files of a folder; of one that is no `site-packages`, nothing. Their `import` lines are never run. */
export function addedBy(folder: string, folders: Folders, files: Files): Added {
  const names = sites.test(nameOf(folder)) ? [...folders.names(folder)].sort() : [];
  const lines = names
    .filter((name) => name.endsWith(".pth"))
    .flatMap((name) => textOf(joined(folder, name), files).split(/\r\n|\r|\n/))
    .filter((line) => line.trim() !== "" && !line.startsWith("#") && !/^import[ \t]/.test(line));
  const finders = names.filter((name) => editable.test(name));
  const mapped = new Map(finders.flatMap((name) => mapping(textOf(joined(folder, name), files))));
  return { folders: lines.map((line) => resolved(folder, line.trim())), mapped };
}

function textOf(address: string, files: Files): string {
  const bytes = files.read(address);
  return bytes === undefined || bytes === "later" ? "" : decodePython(bytes);
}

/** The `MAPPING` of the finder that setuptools writes for an editable install: module to path, as a literal. */
function mapping(text: string): [string, string][] {
  const literal = /^MAPPING\b[^=\n]*=\s*\{([^}]*)\}/m.exec(text)?.[1] ?? "";
  const entries = literal.matchAll(/(['"])([\w.]+)\1\s*:\s*(['"])((?:\\.|(?!\3)[^\\])*)\3/g);
  return [...entries].map(([, , module = "", , path = ""]) => [module, withSlashes(path.replace(/\\(.)/g, "$1"))]);
}

/** The address of a path that is written in a file of `folder`. */
function resolved(folder: string, path: string): string {
  const plain = withSlashes(path);
  if (plain.startsWith("/") || /^[A-Za-z]:\//.test(plain)) return withoutTrail(plain);
  return plain.split("/").reduce((at, part) => {
    if (part === "..") return folderOf(at);
    return part === "" || part === "." ? at : joined(at, part);
  }, folder);
}

function withSlashes(path: string): string {
  return /^[A-Za-z]:\\|^\.*\\/.test(path) ? path.replaceAll("\\", "/") : path;
}

function withoutTrail(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, "") : path;
}
