// What the panel costs in the browser at a million rows: CPU time of the browser's whole process tree, and the page's own
// frame time. Prints figures beside the design's bars.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { root } from "../root";
import { closeStand, openPanel, openStand, settle } from "./page";
import { storm } from "./samples";

const FRAMES = 120;

/** What one turn of the wheel is; its direction changes every 20 frames. */
interface Turn {
  deltaX: number;
  deltaY: number;
  ctrlKey: boolean;
}

interface ProcessInfo {
  processInfo: { id: number; cpuTime: number }[];
}

/** CPU seconds of all processes of the browser so far. */
async function cpuTime(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = (await session.send("SystemInfo.getProcessInfo")) as ProcessInfo;
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

function line(what: string, value: string, bar: string): void {
  console.log(`${what.padEnd(58)} ${value.padStart(14)}   ${bar}`);
}

/** Keeps the bytes in the page, so that carrying them there is not measured. */
async function carry(page: Page, bytes: Buffer): Promise<void> {
  await page.evaluate(() => Object.assign(window, { parts: [] }));
  for (let at = 0; at < bytes.length; at += 1 << 20)
    await page.evaluate(
      (text) => {
        const { parts } = window as unknown as { parts: ArrayBuffer[] };
        parts.push(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);
      },
      bytes.subarray(at, at + (1 << 20)).toString("base64"),
    );
}

async function load(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { parts } = window as unknown as { parts: ArrayBuffer[] };
    const send = (data: object) => window.dispatchEvent(new MessageEvent("message", { data }));
    send({ kind: "open", title: "storm.py", live: true, status: { kind: "ended", exitCode: 0 } });
    let offset = 0;
    for (const bytes of parts) {
      send({ kind: "bytes", offset, bytes });
      offset += bytes.byteLength;
    }
  });
  await settle(page);
}

/** One wheel event a frame; returns the script's milliseconds of each frame. */
function frames(page: Page, wheel: Turn, count: number): Promise<number[]> {
  return page.evaluate(
    async ([wheel, count]) => {
      const lanes = document.querySelector(".lanes");
      const spent: number[] = [];
      for (let frame = 0; frame < count; frame++)
        await new Promise<void>((done) => {
          let began = 0;
          requestAnimationFrame(() => {
            began = performance.now();
          });
          const way = frame % 40 < 20 ? 1 : -1;
          const turned = { ctrlKey: wheel.ctrlKey, deltaX: wheel.deltaX * way, deltaY: wheel.deltaY * way };
          lanes?.dispatchEvent(new WheelEvent("wheel", { ...turned, bubbles: true, cancelable: true }));
          requestAnimationFrame(() => {
            spent.push(performance.now() - began);
            done();
          });
        });
      return spent;
    },
    [wheel, count] as const,
  );
}

async function measureFrames(browser: Browser, page: Page, what: string, wheel: Turn): Promise<void> {
  await frames(page, wheel, 20);
  const before = await cpuTime(browser);
  const spent = (await frames(page, wheel, FRAMES)).sort((a, b) => a - b);
  const cpu = ((await cpuTime(browser)) - before) * 1000;
  const at = (share: number) => (spent[Math.floor(spent.length * share)] ?? 0).toFixed(1);
  line(`${what}: CPU of all processes a frame`, `${(cpu / FRAMES).toFixed(1)} ms`, "<= 8 ms");
  line(`${what}: script a frame, median and p95`, `${at(0.5)}, ${at(0.95)} ms`, "p95 <= 16 ms");
}

async function main(): Promise<void> {
  const stand = await openStand();
  try {
    const panel = await openPanel(stand);
    const { page } = panel;
    await carry(page, storm(10_000, 25));
    const before = await cpuTime(stand.browser);
    await load(page);
    line(
      "1,000,000 rows, 10,000 lanes: bytes to first paint",
      `${(((await cpuTime(stand.browser)) - before) * 1000).toFixed(0)} ms`,
      "<= 400 ms CPU",
    );
    await measureFrames(stand.browser, page, "zoom, nearly all in sight", { deltaX: 0, deltaY: -2, ctrlKey: true });
    await page.locator(".lanes").focus();
    for (let turn = 0; turn < 6; turn++) await page.keyboard.press("w");
    await measureFrames(stand.browser, page, "pan, zoomed in", { deltaX: 30, deltaY: 0, ctrlKey: false });
    const session = await page.context().newCDPSession(page);
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize, backingStorageSize = 0 } = (await session.send("Runtime.getHeapUsage")) as {
      usedSize: number;
      backingStorageSize?: number;
    };
    const carried = storm(10_000, 25).length;
    line(
      "heap, array buffers included, without the bytes sent",
      `${((usedSize + backingStorageSize - carried) / 1e6).toFixed(0)} MB`,
      "<= 100 MB",
    );
    line("DOM nodes", `${await page.evaluate(() => document.querySelectorAll("*").length)}`, "<= 1,500");
    const script = gzipSync(readFileSync(join(root, "dist", "webview.js")), { level: 9 }).length;
    line("webview script, gzipped (minified with --production)", `${(script / 1000).toFixed(1)} kB`, "<= 60 kB");
  } finally {
    await closeStand(stand);
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
