// The arrows of the selection in a real browser: who woke, made and cancelled whom, and the keys that follow them.
import assert from "node:assert/strict";
import { join } from "node:path";
import { AXIS_HEIGHT, LANE_HEIGHT } from "../../src/webview/hit";
import { root } from "../root";
import { readRecorded } from "../trace/recorded";
import { pixels, plotWidth, violations } from "./looks";
import { opener, type Panel, settle, showTrace } from "./page";
import { crawler, file } from "./samples";
import { THEMES } from "./themes";

const SHOTS = join(root, "out", "screenshots");
const TRACE = file(crawler());

describe("arrows in the panel", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  const shot = (name: string) => panel.page.screenshot({ path: join(SHOTS, `arrows-${name}.png`) });
  const title = async () => (await panel.page.locator(".details h2").first().innerText()).trim();
  const spoken = async () => (await panel.page.textContent("[aria-live]")) ?? "";
  const legend = async () => {
    const items = await panel.page.locator(".arrows li").allInnerTexts();
    return items.map((text) => text.replace(/\s+/g, " ").trim());
  };

  async function press(...keys: string[]): Promise<void> {
    for (const key of keys) await panel.page.keyboard.press(key);
    await settle(panel.page);
  }

  /** Clicks in a lane at a time of a trace that lasts `whole` seconds. */
  async function click(lane: number, seconds: number, whole: number): Promise<void> {
    const box = await panel.page.locator(".plot").boundingBox();
    assert.ok(box);
    const y = box.y + AXIS_HEIGHT + (lane + 0.5) * LANE_HEIGHT;
    await panel.page.mouse.click(box.x + (box.width * seconds) / whole, y);
    await settle(panel.page);
  }

  for (const { name: theme } of THEMES)
    it(`are told apart without colour in ${theme}`, async () => {
      panel = await openPanel({ theme });
      await showTrace(panel, readRecorded("cancels"));
      await click(1, 0.05, 0.701);
      await press("ArrowRight", "ArrowRight");
      assert.match(await title(), /^Task-1 · running/);
      await press("f", "s", "s", "s");
      assert.deepEqual(await legend(), ["woken by [", "wakes 3 ]", "cancels 3"]);
      await shot(theme);
      assert.deepEqual(await violations(panel.page), []);
    });

  it("walk with [ and ] from step to step, and say how", async () => {
    panel = await openPanel();
    await showTrace(panel, TRACE);
    await click(5, 0.7, 1.42);
    assert.match(await title(), /^fetch-4 · ready/);
    assert.deepEqual(await legend(), ["made by", "woken by ["]);
    await press("[");
    assert.match(await title(), /^fetch-1 · running/);
    assert.match(await spoken(), /^fetch-1 woke fetch-4\. fetch-1: running/);
    assert.deepEqual(await legend(), ["fetch-1 woke fetch-4.", "made by", "woken by [", "wakes 2 ]"]);
    await press("]");
    assert.match(await title(), /^parse-0 · running/);
    assert.match(await spoken(), /^fetch-1 woke parse-0 \(1 of 2\)\./);
    await press("}");
    assert.match(await title(), /^fetch-4 · running/);
    assert.match(await spoken(), /^fetch-1 woke fetch-4 \(2 of 2\)\./);
    await press("}");
    assert.match(await spoken(), /^There is no other that the same step woke\./);
    await press("{");
    assert.match(await title(), /^parse-0 · running/);
    await press("]");
    assert.match(await spoken(), /^This step woke nobody\./);
    await press("[", "[", "[");
    assert.match(await title(), /^loop MainThread · /);
    await shot("walked");
  });

  it("lead to lanes out of sight by a name at the edge", async () => {
    panel = await openPanel({ height: 334 });
    await showTrace(panel, TRACE);
    await click(1, 0.015, 1.42);
    await press("f", "s");
    await shot("edge");
    assert.deepEqual(await violations(panel.page), []);
    const names = await panel.page.locator(".edge").allInnerTexts();
    assert.ok(names.includes("parse-0"), names.join());
    await panel.page.getByRole("button", { name: "parse-0" }).first().click();
    await settle(panel.page);
    assert.match(await title(), /^parse-0 · running/);
  });

  it("are drawn for the selection alone", async () => {
    panel = await openPanel();
    await showTrace(panel, TRACE);
    const between = async () => {
      const y = AXIS_HEIGHT + Math.round(6.5 * LANE_HEIGHT) - 13;
      return (await pixels(panel.page, 0, y, await plotWidth(panel.page), 1, 1)).some((value) => value > 0);
    };
    await panel.page.mouse.move(5, 5);
    assert.equal(await between(), false);
    await click(6, 0.63, 1.42);
    await panel.page.mouse.move(5, 5);
    await settle(panel.page);
    assert.equal(await between(), true, "an arrow ends at parse-0");
    await press("Escape");
    assert.equal(await between(), false);
    assert.deepEqual(await legend(), []);
  });

  it("copies the story of the selection as text, by key and by button", async () => {
    panel = await openPanel();
    await showTrace(panel, TRACE);
    await press("y");
    assert.ok(
      (await panel.sent()).every(({ kind }) => kind !== "copy"),
      "nothing is selected",
    );
    await click(5, 0.7, 1.42);
    await press("y");
    const copied = async () => (await panel.sent()).flatMap((sent) => (sent.kind === "copy" ? [sent.text] : []));
    const [text = ""] = await copied();
    assert.match(text, /^fetch-4 · ready 121 ms\n.*\n\nWoken\n {2}Woken by fetch-1 at 0\.640 s\.\n/);
    await panel.page.getByRole("button", { name: "Copy the story as text" }).click();
    assert.deepEqual(await copied(), [text, text]);
  });
});
