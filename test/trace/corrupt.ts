// Breaks traces: as bytes, as frames and as values, so that what comes out looks more or less like a trace still.
import { frame, marshal, Seconds, type Value } from "./encode";

/** Random numbers from 0 to 1; the same ones for the same seed, so that a failure can be repeated. Mulberry32. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A trace taken apart: magic and header, then frames, whose values are still encoded. */
export interface Parts {
  readonly head: Buffer;
  readonly frames: readonly Frame[];
}

interface Frame {
  readonly stream: Buffer;
  readonly values: readonly Buffer[];
}

/** Takes a sound trace apart; an incomplete last frame is left out. */
export function takeApart(bytes: Buffer): Parts {
  const first = bytes.indexOf("\n") + 1;
  let at = first + 4 + bytes.readUInt32LE(first);
  const head = bytes.subarray(0, at);
  const frames: Frame[] = [];
  while (at + 4 <= bytes.length && at + 4 + bytes.readUInt32LE(at) <= bytes.length) {
    const end = at + 4 + bytes.readUInt32LE(at);
    const values: Buffer[] = [];
    const stream = valueAt(bytes, at + 9); // behind the frame's length, and the tuple's type and length
    for (let next = at + 9 + stream.length + 5; next < end; next += (values.at(-1) as Buffer).length)
      values.push(valueAt(bytes, next));
    frames.push({ stream, values });
    at = end;
  }
  return { head, frames };
}

function valueAt(bytes: Buffer, at: number): Buffer {
  const sizes: Record<string, number> = { i: 5, g: 9, N: 1, T: 1, F: 1 };
  const type = String.fromCharCode(bytes[at] as number);
  const length = bytes.readInt32LE(at + 1);
  return bytes.subarray(at, at + (sizes[type] ?? 5 + (type === "l" ? 2 * Math.abs(length) : length)));
}

export function putTogether({ head, frames }: Parts): Buffer {
  return Buffer.concat([head, ...frames.map(encodeFrame)]);
}

function encodeFrame({ stream, values }: Frame): Buffer {
  const sizes = Buffer.alloc(10);
  sizes.write("(");
  sizes.writeInt32LE(2, 1);
  sizes.write("[", 5);
  sizes.writeInt32LE(values.length, 6);
  return frame(Buffer.concat([sizes.subarray(0, 5), stream, sizes.subarray(5), ...values]));
}

/** The trace, broken in one to four places. */
export function corrupt(bytes: Buffer, parts: Parts, random: () => number): Buffer {
  const pick = (length: number) => Math.floor(random() * length);
  const frames = parts.frames.map((one) => ({ ...one }));
  const isStructural = random() < 0.6 && frames.length > 0;
  if (isStructural) for (let change = 1 + pick(4); change > 0; change--) breakFrames(frames, pick);
  let broken = isStructural ? putTogether({ head: parts.head, frames }) : Buffer.from(bytes);
  if (!isStructural || random() < 0.1)
    for (let change = 1 + pick(4); change > 0; change--) broken = breakBytes(broken, pick);
  return broken;
}

type Pick = (length: number) => number;

function breakBytes(bytes: Buffer, pick: Pick): Buffer {
  const at = pick(bytes.length);
  const some = Buffer.from(Array.from({ length: 1 + pick(8) }, () => pick(256)));
  switch (pick(6)) {
    case 0:
      bytes[at] = (bytes[at] as number) ^ (1 << pick(8));
      return bytes;
    case 1:
      bytes[at] = some[0] as number;
      return bytes;
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), some, bytes.subarray(at)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + some.length)]);
    default:
      if (at + 8 > bytes.length) return bytes;
      if (pick(2)) bytes.writeInt32LE([0x7fffffff, -1, 0, 0x00ffffff][pick(4)] as number, at);
      else bytes.writeDoubleLE([Number.NaN, Number.POSITIVE_INFINITY, -1, 1e308][pick(4)] as number, at);
      return bytes;
  }
}

function breakFrames(frames: Frame[], pick: Pick): void {
  const at = pick(frames.length);
  const here = frames[at] as Frame;
  const other = pick(frames.length);
  switch (pick(9)) {
    case 0: // removed
      if (frames.length > 1) frames.splice(at, 1);
      return;
    case 1: // repeated
      frames.splice(other, 0, here);
      return;
    case 2: // moved
      frames.splice(other, 0, ...frames.splice(at, 1));
      return;
    case 3: // another thread's
      frames[at] = { ...here, stream: marshal(pick(3)) };
      return;
    default:
      frames[at] = { ...here, values: breakValues([...here.values], pick) };
  }
}

function breakValues(values: Buffer[], pick: Pick): Buffer[] {
  const at = pick(values.length);
  const value = values[at];
  if (value === undefined) return values;
  const other = values[pick(values.length)] as Buffer;
  switch (pick(8)) {
    case 0:
      values.splice(at, 1 + pick(6));
      return values;
    case 1:
      values.splice(at, 0, ...values.slice(at, at + 1 + pick(6)));
      return values;
    case 2:
      values[at] = other;
      return values;
    case 3:
      values[at] = marshal(strange(pick));
      return values;
    case 4:
      values[at] = nested(pick);
      return values;
    default: // something of the same type: what a reader's own checks let through
      values[at] = alike(value, pick);
      return values;
  }
}

function alike(value: Buffer, pick: Pick): Buffer {
  if (value[0] === 0x69) {
    const number = value.readInt32LE(1);
    return marshal([number + 1, number - 1, -number, pick(40) - 4, 2 ** 31 - 1, -(2 ** 31), 0][pick(7)] as number);
  }
  if (value[0] === 0x67) {
    const number = value.readDoubleLE(1);
    return marshal(
      new Seconds([number + 1, number - 1, 0, number * 1e6, 1e11, 1e-300, number + 1e-9][pick(7)] as number),
    );
  }
  if (value[0] === 0x6c) return marshal([2 ** 52, 2 ** 40 + pick(1e6), -(2 ** 40)][pick(3)] as number);
  return marshal(
    ["", "asyncio.Lock.acquire", "Task.cancel", "yield", "\u001b[2J\u202e", "x".repeat(5000)][pick(6)] ?? "",
  );
}

const STRANGE: readonly Value[] = [
  new Seconds(Number.NaN),
  new Seconds(Number.NEGATIVE_INFINITY),
  new Seconds(-1e-3),
  new Seconds(1e308),
  new Seconds(999_999_999_999),
  -1,
  -40,
  2 ** 53,
  null,
  true,
  "",
  "text",
  "🎉".repeat(2000),
];

function strange(pick: Pick): Value {
  return STRANGE[pick(STRANGE.length)] as Value;
}

/** A list, tuple or dict where a flat value belongs, deep at times. */
function nested(pick: Pick): Buffer {
  let value: Value = pick(2) ? [1, "x"] : { a: [1] };
  for (let depth = pick(200); depth > 0; depth--) value = [value];
  return marshal(value);
}
