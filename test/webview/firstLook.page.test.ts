// The first screen of a beginner's program, in a real browser: it says without a click whether the waits overlapped.
import assert from "node:assert/strict";
import { join } from "node:path";
import { root } from "../root";
import { readRecorded } from "../trace/recorded";
import { violations } from "./looks";
import { opener, type Panel, showTrace } from "./page";
import { THEMES } from "./themes";

const SHOTS = join(root, "out", "screenshots");

describe("first look in the panel", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  for (const { name: theme } of THEMES)
    it(`answers without a click in ${theme}`, async () => {
      panel = await openPanel({ theme });
      await showTrace(panel, readRecorded("1_one_after_another"), { title: "1_one_after_another.py" });
      await panel.page.screenshot({ path: join(SHOTS, `first-${theme}.png`) });
      const look = await panel.page.locator(".first-look").innerText();
      assert.match(look, /^Partly overlapped\n+3 tasks waited at the same time: 602 ms of waiting took 300 ms\./);
      assert.deepEqual(await violations(panel.page), []);
      await panel.page.locator(".first-look").getByRole("button", { name: "1_one_after_another.py:18" }).click();
      const [asked] = (await panel.sent()).slice(-1);
      assert.ok(asked?.kind === "open" && asked.line === 18);
    });
});
