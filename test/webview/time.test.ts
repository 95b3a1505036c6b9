// Time in the panel, in a real browser: squeezed idle stretches, the clock on the wall.
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { AXIS_HEIGHT, LANE_HEIGHT } from "../../src/webview/hit";
import { root } from "../root";
import { axisOf, pixels, shareOf, violations } from "./looks";
import { exact, opener, type Panel, settle, showTrace } from "./page";
import { APP, crawler, file, hostile, sleeper, storm } from "./samples";
import { THEMES } from "./themes";

const SHOTS = join(root, "out", "screenshots");

describe("time in the panel", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  const shot = (name: string) => panel.page.screenshot({ path: join(SHOTS, `time-${name}.png`) });

  for (const { name: theme } of THEMES)
    it(`squeezes idle time in ${theme}`, async () => {
      panel = await openPanel({ theme });
      await showTrace(panel, file(sleeper()));
      await panel.page.keyboard.press("z");
      await settle(panel.page);
      await shot(`squeezed-${theme}`);
      assert.deepEqual(await violations(panel.page), []);
    });

  it("squeezes and opens out by key and by button; what is under the pointer follows", async () => {
    panel = await openPanel();
    await showTrace(panel, file(sleeper()));
    const { page } = panel;
    const share = () => shareOf(page, 0);
    const loose = await share();
    await page.keyboard.press("z");
    await settle(page);
    const squeezed = await share();
    assert.ok(loose < 0.1 && squeezed > 0.3, `${loose} of the loop's lane is busy, then ${squeezed}`);
    const button = page.getByRole("button", { name: "Squeeze idle time (Z)" });
    assert.equal(await button.getAttribute("aria-pressed"), "true");
    await hoverAt(page, 2, 95);
    assert.match(await details(page), /^refresh · running/);
    await hoverAt(page, 1, 45);
    assert.match(await details(page), /^mail · suspended 62\.0 s/);
    await button.click();
    await settle(page);
    assert.equal(await share(), loose);
  });

  it("writes the time by the clock on the wall", async () => {
    panel = await openPanel();
    await showTrace(panel, file(sleeper()));
    const relative = await axisOf(panel.page);
    await panel.page.keyboard.press("t");
    await settle(panel.page);
    await shot("clock");
    assert.notEqual(await axisOf(panel.page), relative);
    await panel.page.getByRole("button", { name: "Time by the clock (T)" }).click();
    await settle(panel.page);
    assert.equal(await axisOf(panel.page), relative);
  });
});

