// Reads values in CPython's `marshal` format version 2 from a buffer that is not trusted: every length and depth is bounded,
// and what cannot be read throws `Damage`.

const MAX_DEPTH = 8;
/** Longer texts are cut: the tracer writes at most 4,096 characters. */
const MAX_TEXT = 4096;

/** Bytes that cannot be read: where in the buffer, and why. */
export class Damage extends Error {
  constructor(
    readonly at: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** Marshal's type bytes. */
export const TYPE = {
  int: 0x69,
  long: 0x6c,
  double: 0x67,
  text: 0x75,
  interned: 0x74,
  none: 0x4e,
  true: 0x54,
  false: 0x46,
  list: 0x5b,
  tuple: 0x28,
  dict: 0x7b,
  null: 0x30,
} as const;

/** A value that may be nested; None is null, booleans are 0 and 1. */
export type Plain = null | number | string | Plain[] | Map<string, Plain>;

const utf8 = new TextDecoder();

/**
 * A cursor over one frame. Invariant: reading a flat value allocates nothing but its text; the caller takes it from
 * `number` and `text`.
 */
export class MarshalReader {
  /** The last flat value read, where it was no text (None: NaN). */
  number = 0;
  /** The last flat value read, where it was a text. */
  text: string | undefined;
  /** Where the next value begins, and where the frame ends. */
  at = 0;
  limit = 0;
  view: DataView = new DataView(new ArrayBuffer(0));
  private bytes: Uint8Array = new Uint8Array(0);

  /** Goes over to another buffer; the caller sets `at` and `limit`. */
  open(buffer: Uint8Array): void {
    this.bytes = buffer;
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }

  byte(): number {
    if (this.at >= this.limit) throw new Damage(this.at, "a value that its frame cuts off");
    return this.bytes[this.at++] as number;
  }

  /** Skips `size` bytes and returns where they start. */
  take(size: number): number {
    const at = this.at;
    if (size > this.limit - at) throw new Damage(at, "a value that its frame cuts off");
    this.at = at + size;
    return at;
  }

  /** A count of things that take at least `each` bytes, so it cannot promise more than the frame holds. */
  length(each: number): number {
    const at = this.take(4);
    const length = this.view.getInt32(at, true);
    if (length < 0 || length * each > this.limit - this.at) throw new Damage(at, `a wrong length ${length}`);
    return length;
  }

  readNumber(): number {
    const at = this.at;
    this.readValue();
    if (this.text !== undefined || Number.isNaN(this.number)) throw new Damage(at, "something where a number belongs");
    return this.number;
  }

  /** Reads one flat value into `number` (None: NaN) or `text`. */
  readValue(): void {
    this.text = undefined;
    const at = this.at;
    switch (this.byte()) {
      case TYPE.int:
        this.number = this.view.getInt32(this.take(4), true);
        return;
      case TYPE.double:
        this.number = this.view.getFloat64(this.take(8), true);
        return;
      case TYPE.long:
        this.number = this.readLong();
        return;
      case TYPE.text:
      case TYPE.interned:
        this.text = this.readText();
        return;
      case TYPE.none:
        this.number = Number.NaN;
        return;
      case TYPE.true:
        this.number = 1;
        return;
      case TYPE.false:
        this.number = 0;
        return;
      default:
        throw new Damage(at, "an unknown type of value");
    }
  }

  /** A Python int beyond 32 bits, as a double: exact up to 2^53, which holds every id() of today's machines. */
  readLong(): number {
    const at = this.take(4);
    const count = this.view.getInt32(at, true);
    const digits = Math.abs(count);
    const first = this.take(digits * 2);
    let value = 0;
    for (let digit = digits - 1; digit >= 0; digit--)
      value = value * 32768 + this.view.getUint16(first + digit * 2, true);
    if (!Number.isFinite(value)) throw new Damage(at, "an int too large to mean anything");
    return count < 0 ? -value : value;
  }

  readText(): string {
    const length = this.length(1);
    const start = this.take(length);
    const end = start + Math.min(length, MAX_TEXT * 4);
    let ascii = "";
    if (length < 32) {
      let at = start;
      while (at < end && (this.bytes[at] as number) < 0x80) ascii += String.fromCharCode(this.bytes[at++] as number);
      if (at === end) return ascii;
    }
    return utf8.decode(this.bytes.subarray(start, end)).slice(0, MAX_TEXT);
  }

  /** A value that may be nested: `depth` is how deep it lies. */
  readPlain(depth: number): Plain {
    const at = this.at;
    if (depth > MAX_DEPTH) throw new Damage(at, "a value nested too deeply");
    const type = this.byte();
    if (type === TYPE.dict) return this.readDict(depth);
    if (type !== TYPE.list && type !== TYPE.tuple) {
      this.at = at;
      this.readValue();
      return this.text ?? (Number.isNaN(this.number) ? null : this.number);
    }
    const items: Plain[] = [];
    for (let left = this.length(1); left > 0; left--) items.push(this.readPlain(depth + 1));
    return items;
  }

  readDict(depth: number): Map<string, Plain> {
    const entries = new Map<string, Plain>();
    for (;;) {
      if (this.byte() === TYPE.null) return entries;
      this.at--;
      const key = this.readPlain(depth + 1);
      entries.set(String(key), this.readPlain(depth + 1));
    }
  }
}
