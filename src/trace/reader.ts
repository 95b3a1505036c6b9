// Reads a trace file (format.ts) from bytes as they arrive, and delivers its records.

import {
  type FieldType,
  type Numbers,
  RECORDS,
  type RecordShape,
  type Texts,
  type TraceEvents,
  type TraceHeader,
} from "./format";
import { Damage, MarshalReader, type Plain, TYPE } from "./marshal";
import { STREAMS } from "./processes";

const MAGIC = "awaitscope ";
const VERSION = 1;
const FRAME_HEAD = 4;
const MAX_FRAME = 64 * 1024 * 1024;
const MAX_FIELDS = 32;
const MAX_CODES = 1024;
/** perf_counter seconds beyond this are damage (30,000 years). */
const MAX_TIME = 1e12;

/** Why a file cannot be read on. Everything before the problem counts. */
export type TraceProblem =
  | { kind: "not-a-trace" }
  | { kind: "newer"; version: string }
  | { kind: "unrelated" }
  | { kind: "damaged"; offset: number; reason: string };

/** The problem as one sentence for people. */
export function describeProblem(problem: TraceProblem): string {
  switch (problem.kind) {
    case "not-a-trace":
      return "This is not an Awaitscope trace: it does not start with “awaitscope 1”.";
    case "newer":
      return `This trace has format version ${problem.version}; this Awaitscope reads version ${VERSION}. Update Awaitscope to open it.`;
    case "unrelated":
      return "This trace is of another program.";
    case "damaged":
      return `The trace is damaged at byte ${problem.offset}: ${problem.reason}. Everything before that byte is shown.`;
  }
}

/** Whether a file with this header is to be read. */
export type Accept = (header: TraceHeader) => boolean;

/** How one record lies in this file: for each field in file order, the slot it is delivered in (-1: ignored). */
interface Layout {
  slots: Int8Array;
  types: (FieldType | undefined)[];
  shape: RecordShape | undefined;
}

/**
 * Reads a trace file from chunks of bytes cut anywhere and delivers its events as soon as their frame is complete.
 * Never throws for what is in the file: a file that cannot be read on leaves `problem` set and further bytes ignored.
 */
export class TraceReader {
  /** Set once the file cannot be read on. */
  problem: TraceProblem | undefined;
  /** Set once the first frame is read. */
  header: TraceHeader | undefined;
  /** Bytes taken so far: the offset of the next byte to push. */
  received = 0;
  /** Records delivered. */
  records = 0;
  /** Records of unknown names that were skipped. */
  skipped = 0;

  private pending = new Uint8Array(0);
  private pendingLength = 0;
  private started = false;

  private readonly value = new MarshalReader();
  private step: Layout | undefined;
  private readonly layouts: (Layout | undefined)[] = [];
  private readonly numbers = new Float64Array(8) as unknown as Numbers & Float64Array;
  private readonly texts: Texts & string[] = ["", "", "", "", "", "", "", ""];

  /**
   * @param process its number, where the files of several processes are read into one model
   * @param accept whether the file belongs there
   */
  constructor(
    private readonly to: TraceEvents,
    private readonly process = 0,
    private readonly accept: Accept = () => true,
  ) {}

  /** True while the bytes so far end inside a frame, or before the header: the file goes on, or is truncated. */
  get incomplete(): boolean {
    return this.problem === undefined && (this.header === undefined || this.pendingLength > 0);
  }

  /** Takes the next bytes of the file. Shape: of whatever length; the reader keeps no reference to `chunk`. */
  push(chunk: Uint8Array): void {
    const start = this.received - this.pendingLength;
    this.received += chunk.length;
    if (this.problem !== undefined || chunk.length === 0) return;
    const buffer = this.pendingLength === 0 ? chunk : this.append(chunk);
    let used = 0;
    try {
      used = this.consume(buffer);
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      this.problem = { kind: "damaged", offset: start + error.at, reason: error.reason };
    }
    this.keep(this.problem === undefined ? buffer.subarray(used) : buffer.subarray(0, 0));
  }

  private append(chunk: Uint8Array): Uint8Array {
    const length = this.pendingLength + chunk.length;
    if (length > this.pending.length) {
      const grown = new Uint8Array(Math.max(length, this.pending.length * 2, 4096));
      grown.set(this.pending.subarray(0, this.pendingLength));
      this.pending = grown;
    }
    this.pending.set(chunk, this.pendingLength);
    this.pendingLength = length;
    return this.pending.subarray(0, length);
  }

  private keep(rest: Uint8Array): void {
    if (rest.length === 0) this.pending = new Uint8Array(0);
    else if (rest.buffer === this.pending.buffer)
      this.pending.copyWithin(0, rest.byteOffset, rest.byteOffset + rest.length);
    else this.pending = rest.slice();
    this.pendingLength = rest.length;
  }

  /** Reads every complete frame of `buffer`; returns how many bytes that took. */
  private consume(buffer: Uint8Array): number {
    const { value } = this;
    value.open(buffer);
    let used = this.started ? 0 : this.readMagic(buffer);
    while (this.started && this.problem === undefined && buffer.length - used >= FRAME_HEAD) {
      const length = value.view.getUint32(used, true);
      if (length < 1 || length > MAX_FRAME) throw new Damage(used, `a frame of ${length} bytes`);
      const end = used + FRAME_HEAD + length;
      if (end > buffer.length) break;
      value.at = used + FRAME_HEAD;
      value.limit = end;
      if (this.header === undefined) this.readHeader();
      else this.readFrame();
      if (value.at !== end) throw new Damage(value.at, "bytes left over at the end of a frame");
      used = end;
    }
    return used;
  }