describe("the time cursor", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  const shot = (name: string) => panel.page.screenshot({ path: join(SHOTS, `time-${name}.png`) });

  for (const { name: theme } of THEMES)
    it(`shows every task at that instant in ${theme}`, async () => {
      panel = await openPanel({ theme });
      await showTrace(panel, file(crawler()));
      await clickAt(panel.page, 0.7);
      await panel.page.keyboard.press("u");
      await settle(panel.page);
      await shot(`tasks-${theme}`);
      assert.deepEqual(await violations(panel.page), []);
      await measureTo(panel.page, 0.3, 0.8);
      await shot(`measured-${theme}`);
      assert.deepEqual(await violations(panel.page), []);
    });

  it("is set by a click, moved by keys, and cleared", async () => {
    panel = await openPanel();
    await showTrace(panel, file(crawler()));
    const { page } = panel;
    await page.keyboard.press("u");
    assert.match(await tasks(page), /^At the end, 1\.420 s/);
    await clickAt(page, 0.7);
    assert.match(await tasks(page), /^At 0\.[67]\d\d s\n+1 running · 1 ready · 4 suspended/);
    assert.match(await tasks(page), /parse-0\s+running [\d.]+ ms\s+crawler\.py:31\s+fetch-4\s+ready/);
    await page.keyboard.press(".");
    await settle(page);
    assert.match(await tasks(page), /^At 0\.761 s\n+1 running/);
    await page.keyboard.press(",");
    await page.keyboard.press(",");
    await settle(page);
    assert.match(await tasks(page), /^At 0\.6\d\d s/);
    for (let press = 0; press < 10; press++) await page.keyboard.press("Shift+ArrowRight");
    await page.waitForFunction(() => /At 0\.7\d\d s/.test(document.querySelector(".moment h2")?.textContent ?? ""));
    await page.keyboard.press("Escape");
    await settle(page);
    await page.waitForFunction(() => /At the end/.test(document.querySelector(".moment h2")?.textContent ?? ""));
  });

  it("follows the pointer on the axis", async () => {
    panel = await openPanel();
    await showTrace(panel, file(crawler()));
    const { page } = panel;
    await page.keyboard.press("u");
    const { x, y } = await pointAt(page, 0.2, -1);
    await page.mouse.move(x, y);
    await page.mouse.down();
    const to = await pointAt(page, 0.5, -1);
    await page.mouse.move(to.x, to.y, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction(() =>
      /At 0\.(499|50\d) s/.test(document.querySelector(".moment h2")?.textContent ?? ""),
    );
    assert.equal((await panel.sent()).filter(({ kind }) => kind === "open").length, 0, "opens no code");
  });

  it("goes through the table by keyboard and selects the task", async () => {
    panel = await openPanel();
    await showTrace(panel, file(crawler()));
    const { page } = panel;
    await clickAt(page, 0.7);
    await page.keyboard.press("u");
    assert.match(await tasks(page), /^At 0\.[67]\d\d s/);
    await page.locator("[role=grid]").focus();
    await page.keyboard.press("Home");
    await settle(page);
    const active = async () => {
      const id = await page.locator("[role=grid]").getAttribute("aria-activedescendant");
      return page.locator(`#${id}`).innerText();
    };
    assert.match(await active(), /^parse-0/);
    await page.keyboard.press("ArrowDown");
    await settle(page);
    assert.match(await active(), /^fetch-4/);
    await page.keyboard.press("End");
    await settle(page);
    assert.match(await active(), /^fetch-1/);
    assert.match(
      (await page.textContent("[aria-live]")) ?? "",
      /^380 ms, from 0\.640 s, line 22$/,
      "what the row does not say",
    );
    await page.keyboard.press("Enter");
    assert.deepEqual((await panel.sent()).at(-1), { kind: "open", file: APP, line: 22, column: 10 });
  });

  it("plays with Space, and stops at the end", async () => {
    panel = await openPanel();
    await showTrace(panel, file(crawler()));
    const { page } = panel;
    await page.keyboard.press("u");
    await clickAt(page, 1.25);
    await page.locator(".lanes").focus();
    await page.keyboard.press(" ");
    await page.waitForFunction(() => /At 1\.3\d\d s/.test(document.querySelector(".moment h2")?.textContent ?? ""));
    await page.waitForFunction(() => /At 1\.420 s/.test(document.querySelector(".moment h2")?.textContent ?? ""));
    assert.match(await tasks(page), /6 ended/);
  });

  it("keeps few nodes in the page for ten thousand tasks, and reaches the last", async () => {
    panel = await openPanel();
    await showTrace(panel, storm(10_000, 3));
    const { page } = panel;
    await page.keyboard.press("u");
    await page.locator(".lanes").focus();
    await page.keyboard.press("Shift+ArrowLeft");
    await settle(page);
    await shot("storm");
    const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
    assert.ok(nodes < 1500, `${nodes} nodes`);
    await page.locator("[role=grid]").focus();
    await page.keyboard.press("End");
    await settle(page);
    const rows = await page.locator("[role=grid] [role=row]").count();
    assert.ok(rows > 10 && rows < 60, `${rows} rows`);
    const last = await page.locator("[role=grid] [role=row]").last().getAttribute("aria-rowindex");
    assert.equal(last, await page.locator("[role=grid]").getAttribute("aria-rowcount"));
  });

  it("keeps its layout with names that attack, in a narrow and low tab", async () => {
    panel = await openPanel({ width: 560, height: 520 });
    await showTrace(panel, file(hostile()));
    const { page } = panel;
    await page.keyboard.press("u");
    await measureTo(page, 0.2, 1.2, 2);
    await shot("hostile");
    assert.equal(await page.locator(".moment :is(img, script, svg, b, i, u)").count(), 0, "no markup of the trace");
    assert.match(await tasks(page), /<img src=x onerror=alert\(1\)>/);
    const sticksOut = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(sticksOut, 0);
    await page.locator("[role=grid]").scrollIntoViewIfNeeded();
    await page.locator("[role=grid]").focus();
    await page.keyboard.press("End");
    await settle(page);
    await shot("hostile-end");
    assert.ok(await page.locator("[role=grid] [aria-selected=true]").isVisible());
    assert.deepEqual(await violations(page), []);
  });

  it("follows the end of a run that goes on, while there is no cursor", async () => {
    panel = await openPanel();
    const { page } = panel;
    const whole = file(crawler());
    await panel.post({ kind: "open", title: "crawler.py", live: true, status: { kind: "running" } });
    await panel.post({ kind: "bytes", offset: 0, bytes: exact(whole.subarray(0, Math.floor(whole.length * 0.85))) });
    await page.keyboard.press("u");
    const end = async () => Number(/At the end, ([\d.]+) s/.exec(await tasks(page))?.[1]);
    await page.waitForFunction(() => /At the end, 1/.test(document.querySelector(".moment h2")?.textContent ?? ""));
    const early = await end();
    await page.waitForTimeout(300);
    const later = await end();
    assert.ok(later >= early + 0.2, `time goes on from ${early} to ${later}`);
    await clickAt(page, 0.3);
    assert.match(await tasks(page), /^At /);
    await page.keyboard.press("Escape");
    await panel.post({ kind: "bytes", offset: 0, bytes: exact(whole) });
    await panel.post({ kind: "status", status: { kind: "ended", exitCode: 0 } });
    assert.match(await tasks(page), /^At the end, [\d.]+ s\n+6 ended/);
  });

  it("measures what is dragged with Shift, and what M marks", async () => {
    panel = await openPanel();
    await showTrace(panel, file(crawler()));
    const { page } = panel;
    await measureTo(page, 0.3, 0.8);
    const dragged = await page.locator(".measured").innerText();
    assert.match(dragged, /^Range of [45]\d\d ms/);
    assert.match(dragged, /Busy 2\d\d ms \(\d\d %\), idle \d+ ms, blocked 121 ms/);
    assert.match(dragged, /StreamReader\.readline crawler\.py:9/);
    await page.keyboard.press("Escape");
    await settle(page);
    assert.equal(await page.locator(".measured").count(), 0);
    await clickAt(page, 0.7);
    await page.keyboard.press("m");
    await page.keyboard.press("Escape");
    await page.locator(".lanes").focus();
    await clickAt(page, 0.7);
    await page.keyboard.press("m");
    for (let press = 0; press < 3; press++) await page.keyboard.press(".");
    await page.keyboard.press("m");
    await settle(page);
    assert.match(await page.locator(".measured").innerText(), /^Range of \d+(\.\d)? ms/);
  });
});

