// The built panel in headless Chromium, under the host's policy and in the editor's themes: what a person sees and does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { AXIS_HEIGHT, LANE_HEIGHT } from "../../src/webview/hit";
import { root } from "../root";
import { exact, opener, type Panel, scriptSizes, setTheme, settle, showTrace } from "./page";
import { APP, crawler, file, HOSTILE_NAMES, hostile, storm } from "./samples";
import { THEMES } from "./themes";

const SHOTS = join(root, "out", "screenshots");
const TRACE = file(crawler());

describe("panel", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  const shot = (name: string) => panel.page.screenshot({ path: join(SHOTS, `panel-${name}.png`) });

  for (const { name: theme } of THEMES)
    it(`is readable and accessible in ${theme}`, async () => {
      panel = await openPanel({ theme });
      await showTrace(panel, TRACE);
      await shot(`${theme}-overview`);
      assert.deepEqual(await violations(panel.page), []);
      await click(panel.page, 5, 0.48);
      await shot(`${theme}-selected`);
      assert.deepEqual(await violations(panel.page), []);
      await panel.page.setViewportSize({ width: 600, height: 800 });
      await settle(panel.page);
      await shot(`${theme}-narrow`);
      assert.deepEqual(await violations(panel.page), []);
      assert.equal(await overflow(panel.page), 0, "nothing sticks out at 600 px");
    });

  it("says hello, then asks for the trace from its start", async () => {
    panel = await openPanel();
    assert.deepEqual(await panel.sent(), [{ kind: "hello" }]);
    await showTrace(panel, TRACE);
    assert.deepEqual((await panel.sent())[1], { kind: "from", offset: 0 });
  });

  it("draws a lane for every task, nested under its maker, in the colours of its states", async () => {
    panel = await openPanel();
    await showTrace(panel, TRACE);
    assert.deepEqual(await names(panel.page), [
      "loop MainThread",
      "Task-1 main",
      "  fetch-1 fetch",
      "  fetch-2 fetch",
      "  fetch-3 fetch",
      "  fetch-4 fetch",
      "  parse-0 parse",
    ]);
    assert.equal(await color(panel.page, 6, 0.7), "running");
    assert.equal(await color(panel.page, 3, 0.5), "suspended");
    assert.equal(await color(panel.page, 0, 0.7), "blocked");
    assert.equal(await color(panel.page, 4, 1.3), "none");
    assert.match(await textOf(panel.page, ".status"), /65 events · none dropped · Python 3.13.0 · exit status 0/);
  });

  it("grows while the program runs", async () => {
    panel = await openPanel();
    await panel.post({ kind: "open", title: "crawler.py", live: true, status: { kind: "running" } });
    await settle(panel.page);
    assert.match(await textOf(panel.page, ".face"), /Waiting for the first event…/);
    const third = Math.floor(TRACE.length * 0.8);
    await panel.post({ kind: "bytes", offset: 0, bytes: exact(TRACE.subarray(0, third)) });
    await settle(panel.page);
    await shot("live");
    const early = (await names(panel.page)).length;
    assert.ok(early >= 2, `${early} lanes`);
    const before = await textOf(panel.page, ".toolbar .about");
    await panel.page.waitForFunction((text) => document.querySelector(".toolbar .about")?.textContent !== text, before);
    await panel.post({ kind: "bytes", offset: third, bytes: exact(TRACE.subarray(third)) });
    await panel.post({ kind: "status", status: { kind: "ended", exitCode: 3 } });
    await settle(panel.page);
    assert.equal((await names(panel.page)).length, 7);
    assert.match(await textOf(panel.page, ".toolbar"), /exit 3 · 1\.42 s/);
  });

  it("stops and runs again through the host", async () => {
    panel = await openPanel();
    await panel.post({ kind: "open", title: "crawler.py", live: true, status: { kind: "running" } });
    await panel.page.getByRole("button", { name: "Stop" }).click();
    await panel.post({ kind: "status", status: { kind: "ended", exitCode: 0 } });
    await panel.page.getByRole("button", { name: "Run again" }).click();
    assert.deepEqual((await panel.sent()).slice(-2), [{ kind: "stop" }, { kind: "rerun" }]);
    await panel.post({ kind: "open", title: "saved.awaitscope", live: false, status: { kind: "ended", exitCode: 0 } });
    await settle(panel.page);
    assert.equal(await panel.page.getByRole("button", { name: "Run again" }).count(), 0, "a saved trace is not run");
  });

  it("opens the code of a segment with a click and with Enter", async () => {
    panel = await openPanel();
    await showTrace(panel, TRACE);
    await click(panel.page, 3, 0.5);
    const expected = { kind: "open", file: APP, line: 9, column: 17 };
    assert.deepEqual((await panel.sent()).at(-1), expected);
    await panel.page.keyboard.press("Enter");
    assert.deepEqual((await panel.sent()).slice(-2), [expected, expected]);
    await panel.page.getByRole("button", { name: "crawler.py:18" }).click();
    assert.deepEqual((await panel.sent()).at(-1), { kind: "open", file: APP, line: 18, column: 15 });
  });

  it("tells a segment's story on hover and on selection", async () => {
    panel = await openPanel();
    await showTrace(panel, TRACE);
    await hover(panel.page, 3, 0.5);
    assert.match(await details(panel.page), /^fetch-2 · suspended 461 ms\ncrawler\.py:9 · 0\.331 s to 0\.792 s/);
    await click(panel.page, 5, 0.7);
    await hover(panel.page, 3, 0.5);
    const story = await details(panel.page);
    assert.match(story, /^fetch-4 · ready 121 ms/);
    assert.match(story, /Woken by fetch-1 at 0\.640 s\./);
    assert.match(story, /Ran at 0\.761 s: 121 ms late, because parse-0 held the loop \(121 ms\)\./);
    assert.match(story, /It raised ConnectionResetError: peer closed the connection/);
    await panel.page.getByRole("button", { name: "parse-0" }).click();
    assert.match(await details(panel.page), /^parse-0 · /);
    assert.match((await panel.page.textContent("[aria-live]")) ?? "", /^parse-0: /);
  });

  it("zooms, pans, fits and walks by keyboard alone", async () => {
    panel = await openPanel();
    await showTrace(panel, TRACE);
    const { page } = panel;
    await page.keyboard.press("ArrowDown");
    assert.match(await details(page), /^Task-1 · running/, "without a click first");
    await page.locator(".lanes").focus();
    await page.keyboard.press("ArrowRight");
    assert.match(await details(page), /^Task-1 · suspended/);
    await page.keyboard.press("ArrowDown");
    assert.match(await details(page), /^fetch-1/);
    const whole = await axis(page);
    await page.keyboard.press("f");
    const fitted = await axis(page);
    assert.notEqual(fitted, whole);
    await page.keyboard.press("d");
    const panned = await axis(page);
    assert.notEqual(panned, fitted);
    await page.keyboard.press("w");
    assert.notEqual(await axis(page), panned);
    await page.keyboard.press("0");
    assert.equal(await axis(page), whole);
    await page.keyboard.press("Escape");
    assert.match(await details(page), /How to read it/);
    await page.keyboard.press("Tab");
    assert.notEqual(await page.evaluate(() => document.activeElement?.className), "lanes", "Tab leaves the lanes");
  });

  it("zooms at the pointer with the wheel, pans by dragging", async () => {
    panel = await openPanel();
    await showTrace(panel, TRACE);
    const { page } = panel;
    const whole = await axis(page);
    await hover(page, 6, 0.7);
    await page.keyboard.down("Control");
    for (let turn = 0; turn < 4; turn++) await page.mouse.wheel(0, -200);
    await page.keyboard.up("Control");
    assert.match(await details(page), /^parse-0 · running 121 ms/, "the segment under the pointer is still under it");
    const zoomed = await axis(page);
    assert.notEqual(zoomed, whole);
    const box = await plot(page);
    await page.mouse.move(box.x + 300, box.y + 400);
    await page.mouse.down();
    await page.mouse.move(box.x + 40, box.y + 400, { steps: 4 });
    await page.mouse.up();
    await settle(page);
    assert.notEqual(await axis(page), zoomed);
    assert.equal((await panel.sent()).filter(({ kind }) => kind === "open").length, 0, "a drag is no click");
  });

  it("shows names that attack as text", async () => {
    panel = await openPanel();
    await showTrace(panel, file(hostile()));
    await panel.page.keyboard.press("L");
    await settle(panel.page);
    await shot("hostile");
    const shown = (await names(panel.page)).join("\n");
    assert.ok(shown.includes(HOSTILE_NAMES[0] ?? ""), shown);
    assert.ok(
      shown.includes("\\x1b[31mred") && shown.includes("nul\\x00bell\\x07") && shown.includes("evil\\u202egnp"),
    );
    await click(panel.page, 2, 2);
    await shot("hostile-selected");
    assert.match(await details(panel.page), /<svg onload=alert\(1\)>\\x00/);
    assert.equal(
      await panel.page.locator("#app img, #app script, #app svg, #app b").count(),
      0,
      "no markup of the trace",
    );
    assert.equal(await overflow(panel.page), 0, "the layout holds");
    assert.deepEqual(await violations(panel.page), []);
  });

  it("takes a change of theme at once", async () => {
    panel = await openPanel({ theme: "dark" });
    await showTrace(panel, TRACE);
    const dark = await pixel(panel.page, 6, 0.7);
    await setTheme(panel.page, "light");
    await settle(panel.page);
    assert.notDeepEqual(await pixel(panel.page, 6, 0.7), dark);
  });

  it("stays small: few nodes for ten thousand tasks, sharp on dense screens, a light script", async () => {
    panel = await openPanel({ ratio: 2 });
    await showTrace(panel, storm(10_000, 4));
    await shot("storm");
    const nodes = await panel.page.evaluate(() => document.querySelectorAll("*").length);
    assert.ok(nodes < 1500, `${nodes} nodes`);
    const [device, css] = await panel.page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>(".plot canvas");
      return [canvas?.width ?? 0, canvas?.clientWidth ?? 0];
    });
    assert.equal(device, css * 2);
    const { first } = scriptSizes();
    assert.ok(first < 95_000, `${first} bytes, even when built for development`);
    await panel.page.keyboard.press("L");
    await settle(panel.page);
    await panel.page.locator(".lanes").evaluate((lanes) => lanes.scrollTo(0, 5000 * 30));
    await settle(panel.page);
    assert.match((await names(panel.page))[1] ?? "", /^ *Task-50\d\d/);
  });

  it("keeps motion away from those who want none", async () => {
    panel = await openPanel();
    await panel.page.emulateMedia({ reducedMotion: "reduce" });
    await panel.post({ kind: "open", title: "a.py", live: true, status: { kind: "running" } });
    await settle(panel.page);
    const animation = await panel.page.locator(".spin").evaluate((icon) => getComputedStyle(icon).animationName);
    assert.equal(animation, "none");
  });
});

