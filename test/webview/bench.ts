// What the panel costs in the browser at a million rows, beside speedscope with the same million spans, round by round in
// one run: CPU time of the browser's whole process tree, medians. Prints figures beside the design's bars.
import type { Browser, Page } from "playwright-core";
import { TraceModel } from "../../src/trace/model";
import { TraceReader } from "../../src/trace/reader";
import { launchChromium } from "../chromium";
import { answersOf, typeUntil, watchAnswers } from "./answers";
import { type Act, at, costOf, cpuTime, type FrameCost, frameCost, median, memoryOf, objectsOf } from "./costs";
import { closeStand, openPanel, openStand, type Panel, type Stand, scriptSizes, settle } from "./page";
import { starter, storm } from "./samples";
import { openSpeedscope, type Rival } from "./speedscope";
import { begin, eventsShown, finish, play, press as pressTogether, streamOf } from "./stream";

const ROUNDS = 3;
const TASKS = 10_000;

const ZOOM: Act = { kind: "wheel", deltaX: 0, deltaY: -2, ctrlKey: true };
const PAN: Act = { kind: "wheel", deltaX: 30, deltaY: 0, ctrlKey: false };
const SCROLL: Act = { kind: "scroll", by: 90 };
const POINT: Act = { kind: "move" };
const FIT: Act = { kind: "keys", keys: ["w", "0"] };

const SCROLLING = "scroll through the lanes";

const WOKEN = 500;
const OVER_ARROWS = { zoom: ZOOM, scroll: SCROLL, "pointer over it": POINT } as const;

/** The heights of lanes that the key C goes through. */
const HEIGHTS = [30, 18, 8] as const;

/** A point over the lanes, in the panel and in speedscope alike. */
const MIDDLE = [600, 450] as const;

/** Frame costs by what is done; what is said of frames comes in this order. */
const ACTS = [
  ...HEIGHTS.flatMap((height) => [`zoom, lanes of ${height} px`, `pan, lanes of ${height} px`]),
  SCROLLING,
  "pointer over the lanes, with its story",
  "fit everything, key 0",
] as const;

interface Figures {
  readonly load: number[];
  readonly frames: Map<string, FrameCost[]>;
  readonly heap: number[];
  readonly nodes: number[];
}

const figures = (): Figures => ({ load: [], frames: new Map(), heap: [], nodes: [] });

async function measureFrames(browser: Browser, page: Page, what: string, act: Act, to: Figures): Promise<void> {
  const costs = to.frames.get(what) ?? [];
  costs.push(await frameCost(browser, page, MIDDLE, act));
  to.frames.set(what, costs);
}

function line(what: string, ours: string, theirs: string, bar: string): void {
  console.log(`${what.padEnd(50)} ${ours.padStart(16)} ${theirs.padStart(16)}   ${bar}`);
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

/** Sends the bytes that were carried, and lets go of them. */
async function load(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { parts } = window as unknown as { parts: ArrayBuffer[] };
    const send = (data: object) => window.dispatchEvent(new MessageEvent("message", { data }));
    send({ kind: "open", title: "storm.py", live: true, status: { kind: "ended", exitCode: 0 } });
    let offset = 0;
    send({ kind: "size", size: parts.reduce((sum, { byteLength }) => sum + byteLength, 0) });
    for (const bytes of parts.splice(0)) {
      send({ kind: "bytes", offset, bytes });
      offset += bytes.byteLength;
    }
  });
  await settle(page);
}

async function measurePanel(stand: Stand, bytes: Buffer, to: Figures): Promise<void> {
  const { page, close } = await openPanel(stand);
  const { browser } = stand;
  await carry(page, bytes);
  to.load.push(await costOf(browser, () => load(page)));
  await page.locator(".lanes").focus();
  await press(page, "L"); // tasks of one kind are folded until they are asked for
  for (const height of HEIGHTS) {
    await measureFrames(browser, page, `zoom, lanes of ${height} px`, ZOOM, to);
    await press(page, "wwwwww");
    await measureFrames(browser, page, `pan, lanes of ${height} px`, PAN, to);
    if (height === HEIGHTS[0]) {
      await measureFrames(browser, page, SCROLLING, SCROLL, to);
      await measureFrames(browser, page, "pointer over the lanes, with its story", POINT, to);
    }
    await press(page, "0c");
  }
  await measureFrames(browser, page, "fit everything, key 0", FIT, to);
  to.nodes.push(await page.evaluate(() => document.querySelectorAll("*").length));
  const { objects, buffers } = await memoryOf(page);
  to.heap.push((objects + buffers) / 1e6);
  await close();
}