describe("the editor and the panel", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  it("are told where tasks are at the cursor, and that there is none any more", async () => {
    panel = await openPanel();
    await showTrace(panel, file(crawler()));
    await panel.page.waitForTimeout(300);
    assert.equal(await panel.sits(), undefined, "nothing before there is a cursor");
    await clickAt(panel.page, 0.7);
    await panel.page.waitForTimeout(300);
    const told = await panel.sits();
    assert.equal(told?.began, 1_700_000_000);
    const shown = told?.sits.map(({ line, state, tasks }) => `${line} ${state} ${tasks}`);
    assert.deepEqual(shown?.sort(), [
      "14 ready fetch-4",
      "22 suspended fetch-1",
      "31 running parse-0",
      "44 suspended Task-1",
      "9 suspended fetch-2,fetch-3",
    ]);
    await panel.page.keyboard.press("Escape");
    await panel.page.waitForTimeout(300);
    assert.deepEqual((await panel.sits())?.sits, []);
  });

  it("mark waits that begin in the pixel in which other states are", async () => {
    panel = await openPanel();
    await showTrace(panel, file(sleeper()));
    await panel.post({ kind: "caret", file: APP, line: 14, saved: 1_600_000_000 });
    await settle(panel.page);
    for (const share of [0.05, 0.2, 0.4, 0.6, 0.8]) {
      assert.ok(await isMarked(panel.page, 1, share), `mail's wait at ${share}`);
      assert.ok(!(await isMarked(panel.page, 2, share)), "refresh waits at another line");
    }
  });

  for (const { name: theme } of THEMES)
    it(`mark what waited at the caret's line in ${theme}`, async () => {
      panel = await openPanel({ theme });
      await showTrace(panel, file(crawler()));
      const { page } = panel;
      const plain = await lane(page, 3);
      await panel.post({ kind: "caret", file: APP, line: 18, saved: 1_600_000_000 });
      await settle(page);
      await page.screenshot({ path: join(SHOTS, `time-caret-${theme}.png`) });
      assert.match(await page.locator(".line-note").innerText(), /^crawler\.py:18 · 5 waits, [\d.]+ s$/);
      assert.notEqual(await lane(page, 3), plain);
      assert.deepEqual(await violations(page), []);
      await panel.post({ kind: "caret", file: APP, line: 18, saved: 1_800_000_000 });
      await settle(page);
      assert.equal(await page.locator(".line-note").count(), 0, "the file changed since");
      assert.equal(await lane(page, 3), plain);
    });
});

