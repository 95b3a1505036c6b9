// Where a module lies, as Python's import system and PEP 561 look for it.
import { joined } from "./files";
import type { Folders } from "./folders";

/** The outcome of looking for a module. */
export type Located =
  | { readonly kind: "file"; readonly address: string }
  /** A package without `__init__.py`: parts of it may lie in several roots. */
  | { readonly kind: "namespace"; readonly folders: readonly string[] }
  /** Compiled, with no source or stub beside it. */
  | { readonly kind: "compiled" }
  | { readonly kind: "missing" };

const missing: Located = { kind: "missing" };

/** Finds `parts` (`["a", "b"]` for `a.b`) in the first of `roots` that has it. */
export function locate(parts: readonly string[], roots: readonly string[], folders: Folders): Located {
  let found: Located = { kind: "namespace", folders: roots };
  for (const [index, part] of parts.entries()) {
    const around = packageFolders(found);
    if (!around) return missing;
    found = step(part, around, folders, index === parts.length - 1);
  }
  return found;
}

/** Where the modules of a package lie: undefined for what is no package. */
function packageFolders(located: Located): readonly string[] | undefined {
  if (located.kind === "namespace") return located.folders;
  const init = located.kind === "file" ? /^(.*)\/__init__\.pyi?$/.exec(located.address)?.[1] : undefined;
  return init === undefined ? undefined : [init];
}

function step(part: string, roots: readonly string[], folders: Folders, _isLast: boolean): Located {
  const portions: string[] = [];
  for (const root of roots) {
    const isFolder = folders.has(root, part, "folder");
    const inside = joined(root, part);
    const file = (isFolder ? fileOf(inside, "__init__", folders) : undefined) ?? fileOf(root, part, folders);
    if (file !== undefined) return { kind: "file", address: file };
    if (folders.hasCompiled(root, part)) return { kind: "compiled" };
    if (isFolder) portions.push(inside);
  }
  return portions.length > 0 ? { kind: "namespace", folders: portions } : missing;
}

/** The file of a module in a folder: its source, or a stub where there is no source. */
function fileOf(folder: string, module: string, folders: Folders): string | undefined {
  const name = [`${module}.py`].find((each) => folders.has(folder, each, "file"));
  return name === undefined ? undefined : joined(folder, name);
}

/** The folder above the topmost package around a folder: what Python code in it is imported from. */
export function rootOf(folder: string, parentOf: (folder: string) => string, folders: Folders): string {
  let root = folder;
  while (fileOf(root, "__init__", folders) !== undefined && parentOf(root) !== root) root = parentOf(root);
  return root;
}
