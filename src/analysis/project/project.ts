// The files around the one that is explained: finds the modules that it imports, parses each once, and follows changes.

import { decodePython } from "../code/source";
import type { Target } from "../code/stubs";
import type { PythonParser, SyntaxTree } from "../code/syntax";
import type { Absence, DefinitionSource } from "../modules";
import { usualMinor } from "../scopes/staticTests";
import { type Files, joined } from "./files";
import { Folders } from "./folders";
import { Imports, type Surroundings } from "./imports";
import { addsRoots } from "./roots";
import { isTypeshed, type Typeshed } from "./typeshed";

/** A larger module is not read: it holds data. */
const longestModule = 2_000_000;
/** So many characters are kept parsed between questions: the parser takes some 60 bytes for each. */
const mostAwake = 1_500_000;
/** So many are kept at all: with what is found out about them, some 40 bytes for each. */
const mostText = 10_000_000;
/** So many characters of modules are read without being parsed, and kept. */
const mostUnparsed = 40_000_000;
/** So many characters are parsed in one slice: some 150 ms. */
const sliceLength = 1_500_000;
/** So many files and folders are named that an answer rests on. */
const mostGrounds = 64;

/** What an answer rests on. */
export interface Grounds {
  readonly files: readonly string[];
  /** Those in which imports were looked for in vain. */
  readonly folders: readonly string[];
}

