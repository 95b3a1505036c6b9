/**
 * A traced program that goes on although its window was loaded anew: VS Code keeps it, but does not tell of its task. Its
 * trace says which process it is, and grows.
 */
import * as fs from "node:fs/promises";
import { TraceModel } from "./trace/model";
import { TraceReader } from "./trace/reader";

/** As much of a trace as holds its header. */
const HEAD_BYTES = 1 << 16;
/** The tracer writes several times a second where anything happens. */
const GROWTH_MS = 1000;
const WATCH_MS = 500;

export interface Orphan {
  stop(): void;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
}

/**
 * The process that writes `trace`, a file of ours; undefined where there is none, or where it cannot be told from another
 * that got its number: one whose trace grows under our eyes is alive. Never throws.
 */
export async function findOrphan(trace: string): Promise<Orphan | undefined> {
  try {
    const pid = await processOf(trace);
    if (pid === undefined || !isAlive(pid)) return undefined;
    const { size } = await fs.stat(trace);
    await pause(GROWTH_MS);
    if ((await fs.stat(trace)).size === size || !isAlive(pid)) return undefined;
    return { stop: () => signal(pid, "SIGTERM"), ended: goneOf(pid) };
  } catch {
    return undefined; // the file is gone
  }
}

async function processOf(trace: string): Promise<number | undefined> {
  const handle = await fs.open(trace, "r");
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const reader = new TraceReader(new TraceModel());
    reader.push(buffer.subarray(0, bytesRead));
    const pid = reader.header?.pid ?? 0;
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } finally {
    await handle.close();
  }
}

async function goneOf(pid: number): Promise<void> {
  while (isAlive(pid)) await pause(WATCH_MS);
}

function isAlive(pid: number): boolean {
  return signal(pid, 0);
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
