// The files around the one that is explained: finds the modules that it imports, parses each once, and follows changes.
import type { DefinitionSource } from "../modules";
import { decodePython } from "../source";
import type { PythonParser, SyntaxTree } from "../syntax";
import { type Files, folderOf, joined } from "./files";
import { Folders } from "./folders";
import { type Located, locate, rootOf } from "./search";

/** Where modules are looked for. */
export interface Surroundings {
  /** Folders of the user's own code. */
  readonly workspace: readonly string[];
  /** The interpreter's `sys.path`. */
  readonly sysPath: readonly string[];
  /** The minor version of Python 3 that runs the code, where it is known. */
  readonly minor?: number;
}

/** A larger module is not read: it holds data. */
const longestModule = 2_000_000;

interface Known {
  readonly tree: SyntaxTree;
  /** An open document's: its host disposes of it. */
  readonly isOpen: boolean;
}

/** Invariant: never throws; a module that cannot be found or read is undefined. */
export class Project implements DefinitionSource {
  readonly minor: number | undefined;
  readonly #parser: PythonParser;
  readonly #files: Files;
  readonly #folders: Folders;
  readonly #around: Surroundings;
  readonly #known = new Map<string, Known | undefined>();
  readonly #addresses = new WeakMap<SyntaxTree, string>();
  readonly #located = new Map<string, Located>();
  readonly #wanted = new Set<string>();
  /** By a module's address, the addresses of those that import it. */
  readonly #importers = new Map<string, Set<string>>();
  #stamps = new Map<string, object>();

  constructor(parser: PythonParser, files: Files, around: Surroundings) {
    this.#parser = parser;
    this.#files = files;
    this.#folders = new Folders(files, (address) => this.#wanted.add(address));
    this.#around = around;
    this.minor = around.minor;
  }

  // ---- as a source of definitions

  module(name: string, level: number, importer: SyntaxTree): SyntaxTree | undefined {
    const from = this.#addresses.get(importer);
    const located = this.#locate(name, level, from);
    if (located.kind !== "file") return undefined;
    if (from !== undefined) this.#note(located.address, from);
    return this.treeAt(located.address);
  }

  address(tree: SyntaxTree): string | undefined {
    return this.#addresses.get(tree);
  }

  stamp(tree: SyntaxTree): object {
    const address = this.#addresses.get(tree);
    if (address === undefined) return tree;
    const stamp = this.#stamps.get(address) ?? {};
    this.#stamps.set(address, stamp);
    return stamp;
  }

  #note(module: string, importer: string): void {
    const importers = this.#importers.get(module) ?? new Set();
    this.#importers.set(module, importers.add(importer));
  }

  #locate(name: string, level: number, from: string | undefined): Located {
    const folder = from === undefined ? "" : folderOf(from);
    const key = `${level} ${name} ${folder}`;
    const known = this.#located.get(key);
    if (known) return known;
    const located = level === 0 ? this.#absolute(name, folder) : this.#relative(name, level, folder);
    this.#located.set(key, located);
    return located;
  }

  #absolute(name: string, folder: string): Located {
    return locate(name.split("."), this.#roots(folder), this.#folders);
  }

  #relative(name: string, level: number, folder: string): Located {
    let base = folder;
    for (let up = 1; up < level; up++) base = folderOf(base);
    if (name !== "") return locate(name.split("."), [base], this.#folders);
    const init = joined(base, "__init__.py");
    return this.#folders.has(base, "__init__.py", "file") ? { kind: "file", address: init } : { kind: "missing" };
  }

  #roots(folder: string): readonly string[] {
    const own = folder === "" ? [] : [rootOf(folder, folderOf, this.#folders)];
    const workspace = this.#around.workspace.flatMap((root) => [root, joined(root, "src")]);
    return [...new Set([...workspace, ...own, ...this.#around.sysPath])];
  }

  // ---- trees

  /** The tree of a file, parsed when first asked for. It stays the project's own. */
  treeAt(address: string): SyntaxTree | undefined {
    if (this.#known.has(address)) return this.#known.get(address)?.tree;
    const bytes = this.#files.read(address);
    if (bytes === "later") this.#wanted.add(address);
    const isReadable = bytes !== undefined && bytes !== "later" && bytes.length <= longestModule;
    const tree = isReadable ? this.#parser.parse(decodePython(bytes)) : undefined;
    this.#keep(address, tree && { tree, isOpen: false });
    return tree;
  }

  #keep(address: string, known: Known | undefined): void {
    this.#known.set(address, known);
    if (known) this.#addresses.set(known.tree, address);
  }

  // ---- changes

  /** An open document's tree: it goes before what the disk holds. Whoever opens it disposes of it, after the next `open`. */
  open(address: string, tree: SyntaxTree): void {
    if (this.#known.get(address)?.tree === tree) return;
    this.#drop(address);
    this.#keep(address, { tree, isOpen: true });
  }

  close(address: string): void {
    if (this.#known.get(address)?.isOpen) this.#drop(address);
  }

  /** A file or folder was created, edited or deleted, or its content is known now. */
  changed(address: string): void {
    if (this.#folders.changed(address)) this.#everything();
    if (!this.#known.get(address)?.isOpen) this.#drop(address);
  }

  /** What is told about a tree is to be worked out again. */
  refresh(tree: SyntaxTree): void {
    const address = this.#addresses.get(tree);
    if (address !== undefined) this.#forget(address);
  }

  /** Something came or went: imports may mean other files now. */
  #everything(): void {
    this.#located.clear();
    this.#stamps.clear();
  }

  #drop(address: string): void {
    const known = this.#known.get(address);
    if (known && !known.isOpen) known.tree.dispose();
    this.#known.delete(address);
    this.#forget(address);
  }

  /** Whatever was found out with the help of a file, in it and in those that import it, however far away. */
  #forget(address: string): void {
    const all = new Set([address]);
    for (const each of all) for (const importer of this.#importers.get(each) ?? []) all.add(importer);
    for (const each of all) this.#stamps.delete(each);
  }

  /** What answered "later" since the last time: to be read, then said to have `changed`. */
  takeWanted(): readonly string[] {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    return wanted;
  }

  /** Between questions: gives memory back. */
  trim(): void {}

  dispose(): void {
    for (const known of this.#known.values()) if (known && !known.isOpen) known.tree.dispose();
    this.#known.clear();
  }
}
