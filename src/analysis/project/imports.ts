// Which file an import means: where Python would look for it, with stubs before sources as PEP 561 says.
import { usualMinor } from "../scopes/staticTests";
import { type Files, folderOf, joined } from "./files";
import type { Folders } from "./folders";
import { type Added, addedBy } from "./roots";
import { fileOf, type Located, locate, rootAbove, type Suffixes, sourceOnly, stubFirst } from "./search";
import { isTypeshed, type Typeshed, typeshedRoot } from "./typeshed";

/** Where modules are looked for. */
export interface Surroundings {
  /** Folders of the user's own code; their `src` folders count too. */
  readonly workspace: readonly string[];
  /** The interpreter's `sys.path`. */
  readonly sysPath: readonly string[];
  /** The minor version of Python 3 that runs the code, and its `sys.platform`, where they are known. */
  readonly minor?: number;
  readonly platform?: string;
  /** The standard library's stubs. */
  readonly typeshed?: Typeshed;
}

/** What was found, and the folders that were looked into for it. */
interface Looked {
  readonly located: Located;
  readonly folders: ReadonlySet<string>;
}

const missing: Located = { kind: "missing" };

export class Imports {
  readonly #files: Files;
  readonly #folders: Folders;
  readonly #around: Surroundings;
  readonly #located = new Map<string, Looked>();
  /** By importer, the folders in which it finds less than it imports. */
  readonly #lacking = new Map<string, Set<string>>();
  readonly #own = new Map<string, string>();
  readonly #names = new Map<string, string>();
  #fixed: Fixed | undefined;

  constructor(files: Files, folders: Folders, around: Surroundings) {
    this.#files = files;
    this.#folders = folders;
    this.#around = around;
  }

  /** Forgets what it found: something came or went. */
  reset(): void {
    this.#located.clear();
    this.#lacking.clear();
    this.#own.clear();
    this.#names.clear();
    this.#fixed = undefined;
  }

  /** Where the module lies that an import means in the file at `from`. `level` is the number of leading dots. */
  find(name: string, level: number, from: string | undefined): Located {
    const folder = from === undefined ? undefined : folderOf(from);
    const key = `${level === 0 ? this.#ownRoot(folder) : folder} ${level} ${name}`;
    const looked = this.#located.get(key) ?? this.#look(name, level, folder);
    this.#located.set(key, looked);
    if (looked.located.kind !== "file" && from !== undefined) this.#lack(from, looked.folders);
    return looked.located;
  }

  #look(name: string, level: number, folder: string | undefined): Looked {
    const look = () => (level === 0 ? this.#absolute(name, folder) : this.#relative(name, level, folder));
    const [located, folders] = this.#folders.following(look);
    return { located, folders };
  }

