// One file of the trace being read: takes its bytes in any order, folds them, and says what to ask the host for.

import type { ToHost, ToView } from "../trace/messages";
import type { TraceModel } from "../trace/model";
import { type Accept, TraceReader } from "../trace/reader";

/** The host is told after each so many bytes that they are folded. */
const TOLD_BYTES = 4 << 20;

/** Why the host cannot read a file, and what to do about it. */
export interface Refusal {
  readonly message: string;
  readonly advice: string;
}

export class Intake {
  readonly reader: TraceReader;
  refusal: Refusal | undefined;
  /** How many bytes the file had when the host last looked. */
  private size: number | undefined;
  /** The offset that was asked for after a gap, so that a gap is reported once. */
  private asked = 0;
  private told = 0;

  /** @param file the base name of a child's file; undefined for the trace itself */
  constructor(
    model: TraceModel,
    readonly file: string | undefined,
    process: number,
    accept?: Accept,
  ) {
    this.reader = new TraceReader(model, process, accept);
  }

  /** All that is in the file is folded. */
  get whole(): boolean {
    return this.size !== undefined && this.reader.received >= this.size;
  }

  /** The part of the file that is folded, from 0 to 1. */
  get share(): number {
    return this.size === undefined ? 0 : Math.min(1, this.reader.received / Math.max(1, this.size));
  }

  receive(message: ToView): ToHost[] {
    switch (message.kind) {
      case "size":
        this.size = message.size;
        this.refusal = undefined;
        return [];
      case "unreadable":
        this.refusal = message;
        return [];
      case "bytes":
        return this.take(message.offset, new Uint8Array(message.bytes));
      default:
        return [];
    }
  }

  /** Asks for the file from its start. */
  ask(offset = 0): ToHost {
    this.asked = offset;
    return this.named({ kind: "from", offset });
  }

  /** Bytes that are known already are passed over; after a gap the missing ones are asked for. */
  private take(offset: number, bytes: Uint8Array): ToHost[] {
    const { received } = this.reader;
    if (offset > received) return this.asked === received ? [] : [this.ask(received)];
    const known = received - offset;
    if (known >= bytes.length) return [];
    this.asked = -1;
    this.reader.push(bytes.subarray(known));
    return this.tell();
  }

  private tell(): ToHost[] {
    const { received } = this.reader;
    if (received - this.told < TOLD_BYTES) return [];
    this.told = received;
    return [this.named({ kind: "taken", offset: received })];
  }

  private named(message: ToHost & { kind: "from" | "taken" }): ToHost {
    return this.file === undefined ? message : { ...message, file: this.file };
  }
}
