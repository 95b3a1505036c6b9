// The lane of a queue in a real browser: what its depth is at each moment, in words, by keyboard and to assistive technology.
import assert from "node:assert/strict";
import { violations } from "./looks";
import { opener, type Panel, settle, showTrace } from "./page";
import { filling } from "./samples";
import { THEMES } from "./themes";

describe("lane of a queue", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  async function press(key: string, times = 1): Promise<void> {
    for (let at = 0; at < times; at++) await panel.page.keyboard.press(key);
    await settle(panel.page);
  }

  const side = async () => (await panel.page.locator("[role=tabpanel]").innerText()).replace(/\s+/g, " ").trim();

  it("tells its items and who waits, segment by segment", async () => {
    panel = await openPanel({});
    await showTrace(panel, filling(), { title: "pipeline.py" });
    await panel.page.getByRole("treegrid", { name: "Lanes" }).focus();
    await press("ArrowDown", 4);
    const told: string[] = [];
    for (let segment = 0; segment < 8; segment++) {
      await press("ArrowRight");
      const [, state = "", depth = ""] =
        /Queue 1 · (.*?) · [\d.]+ m?s .*?(Depth \d+ \(most 5\)\.)/.exec(await side()) ?? [];
      told.push(`${state}: ${depth}`);
    }
    assert.deepEqual(told, [
      "1 item: Depth 1 (most 5).",
      "empty: Depth 0 (most 5).",
      "2 items: Depth 2 (most 5).",
      "3 items: Depth 3 (most 5).",
      "5 items, 1 waiting to put: Depth 5 (most 5).",
      "4 items: Depth 4 (most 5).",
      "5 items: Depth 5 (most 5).",
      "2 items: Depth 2 (most 5).",
    ]);
  });

  for (const { name: theme } of THEMES)
    it(`can be read by everybody in ${theme}`, async () => {
      panel = await openPanel({ theme });
      await showTrace(panel, filling(), { title: "pipeline.py" });
      assert.deepEqual(await violations(panel.page), []);
    });
});
