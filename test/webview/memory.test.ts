// What a page keeps, put back by the next one: after its tab was hidden, moved, or the window loaded anew.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { opener, type Panel, settle, showTrace } from "./page";
import { crawler, file } from "./samples";

const TRACE = file(crawler());
const origin = { trace: "file:///traces/crawler.awaitscope", script: "file:///srv/you/crawler.py" };

describe("a page that comes again", function () {
  this.timeout(60_000);
  let panel: Panel;
  const openPanel = opener();

  const kept = (page: Page): Promise<Record<string, unknown>> =>
    page.evaluate(() => JSON.parse(sessionStorage.getItem("state") ?? "{}"));
  const reload = async (given: object = { origin }): Promise<void> => {
    await panel.page.waitForTimeout(300); // what changed is kept a moment later
    await panel.page.reload();
    await showTrace(panel, TRACE, given);
    await settle(panel.page);
    await panel.page.waitForTimeout(300);
  };
  /** What a person would miss. */
  const seen = (page: Page): Promise<unknown> =>
    page.evaluate(() => ({
      tab: document.querySelector("[role=tab][aria-selected=true]")?.textContent,
      title: document.querySelector(".details h2")?.textContent,
      window: JSON.parse(sessionStorage.getItem("state") ?? "{}").window,
    }));

  it("shows the same time, lane and tab as before", async () => {
    panel = await openPanel({ height: 300 });
    await showTrace(panel, TRACE, { origin });
    const { page } = panel;
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "w", "w", "w", "d", "z"]) await page.keyboard.press(key);
    await page.locator(".lanes").evaluate((lanes) => lanes.scrollTo(0, 61));
    await page.waitForTimeout(300);
    const before = await seen(page);
    const { window, selection, squeezed } = await kept(page);
    assert.equal((window as { mode: string }).mode, "free");
    assert.deepEqual(selection, { kind: "task", pid: 4711, nth: 2, row: (selection as { row: number }).row });
    assert.equal(squeezed, true);
    await reload();
    assert.deepEqual(await seen(page), before);
    assert.equal(await page.locator(".lanes").evaluate((lanes) => lanes.scrollTop), 61);
  });

  it("starts afresh with another trace, but for habits", async () => {
    panel = await openPanel();
    await showTrace(panel, TRACE, { origin });
    for (const key of ["ArrowDown", "w", "z"]) await panel.page.keyboard.press(key);
    await panel.page.getByRole("tab", { name: "Overview" }).click();
    await reload({ origin: { ...origin, trace: "file:///traces/next.awaitscope" } });
    const { window, selection, squeezed, tab } = await kept(panel.page);
    assert.deepEqual(
      [(window as { mode: string }).mode, selection, squeezed, tab],
      ["fit", undefined, true, "overview"],
    );
  });

  for (const [what, state] of [
    ["another version's", { version: 99, origin, window: { mode: "free", from: 0.2, to: 0.3 } }],
    ["text", "free"],
    [
      "nonsense",
      {
        version: 1,
        origin,
        window: { mode: "free", from: "0", to: null },
        tab: 7,
        sort: {},
        selection: { kind: "task", pid: 4711, nth: -1, row: 1e9 },
        cursor: "x",
        range: { start: 3, end: 1 },
        filter: 5,
        height: 1e9,
      },
    ],
    ["a selection that is gone", { version: 1, origin, selection: { kind: "task", pid: 1, nth: 5, row: 2 } }],
  ] as const)
    it(`passes over what was kept but is not its own: ${what}`, async () => {
      panel = await openPanel();
      await panel.page.evaluate((text) => sessionStorage.setItem("state", text), JSON.stringify(state));
      await panel.page.reload();
      await showTrace(panel, TRACE, { origin });
      await panel.page.waitForTimeout(300);
      const now = await kept(panel.page);
      assert.deepEqual(
        [now.version, (now.window as { mode: string }).mode, now.selection, now.tab],
        [1, "fit", undefined, "details"],
      );
      assert.ok((await panel.page.locator(".name").count()) > 5);
    });

  it("keeps where the trace is before a byte of it came", async () => {
    panel = await openPanel();
    await panel.post({ kind: "open", title: "a.py", live: true, status: { kind: "running" }, origin });
    assert.deepEqual((await kept(panel.page)).origin, origin);
  });
});
