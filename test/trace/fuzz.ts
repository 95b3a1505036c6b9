// Reads broken traces: each must give a model that does not contradict itself, or a problem that says where it lies,
// soon and in little memory.
import { TraceModel } from "../../src/trace/model";
import { TraceReader } from "../../src/trace/reader";
import { corrupt, generator, type Parts, takeApart } from "./corrupt";
import { askEverything, checkModel } from "./invariants";
import { readRecorded, recorded } from "./recorded";

/** Milliseconds of CPU for one trace of a few kilobytes. */
const LIMIT = 2000;

export interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
  readonly parts: Parts;
}

/** Every trace that was recorded, taken apart. */
export function samples(): Sample[] {
  return recorded().map((name) => {
    const bytes = readRecorded(name);
    return { name, bytes, parts: takeApart(bytes) };
  });
}

export interface Tally {
  read: number;
  /** How many could be read to their end all the same. */
  sound: number;
  slowest: number;
}

/** Breaks samples in turn, from seed `first` on, `rounds` times; asks everything of every `asked`th. */
export function fuzz(all: readonly Sample[], first: number, rounds: number, asked: number): Tally {
  const tally: Tally = { read: 0, sound: 0, slowest: 0 };
  for (let seed = first; seed < first + rounds; seed++) {
    const sample = all[seed % all.length] as Sample;
    const random = generator(seed);
    const broken = corrupt(sample.bytes, sample.parts, random);
    try {
      const began = process.cpuUsage();
      const reader = readInChunks(broken, random, seed % asked === 0);
      const { user, system } = process.cpuUsage(began);
      const took = (user + system) / 1000;
      if (took > LIMIT) throw new Error(`it took ${took.toFixed(0)} ms`);
      tally.read++;
      tally.sound += reader.problem ? 0 : 1;
      tally.slowest = Math.max(tally.slowest, took);
    } catch (error) {
      throw new Error(`${sample.name} broken with seed ${seed}: ${(error as Error).stack}`);
    }
  }
  return tally;
}

function readInChunks(bytes: Buffer, random: () => number, ask: boolean): TraceReader {
  const model = new TraceModel();
  const reader = new TraceReader(model);
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + Math.floor(random() * bytes.length);
    reader.push(bytes.subarray(at, at + length));
    at += length;
  }
  model.pause();
  checkModel({ reader, model }, bytes.length);
  if (ask && model.info) askEverything({ reader, model });
  return reader;
}

/** Reads every prefix of a sample: each is a trace that goes on. Throws at the first one that is not. */
export function readPrefixes({ name, bytes }: Sample, step: number): number {
  let read = 0;
  for (let length = 0; length < bytes.length; length += step, read++) {
    const model = new TraceModel();
    const reader = new TraceReader(model);
    reader.push(bytes.subarray(0, length));
    model.pause();
    if (reader.problem) throw new Error(`${name}: its first ${length} bytes: ${JSON.stringify(reader.problem)}`);
    checkModel({ reader, model }, bytes.length);
  }
  return read;
}
