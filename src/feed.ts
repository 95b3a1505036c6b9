/** Sends one trace file to a page as it grows, no faster than the page folds it. */
import { type Source, Unreadable } from "./source";
import type { ToView } from "./trace/messages";

/** How often a file that grows is looked at, in ms: the trace of a run, at most that of a child, one that has ended. */
const FOLLOW_MS = 40;
const CHILD_MS = 320;
const CALM_MS = 1000;
/** How far ahead of the page a file is sent. */
const AHEAD_BYTES = 16 << 20;

/** Where a file's bytes go. */
export interface Reader {
  /** Whether the page took it: one that is hidden does not, and asks again when it is back. */
  post(message: ToView): Thenable<boolean>;
  /** The program runs: its files grow, or are still to come. */
  isRunning(): boolean;
  /** Another file has taken this one's place. */
  replaced(): void;
}

export class Feed {
  /** Counts requests for bytes; one that is not the latest ends. */
  private request = 0;
  private taken = 0;
  private wake: () => void = () => undefined;

  /** @param file the base name of a child's file; undefined for the trace itself */
  constructor(
    private readonly source: Source,
    private readonly file: string | undefined,
    private readonly reader: Reader,
  ) {}

  /** Everything before `offset` is folded. */
  acknowledge(offset: number): void {
    this.taken = offset;
    this.wake();
  }

  stop(): void {
    this.request++;
    this.wake();
  }

  /** Sends the file from `offset` to its end, and on when it grows; until asked anew, stopped, or the page is gone. */
  async send(offset: number): Promise<void> {
    this.stop();
    const { request } = this;
    this.taken = offset;
    const state = { at: offset, told: -1, identity: "", problem: "", idle: 0 };
    while (request === this.request) {
      const look = await this.source(state.at).catch((error: Unreadable) => error);
      if (request !== this.request) return;
      if (!(look instanceof Unreadable) && state.at > 0 && state.identity !== "" && isOther(look, state))
        return this.reader.replaced();
      const taken = look instanceof Unreadable ? await this.complain(look, state) : await this.pass(look, state);
      if (!taken) return;
      if (state.idle > 0) await pause(this.delay(state.idle));
      while (request === this.request && state.at - this.taken > AHEAD_BYTES) await this.acknowledged();
    }
  }

  private async pass(look: Awaited<ReturnType<Source>>, state: State): Promise<boolean> {
    const { bytes, size } = look;
    const { byteLength } = bytes;
    const offset = state.at;
    state.identity = look.identity;
    state.problem = "";
    if (state.told < 0 || (byteLength === 0 && size !== state.told)) {
      if (!(await this.post({ kind: "size", size }))) return false;
      state.told = size;
    }
    state.idle = byteLength === 0 ? state.idle + 1 : 0;
    state.at += byteLength;
    return byteLength === 0 || this.post({ kind: "bytes", offset, bytes });
  }

  /** A trace that is still to be written is waited for. */
  private async complain({ kind, message, advice }: Unreadable, state: State): Promise<boolean> {
    state.idle++;
    if ((kind === "missing" && state.at === 0 && this.reader.isRunning()) || message === state.problem) return true;
    state.problem = message;
    state.told = -1;
    return this.post({ kind: "unreadable", message, advice });
  }

  private post(message: ToView & { file?: string }): Thenable<boolean> {
    return this.reader.post(this.file === undefined ? message : { ...message, file: this.file });
  }

  private delay(idle: number): number {
    if (!this.reader.isRunning()) return CALM_MS;
    return this.file === undefined ? FOLLOW_MS : Math.min(CHILD_MS, FOLLOW_MS * 2 ** Math.min(idle, 8));
  }

  private acknowledged(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}

/** What a request has sent so far: up to where, and what it said of the file. */
interface State {
  at: number;
  told: number;
  identity: string;
  problem: string;
  /** Looks that found nothing, in a row. */
  idle: number;
}

/** A file that grows begins as it did. */
function isOther(look: Awaited<ReturnType<Source>>, { at, identity }: State): boolean {
  return !look.identity.startsWith(identity) || look.size < at;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
