// What reading and asking costs, in CPU time of this process. Run with --expose-gc; prints figures beside the design's bars.

import { measure } from "../../src/trace/measure";
import { TraceModel } from "../../src/trace/model";
import { momentOf } from "../../src/trace/moment";
import { TraceReader } from "../../src/trace/reader";
import { hit } from "../../src/webview/hit";
import { PanelState } from "../../src/webview/state";
import { storm } from "../webview/samples";

const CHUNK = 1 << 20;

function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function line(what: string, value: string, bar: string): void {
  console.log(`${what.padEnd(58)} ${value.padStart(14)}   ${bar}`);
}

function read(bytes: Uint8Array, model: TraceModel): TraceReader {
  const reader = new TraceReader(model);
  for (let at = 0; at < bytes.length; at += CHUNK) reader.push(bytes.subarray(at, at + CHUNK));
  return reader;
}

function heap(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const bytes = storm(10_000, 25);
const before = heap();
const model = new TraceModel();
const first = cpu(() => read(bytes, model));
const kept = (heap() - before) / 1e6;
const again = median([1, 2, 3, 4, 5].map(() => cpu(() => read(bytes, new TraceModel()))));
const silent = new Proxy({} as TraceModel, { get: () => () => undefined });
const values = model.loops.reduce((sum, { steps }) => sum + steps * 4, 0);
const parsing = median([1, 2, 3, 4, 5].map(() => cpu(() => read(bytes, silent))));
line(`rows of ${model.tasks.length} tasks`, `${model.rows.total}`, "");
line("read and fold, first time", `${first.toFixed(0)} ms`, "of <= 400 ms to first paint");
line("read and fold, median of 5", `${again.toFixed(0)} ms`, "");
line("read only", `${(values / parsing / 1000).toFixed(1)} M values/s`, ">= 10 M");
line("kept in memory", `${kept.toFixed(0)} MB`, "<= 100 MB");

const times = Array.from({ length: 21 }, (_, at) => model.start + ((model.last - model.start) * at) / 20);
const anyTime = Array.from({ length: 210 }, (_, at) => times[(at * 8) % 21] as number);
line(
  "state of every task at a time, in the table's order",
  `${median(anyTime.map((time) => cpu(() => momentOf(model, time)))).toFixed(2)} ms`,
  "<= 1 ms",
);

const state = new PanelState(
  () => undefined,
  () => 0,
);
state.receive({ kind: "open", title: "storm", live: false, status: { kind: "ended", exitCode: 0 } });
state.receive({ kind: "bytes", offset: 0, bytes: new Uint8Array(bytes).buffer });
state.resize(1000, 700);
const scene = state.scene.value;
const hits = cpu(() => {
  for (let at = 0; at < 10_000; at++) hit(scene, at % 1000, 30 + (at % 660));
});
line("hit test", `${((hits / 10_000) * 1000).toFixed(1)} µs`, "<= 100 µs");
line(
  "totals of the whole range",
  `${median(times.map(() => cpu(() => measure(model, model.start, model.last, model.last)))).toFixed(1)} ms`,
  "",
);
