// What editors and timeline show of each other, with the packaged extension: tasks behind the awaits at which they are, and
// the segments that waited at the line of the caret.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import {
  editor,
  lines,
  openFile,
  openPath,
  openWorkbench,
  runCommand,
  screenshots,
  timeline,
  type Workbench,
} from "./workbench";

const program = `import asyncio


async def fetch(n):
    await asyncio.sleep(0.5)
    return n


async def main():
    tasks = [asyncio.create_task(fetch(n), name=f"fetch-{n}") for n in range(5)]
    print(await asyncio.gather(*tasks))


asyncio.run(main())
`;

/** The browser's function, which this side does not know. */
interface Styles {
  getComputedStyle(element: unknown, part: string): { content: string };
}

/** Texts that stand behind lines of an editor, with the line's own text before them. */
function behindLines(page: Page, name: string): Promise<string[]> {
  return editor(page, name)
    .locator(".view-line")
    .evaluateAll((all) =>
      all.flatMap((line) => {
        const { getComputedStyle } = globalThis as unknown as Styles;
        const texts = [...line.querySelectorAll("span")].map((span) => getComputedStyle(span, "::after").content);
        const said = texts.filter((text) => /^".*[a-z]/.test(text)).map((text) => text.slice(1, -1));
        const code = (line.textContent ?? "").replaceAll("\u00a0", " ").trim();
        return said.map((text) => `${code} | ${text.replaceAll("\u00a0", " ").trim()}`);
      }),
    );
}

describe("the editor and the timeline", () => {
  let workbench: Workbench;
  let page: Page;
  let panel: FrameLocator;

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    workbench = await openWorkbench({ trusted: true, files: { "sits.py": program } });
    page = workbench.page;
    panel = timeline(page);
    await openFile(page, "sits.py");
    await runCommand(page, "Awaitscope: Trace Current File");
    await panel.getByText("exit status 0").waitFor();
    await runCommand(page, "View: Toggle Primary Side Bar Visibility");
  });
  after(() => workbench?.close());
  afterEach(async function () {
    const { state, title = "" } = this.currentTest ?? {};
    const picture = `failed-${title.replaceAll(/\W+/g, "-")}.png`;
    if (state === "failed") await page.screenshot({ path: join(screenshots, picture) });
  });

  /** Waits until what stands behind the lines is as expected. */
  async function shows(expected: readonly RegExp[]): Promise<void> {
    const end = Date.now() + 8000;
    for (;;) {
      const said = await behindLines(page, "sits.py");
      const right = said.length === expected.length && expected.every((each) => said.some((text) => each.test(text)));
      if (right) return;
      assert.ok(Date.now() < end, `${said.join("\n")} is not ${expected.join("\n")}`);
      await page.waitForTimeout(50);
    }
  }

  const asleep = [
    /^await asyncio\.sleep\(0\.5\) \| ● fetch-\d, fetch-\d, fetch-\d and 2 more suspended \d+ ms$/,
    /^print\(await asyncio\.gather\(\*tasks\)\) \| ● Task-1 suspended \d+ ms$/,
  ];

  async function clickOnAxis(share: number): Promise<void> {
    const plot = await panel.locator(".plot").boundingBox();
    assert.ok(plot);
    await page.mouse.click(plot.x + plot.width * share, plot.y + 13);
  }

  it("show each other's place: tasks behind the awaits at the time cursor", async () => {
    await shows([]);
    await clickOnAxis(0.5);
    await shows(asleep);
    await page.screenshot({ path: join(screenshots, "ui-sits.png") });
    await page.keyboard.press("Escape");
    await shows([]);
  });

  it("mark what waited at the line of the caret", async () => {
    await lines(editor(page, "sits.py"), "asyncio.sleep").click({ position: { x: 40, y: 8 } });
    await panel.getByText(/sits\.py:5 · 5 waits, 2\.5\d s/).waitFor();
    await page.waitForTimeout(200); // until it is drawn
    await page.screenshot({ path: join(screenshots, "ui-caret.png") });
    await lines(editor(page, "sits.py"), "return n").click({ position: { x: 40, y: 8 } });
    await panel.locator(".line-note").waitFor({ state: "detached" });
  });

  it("say so where the file changed since the trace, and show nothing there", async () => {
    await clickOnAxis(0.5);
    await shows(asleep);
    await lines(editor(page, "sits.py"), "return n").click({ position: { x: 40, y: 8 } });
    await page.keyboard.press("End");
    await page.keyboard.type(" + 0");
    await shows([/^import asyncio \| This file changed since the trace: no tasks are shown\.$/]);
    for (let press = 0; press < 4; press++) await page.keyboard.press("Backspace");
    await page.keyboard.press("Control+Z");
    await runCommand(page, "File: Revert File");
    await shows(asleep);
  });

  it("forget it while the timeline is out of sight, and know it again", async () => {
    await clickOnAxis(0.5);
    await shows(asleep);
    await page.locator(".tab", { hasText: "sits.py trace" }).first().click();
    await openPath(page, "1_one_after_another.py");
    await editor(page, "sits.py").waitFor();
    await shows([]);
    await page.screenshot({ path: join(screenshots, "ui-hidden.png") });
    await page.locator(".tab", { hasText: "sits.py trace" }).first().click();
    await shows(asleep);
  });

  it("forget it with the timeline", async () => {
    await shows(asleep);
    await page
      .locator(".tab", { hasText: "sits.py trace" })
      .getByRole("button", { name: /^Close/ })
      .click();
    await shows([]);
  });
});
