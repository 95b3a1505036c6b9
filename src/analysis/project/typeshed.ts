// The standard library as typeshed describes it: all of its stubs in one compressed file, unpacked when first needed. To
// a project it is a folder of files whose addresses begin with `typeshed:`.
import type { Files, Listing } from "./files";

/** The root of its modules. */
export const typeshedRoot = "typeshed:/stdlib";

export function isTypeshed(address: string): boolean {
  return address.startsWith("typeshed:/");
}

/** What the build packs: a line with each file's path and length in bytes, as JSON, and all their bytes behind it. */
export type PackedIndex = readonly (readonly [path: string, bytes: number])[];

/** Answers "later" until it is loaded. */
export class Typeshed implements Files {
  readonly #texts = new Map<string, Uint8Array>();
  readonly #folders = new Map<string, Map<string, "file" | "folder">>();
  /** By module, the first and last minor version that has it. */
  #versions: ReadonlyMap<string, readonly [number, number]> = new Map();
  #isLoaded = false;

  read(address: string): Uint8Array | undefined | "later" {
    return this.#isLoaded ? this.#texts.get(address) : "later";
  }

  list(folder: string): Listing | undefined | "later" {
    return this.#isLoaded ? this.#folders.get(folder) : "later";
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Whether Python 3.`minor` has a module: as `VERSIONS` says of it, or of the package around it. */
  has(module: string, minor: number): boolean {
    for (let name = module; ; name = name.slice(0, name.lastIndexOf("."))) {
      const range = this.#versions.get(name);
      if (range) return range[0] <= minor && minor <= range[1];
      if (!name.includes(".")) return false;
    }
  }

  /** Unpacks the file that the build made. Rejects when it is another one. */
  async load(packed: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#isLoaded) return;
    const bytes = await unpacked(packed);
    const head = bytes.indexOf(10);
    const index = JSON.parse(new TextDecoder().decode(bytes.subarray(0, head))) as PackedIndex;
    let start = head + 1;
    for (const [path, length] of index) {
      this.#add(path, bytes.subarray(start, start + length));
      start += length;
    }
    this.#isLoaded = true;
  }

  #add(path: string, text: Uint8Array): void {
    if (path === "VERSIONS") this.#versions = versionRanges(new TextDecoder().decode(text));
    const parts = path.split("/");
    let folder = typeshedRoot;
    for (const [index, part] of parts.entries()) {
      const listing = this.#folders.get(folder) ?? new Map<string, "file" | "folder">();
      this.#folders.set(folder, listing.set(part, index === parts.length - 1 ? "file" : "folder"));
      folder = `${folder}/${part}`;
    }
    this.#texts.set(folder, text);
  }
}

async function unpacked(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Lines such as `asyncio.taskgroups: 3.11-` and `distutils: 3.0-3.11`. */
function versionRanges(text: string): Map<string, readonly [number, number]> {
  const lines = text.matchAll(/^([\w.]+): 3\.(\d+)-(?:3\.(\d+))?/gm);
  return new Map(
    [...lines].map(([, module = "", first, last]) => [
      module,
      [Number(first), last === undefined ? Number.POSITIVE_INFINITY : Number(last)] as const,
    ]),
  );
}
