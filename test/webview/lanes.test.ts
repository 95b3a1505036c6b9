// The lanes in the panel: a treegrid for screen readers, folding, filter, order, and charts of what counts over time.
import assert from "node:assert/strict";
import { join } from "node:path";
import { AXIS_HEIGHT, LANE_HEIGHT } from "../../src/webview/hit";
import { root } from "../root";
import { readRecorded } from "../trace/recorded";
import { pixels, plotWidth, violations } from "./looks";
import { opener, type Panel, settle, showTrace } from "./page";
import { crawler, file, storm } from "./samples";
import { THEMES } from "./themes";

const SHOTS = join(root, "out", "screenshots");
const CRAWLER = file(crawler());
const CONTENTION = readRecorded("contention");

describe("lanes in the panel", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  const press = async (...keys: string[]) => {
    for (const key of keys) await panel.page.keyboard.press(key);
    await settle(panel.page);
  };
  const show = async (bytes: Uint8Array, options = {}) => {
    panel = await openPanel(options);
    await showTrace(panel, bytes);
  };

  /** Rows as a screen reader has them: level, state, name and what they show. */
  const rows = () =>
    panel.page.getByRole("row").evaluateAll((all) =>
      all.map((row) => {
        const mark = { true: "-", false: "+" }[row.getAttribute("aria-expanded") ?? ""] ?? " ";
        const cells = [...row.querySelectorAll("[role=rowheader], [role=gridcell]")].map((cell) => cell.textContent);
        return `${row.getAttribute("aria-level")}${mark} ${cells.filter(Boolean).join(" | ")}`;
      }),
    );
  const names = async () => (await rows()).map((row) => row.replace(/ \|.*/, ""));
  const active = () =>
    panel.page.evaluate(() => {
      const id = document.querySelector("[role=treegrid]")?.getAttribute("aria-activedescendant");
      return id ? document.getElementById(id)?.querySelector("[role=rowheader]")?.textContent : undefined;
    });

  for (const { name: theme } of THEMES)
    it(`are readable and accessible in ${theme}`, async () => {
      await show(CONTENTION, { theme });
      await press("ArrowDown", "ArrowDown");
      await panel.page.screenshot({ path: join(SHOTS, `lanes-${theme}.png`) });
      assert.deepEqual(await violations(panel.page), []);
      await press("i", "c", "/");
      await panel.page.keyboard.type("lock");
      await settle(panel.page);
      await panel.page.screenshot({ path: join(SHOTS, `lanes-${theme}-filtered.png`) });
      assert.deepEqual(await violations(panel.page), []);
    });

  it("are told once to a screen reader: the row says whose segment and how it is, the region the rest", async () => {
    await show(CRAWLER);
    const said = async () => (await panel.page.textContent("[aria-live]")) ?? "";
    await panel.page.locator("[role=treegrid]").focus();
    await press("ArrowDown", "ArrowDown");
    assert.equal(await active(), "fetch-1");
    assert.match(await said(), /^\d.* ms, from 0\.\d+ s/);
    await press("ArrowRight");
    assert.match(await said(), /^fetch-1: \w+ \d/, "its row says nothing anew");
  });

  it("show the time cursor and the measured range in the minimap too, at their times", async () => {
    await show(CRAWLER);
    const marks = () =>
      panel.page.evaluate(() => {
        const map = document.querySelector(".minimap")?.getBoundingClientRect();
        return [...document.querySelectorAll(".minimap-marks > i")].map((mark) => {
          const { left, width } = mark.getBoundingClientRect();
          return [mark.className, Math.round(left - (map?.left ?? 0)), Math.round(width)] as const;
        });
      });
    assert.deepEqual(await marks(), []);
    const box = await panel.page.locator(".plot").boundingBox();
    assert.ok(box);
    const clickAt = async (x: number) => {
      await panel.page.mouse.click(box.x + x, box.y + AXIS_HEIGHT / 2);
      await settle(panel.page);
    };
    await clickAt(100);
    await press("m");
    await clickAt(300);
    await press("m");
    assert.deepEqual(await marks(), [
      ["range", 100, 200],
      ["cursor", 299, 2],
    ]);
    await press("w", "w", "w");
    assert.deepEqual((await marks())[1], ["cursor", 299, 2], "the whole run, whatever the lanes show");
    await press("Escape");
    assert.deepEqual(await marks(), []);
  });

  it("are a treegrid whose active row is that of the selection", async () => {
    await show(CRAWLER);
    const grid = panel.page.getByRole("treegrid", { name: "Lanes" });
    assert.deepEqual(
      [await grid.getAttribute("aria-rowcount"), await grid.getAttribute("tabindex"), await active()],
      ["7", "0", undefined],
    );
    await grid.focus();
    await press("ArrowDown", "ArrowDown", "ArrowDown");
    assert.equal(await active(), "fetch-2");
    assert.deepEqual(
      await panel.page.locator("[role=row][aria-selected=true]").evaluateAll((all) => all.map(({ id }) => id)),
      ["lane-3"],
    );
    assert.deepEqual(await rows(), [
      "1  loop | MainThread | busy",
      "1- Task-1 | main | running",
      "2  fetch-1 | fetch",
      "2  fetch-2 | fetch",
      "2  fetch-3 | fetch",
      "2  fetch-4 | fetch",
      "2  parse-0 | parse",
    ]);
  });

  it("fold many of one coroutine, and unfold by key", async () => {
    await show(storm(30, 2));
    assert.deepEqual(await names(), ["1  loop", "1+ worker × 30"]);
    await press("ArrowDown", "l");
    assert.deepEqual((await names()).slice(0, 3), ["1  loop", "1- worker × 30", "2  Task-1"]);
    assert.equal(await active(), "worker × 30");
    await press("ArrowUp", "l", "h");
    assert.equal((await names())[0], "1  loop", "what has nothing to fold stays as it is");
    await press("ArrowDown", "ArrowDown", "h", "h");
    assert.deepEqual(await names(), ["1  loop", "1+ worker × 30"]);
  });

  it("fold by keys, twisty and double click, up to the lane that they are nested in", async () => {
    await show(CRAWLER);
    await press("ArrowDown", "ArrowDown", "ArrowDown");
    assert.equal(await active(), "fetch-2");
    await press("h");
    assert.equal(await active(), "Task-1", "to the lane that it is nested in");
    await press("h");
    assert.deepEqual(await names(), ["1  loop", "1+ Task-1"]);
    await press("ArrowDown");
    assert.equal(await active(), "Task-1", "there is no lane below");
    await press("l");
    assert.equal((await names()).length, 7);
    await panel.page.locator(".name.task .twisty").first().click();
    assert.equal((await names()).length, 2);
    await panel.page.locator(".name.task").first().dblclick();
    assert.equal((await names()).length, 7);
    await press("Shift+H");
    assert.equal((await names()).length, 2);
    await press("Shift+L");
    assert.equal((await names()).length, 7);
  });

  it("are filtered by what is typed, which Escape leaves and a button clears", async () => {
    await show(CRAWLER);
    await press("/");
    await panel.page.keyboard.type("wait:lock state:canc");
    await settle(panel.page);
    assert.deepEqual(await names(), ["1  loop", "1- Task-1", "2  fetch-3"]);
    assert.match(await panel.page.locator(".told").innerText(), /^4 left out$/);
    await press("Escape");
    assert.equal(await panel.page.evaluate(() => document.activeElement?.getAttribute("role")), "treegrid");
    assert.equal((await names()).length, 3, "what was typed stays");
    await press("w");
    assert.equal((await names()).length, 3, "keys are the lanes' again");
    await panel.page.getByRole("button", { name: "Clear the filter" }).click();
    await settle(panel.page);
    assert.equal((await names()).length, 7);
    assert.equal(await panel.page.locator(".told").innerText(), "");
  });

  it("come in the order that was chosen", async () => {
    await show(CRAWLER);
    await panel.page.getByRole("combobox", { name: "Order of the lanes" }).selectOption("ready");
    await settle(panel.page);
    const delayed = ["1  loop", "1- Task-1", "2  fetch-4", "2  parse-0", "2  fetch-3", "2  fetch-2", "2  fetch-1"];
    assert.deepEqual(await names(), delayed);
    await press("Escape");
    await panel.page.locator(".names").focus();
    await press("o", "o");
    assert.deepEqual((await names())[2], "2  fetch-1");
  });

  it("always tell how many they hide, and show them by one key", async () => {
    await show(CONTENTION);
    const told = panel.page.getByRole("button", { name: /internals of libraries/ });
    assert.match(await told.innerText(), /^3 hidden/);
    const before = (await names()).length;
    await press("i");
    assert.equal((await names()).length, before + 3);
    assert.equal(await told.getAttribute("aria-pressed"), "true");
  });

  it("get lower, down to no names, and stay what they are", async () => {
    await show(storm(2000, 3));
    await press("Shift+L", "c");
    const count = async () => (await rows()).length;
    const tall = await count();
    await press("c");
    assert.ok((await count()) > tall * 2);
    const nodes = await panel.page.evaluate(() => document.querySelectorAll("*").length);
    assert.ok(nodes < 1500, `${nodes} nodes`);
    assert.equal((await pixels(panel.page, 40, AXIS_HEIGHT + 8 * 20 + 4, 1, 1))[3], 255, "bars fill the low lanes");
    await press("c");
    assert.ok((await count()) < tall);
  });

  it("mark the waits that a cancel ended where the task went on", async () => {
    await show(readRecorded("cancels"));
    const lanes = await names();
    const marked = async (name: string): Promise<number> => {
      const lane = lanes.findIndex((each) => each.endsWith(name));
      const y = AXIS_HEIGHT + (lane + 0.5) * LANE_HEIGHT;
      const row = await pixels(panel.page, 0, y, await plotWidth(panel.page), 1);
      const purple = Array.from({ length: row.length / 4 }, (_, x) => {
        const [red = 0, green = 0, blue = 0] = row.slice(x * 4, x * 4 + 4);
        return red > green + 30 && blue > green + 60;
      });
      return purple.filter((is, x) => is && !purple.slice(Math.max(0, x - 8), x).includes(true)).length;
    };
    const found = [];
    for (const name of ["swallows", "times_out", "grouped", "fails", "Task-1"]) found.push(await marked(name));
    assert.deepEqual(found, [1, 1, 1, 0, 0]);
  });

  it("give the names the room that is asked for", async () => {
    await show(CRAWLER);
    const width = async () => (await panel.page.locator(".names").boundingBox())?.width;
    const splitter = panel.page.getByRole("separator", { name: "Width of the names" });
    await splitter.focus();
    await press("ArrowRight", "ArrowRight");
    assert.equal(await width(), 222);
    assert.equal(await splitter.getAttribute("aria-valuenow"), "222");
    const box = await splitter.boundingBox();
    await panel.page.mouse.move((box?.x ?? 0) + 3, 400);
    await panel.page.mouse.down();
    await panel.page.mouse.move(120, 400, { steps: 3 });
    await panel.page.mouse.up();
    await settle(panel.page);
    assert.equal(await width(), 120);
    await splitter.focus();
    await press("Home");
    assert.equal(await width(), 190);
  });

  it("show a lock with its holder and waiters, and mark the lanes of both", async () => {
    await show(CONTENTION);
    const at = (await names()).findIndex((name) => name.endsWith("Lock 1"));
    const y = AXIS_HEIGHT + (at + 0.5) * LANE_HEIGHT;
    const box = await panel.page.locator(".plot").boundingBox();
    const band = await pixels(panel.page, 0, y + 6, Math.floor(box?.width ?? 0), 1);
    const held = Array.from({ length: band.length / 4 }, (_, x) => {
      const [red = 0, , blue = 0, alpha = 0] = band.slice(x * 4, x * 4 + 4);
      return alpha === 255 && blue > red + 40;
    });
    const x = held.findIndex((blue, column) => blue && held[column + 3]) + 20;
    assert.ok(x >= 20, "the lock is held at some time");
    await panel.page.mouse.click((box?.x ?? 0) + x, (box?.y ?? 0) + y);
    await settle(panel.page);
    const story = await panel.page.locator(".details").innerText();
    assert.match(story, /^Lock 1 · 1 held, \d waiting /);
    assert.match(story, /Held by first\.\s+Waiting: second/);
    const marked = (await rows()).filter((row) => /holds it|waits for it/.test(row));
    assert.match(marked.join("\n"), /first \| locked \| .*holds it\n.*second \| locked \| .*waits for it/);
    assert.ok((await panel.page.locator(".highlight.linked").count()) >= 2);
    const link = panel.page.locator(".details").getByRole("button", { name: "second" }).first();
    await link.click();
    await settle(panel.page);
    assert.equal(await active(), "second");
  });

  it("mark the place where the selected task waits", async () => {
    await show(CONTENTION);
    await panel.page.locator(".name", { hasText: "third" }).first().click();
    const waits = async () => (await panel.page.locator(".details").innerText()).includes("asyncio.Lock.acquire");
    for (let step = 0; step < 12 && !(await waits()); step++) await press("ArrowLeft");
    const marked = (await rows()).filter((row) => row.includes("is waited for"));
    assert.match(marked.join(), /^1 {2}Lock 1 \|/);
  });

  it("show the threads of a pool with the functions that they ran", async () => {
    await show(readRecorded("jobs"));
    const all = await names();
    const pool = all.findIndex((name) => name.endsWith("thread pool"));
    assert.ok(pool > 0 && (all[pool + 1] ?? "").startsWith("2"), all.join());
    await panel.page.locator(".name.worker").first().click();
    await press("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft");
    const story = await panel.page.locator(".details").innerText();
    assert.match(story, /· busy [\s\S]*Job\s+\S+ ran outside the loop\./i);
  });
});