  #lack(from: string, folders: ReadonlySet<string>): void {
    const lacking = this.#lacking.get(from) ?? new Set();
    for (const folder of folders) if (!isTypeshed(folder)) lacking.add(folder);
    this.#lacking.set(from, lacking);
  }

  /** The folders in which a file's imports were looked for in vain. */
  lackingIn(from: string): ReadonlySet<string> {
    return this.#lacking.get(from) ?? new Set();
  }

  /** The full name of the module at an address: below the root that is nearest to it. */
  nameOf(address: string): string {
    const name = this.#names.get(address) ?? this.#nameFor(address);
    this.#names.set(address, name);
    return name;
  }

  #nameFor(address: string): string {
    const { all } = this.#roots();
    const own = this.#ownRoot(folderOf(address)) ?? "";
    const [root = own] = all.filter((each) => isUnder(address, each)).sort((a, b) => b.length - a.length);
    const path = address.slice(joined(root, "").length).replace(/(?:\/__init__)?\.pyi?$/, "");
    return path.replace(/^([^/]+)-stubs(?=\/|$)/, "$1").replaceAll("/", ".");
  }

  /** The full name of a module of the standard library, at its stub, at another copy of the stub, or at its source. */
  standardNameOf(address: string): string | undefined {
    if (isTypeshed(address)) return this.nameOf(address);
    const copied = /\/typeshed[^/]*\/stdlib\/(.+)\.pyi$/.exec(address)?.[1];
    if (copied !== undefined) return copied.replace(/\/__init__$/, "").replaceAll("/", ".");
    const name = this.nameOf(address);
    const stub = this.#search(name, [typeshedRoot], stubFirst);
    return stub.kind === "file" && this.sourceOf(stub.address) === address ? name : undefined;
  }

  /** The source that runs, for a stub. */
  sourceOf(stub: string): string | undefined {
    const beside = stub.replace(/\.pyi$/, ".py");
    if (!isTypeshed(stub) && this.#folders.has(folderOf(beside), beside.slice(folderOf(beside).length + 1), "file"))
      return beside;
    const roots = this.#roots().all.filter((root) => root !== typeshedRoot);
    const located = this.#search(this.nameOf(stub), roots, sourceOnly);
    return located.kind === "file" ? located.address : undefined;
  }

  #absolute(name: string, folder: string | undefined): Located {
    if (folder !== undefined && isTypeshed(folder)) return this.#search(name, [typeshedRoot], stubFirst);
    const { workspace, library, all } = this.#roots();
    const own = this.#ownRoot(folder);
    if (own === undefined || all.includes(own)) return this.#versioned(name, all);
    const located = this.#versioned(name, [...workspace, own, ...library]);
    // Run as a script it would come before the standard library, as part of a package it would not.
    const isUnclear = located.kind === "file" && isUnder(located.address, own) && this.#isStandard(name);
    return isUnclear && !workspace.some((root) => isUnder(located.address, root)) ? missing : located;
  }

  #versioned(name: string, roots: readonly string[]): Located {
    const located = this.#search(name, roots, stubFirst);
    if (located.kind !== "file" || !isTypeshed(located.address)) return located;
    const { typeshed, minor = usualMinor } = this.#around;
    const rest = roots.filter((root) => root !== typeshedRoot);
    return typeshed?.has(name, minor) ? located : this.#search(name, rest, stubFirst);
  }

  #isStandard(name: string): boolean {
    return locate(name.split(".", 1), [typeshedRoot], this.#folders, stubFirst).kind === "file";
  }

  #search(name: string, roots: readonly string[], suffixes: Suffixes): Located {
    const parts = name.split(".");
    const located = locate(parts, roots, this.#folders, suffixes);
    const mapped = located.kind === "file" ? undefined : this.#roots().mapped.get(parts[0] ?? "");
    if (mapped === undefined) return located;
    const inside = [nameIn(mapped), ...parts.slice(1)];
    return locate(inside, [folderOf(mapped)], this.#folders, suffixes);
  }

  #relative(name: string, level: number, folder: string | undefined): Located {
    if (folder === undefined) return missing;
    let base = folder;
    for (let up = 1; up < level; up++) base = folderOf(base);
    const init = fileOf(base, "__init__", this.#folders, stubFirst);
    if (name === "")
      return init === undefined ? { kind: "namespace", folders: [base] } : { kind: "file", address: init };
    const located = this.#search(name, [base], stubFirst);
    if (located.kind !== "missing" && located.kind !== "namespace") return located;
    // A package that lies in several places, or stubs that are only a part.
    const around = this.nameOf(joined(base, "__init__.py"));
    const elsewhere = around === "" ? missing : this.#absolute(`${around}.${name}`, folder);
    return elsewhere.kind === "missing" ? located : elsewhere;
  }

  #ownRoot(folder: string | undefined): string | undefined {
    if (folder === undefined) return undefined;
    if (isTypeshed(folder)) return typeshedRoot;
    const root = this.#own.get(folder) ?? rootAbove(folder, this.#folders);
    this.#own.set(folder, root);
    return root;
  }

  #roots(): Fixed {
    this.#fixed ??= fixedRoots(this.#around, this.#folders, this.#files);
    return this.#fixed;
  }
}

/** The roots that are the same for every file. */
interface Fixed {
  readonly workspace: readonly string[];
  /** The standard library and what is installed. */
  readonly library: readonly string[];
  readonly all: readonly string[];
  readonly mapped: Added["mapped"];
}

function fixedRoots(around: Surroundings, folders: Folders, files: Files): Fixed {
  const workspace = around.workspace.flatMap((folder) => {
    const root = rootAbove(folder, folders);
    return folders.has(folder, "src", "folder") ? [root, joined(folder, "src")] : [root];
  });
  const added = around.sysPath.map((folder) => ({ folder, ...addedBy(folder, folders, files) }));
  const installed = added.flatMap(({ folder, folders: more }) => [folder, ...more]);
  const library = [...(around.typeshed ? [typeshedRoot] : []), ...installed];
  const all = [...new Set([...workspace, ...library])];
  return { workspace, library, all, mapped: new Map(added.flatMap(({ mapped }) => [...mapped])) };
}

function isUnder(address: string, root: string): boolean {
  return address.startsWith(joined(root, ""));
}

function nameIn(address: string): string {
  return address.slice(folderOf(address).length).replace(/^\//, "").replace(/\.py$/, "");
}