  private readMagic(buffer: Uint8Array): number {
    const head = String.fromCharCode(...buffer.subarray(0, MAGIC.length + 8));
    const line = /^awaitscope ([0-9]{1,6})\n/.exec(head);
    if (line !== null && Number(line[1]) !== VERSION) this.problem = { kind: "newer", version: line[1] ?? "" };
    else if (line !== null) this.started = true;
    else if (!/^[0-9]{0,6}$/.test(head.slice(MAGIC.length)) || !MAGIC.startsWith(head.slice(0, MAGIC.length)))
      this.problem = { kind: "not-a-trace" };
    return this.started && line !== null ? line[0].length : 0;
  }

  private readHeader(): void {
    const start = this.value.at;
    const value = this.value.readPlain(0);
    if (!(value instanceof Map)) throw new Damage(start, "the header is not a dict");
    const records = value.get("records");
    if (!(records instanceof Map)) throw new Damage(start, "the header defines no records");
    for (const [name, fields] of records) this.addLayout(name, fields, start);
    const text = (key: string) => asText(value.get(key));
    const number = (key: string) => asNumber(value.get(key));
    const clock = number("clock");
    this.header = {
      version: number("version"),
      python: text("python"),
      implementation: text("implementation"),
      platform: text("platform"),
      pid: number("pid"),
      script: text("script"),
      cwd: text("cwd"),
      wall: number("wall"),
      clock: clock >= 0 && clock < MAX_TIME ? clock : 0,
      ...(value.has("parent") && { parent: number("parent"), parentTrace: text("parentTrace") }),
    };
    if (this.accept(this.header)) this.to.header(this.header, this.process);
    else this.problem = { kind: "unrelated" };
  }

  private addLayout(name: string, definition: Plain, at: number): void {
    if (!Array.isArray(definition) || definition.length > MAX_FIELDS)
      throw new Damage(at, `the header defines record ${JSON.stringify(name)} wrongly`);
    const shape = Object.hasOwn(RECORDS, name) ? RECORDS[name] : undefined;
    const known = Object.entries(shape?.fields ?? {});
    const fields = definition.filter((field) => typeof field === "string");
    const slots = fields.map((field) => known.findIndex(([key]) => key === field));
    const missing = known.find(([key]) => !fields.includes(key));
    if (missing) throw new Damage(at, `record ${JSON.stringify(name)} lacks the field ${missing[0]}`);
    const types = slots.map((slot) => known[slot]?.[1]);
    const layout: Layout = { slots: Int8Array.from(slots), types, shape };
    if (name === "step") {
      if (fields[0] !== "task") throw new Damage(at, "the step record does not start with its task");
      this.step = layout;
      return;
    }
    const code = definition[0];
    if (typeof code !== "number" || !Number.isInteger(code) || code >= 0 || code <= -MAX_CODES)
      throw new Damage(at, `record ${JSON.stringify(name)} has no code`);
    this.layouts[-code] = layout;
  }

  /** One (stream, values) frame: delivers its records. */
  private readFrame(): void {
    const start = this.value.at;
    if (this.value.byte() !== TYPE.tuple || this.value.length(1) !== 2)
      throw new Damage(start, "a frame that is not (stream, values)");
    const stream = this.value.readNumber();
    if (!Number.isInteger(stream) || stream < 0 || stream >= STREAMS) throw new Damage(start, "a wrong stream number");
    const list = this.value.at;
    if (this.value.byte() !== TYPE.list) throw new Damage(list, "a frame without a list of values");
    let left = this.value.length(1);
    const number = this.process * STREAMS + stream;
    while (left > 0) left -= this.readRecord(number, left);
  }

  /** Delivers one record; returns how many values it took. */
  private readRecord(stream: number, left: number): number {
    const start = this.value.at;
    const first = this.value.readNumber();
    const isStep = first >= 0;
    const layout = isStep ? this.step : this.layouts[-first];
    if (layout === undefined || !Number.isInteger(first))
      throw new Damage(start, `a record with the unknown code ${first}`);
    const { slots, types } = layout;
    const count = isStep ? slots.length : slots.length + 1;
    if (count > left) throw new Damage(start, "a record that its list cuts off");
    if (isStep) this.numbers[0] = first;
    for (let field = isStep ? 1 : 0; field < slots.length; field++) {
      const at = this.value.at;
      this.value.readValue();
      const slot = slots[field] as number;
      if (slot >= 0) this.store(slot, types[field], at);
    }
    if (layout.shape === undefined) this.skipped++;
    else {
      this.records++;
      layout.shape.deliver(this.to, stream, this.numbers, this.texts);
    }
    return count;
  }

  /** Puts the value just read into its slot after checking its type. */
  private store(slot: number, type: FieldType | undefined, at: number): void {
    if (type === "text" || type === "name") {
      if (this.value.text !== undefined) this.texts[slot as 0] = this.value.text;
      else if (type === "name" && Number.isInteger(this.value.number))
        this.texts[slot as 0] = `Task-${this.value.number}`;
      else throw new Damage(at, "a number where a text belongs");
      return;
    }
    const value = this.value.number;
    if (this.value.text !== undefined) throw new Damage(at, "a text where a number belongs");
    if (type === "time" && !(value >= 0 && value < MAX_TIME)) throw new Damage(at, "a wrong time");
    if (type === "int" && !Number.isInteger(value)) throw new Damage(at, "a wrong number");
    this.numbers[slot as 0] = value;
  }
}

function asText(value: Plain | undefined): string {
  return typeof value === "string" ? value : "";
}

function asNumber(value: Plain | undefined): number {
  return typeof value === "number" ? value : 0;
}
