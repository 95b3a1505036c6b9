// Where a module lies, as Python's import system and PEP 561 look for it.
import { folderOf, joined } from "./files";
import type { Folders } from "./folders";

/** The outcome of looking for a module. */
export type Located =
  | { readonly kind: "file"; readonly address: string }
  /** A package without `__init__.py`: parts of it may lie in several roots. */
  | { readonly kind: "namespace"; readonly folders: readonly string[] }
  /** Compiled, with neither source nor stub beside it. */
  | { readonly kind: "compiled" }
  | { readonly kind: "missing" };

/** Files that say what a module has, in the order in which they are taken. */
export type Suffixes = readonly (".pyi" | ".py")[];
export const stubFirst: Suffixes = [".pyi", ".py"];
export const sourceOnly: Suffixes = [".py"];

/** Finds `parts` (`["a", "b"]` for `a.b`) in the first of `roots` that has it. */
export function locate(
  parts: readonly string[],
  roots: readonly string[],
  folders: Folders,
  suffixes: Suffixes,
): Located {
  const [top = "", ...rest] = parts;
  const stubs = suffixes === stubFirst ? find([`${top}-stubs`, ...rest], roots, folders, suffixes) : undefined;
  // A stub package may be partial: what it lacks is taken from the package itself.
  return stubs?.kind === "file" ? stubs : find(parts, roots, folders, suffixes);
}

function find(parts: readonly string[], roots: readonly string[], folders: Folders, suffixes: Suffixes): Located {
  let found: Located = { kind: "namespace", folders: roots };
  for (const part of parts) found = step(part, modulesIn(found), folders, suffixes);
  return found;
}

/** The folders in which a package's modules lie: none for what is no package. */
function modulesIn(located: Located): readonly string[] {
  if (located.kind === "namespace") return located.folders;
  return located.kind === "file" && isInit(located.address) ? [folderOf(located.address)] : [];
}

export function isInit(address: string): boolean {
  return /\/__init__\.pyi?$/.test(address);
}

function step(part: string, roots: readonly string[], folders: Folders, suffixes: Suffixes): Located {
  const portions: string[] = [];
  for (const root of roots) {
    const inside = folders.has(root, part, "folder") ? joined(root, part) : undefined;
    const init = inside === undefined ? undefined : fileOf(inside, "__init__", folders, suffixes);
    const address = init ?? fileOf(root, part, folders, suffixes);
    if (address !== undefined) return { kind: "file", address };
    if (folders.hasCompiled(root, part)) return { kind: "compiled" };
    if (inside !== undefined) portions.push(inside);
  }
  return portions.length > 0 ? { kind: "namespace", folders: portions } : { kind: "missing" };
}

export function fileOf(folder: string, module: string, folders: Folders, suffixes: Suffixes): string | undefined {
  const suffix = suffixes.find((each) => folders.has(folder, module + each, "file"));
  return suffix === undefined ? undefined : joined(folder, module + suffix);
}

/** The folder above the topmost package around a folder: what Python code in it is imported from. */
export function rootAbove(folder: string, folders: Folders): string {
  let root = folder;
  while (fileOf(root, "__init__", folders, stubFirst) !== undefined && folderOf(root) !== root) root = folderOf(root);
  return root;
}