async function plot(page: Page) {
  const box = await page.locator(".plot").boundingBox();
  assert.ok(box);
  return box;
}

/** The point of a lane at a time of the crawler's 1.42 s (fitted: six hundredths of room after it). */
async function pointOf(page: Page, lane: number, seconds: number): Promise<{ x: number; y: number }> {
  const box = await plot(page);
  const length = await page.evaluate(() => document.querySelector(".toolbar .about")?.textContent ?? "");
  const whole = Number(/· ([\d.]+) s\b/.exec(length)?.[1] ?? 1) * 1.06;
  return { x: box.x + (box.width * seconds) / whole, y: box.y + AXIS_HEIGHT + (lane + 0.5) * LANE_HEIGHT };
}

async function hover(page: Page, lane: number, seconds: number): Promise<void> {
  const { x, y } = await pointOf(page, lane, seconds);
  await page.mouse.move(x, y);
  await settle(page);
}

async function click(page: Page, lane: number, seconds: number): Promise<void> {
  const { x, y } = await pointOf(page, lane, seconds);
  await page.mouse.click(x, y);
  await settle(page);
}

/** The names in sight, indented as they are nested. */
function names(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll(".name")].map((row) => {
      const [name, about] = [row.querySelector(".text")?.textContent, row.querySelector(".about")?.textContent];
      return `${"  ".repeat(Number(row.getAttribute("aria-level")) - 1)}${name} ${about}`;
    }),
  );
}

