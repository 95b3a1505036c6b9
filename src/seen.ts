/**
 * In which state files and folders were when they were read, and which of them are in another one now: no watcher tells
 * of all changes, on network drives and where the system can watch no more. Imports no `vscode`.
 */
import type { Files } from "./analysis/project/files";

/** What tells one state of a file or folder from another; undefined where there is none. */
export type State = string | undefined;

/** The states of files that can be read at once. */
export interface States {
  now(address: string): State;
  /** The same without waiting for a slow disk. Never rejects. */
  soon(address: string): Promise<State>;
}

interface Look {
  readonly state: State;
  /** When it was in that state, by `performance.now()`. */
  readonly at: number;
}

export class Seen {
  readonly #looks = new Map<string, Look>();

  /** Invariant: the state is noted before anything is read, so that a change meanwhile is seen the next time. */
  note(address: string, state: State): void {
    this.#looks.set(address, { state, at: performance.now() });
  }

  /** Reads as `files` does, and notes. */
  reading(files: Files, { now }: States): Files {
    const noted = (address: string): string => {
      this.note(address, now(address));
      return address;
    };
    return { read: (address) => files.read(noted(address)), list: (folder) => files.list(noted(folder)) };
  }

  /**
   * Those of `addresses` that are not as they were read; what was looked at after `since` is not looked at again. Each is
   * told once, then it is to be read again. Never rejects, as `stateOf` does not.
   */
  async changed(
    addresses: readonly string[],
    since: number,
    stateOf: (address: string) => Promise<State>,
  ): Promise<readonly string[]> {
    const old = addresses.filter((address) => (this.#looks.get(address)?.at ?? Number.POSITIVE_INFINITY) < since);
    const at = performance.now();
    const states = await Promise.all(old.map(stateOf));
    return old.filter((address, index) => this.#differs(address, { state: states[index], at }));
  }

  #differs(address: string, now: Look): boolean {
    const before = this.#looks.get(address);
    if (!before || before.at > now.at) return false; // read meanwhile
    if (before.state === now.state) this.#looks.set(address, now);
    else this.#looks.delete(address);
    return before.state !== now.state;
  }
}
