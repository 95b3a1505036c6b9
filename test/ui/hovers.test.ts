// What a person reads about an await, in the four themes: the hover, and the steps beside the code. The pictures are kept
// to be looked at; what they show is compared.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import {
  cursor,
  editor,
  hoverOn,
  lines,
  openFile,
  openPath,
  openWorkbench,
  runCommand,
  screenshots,
  themes,
  type Workbench,
  wear,
} from "./workbench";

const program = `import asyncio

from client import Client, Customer


async def fetch(client: Client, url: str) -> bytes:
    async with asyncio.timeout(2):
        return await client.get(url)


async def main(client: Client, lock: asyncio.Lock) -> None:
    task = asyncio.create_task(fetch(client, "a"))
    body = await fetch(client, "b")
    print(body, await task)
    async with lock:
        await asyncio.sleep(0)
    await Customer()
    await client.anything()
    await asyncio.gather(fetch(client, "c"), fetch(client, "d"))
    async for page in pages(client):
        print(page, f"and {fetch(client, 'e')}")
    fetch(client, "f")


async def pages(client: Client):
    for name in "xyz":
        yield await client.get(name)
`;

const client = `import asyncio


class Client:
    def __init__(self) -> None:
        self.cache: dict[str, bytes] = {}

    async def get(self, url: str) -> bytes:
        if url in self.cache:
            return self.cache[url]
        reader, writer = await asyncio.open_connection(url, 80)
        try:
            self.cache[url] = await reader.readline()
        finally:
            writer.close()
        return self.cache[url]


class Customer:
    def __await__(self):
        return iter([1, 2, 3, 4])
`;

/** Hovers to look at: a word of a line, and where it stands. */
const places = [
  { title: "coroutine", line: "body = await", says: /Runs fetch .*Suspends maybe.*[Ww]oken by the event loop/s },
  { title: "task", line: "print(body, await", says: /started at line 12.*asyncio\.shield/s },
  { title: "fails", line: "await Customer", says: /✗ fails.*line 20 of client\.py.*iter/s },
  { title: "with", line: "async with lock", word: "async", says: /Entering awaits.*Leaving awaits/s },
  { title: "turn", line: "asyncio.sleep(0)", says: /one turn.*Suspends always/s },
  { title: "unknown", line: "client.anything", says: /kind unknown.*cannot be told/s },
  { title: "gather", line: "await asyncio.gather", says: /the others keep running/s },
  { title: "rounds", line: "async for page", word: "async", says: /Each round runs pages/s },
  { title: "start", line: "task = asyncio", word: "create_task", says: /Starts a task.*task keeps it/s },
  { title: "dropped", line: 'fetch(client, "f")', word: "fetch", says: /Never runs.*was never awaited/s },
] as const;

/** The document of the steps' page. */
function steps(page: Page): FrameLocator {
  return page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
}

describe("what is told about an await", () => {
  let workbench: Workbench;
  let page: Page;

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    workbench = await openWorkbench({ trusted: true, files: { "shop.py": program, "client.py": client } });
    page = workbench.page;
    await openFile(page, "shop.py");
    await runCommand(page, "View: Toggle Primary Side Bar Visibility");
  });
  after(() => workbench?.close());

  const heading = () => steps(page).getByRole("heading", { level: 1 });

  it("opens the steps beside the code from the hover, and follows the caret", async () => {
    const opened = editor(page, "shop.py");
    const hover = await hoverOn(page, lines(opened, "body = await"), "await");
    await hover.getByText("Step by step").click();
    await heading().getByText('fetch(client, "b")').waitFor();
    await lines(opened, "print(body, await").locator("span span", { hasText: "await" }).first().click();
    await heading().getByText("task").waitFor();
    await lines(opened, "body = await").locator("span span", { hasText: "await" }).first().click();
    await heading().getByText('fetch(client, "b")').waitFor();
  });

  it("leads to the lines that it names, in other files too", async () => {
    await steps(page).getByRole("link", { name: "line 10 of client.py" }).first().click();
    await cursor(page).getByText("Ln 10, Col 1").waitFor();
    await editor(page, "client.py").waitFor();
    await openPath(page, "shop.py");
  });

  it("explains the await at the caret when a key or the palette asks", async () => {
    await lines(editor(page, "shop.py"), "await Customer").click({ position: { x: 60, y: 8 } });
    await runCommand(page, "Awaitscope: Explain Await Step by Step");
    await heading().getByText("Customer()").waitFor();
    assert.equal(await page.locator(".tab", { hasText: "await Customer()" }).count(), 1, "one page");
  });

  it("follows what is typed", async () => {
    await lines(editor(page, "shop.py"), "body = await").locator("span span", { hasText: "await" }).first().click();
    await heading().getByText('fetch(client, "b")').waitFor();
    await page.keyboard.press("Home");
    await page.keyboard.press("Home");
    await page.keyboard.type("# first\n");
    await steps(page).getByText("line 14 of shop.py").waitFor();
    await runCommand(page, "Undo");
  });

  for (const theme of themes)
    it(`can be read in the ${theme.title} theme`, async () => {
      await wear(page, theme);
      await openPath(page, "shop.py");
      for (const { title, line, says, ...more } of places) {
        const word = "word" in more ? more.word : "await";
        const hover = await hoverOn(page, lines(editor(page, "shop.py"), line), word);
        await page.waitForTimeout(400);
        await page.screenshot({ path: join(screenshots, `hover-${title}-${theme.title}.png`) });
        assert.match((await hover.innerText()).replaceAll("\u00a0", " "), says);
        await page.mouse.move(5, 5);
        await page.keyboard.press("Escape");
      }
      await lines(editor(page, "shop.py"), "and {fetch").click({ position: { x: 330, y: 8 } });
      await page.keyboard.press("Control+.");
      const menu = page.locator(".action-widget");
      await menu.getByText("Add the missing await").first().waitFor();
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(screenshots, `hover-fixes-${theme.title}.png`) });
      await page.keyboard.press("Escape");
    });
});
