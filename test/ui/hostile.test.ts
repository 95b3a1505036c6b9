// A trace from a stranger in the real workbench: its texts are shown as texts, under the real page's policy.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ATTACKS, attacked } from "../webview/attacks";
import { openWorkbench, runCommand, screenshots, timeline, typeAndPick, type Workbench } from "./workbench";

/** Those that a browser or a workbench could take for something to do. */
const CHOSEN = ["markup", "link", "terminal", "direction", "huge"];

describe("a stranger's trace in the workbench", () => {
  let workbench: Workbench;

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    workbench = await openWorkbench({ trusted: true });
  });
  after(() => workbench?.close());

  for (const name of CHOSEN)
    it(`by ${name}: is text, and breaks no policy`, async () => {
      const { page, folder } = workbench;
      const refused: string[] = [];
      page.on("console", (message) => {
        if (/Content Security Policy|Refused to/.test(message.text())) refused.push(message.text());
      });
      const attack = ATTACKS[name] ?? "";
      writeFileSync(join(folder, `${name}.awaitscope`), attacked(attack));
      await runCommand(page, "Awaitscope: Open Trace");
      await typeAndPick(page, join(folder, `${name}.awaitscope`), { row: `${name}.awaitscope` });
      const panel = timeline(page);
      await panel.locator(".name.task").nth(2).waitFor();
      await panel.locator("[role=treegrid]").first().focus();
      for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "g", "u", "b", "n"])
        await page.keyboard.press(key);
      await page.screenshot({ path: join(screenshots, `stranger-${name}.png`) });
      assert.equal(await panel.locator("#app :is(img, script, iframe, [onerror], [onclick])").count(), 0);
      const ran = await panel.locator("body").evaluate(() => "attacked" in globalThis);
      assert.equal(ran, false, "a text of the trace ran");
      assert.deepEqual(refused, []);
      await runCommand(page, "View: Close All Editors");
    });
});
