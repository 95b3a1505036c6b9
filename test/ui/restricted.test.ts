// A folder that the person does not trust: awaits are explained, nothing runs.
import assert from "node:assert/strict";
import { hoverOn, lines, notification, openFile, openWorkbench, runCommand, type Workbench } from "./workbench";

describe("Restricted Mode", () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ trusted: false });
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

  it("refuses to run the file, says why, and offers the way out", async () => {
    const { page } = workbench;
    await runCommand(page, "Awaitscope: Trace Current File");
    await notification(page, /needs a trusted workspace/).waitFor();
    await page.getByRole("button", { name: "Manage Workspace Trust" }).waitFor();
    assert.equal(await page.locator(".tab", { hasText: "trace" }).count(), 0);
    assert.equal(await page.locator(".terminal-wrapper").count(), 0, "something runs in a terminal");
  });
});