async function measureRival(browser: Browser, rival: Rival, to: Figures): Promise<void> {
  const page = await rival.open(browser);
  to.load.push(await costOf(browser, () => rival.load(page)));
  await measureFrames(browser, page, `zoom, lanes of ${HEIGHTS[0]} px`, ZOOM, to);
  await measureFrames(browser, page, `pan, lanes of ${HEIGHTS[0]} px`, PAN, to);
  const { objects, buffers } = await memoryOf(page);
  to.heap.push((objects + buffers) / 1e6);
  await page.close();
}

async function press(page: Page, keys: string): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
  await settle(page);
}

function tellFrames(what: string, ours: FrameCost[] = [], theirs: FrameCost[] = []): void {
  const cpu = (costs: FrameCost[]) => (costs.length > 0 ? `${median(costs.map(({ cpu }) => cpu)).toFixed(1)} ms` : "");
  line(`${what}: CPU a frame`, cpu(ours), cpu(theirs), ours.length > 0 ? "<= 8 ms" : "");
  if (ours.length === 0 || what === SCROLLING) return; // a scroller tells its page only in the next frame
  const script = ours.flatMap(({ script }) => script); // speedscope draws in the next frame, too
  line(
    "… its script, median and p95",
    `${median(script).toFixed(1)}, ${at(script, 0.95).toFixed(1)} ms`,
    "",
    "p95 <= 16 ms",
  );
}

async function measureBig(stand: Stand): Promise<void> {
  const bytes = storm(TASKS, 25);
  const model = new TraceModel();
  new TraceReader(model).push(bytes);
  const rival = await openSpeedscope(model);
  if (rival === undefined) console.log("speedscope is not installed (npm install): the panel is measured alone");
  line(
    `${model.rows.total.toLocaleString("en")} rows, ${TASKS.toLocaleString("en")} tasks`,
    "Awaitscope",
    "speedscope",
    "",
  );
  const [ours, theirs] = [figures(), figures()];
  for (let round = 0; round < ROUNDS; round++) {
    await measurePanel(stand, bytes, ours);
    if (rival) await measureRival(stand.browser, rival, theirs);
  }
  rival?.close();
  const of = (values: number[], unit: string) => (values.length > 0 ? `${median(values).toFixed(0)} ${unit}` : "");
  line("bytes in the page to complete first paint, CPU", of(ours.load, "ms"), of(theirs.load, "ms"), "<= 400 ms");
  if (rival)
    line("… as a share of speedscope's", `1/${(median(theirs.load) / median(ours.load)).toFixed(0)}`, "", "<= 1/15");
  for (const what of ACTS) tellFrames(what, ours.frames.get(what), theirs.frames.get(what));
  line("heap, array buffers included", of(ours.heap, "MB"), of(theirs.heap, "MB"), "<= 100 MB");
  line("DOM nodes", of(ours.nodes, ""), of(theirs.nodes, ""), "<= 1,500");
}

/** Walks along the program's first lanes to the step that woke all. */
async function selectStarter(page: Page): Promise<void> {
  await press(page, "0");
  await page.keyboard.press("ArrowDown");
  for (let steps = 0; steps < 12; steps++) {
    if ((await told(page)).includes(`wakes ${WOKEN}`)) return;
    await page.keyboard.press("ArrowRight");
    await settle(page);
  }
  throw new Error(`no step that wakes ${WOKEN} was found: ${await told(page)}`);
}

/** The legend of the arrows that are drawn. */
function told(page: Page): Promise<string> {
  return page.evaluate(() => document.querySelector(".arrows")?.textContent ?? "");
}

/** A step that wakes 500 tasks is selected: its arrows lie over each frame. */
async function measureArrows(stand: Stand): Promise<void> {
  const costs = figures();
  for (let round = 0; round < ROUNDS; round++) {
    const { page, close } = await openPanel(stand);
    await carry(page, starter(WOKEN));
    await load(page);
    await page.locator(".lanes").focus();
    await press(page, "L");
    await selectStarter(page);
    for (const [what, act] of Object.entries(OVER_ARROWS))
      await measureFrames(stand.browser, page, `step that wakes ${WOKEN}, ${what}`, act, costs);
    await close();
  }
  for (const [what, frames] of costs.frames) tellFrames(what, frames);
}

/** 50,000 rows a second into the open panel: a task's step makes four rows. */
async function measureLive(stand: Stand): Promise<void> {
  const panel: Panel = await openPanel(stand);
  const stream = streamOf(400, 1, 0.032);
  await begin(panel.page, stream);
  await settle(panel.page);
  await play(panel.page, 30, 32);
  const before = await cpuTime(stand.browser);
  const { append, latency } = await play(panel.page, 150, 32);
  const cpu = ((await cpuTime(stand.browser)) - before) / (150 * 32);
  line(
    "live, 50,000 rows/s: append, median and p95",
    `${median(append).toFixed(1)}, ${at(append, 0.95).toFixed(1)} ms`,
    "",
    "<= 2 ms",
  );
  const shown = `${median(latency).toFixed(0)}, ${at(latency, 0.95).toFixed(0)} ms`;
  line("live: bytes in the page to pixels, median and p95", shown, "", "<= 150 ms (in all)");
  line("live: a processor's share, all processes", `${(cpu * 100).toFixed(0)} %`, "", "");
  await panel.close();
}

