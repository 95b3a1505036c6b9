// The graph tab in a real browser: a tree by keyboard and pointer, a deadlock in words, ten thousand tasks.
import assert from "node:assert/strict";
import { join } from "node:path";
import { AXIS_HEIGHT, LANE_HEIGHT } from "../../src/webview/hit";
import { root } from "../root";
import { readRecorded } from "../trace/recorded";
import { violations } from "./looks";
import { opener, type Panel, settle, showTrace } from "./page";
import { storm } from "./samples";
import { THEMES } from "./themes";

const SHOTS = join(root, "out", "screenshots");

describe("graph tab", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  const items = async () => {
    const texts = await panel.page.locator("[role=treeitem]").allInnerTexts();
    return texts.map((text) => text.replace(/\s+/g, " ").trim());
  };

  async function press(...keys: string[]): Promise<void> {
    for (const key of keys) await panel.page.keyboard.press(key);
    await settle(panel.page);
  }

  /** Selects what a lane shows at a part of the run. */
  async function click(lane: number, part: number): Promise<void> {
    const box = await panel.page.locator(".plot").boundingBox();
    assert.ok(box);
    await panel.page.mouse.click(box.x + box.width * part, box.y + AXIS_HEIGHT + (lane + 0.5) * LANE_HEIGHT);
    await settle(panel.page);
  }

  for (const { name: theme } of THEMES)
    it(`shows a deadlock in ${theme}`, async () => {
      panel = await openPanel({ theme });
      await showTrace(panel, readRecorded("deadlock"), { title: "deadlock.py" });
      await click(2, 0.6);
      await press("g");
      await panel.page.screenshot({ path: join(SHOTS, `graph-${theme}.png`) });
      assert.match(
        await panel.page.locator(".circle").innerText(),
        /^Deadlock\n+\w+ waits for Lock 1, held by down, which waits for Lock 2, held by up\.$/,
      );
      assert.deepEqual(await violations(panel.page), []);
    });

  it("is walked by keyboard, folds, and selects", async () => {
    panel = await openPanel();
    await showTrace(panel, readRecorded("albums"));
    await click(1, 0.5);
    await press("g");
    const whole = await items();
    assert.equal(whole.length, 10, whole.join("\n"));
    await panel.page.locator("[role=tree]").focus();
    await press("ArrowDown", "ArrowDown");
    assert.match((await panel.page.textContent("[aria-live]")) ?? "", /^suspended 200 ms, from 0\.1 ms, line 12$/);
    const active = () => panel.page.locator("[role=treeitem][aria-selected=true]").innerText();
    assert.match(await active(), /^Sundowning/);
    await press("ArrowLeft");
    assert.equal((await items()).length, 7);
    assert.equal(await panel.page.locator("[role=treeitem][aria-expanded=false]").count(), 1);
    await press("ArrowRight", "ArrowRight", "ArrowRight");
    assert.match(await active(), /^Levitate/);
    await press("ArrowLeft", "Home");
    assert.match(await active(), /^Task-1/);
    await panel.page.getByRole("treeitem", { name: "Aqua Regia" }).locator(".name-of").click();
    await settle(panel.page);
    assert.match(await active(), /^Aqua Regia/);
  });

  it("is walked past a task that stands in it twice", async () => {
    panel = await openPanel();
    await showTrace(panel, readRecorded("deadlock"));
    await click(2, 0.6);
    await press("g");
    const active = async () => (await panel.page.locator("[role=treeitem][aria-selected=true]").innerText()).trim();
    assert.match(await active(), /^up\b/, "the selected task's row");
    await panel.page.locator("[role=tree]").focus();
    const way: string[] = [];
    for (let row = 0; row < 6; row++) {
      await press("ArrowDown");
      way.push((await active()).split(/\s{2,}|\n/)[0] ?? "");
    }
    assert.deepEqual(way, ["Lock 1", "down", "Lock 2", "up", "watcher", "wait"]);
  });

  it("holds ten thousand tasks in few nodes", async () => {
    panel = await openPanel();
    await showTrace(panel, storm(10_000, 4));
    await click(1, 0.5);
    await press("g");
    await panel.page.locator(".codicon-chevron-right").last().click();
    await settle(panel.page);
    await panel.page.screenshot({ path: join(SHOTS, "graph-many.png") });
    const nodes = await panel.page.evaluate(() => document.querySelectorAll("*").length);
    assert.ok(nodes <= 1500, `${nodes} nodes`);
    assert.ok((await items()).length > 20);
  });
});
