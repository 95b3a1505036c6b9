// What a page costs: CPU time of the browser's whole process tree, frame by frame, heap, and input to frame.
import type { Browser, Page } from "playwright-core";

interface ProcessInfo {
  processInfo: { id: number; cpuTime: number }[];
}

/** CPU milliseconds, user and system, of all processes of the browser so far. */
export async function cpuTime(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = (await session.send("SystemInfo.getProcessInfo")) as ProcessInfo;
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0) * 1000;
}

/** Waits until the browser does no more than idle: its processes' clocks advance in steps of 10 ms. */
export async function calm(browser: Browser): Promise<void> {
  let last = await cpuTime(browser);
  for (let still = 0; still < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = await cpuTime(browser);
    still = now - last <= 10 ? still + 1 : 0;
    last = now;
  }
}

/** CPU milliseconds from now until `work` is done and the browser is calm again. */
export async function costOf(browser: Browser, work: () => Promise<unknown>): Promise<number> {
  await calm(browser);
  const before = await cpuTime(browser);
  await work();
  await calm(browser);
  return (await cpuTime(browser)) - before;
}

export function median(values: readonly number[]): number {
  return at(values, 0.5);
}

/** The value that `share` of the values do not exceed. */
export function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** What is done in each frame, at a point of the page: a wheel that turns the other way every 20 frames, … */
export type Act =
  | { readonly kind: "wheel"; readonly deltaX: number; readonly deltaY: number; readonly ctrlKey: boolean }
  /** The lanes are scrolled by so many pixels. */
  | { readonly kind: "scroll"; readonly by: number }
  /** The pointer goes about around the point. */
  | { readonly kind: "move" }
  /** The next of these keys is pressed. */
  | { readonly kind: "keys"; readonly keys: readonly string[] };

/** Acts once a frame; the milliseconds of script and layout of each frame. */
export function act(page: Page, [x, y]: Point, what: Act, count: number): Promise<number[]> {
  return page.evaluate(
    async ([x, y, what, count]) => {
      const spent: number[] = [];
      const lanes = document.querySelector(".lanes");
      const one = (frame: number) => {
        const way = frame % 40 < 20 ? 1 : -1;
        const place = { clientX: x, clientY: y, bubbles: true, cancelable: true };
        if (what.kind === "wheel") {
          const turned = { ctrlKey: what.ctrlKey, deltaX: what.deltaX * way, deltaY: what.deltaY * way };
          document.elementFromPoint(x, y)?.dispatchEvent(new WheelEvent("wheel", { ...turned, ...place }));
        } else if (what.kind === "scroll") {
          lanes?.scrollBy(0, what.by * way);
        } else if (what.kind === "move") {
          const at = { ...place, clientX: x - 300 + ((frame * 37) % 600), clientY: y - 200 + ((frame * 53) % 400) };
          document.elementFromPoint(x, y)?.dispatchEvent(new PointerEvent("pointermove", at));
        } else {
          const key = what.keys[frame % what.keys.length] ?? "";
          lanes?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        }
      };
      for (let frame = 0; frame < count; frame++)
        await new Promise<void>((done) => {
          let began = 0;
          requestAnimationFrame(() => {
            began = performance.now();
          });
          one(frame);
          requestAnimationFrame(() => {
            spent.push(performance.now() - began);
            done();
          });
        });
      return spent;
    },
    [x, y, what, count] as const,
  );
}

export type Point = readonly [number, number];

export interface FrameCost {
  /** CPU milliseconds of all processes, a frame. */
  readonly cpu: number;
  /** Milliseconds of the page's own thread, of each frame. */
  readonly script: readonly number[];
}

const FRAMES = 80;

/** What a frame costs while this is done at a point. */
export async function frameCost(browser: Browser, page: Page, point: Point, what: Act): Promise<FrameCost> {
  await act(page, point, what, 40);
  await calm(browser);
  const before = await cpuTime(browser);
  const script = await act(page, point, what, FRAMES);
  return { cpu: ((await cpuTime(browser)) - before) / FRAMES, script };
}

export interface Memory {
  /** Bytes of JavaScript objects after a collection, and of array buffers. */
  readonly objects: number;
  readonly buffers: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** What a heap snapshot says of kinds of nodes: their bytes are `self_size`. */
interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: string[]; readonly node_types: [string[]] } };
  readonly nodes: readonly number[];
}

/** Nodes of a heap snapshot that a program makes: not the engine's compiled code, nor what the browser keeps of its own. */
const MADE = new Set([
  "object",
  "array",
  "closure",
  "string",
  "concatenated string",
  "sliced string",
  "number",
  "bigint",
]);

/** Bytes of what the page's script made and still holds, without array buffers and without its compiled code. */
export async function objectsOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => chunks.push(chunk));
  await session.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  await session.detach();
  const { snapshot, nodes } = JSON.parse(chunks.join("")) as Snapshot;
  const { node_fields, node_types } = snapshot.meta;
  const size = node_fields.indexOf("self_size");
  const made = node_types[0].map((type) => MADE.has(type));
  let bytes = 0;
  for (let at = 0; at < nodes.length; at += node_fields.length)
    if (made[nodes[at] as number]) bytes += nodes[at + size] as number;
  return bytes;
}

export async function memoryOf(page: Page): Promise<Memory> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0 } = (await session.send("Runtime.getHeapUsage")) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  const { nodes, jsEventListeners } = (await session.send("Memory.getDOMCounters")) as {
    nodes: number;
    jsEventListeners: number;
  };
  await session.detach();
  return { objects: usedSize, buffers: backingStorageSize, nodes, listeners: jsEventListeners };
}