/** 200,000 events a second for 10 s, with a key pressed ten times a second. */
async function measureFlood(stand: Stand): Promise<void> {
  const { page, close } = await openPanel(stand);
  const stream = streamOf(1000, 6, 0.03);
  await begin(page, stream);
  await settle(page);
  await watchAnswers(page);
  const messages = Math.ceil(10 / stream.seconds);
  const before = await cpuTime(stand.browser);
  const played = play(page, messages, stream.seconds * 1000);
  const keys = await typeUntil(page, played);
  const { append } = await played;
  const cpu = ((await cpuTime(stand.browser)) - before) / 10_000;
  await finish(page);
  await settle(page);
  const sent = stream.openingRecords + messages * stream.records;
  const answered = await answersOf(page, keys);
  line("200,000 events/s for 10 s: events not shown", `${sent - (await eventsShown(page))} of ${sent}`, "", "0");
  line(
    "… a message of 6,006: median and p95",
    `${median(append).toFixed(1)}, ${at(append, 0.95).toFixed(1)} ms`,
    "",
    "",
  );
  line("… key to its frame, p95 and longest", `${tell(answered, 0.95)}, ${tell(answered, 1)} ms`, "", "<= 100 ms");
  line("… a processor's share, all processes", `${(cpu * 100).toFixed(0)} %`, "", "");
  const { objects, buffers } = await memoryOf(page);
  line(
    "… heap after it, objects and columns",
    `${(objects / 1e6).toFixed(0)}, ${(buffers / 1e6).toFixed(0)} MB`,
    "",
    "",
  );
  await close();
}

/** The browser tells answers from 16 ms on only. */
function tell(answered: readonly number[], share: number): string {
  const value = at(answered, share);
  return value === 0 ? "< 16" : value.toFixed(0);
}

/** The messages of a 30-minute run of 600 events a second, pressed into seconds: what is kept besides columns. */
async function measureLong(stand: Stand): Promise<void> {
  const { page, close } = await openPanel(stand);
  const stream = streamOf(20, 1, 1 / 30);
  const messages = 30 * 60 * 30;
  await begin(page, stream);
  await pressTogether(page, messages / 6);
  const objects = await objectsOf(page);
  const before = await memoryOf(page);
  await pressTogether(page, (messages * 5) / 6);
  await settle(page);
  const after = await memoryOf(page);
  const rows = stream.openingRecords + messages * stream.records * 4;
  const more = ((await objectsOf(page)) - objects) / 1000;
  line("30-minute run, from minute 5 on: objects more", `${more.toFixed(0)} kB`, "", "<= 20 kB");
  const heap = (after.objects - before.objects) / 1000;
  line("… with the script's compiled code", `${heap.toFixed(0)} kB`, "", "");
  line(
    "… DOM nodes, listeners more",
    `${after.nodes - before.nodes}, ${after.listeners - before.listeners}`,
    "",
    "none",
  );
  const columns = `${(after.buffers / 1e6).toFixed(0)} MB`;
  line(
    `… columns of ${(rows / 1e6).toFixed(1)} M rows`,
    columns,
    "",
    `${((rows * 13.125) / 1e6).toFixed(0)} MB, doubling`,
  );
  await close();
}

function measureScript(): void {
  const { first, rest } = scriptSizes();
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  line("webview script, gzipped (minified by npm run bench)", kilobytes(first), "", "<= 60 kB");
  line("… and what is loaded after the lanes", kilobytes(rest), "", "");
}

/** All are measured, or those that the environment variable `PARTS` names (`PARTS=arrows,long`). */
const PARTS: Readonly<Record<string, (stand: Stand) => Promise<void>>> = {
  big: measureBig,
  arrows: measureArrows,
  live: measureLive,
  flood: measureFlood,
  long: measureLong,
};

async function main(): Promise<void> {
  // Speedscope draws by WebGL alone; without a GPU a browser needs leave to compute it.
  const stand = await openStand(() => launchChromium("--enable-unsafe-swiftshader"));
  try {
    console.log(`Chromium ${stand.browser.version()}, medians of ${ROUNDS} rounds`);
    const wanted = process.env.PARTS?.split(",");
    for (const [name, measure] of Object.entries(PARTS)) if (wanted?.includes(name) !== false) await measure(stand);
    measureScript();
  } finally {
    await closeStand(stand);
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