/** A module that is read, but not parsed. */
interface Unparsed {
  readonly text: string;
  /** Whether `import *` surely takes no such name from it. */
  readonly lacks: (word: string) => boolean;
}

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
  readonly #imports: Imports;
  readonly #target: Target;
  readonly #known = new Map<string, Known | undefined>();
  readonly #unparsed = new Map<string, Unparsed | undefined>();
  readonly #addresses = new WeakMap<SyntaxTree, string>();
  readonly #wanted = new Set<string>();
  /** By a module's address, the addresses of those that import it. */
  readonly #importers = new Map<string, Set<string>>();
  /** The same the other way around. */
  readonly #imported = new Map<string, Set<string>>();
  /** Characters, since trees were last put to rest. */
  #parsedSince = 0;
  /** Characters that this slice may still parse. */
  #left = Number.POSITIVE_INFINITY;
  #stamps = new Map<string, object>();

  constructor(parser: PythonParser, files: Files, around: Surroundings) {
    this.#parser = parser;
    this.#files = noting(withTypeshed(files, around.typeshed), this.#wanted);
    this.#folders = new Folders(this.#files);
    this.#imports = new Imports(this.#files, this.#folders, around);
    this.#target = { minor: around.minor ?? usualMinor, platform: around.platform ?? "linux" };
    this.minor = around.minor;
  }

  // ---- as a source of definitions

  module(name: string, level: number, importer: SyntaxTree): SyntaxTree | undefined {
    const from = this.#addresses.get(importer);
    const located = this.#imports.find(name, level, from);
    if (located.kind !== "file") return undefined;
    if (from !== undefined) this.#note(located.address, from);
    return this.treeAt(located.address);
  }

  lacks(name: string, level: number, importer: SyntaxTree, word: string): boolean {
    const from = this.#addresses.get(importer);
    const located = this.#imports.find(name, level, from);
    if (located.kind !== "file" || this.#known.has(located.address)) return false;
    if (from !== undefined) this.#note(located.address, from);
    const module = this.#unparsedAt(located.address);
    return module?.lacks(word) ?? false;
  }

  absence(name: string, level: number, importer: SyntaxTree): Absence | undefined {
    const { kind } = this.#imports.find(name, level, this.#addresses.get(importer));
    if (kind === "file") return this.module(name, level, importer) ? undefined : "unread";
    return kind === "compiled" ? "compiled" : "missing";
  }

  /** Typeshed's stubs lie in no file that anybody could open. */
  address(tree: SyntaxTree): string | undefined {
    const address = this.#addresses.get(tree);
    return address !== undefined && isTypeshed(address) ? undefined : address;
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
    const imported = this.#imported.get(importer) ?? new Set();
    this.#imported.set(importer, imported.add(module));
  }

  /** The name of the standard library's module whose stub a tree is, or of one of asyncio's own. */
  library(tree: SyntaxTree): string | undefined {
    const address = this.#addresses.get(tree);
    const name = address === undefined ? undefined : this.#imports.nameOf(address);
    if (address === undefined || name === undefined) return undefined;
    return isTypeshed(address) || name.startsWith("asyncio.") ? name : undefined;
  }

  /** The name of the standard library's module that a tree is, whichever copy of it. */
  standard(tree: SyntaxTree): string | undefined {
    const address = this.#addresses.get(tree);
    return address === undefined ? undefined : this.#imports.standardNameOf(address);
  }

  /** The source that runs, for the tree of a stub. */
  behind(stub: SyntaxTree): SyntaxTree | undefined {
    const address = this.#addresses.get(stub);
    const source = address === undefined ? undefined : this.#imports.sourceOf(address);
    if (address === undefined || source === undefined) return undefined;
    this.#note(source, address);
    return this.treeAt(source);
  }

  // ---- trees

  /** The tree of a file, parsed when first asked for. It stays the project's own. */
  treeAt(address: string): SyntaxTree | undefined {
    if (this.#known.has(address)) return this.#used(address)?.tree;
    if (this.#left <= 0) {
      this.#wanted.add(address);
      return undefined;
    }
    const module = this.#unparsedAt(address);
    this.#unparsed.delete(address);
    const tree = module && this.#parsed(address, module.text);
    this.#keep(address, tree && { tree, isOpen: false });
    return tree;
  }

  #unparsedAt(address: string): Unparsed | undefined {
    if (this.#unparsed.has(address)) return this.#unparsed.get(address);
    const bytes = this.#files.read(address);
    const isReadable = bytes !== undefined && bytes !== "later" && bytes.length <= longestModule;
    const text = isReadable ? decodePython(bytes) : undefined;
    const module = text === undefined ? undefined : { text, lacks: lackingIn(text) };
    this.#unparsed.set(address, module);
    return module;
  }

  #parsed(address: string, text: string): SyntaxTree {
    this.#parsedSince += text.length;
    this.#left -= text.length;
    return address.endsWith(".pyi") ? this.#parser.parseStub(text, this.#target) : this.#parser.parse(text);
  }

  /** The order in which trees were asked for last is that of the map. */
  #used(address: string): Known | undefined {
    const known = this.#known.get(address);
    this.#known.delete(address);
    this.#known.set(address, known);
    return known;
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
    if (this.#folders.changed(address) || addsRoots(address)) this.#everything();
    const inside = [...this.#known.keys(), ...this.#unparsed.keys()].filter((each) =>
      each.startsWith(joined(address, "")),
    );
    for (const each of [address, ...inside]) if (!this.#known.get(each)?.isOpen) this.#drop(each);
  }

  /** A folder may hold other names than when it was read; tells whether modules came or went. */
  listed(folder: string): boolean {
    const differs = this.#folders.again(folder);
    if (differs) this.#everything();
    return differs;
  }

  /** What was told of a file rests on these, those that it imports itself first; the library's stubs never change. */
  groundsOf(address: string): Grounds {
    const all = new Set([address]);
    const files: string[] = [];
    const folders = new Set<string>();
    for (const each of all) {
      if (files.length + folders.size >= mostGrounds) break;
      if (!this.#known.get(each)?.isOpen) files.push(each);
      for (const folder of this.#imports.lackingIn(each)) folders.add(folder);
      for (const module of this.#imported.get(each) ?? []) if (!isTypeshed(module)) all.add(module);
    }
    return { files, folders: [...folders] };
  }

  /** What is told about a tree is to be worked out again. */
  refresh(tree: SyntaxTree): void {
    const address = this.#addresses.get(tree);
    if (address !== undefined) this.#forget(address);
  }

  /** Something came or went: imports may mean other files now. */
  #everything(): void {
    this.#imports.reset();
    this.#stamps.clear();
  }

  #drop(address: string): void {
    this.#unparsed.delete(address);
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

  /** Asks in one slice: modules over its length are "later", so that whoever asks can let others have their turn. */
  inSlice<T>(ask: () => T, length = sliceLength): T {
    this.#left = length;
    try {
      return ask();
    } finally {
      this.#left = Number.POSITIVE_INFINITY;
    }
  }

  /** Between questions: gives the memory back of what was not asked for lately. What was found in trees is void. */
  trim(): void {
    const unparsed = [...this.#unparsed.values()].reduce((sum, module) => sum + (module?.text.length ?? 0), 0);
    if (unparsed > mostUnparsed) this.#unparsed.clear();
    if (this.#parsedSince < mostAwake / 8) return;
    this.#parsedSince = 0;
    const own = [...this.#known.values()].flatMap((each) => (each && !each.isOpen ? [each.tree] : []));
    if (lengthOf(own) > mostText) this.dispose();
    const awake = own.filter((tree) => tree.isAwake);
    for (let length = lengthOf(awake); length > mostAwake; ) {
      const oldest = awake.shift();
      oldest?.rest();
      length -= oldest?.text.length ?? length;
    }
  }

  /** Forgets every tree of its own. */
  dispose(): void {
    for (const [address, known] of this.#known) if (!known?.isOpen) this.#drop(address);
    this.#unparsed.clear();
    this.#importers.clear();
    this.#imported.clear();
    this.#stamps.clear();
  }
}

/** Tells which names `import *` does not take from a module: those missing in its `__all__`, else in its text. */
function lackingIn(text: string): (word: string) => boolean {
  const first = text.indexOf("__all__");
  if (first < 0) return /import\s*\*|__getattr__/.test(text) ? () => false : (word) => !text.includes(word);
  // Nothing but names in quotes: what a comment or an expression says there is not told by text.
  const list = /^__all__\s*(?::[^=\n]*)?=\s*[[(]((?:[\s,]|"\w*"|'\w*')*)[\])]\s*$/m.exec(text)?.[1];
  const isWhole = list !== undefined && text.indexOf("__all__", first + 1) < 0;
  return isWhole ? (word) => !list.includes(`"${word}"`) && !list.includes(`'${word}'`) : () => false;
}

function lengthOf(trees: readonly SyntaxTree[]): number {
  return trees.reduce((length, tree) => length + tree.text.length, 0);
}

/** Reads typeshed's files where `typeshed` has them, all others through `files`. */
function withTypeshed(files: Files, typeshed: Typeshed | undefined): Files {
  return {
    read: (address) => (isTypeshed(address) ? typeshed?.read(address) : files.read(address)),
    list: (folder) => (isTypeshed(folder) ? typeshed?.list(folder) : files.list(folder)),
  };
}

/** Notes in `wanted` what is not known yet. */
function noting(files: Files, wanted: Set<string>): Files {
  const note = <T>(address: string, answer: T): T => {
    if (answer === "later") wanted.add(address);
    return answer;
  };
  return {
    read: (address) => note(address, files.read(address)),
    list: (folder) => note(folder, files.list(folder)),
  };
}