/** Whether the accent colour is drawn in a lane, a share of the plot's width from its left edge, below the bar's text. */
async function isMarked(page: Page, number: number, share: number): Promise<boolean> {
  const width = Math.floor((await page.locator(".plot").boundingBox())?.width ?? 0);
  const column = await pixels(page, Math.round(width * share), AXIS_HEIGHT + number * LANE_HEIGHT, 1, LANE_HEIGHT);
  const rows = Array.from({ length: LANE_HEIGHT }, (_, y) => column.slice(y * 4, y * 4 + 3).join());
  return rows.includes("0,120,212");
}

/** A lane as it is drawn. */
async function lane(page: Page, number: number): Promise<string> {
  const width = Math.floor((await page.locator(".plot").boundingBox())?.width ?? 0);
  return (await pixels(page, 0, AXIS_HEIGHT + number * LANE_HEIGHT, width, LANE_HEIGHT)).join();
}

/** The page's point of a time of the crawler's 1.42 s, in a lane (-1: on the axis). */
async function pointAt(page: Page, seconds: number, lane: number): Promise<{ x: number; y: number }> {
  const box = await page.locator(".plot").boundingBox();
  assert.ok(box);
  const y = lane < 0 ? AXIS_HEIGHT / 2 : AXIS_HEIGHT + (lane + 0.5) * LANE_HEIGHT;
  return { x: box.x + (box.width * seconds) / (1.42 * 1.06), y: box.y + y };
}

/** Clicks below the last lane, where nothing is selected. */
async function clickAt(page: Page, seconds: number): Promise<void> {
  const { x, y } = await pointAt(page, seconds, 12);
  await page.mouse.click(x, y);
  await settle(page);
}

async function measureTo(page: Page, from: number, to: number, lane = 12): Promise<void> {
  const [first, last] = [await pointAt(page, from, lane), await pointAt(page, to, lane)];
  await page.keyboard.down("Shift");
  await page.mouse.move(first.x, first.y);
  await page.mouse.down();
  await page.mouse.move(last.x, last.y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await page.waitForSelector(".measured");
  await settle(page);
}

async function tasks(page: Page): Promise<string> {
  await page.waitForTimeout(120);
  return page.locator(".moment").innerText();
}

/** Moves the pointer to a lane, `x` pixels from the plot's left edge. */
async function hoverAt(page: Page, lane: number, x: number): Promise<void> {
  const box = await page.locator(".plot").boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + x, box.y + AXIS_HEIGHT + (lane + 0.5) * LANE_HEIGHT);
  await settle(page);
}

function details(page: Page): Promise<string> {
  return page.locator(".details").innerText();
}
