// Writes trace files for tests, as the tracer does: marshal version 2, written from the format's definition alone.

/** How records lie in the files written here: name -> code and fields. `step` has no code. */
export const LAYOUT: Readonly<Record<string, readonly (number | string)[]>> = {
  step: [0, "task", "time", "site", "ready"],
  poll: [-1, "time"],
  wakeups: [-2, "time", "io", "ready"],
  callback: [-3, "time", "site", "ready"],
  skipped: [-4],
  task: [-5, "time", "task", "name", "site"],
  eager: [-6, "time", "task", "site"],
  site: [-7, "site", "parent", "code", "line", "endLine", "column", "endColumn", "what"],
  code: [-8, "code", "file", "name", "firstLine"],
  waits: [-9, "object"],
  due: [-10, "time"],
  error: [-11, "type", "text"],
  foreign: [-12, "thread"],
  thread: [-13, "ident", "name"],
  run: [-14, "time", "loop", "class", "ready"],
  rest: [-15, "time", "loop"],
  close: [-16, "time", "loop"],
  lost: [-17, "count"],
  note: [-18, "kind", "text"],
  end: [-19, "time"],
  name: [-20, "task", "name"],
  at: [-21, "object"],
  part: [-22, "object", "part"],
  take: [-23, "object", "waiter"],
  give: [-24, "object"],
  cancel: [-25, "task", "site"],
  cancelled: [-26, "asked"],
  timer: [-27, "due", "object", "site"],
  job: [-28, "object", "job", "site"],
  jobStart: [-29, "time", "job"],
  jobEnd: [-30, "time", "job"],
  sample: [-31, "time", "task", "site"],
  trouble: [-32, "time", "kind", "task", "text", "file", "line"],
  child: [-33, "time", "pid", "path"],
  picked: [-34, "place"],
  parent: [-35, "task", "parent"],
  scope: [-36, "object", "due"],
  timerOff: [-37, "object"],
  late: [-38, "time", "task", "site"],
  queue: [-39, "object"],
  put: [-40, "object"],
  got: [-41, "object"],
};

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value } | Seconds | Tuple;

/** A number written as a double, whatever its value. */
export class Seconds {
  constructor(readonly value: number) {}
}

class Tuple {
  constructor(readonly items: Value[]) {}
}

/** A record: its name, then its fields in LAYOUT order. */
export type Record_ = readonly [string, ...(number | string)[]];

/** `marshal.dumps(value, 2)`. */
export function marshal(value: Value): Buffer {
  if (value === null) return Buffer.from("N");
  if (typeof value === "boolean") return Buffer.from(value ? "T" : "F");
  if (typeof value === "string") {
    const text = Buffer.from(value, "utf8");
    return Buffer.concat([Buffer.from("u"), int32(text.length), text]);
  }
  if (typeof value === "number") return Number.isInteger(value) ? marshalInt(value) : marshalDouble(value);
  if (value instanceof Seconds) return marshalDouble(value.value);
  if (value instanceof Tuple)
    return Buffer.concat([Buffer.from("("), int32(value.items.length), ...value.items.map(marshal)]);
  if (Array.isArray(value)) return Buffer.concat([Buffer.from("["), int32(value.length), ...value.map(marshal)]);
  const entries = Object.entries(value).flatMap(([key, item]) => [marshal(key), marshal(item)]);
  return Buffer.concat([Buffer.from("{"), ...entries, Buffer.from("0")]);
}

function marshalInt(value: number): Buffer {
  if (value >= -0x80000000 && value <= 0x7fffffff) return Buffer.concat([Buffer.from("i"), int32(value)]);
  const digits: Buffer[] = [];
  for (let rest = Math.abs(value); rest > 0; rest = Math.floor(rest / 32768)) {
    const digit = Buffer.alloc(2);
    digit.writeUInt16LE(rest % 32768);
    digits.push(digit);
  }
  return Buffer.concat([Buffer.from("l"), int32(value < 0 ? -digits.length : digits.length), ...digits]);
}

function marshalDouble(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.write("g");
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

/** One frame around a payload. */
export function frame(payload: Buffer): Buffer {
  return Buffer.concat([int32(payload.length), payload]);
}

/** The magic line and the header frame. `changes` replace keys of the header. */
export function head(changes: { [key: string]: Value } = {}): Buffer {
  const header: Value = {
    version: 1,
    python: "3.13.0",
    implementation: "CPython",
    platform: "linux",
    pid: 4711,
    script: "/srv/you/app.py",
    cwd: "/srv/you",
    wall: new Seconds(1_700_000_000),
    clock: new Seconds(0),
    records: LAYOUT as unknown as Value,
    ...changes,
  };
  return Buffer.concat([Buffer.from("awaitscope 1\n"), frame(marshal(header))]);
}

/** One frame of records of a stream. */
export function values(stream: number, records: readonly Record_[]): Buffer {
  const list = records.flatMap(encodeRecord);
  return frame(marshal(new Tuple([stream, list])));
}

function encodeRecord([name, ...given]: Record_): Value[] {
  const [code, ...fields] = LAYOUT[name] ?? [];
  if (code === undefined || fields.length !== given.length) throw new Error(`wrong record ${name}`);
  const list = given.map((value, field) =>
    fields[field] === "time" || fields[field] === "due" ? new Seconds(value as number) : value,
  );
  return name === "step" ? list : [code, ...list];
}

/** A whole file of one stream. */
export function trace(...records: readonly Record_[]): Buffer {
  return Buffer.concat([head(), values(0, records)]);
}
