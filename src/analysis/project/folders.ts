// What folders hold, remembered until they change.
import { type Files, folderOf, joined, type Listing } from "./files";

/** A folder as imports see it. */
interface Folder {
  readonly entries: Listing;
  /** Modules that are compiled: what stands before the first dot of `_speedups.cpython-312-x86_64-linux-gnu.so`. */
  readonly compiled: ReadonlySet<string>;
}

const none: Folder = { entries: new Map(), compiled: new Set() };

export class Folders {
  readonly #files: Files;
  readonly #known = new Map<string, Folder>();
  #lookedInto: Set<string> | undefined;

  constructor(files: Files) {
    this.#files = files;
  }

  has(folder: string, name: string, kind: "file" | "folder"): boolean {
    return this.#of(folder).entries.get(name) === kind;
  }

  hasCompiled(folder: string, module: string): boolean {
    return this.#of(folder).compiled.has(module);
  }

  names(folder: string): Iterable<string> {
    return this.#of(folder).entries.keys();
  }

  /** What `look` gives, and the folders that it looked into. */
  following<T>(look: () => T): readonly [found: T, lookedInto: ReadonlySet<string>] {
    const lookedInto = new Set<string>();
    this.#lookedInto = lookedInto;
    const found = look();
    this.#lookedInto = undefined;
    return [found, lookedInto];
  }

  /** Looks again into one folder; tells whether any module came or went. */
  again(folder: string): boolean {
    return this.#refresh(folder);
  }

  /**
   * Looks again at what lies around and under an address; tells whether any module came or went there. Invariant: all
   * that came or went counts, not the address alone. Of changes at the same time each is said by itself, and already
   * the first finds the others: who then looks for them finds nothing new.
   */
  changed(address: string): boolean {
    const known = [...this.#known.keys()];
    const under = known.filter((folder) => folder === address || folder.startsWith(joined(address, "")));
    return [...under, folderOf(address)].map((folder) => this.#refresh(folder)).some((differs) => differs);
  }

  #refresh(folder: string): boolean {
    const before = this.#known.get(folder);
    if (!before) return false;
    this.#known.delete(folder);
    return isDifferent(before.entries, this.#of(folder).entries);
  }

  #of(folder: string): Folder {
    this.#lookedInto?.add(folder);
    const known = this.#known.get(folder);
    if (known) return known;
    const entries = this.#files.list(folder);
    const found = entries === undefined || entries === "later" ? none : { entries, compiled: compiledIn(entries) };
    this.#known.set(folder, found);
    return found;
  }
}

function compiledIn(entries: Listing): Set<string> {
  const names = [...entries.keys()].filter((name) => /\.(?:so|pyd)$/.test(name));
  return new Set(names.map((name) => name.slice(0, name.indexOf("."))));
}

/** Whether imports may mean something else now. */
function isDifferent(before: Listing, now: Listing): boolean {
  return [...new Set([...before.keys(), ...now.keys()])].some(
    (name) => before.get(name) !== now.get(name) && matters(name, before.get(name) ?? now.get(name)),
  );
}

function matters(name: string, kind: "file" | "folder" | undefined): boolean {
  return kind === "folder" ? name !== "__pycache__" : /\.(?:pyi?|so|pyd|pth)$/.test(name);
}
