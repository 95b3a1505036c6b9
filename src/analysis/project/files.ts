// How a project sees files: addresses, what a folder holds, what a file holds. Who implements it decides where they lie.

/** A file's or folder's name in its folder, and which of the two it is; links are followed. */
export type Listing = ReadonlyMap<string, "file" | "folder">;

/**
 * Reads for a project. An address is an opaque text whose parts are separated by "/". "later" is an answer that is not
 * known yet: whoever reads on behalf of the project brings it, and says `Project.changed`. Must not throw.
 */
export interface Files {
  /** Undefined where there is no file that can be read. */
  read(address: string): Uint8Array | undefined | "later";
  /** Undefined where there is no folder that can be read. */
  list(folder: string): Listing | undefined | "later";
}

export function joined(folder: string, name: string): string {
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** The folder around an address; the address itself where there is none. */
export function folderOf(address: string): string {
  const end = address.replace(/\/+$/, "").lastIndexOf("/");
  return end < 0 ? address : address.slice(0, Math.max(end, 1));
}

export function nameOf(address: string): string {
  return address.slice(address.lastIndexOf("/") + 1);
}