/** What an element shows, as it is laid out. */
async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).allInnerTexts()).join("\n");
}

async function details(page: Page): Promise<string> {
  await settle(page);
  return (await textOf(page, ".details")).replace(/\n+/g, "\n");
}

/** A part of the base canvas, as [r, g, b, alpha, …]; read from a copy, so that the panel's own stays as it is. */
function pixels(page: Page, x: number, y: number, width: number, height: number): Promise<number[]> {
  return page.evaluate(
    ([x = 0, y = 0, width = 1, height = 1]) => {
      const canvas = document.querySelector<HTMLCanvasElement>(".plot canvas");
      const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      if (canvas) copy?.drawImage(canvas, -x, -y);
      return [...(copy?.getImageData(0, 0, width, height).data ?? [])];
    },
    [x, y, width, height],
  );
}

/** A fingerprint of the time axis as it is drawn. */
async function axis(page: Page): Promise<string> {
  await page.mouse.move(5, 5);
  await settle(page);
  const box = await plot(page);
  return (await pixels(page, 0, 0, Math.floor(box.width), AXIS_HEIGHT)).join("");
}

/** The colour drawn a little above the middle of a lane, where no label is. */
async function pixel(page: Page, lane: number, seconds: number): Promise<number[]> {
  const box = await plot(page);
  const { x } = await pointOf(page, lane, seconds);
  return pixels(page, Math.round(x - box.x), AXIS_HEIGHT + (lane + 0.5) * LANE_HEIGHT - 6, 1, 1);
}

/** That colour by what it means in the dark theme. */
async function color(page: Page, lane: number, seconds: number): Promise<string> {
  const [r = 0, g = 0, b = 0, alpha = 0] = await pixel(page, lane, seconds);
  if (alpha === 0) return "none";
  if (g > r && g > b) return "running";
  if (r > g && r > b) return "blocked";
  return b > r ? "suspended" : `rgb ${r} ${g} ${b}`;
}

/** How many pixels the page's content sticks out of the window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    return Math.max(scrollWidth - clientWidth, scrollHeight - clientHeight);
  });
}

/** What axe-core finds, as `rule: element`. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(): Promise<{ violations: { id: string; nodes: { target: string[]; any: { message: string }[] }[] }[] }>;
      };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }) => `${id}: ${target.join(" ")} ${any[0]?.message ?? ""}`),
    );
  });
}
