// What a person gets while reading and writing: hovers and snippets, from the packaged extension.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { anyPython } from "../pythons";
import { editor, hoverOn, lines, openFile, openWorkbench, screenshots, type Workbench } from "./workbench";

describe("reading and writing Python", () => {
  let workbench: Workbench;
  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    workbench = await openWorkbench({ trusted: true });
  });
  after(() => workbench?.close());

  it("shows what an await does when the mouse rests on it", async () => {
    const { page } = workbench;
    const opened = await openFile(page, "1_one_after_another.py");
    const hover = await hoverOn(page, lines(opened, 'print(await brew("coffee", 0.3))'), "await");
    assert.match((await hover.textContent()) ?? "", /brew/);
  });

  it("inserts a snippet that runs, its names typed once", async () => {
    const { page, folder } = workbench;
    const path = join(folder, "mine.py");
    writeFileSync(path, "");
    const opened = await openFile(page, "mine.py");
    await opened.click();
    await page.keyboard.type("aw-count");
    const row = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "aw-countdown" });
    await row.first().click();
    await page.keyboard.type("Ticks"); // the class's name is selected
    await page.keyboard.press("Tab");
    await page.keyboard.type("0.5"); // the default interval
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+S");
    await page.locator('.tab.active:not(.dirty)[data-resource-name="mine.py"]').waitFor();
    const text = readFileSync(path, "utf8");
    assert.match(text, /^class Ticks:$/m);
    assert.match(text, /interval: float = 0\.5\n/);
    const program =
      "import asyncio, sys; from mine import Ticks; asyncio.run(asyncio.wait_for(Ticks(2, print, 0.01), 9))";
    assert.equal(execFileSync(anyPython().path, ["-c", program], { cwd: folder, encoding: "utf8" }), "2\n1\n");
    assert.equal(await editor(page, "mine.py").locator(".squiggly-error").count(), 0);
  });

  it("follows what is typed", async () => {
    const { page, folder } = workbench;
    writeFileSync(join(folder, "typed.py"), "import asyncio\n\n\n");
    const opened = await openFile(page, "typed.py");
    await opened.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("async def main():\n await asyncio.sleep(0)\n");
    const hover = await hoverOn(page, lines(opened, "await asyncio"), "await");
    assert.match((await hover.textContent()) ?? "", /sleep\(0\)|sleep/);
  });
});
