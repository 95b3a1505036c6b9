// A whole session by keyboard alone, in the real workbench: no mouse is touched from the first file to the last run.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { cursor, editor, openWorkbench, retry, screenshots, timeline, type Workbench } from "./workbench";

const three = `import asyncio


async def fetch(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def main():
    tasks = [asyncio.create_task(fetch(name, 0.1 + n / 20), name=name) for n, name in enumerate(["ann", "bob", "cy"])]
    for task in tasks:
        await task


asyncio.run(main())
`;

const endless = `import asyncio


async def main():
    while True:
        await asyncio.sleep(0.01)


asyncio.run(main())
`;

describe("the timeline by keyboard alone", () => {
  let workbench: Workbench;
  let page: Page;
  let panel: FrameLocator;

  before(async () => {
    workbench = await openWorkbench({ trusted: true, files: { "three.py": three, "endless.py": endless } });
    page = workbench.page;
    panel = timeline(page);
  });
  after(() => workbench?.close());
  afterEach(async function () {
    const { state, title = "" } = this.currentTest ?? {};
    const picture = `failed-${title.replaceAll(/\W+/g, "-")}.png`;
    if (state === "failed") await page.screenshot({ path: join(screenshots, picture) });
  });

  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const input = () => page.locator(".quick-input-widget input.input");

  /** Opens one of VS Code's lists, types, waits for the row and takes it. */
  async function choose(key: string, text: string, row = text): Promise<void> {
    await retry(page, async () => {
      await press(key);
      await page.locator(".quick-input-widget input.input:focus").waitFor({ timeout: 3_000 });
      await input().pressSequentially(text);
      await page.locator(".quick-input-widget .monaco-list-row.focused", { hasText: row }).waitFor({ timeout: 3_000 });
    });
    await press("Enter");
    await input().waitFor({ state: "hidden" });
  }

  /** Waits until the file list has this value and has read the folder: it takes no Enter before that. */
  async function ready(value: RegExp): Promise<void> {
    await page.locator(".quick-input-widget input.input:focus").waitFor();
    for (const end = Date.now() + 10_000; !value.test(await input().inputValue()) && Date.now() < end; )
      await page.waitForTimeout(50);
    await page.locator(".quick-input-widget .monaco-list-row", { hasText: ".." }).first().waitFor();
  }

  /** Presses Tab until the focus is on something in the timeline with this name. */
  async function tabTo(name: RegExp, key = "Tab"): Promise<void> {
    for (let tries = 0; tries < 40; tries++) {
      const focused = await panel.locator("body").evaluate((body: { ownerDocument: Document_ }) => {
        const { activeElement } = body.ownerDocument;
        return `${activeElement?.getAttribute("aria-label") ?? ""} ${activeElement?.textContent ?? ""}`;
      });
      if (name.test(focused)) return;
      await press(key);
    }
    assert.fail(`no way by ${key} to ${name}`);
  }

  const spoken = (text: RegExp) =>
    panel.getByRole("status").filter({ hasText: text }).first().waitFor({ state: "attached" });
  const side = () => panel.getByRole("tabpanel");

  /** Goes to the second group of editors; its page has the focus a moment later. */
  async function focusTimeline(): Promise<void> {
    await press("Control+2");
    const body = panel.locator("body");
    const focused = () => body.evaluate((element: { ownerDocument: Document_ }) => element.ownerDocument.hasFocus());
    for (let tries = 0; tries < 50 && !(await focused()); tries++) await page.waitForTimeout(100);
    assert.ok(await focused(), "the timeline has the focus");
  }

  it("traces a file, and walks, folds, filters and measures its timeline", async () => {
    await choose("Control+P", "three.py");
    await editor(page, "three.py").waitFor();
    await choose("F1", "Awaitscope: Trace Current File");
    await panel.getByText("exit status 0").waitFor();
    await focusTimeline();
    await press("ArrowDown");
    await spoken(/^Task-1: /);
    await press("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight");
    await spoken(/^bob: suspended .*line 5$/);
    await side().getByText("asyncio.sleep").first().waitFor();
    await press("ArrowUp", "ArrowUp", "h");
    await panel.locator(".name", { hasText: "bob" }).first().waitFor({ state: "detached" });
    await press("l");
    await panel.locator(".name", { hasText: "bob" }).first().waitFor();
    await press("/");
    await page.keyboard.type("cy");
    await panel.locator(".name", { hasText: "ann" }).first().waitFor({ state: "detached" });
    await panel.locator(".name", { hasText: "cy" }).first().waitFor();
    await press("Control+A", "Delete", "Escape");
    await panel.locator(".name", { hasText: "ann" }).first().waitFor();
  });

  it("sets the time cursor, plays, measures a range, and goes through the tabs", async () => {
    await press("Shift+ArrowRight", ".", ".", "u");
    const moment = side().getByText(/^At /).first();
    await moment.waitFor();
    const before = await moment.innerText();
    await press(" ");
    await side().getByText(before, { exact: true }).waitFor({ state: "hidden" });
    await press(" ");
    await press("m", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "m");
    await press("g");
    await side().getByText("Who waits on whom").first().waitFor();
    await press("b");
    await side()
      .getByText(/tasks$/)
      .first()
      .waitFor();
    await press("n", "?");
    await panel.getByRole("dialog").waitFor();
    await press("Escape");
    await panel.getByRole("dialog").waitFor({ state: "hidden" });
    await press("w", "w", "a", "d", "s", "0", "z", "t", "z", "t", "f", "0", "Escape");
  });

  it("opens the code of a segment and comes back", async () => {
    await press("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "Enter");
    await cursor(page).getByText("Ln 5, Col 5").waitFor();
    await page.locator(".monaco-editor.focused").first().waitFor(); // else its focus comes later, and stays
    await focusTimeline();
    await press("]");
  });

  it("exports the view", async () => {
    await press("v");
    await ready(/\.svg$/);
    const path = await input().inputValue(); // as it is proposed: while the list looks at another one it takes no Enter
    await press("Enter");
    const written = () => (existsSync(path) ? readFileSync(path, "utf8") : "");
    for (const end = Date.now() + 10_000; !written().trimEnd().endsWith("</svg>") && Date.now() < end; )
      await page.waitForTimeout(100);
    assert.match(written(), /^(<\?xml|<svg)[\s\S]*<\/svg>/);
  });

  it("stops a program from the timeline's own button, and runs it again", async () => {
    await press("Control+1");
    await page.locator(".monaco-editor.focused").first().waitFor(); // else its focus comes later, and closes the list
    await choose("Control+P", "endless.py");
    await editor(page, "endless.py").waitFor();
    await choose("F1", "Awaitscope: Trace Current File");
    await panel.getByRole("button", { name: "Stop" }).waitFor();
    await panel.locator(".name.task").first().waitFor();
    await focusTimeline();
    await tabTo(/\bStop$/);
    await press("Enter");
    await panel.getByRole("button", { name: "Run again" }).waitFor();
    await tabTo(/Run again$/);
    await press("Space");
    await panel.getByRole("button", { name: "Stop" }).waitFor();
    await choose("F1", "Awaitscope: Stop Trace");
    await panel.getByRole("button", { name: "Run again" }).waitFor();
  });
});

/** What is used of a page's document here. */
interface Document_ {
  hasFocus(): boolean;
  readonly activeElement: { getAttribute(name: string): string | null; readonly textContent: string | null } | null;
}
