// The overview tab in a real browser: what it says, and where its rows lead.
import assert from "node:assert/strict";
import { join } from "node:path";
import { root } from "../root";
import { readRecorded } from "../trace/recorded";
import { violations } from "./looks";
import { opener, type Panel, settle, showTrace } from "./page";
import { crawler, file, storm } from "./samples";
import { THEMES } from "./themes";

const SHOTS = join(root, "out", "screenshots");

describe("overview tab", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  const spoken = async () => (await panel.page.textContent("[aria-live]")) ?? "";

  async function show(bytes: Buffer): Promise<void> {
    await showTrace(panel, bytes);
    await panel.page.keyboard.press("b");
    await settle(panel.page);
  }

  async function follow(label: string): Promise<string> {
    await panel.page.locator(".overview button.fact", { hasText: label }).first().click();
    await settle(panel.page);
    return spoken();
  }

  for (const { name: theme } of THEMES)
    it(`tells the whole run in ${theme}`, async () => {
      panel = await openPanel({ theme, height: 1000 });
      await show(file(crawler()));
      await panel.page.screenshot({ path: join(SHOTS, `overview-${theme}.png`) });
      assert.deepEqual(await violations(panel.page), []);
    });

  it("leads from each row to what it tells of", async () => {
    panel = await openPanel();
    await show(file(crawler()));
    const text = await panel.page.locator(".overview").innerText();
    assert.match(text, /6 tasks\s+returned\s+4\s+failed\s+1\s+cancelled\s+1/);
    assert.match(await follow("Blocked"), /^loop MainThread: busy 121 ms/);
    assert.match(await follow("parse-0"), /^parse-0: /);
    assert.match(await follow("Semaphore.acquire"), /^fetch-4: suspended /);
    assert.match(await follow("_read_ready"), /^loop MainThread: busy 4\.00 ms/);
    assert.match(await follow("ConnectionResetError"), /^fetch-4: /);
    await show(readRecorded("contention"));
    assert.match(await follow("Lock 1"), /^Lock 1/);
  });

  it("stays small for ten thousand tasks", async () => {
    panel = await openPanel();
    await show(storm(10_000, 4));
    const nodes = await panel.page.evaluate(() => document.querySelectorAll("*").length);
    assert.ok(nodes <= 1500, `${nodes} nodes`);
    assert.match(await panel.page.locator(".overview").innerText(), /10,000 tasks/);
  });
});
