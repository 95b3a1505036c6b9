// A folder that the person does not trust: awaits are explained, nothing runs.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hoverOn, lines, notification, openFile, openWorkbench, retry, runCommand, type Workbench } from "./workbench";

describe("Restricted Mode", () => {
  let workbench: Workbench;
  before(async () => {
    const files = { "imports.py": "from installed import work\n\n\nasync def main():\n    await work()\n" };
    // No interpreter is chosen: the folder's own would be asked.
    workbench = await openWorkbench({ trusted: false, files, settings: { "awaitscope.pythonPath": "" } });
    await workbench.page.locator(".part.statusbar").getByText("Restricted Mode").waitFor();
  });
  after(() => workbench?.close());

  it("explains awaits", async () => {
    const { page } = workbench;
    const opened = await openFile(page, "1_one_after_another.py");
    const hover = await hoverOn(page, lines(opened, "await asyncio.sleep(seconds)"), "await");
    assert.match((await hover.textContent()) ?? "", /asyncio\.sleep/);
    await page.mouse.move(5, 5);
  });

  it("reads a virtual environment without running its interpreter", async () => {
    const { page, folder } = workbench;
    const proof = join(folder, "it-ran");
    const write = (name: string, text: string) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    };
    write(".venv/bin/python", `#!/bin/sh\ntouch '${proof}'\n`);
    chmodSync(join(folder, ".venv/bin/python"), 0o755);
    write(".venv/lib/python3.12/site-packages/installed.py", "async def work():\n    return 1\n");
    write(".venv/pyvenv.cfg", "home = /nowhere\nversion = 3.12.1\n");
    const opened = await openFile(page, "imports.py");
    await retry(page, async () => {
      const hover = await hoverOn(page, lines(opened, "await work()"), "await");
      assert.match((await hover.textContent()) ?? "", /Runs work/);
    });
    await page.mouse.move(5, 5);
    assert.equal(existsSync(proof), false);
  });

  it("refuses to run the file, says why, and offers the way out", async () => {
    const { page } = workbench;
    await runCommand(page, "Awaitscope: Trace Current File");
    await notification(page, /needs a trusted workspace/).waitFor();
    await page.getByRole("button", { name: "Manage Workspace Trust" }).waitFor();
    assert.equal(await page.locator(".tab", { hasText: "trace" }).count(), 0);
    assert.equal(await page.locator(".terminal-wrapper").count(), 0, "something runs in a terminal");
  });
});
