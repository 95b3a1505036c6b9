// Timelines that are hidden, moved, loaded anew or opened late miss nothing; child processes beside their parent; the palette.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { FrameLocator, Page } from "playwright-core";
import { readTrace } from "../../src/trace/report";
import {
  openFile,
  openPath,
  openWorkbench,
  runCommand,
  screenshots,
  stateKept,
  timeline,
  typeAndPick,
  type Workbench,
} from "./workbench";

const command = "Awaitscope: Trace Current File";

/** Some thousand events in about half a second. */
const steady = `import asyncio

async def child():
    for _ in range(100):
        await asyncio.sleep(0.005)

async def main():
    await asyncio.gather(*(child() for _ in range(10)))

asyncio.run(main())
`;

const family = `import asyncio, multiprocessing

async def work(n):
    await asyncio.sleep(0.3)

def job(n):
    asyncio.run(work(n))

async def main():
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=job, args=(n,)) for n in range(2)]
    for child in children:
        child.start()
    await asyncio.to_thread(lambda: [child.join() for child in children])

if __name__ == "__main__":
    asyncio.run(main())
`;

const files = {
  "steady.py": steady,
  "slow.py": steady.replace("0.005", "0.02"),
  "family.py": family,
  "endless.py": steady.replace("0.005", "0.02").replace("range(100)", "range(10**9)"),
  "over.txt": "",
};

/** The trace files in the editor's storage, the latest run last; those of child processes are behind their parent's. */
function traces(script: string): string[] {
  const found: string[] = [];
  for (const folder of readdirSync(tmpdir()).filter((name) => name.startsWith("awaitscope-")))
    for (const path of listing(join(tmpdir(), folder)))
      if (path.includes(script) && path.endsWith(".awaitscope")) found.push(path);
  return found.sort();
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  } catch {
    return []; // it went meanwhile
  }
}

const sizeOf = (script: string): number => readFileSync(traces(script).at(-1) ?? "").length;
const recordsIn = (file: string): number => readTrace(readFileSync(file)).reader.records;

describe("timelines in the workbench", () => {
  let workbench: Workbench;
  let page: Page;
  let panel: FrameLocator;

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    workbench = await openWorkbench({ trusted: true, files, settings: { "awaitscope.trace.childProcesses": true } });
    page = workbench.page;
    panel = timeline(page);
  });
  after(() => workbench?.close());
  afterEach(async function () {
    const { state, title = "" } = this.currentTest ?? {};
    if (state === "failed")
      await page.screenshot({ path: join(screenshots, `failed-${title.replaceAll(/\W+/g, "-")}.png`) });
    await runCommand(page, "View: Close All Editors");
  });

  async function trace(name: string): Promise<void> {
    await openFile(page, name);
    await runCommand(page, command);
    await panel.locator(".name.task").first().waitFor();
  }
  const eventsIn = async (frame: FrameLocator): Promise<number> =>
    Number(/^([\d,]+) event/.exec((await frame.locator(".facts").textContent()) ?? "")?.[1]?.replaceAll(",", "") ?? 0);

  /** Waits until a timeline has every record of the last run's file. */
  async function whole(script: string, frame = panel): Promise<void> {
    const file = traces(script).at(-1);
    assert.ok(file, `no trace of ${script}`);
    const end = Date.now() + 20_000;
    while ((await eventsIn(frame)) !== recordsIn(file)) {
      assert.ok(Date.now() < end, `${await eventsIn(frame)} of ${recordsIn(file)} events`);
      await page.waitForTimeout(100);
    }
    assert.ok(recordsIn(file) > 2000);
  }

  it("catch up after they were hidden while the program ran on", async () => {
    await trace("slow.py");
    await page.locator(".tab", { hasText: "slow.py trace" }).click();
    await openPath(page, "over.txt");
    await page.locator("iframe.webview.ready").waitFor({ state: "hidden" });
    for (let before = -1, now = 0; before < now; now = sizeOf("slow")) {
      before = now;
      await page.waitForTimeout(500); // it ends meanwhile
    }
    await page.locator(".tab", { hasText: "slow.py trace" }).click();
    await panel.getByText("exit status 0").waitFor();
    await whole("slow");
  });

  it("are whole when they are opened late", async () => {
    await trace("steady.py");
    await page
      .locator(".tab", { hasText: "steady.py trace" })
      .getByRole("button", { name: /^Close/ })
      .click();
    await page.locator("iframe.webview.ready").waitFor({ state: "detached" });
    await runCommand(page, "Awaitscope: Show Timeline");
    await panel.getByText("exit status 0").waitFor();
    await whole("steady");
  });

  it("are whole in another window", async () => {
    await trace("steady.py");
    await page.locator(".tab", { hasText: "steady.py trace" }).click();
    const opened = page.context().waitForEvent("page", { timeout: 15_000 });
    await runCommand(page, "View: Move Editor into New Window");
    const other = await opened;
    const moved = timeline(other);
    await moved.getByText("exit status 0").waitFor({ timeout: 20_000 });
    await whole("steady", moved);
    await other.close();
  });

  it("come again after the window was loaded anew, as they were, and can run again", async () => {
    await trace("steady.py");
    await panel.getByText("exit status 0").waitFor();
    await panel.locator(".toolbar h1").click();
    for (const key of ["ArrowDown", "ArrowDown", "w", "w"]) await page.keyboard.press(key);
    await panel.getByRole("tab", { name: "Overview" }).click();
    await stateKept(page, '"tab":"overview"');
    await page.reload();
    await panel.getByRole("tab", { name: "Overview", selected: true }).waitFor({ timeout: 30_000 });
    await whole("steady");
    await panel.getByText(/^finished/).waitFor();
    await page.screenshot({ path: join(screenshots, "timeline-restored.png") });
    const runs = traces("steady").length;
    await panel.getByRole("button", { name: "Run again" }).click();
    await panel.getByText("exit status 0").waitFor();
    assert.equal(traces("steady").length, runs + 1);
    assert.equal(await page.locator(".tab", { hasText: "steady.py trace" }).count(), 1);
    await whole("steady");
  });

  it("say so when their trace is gone after the window was loaded anew", async () => {
    await trace("steady.py");
    await panel.getByText("exit status 0").waitFor();
    await stateKept(page, `"origin":{"trace":"${pathToFileURL(traces("steady").at(-1) ?? "")}"`);
    for (const file of traces("steady")) rmSync(file);
    await page.reload();
    await panel.getByText(/There is no file .*steady\.awaitscope/).waitFor({ timeout: 30_000 });
    await page.screenshot({ path: join(screenshots, "timeline-gone.png") });
    await panel.getByRole("button", { name: "Run again" }).click();
    await panel.getByText("exit status 0").waitFor();
    await whole("steady");
  });

  it("follow a program that goes on while the window is loaded anew, or show what there was", async () => {
    await trace("endless.py");
    await stateKept(page, `"origin":{"trace":"${pathToFileURL(traces("endless").at(-1) ?? "")}"`);
    await runCommand(page, "Developer: Reload Window");
    const terminate = page.locator(".monaco-dialog-box").getByRole("button", { name: /Terminate|Exit|Reload/ });
    await terminate
      .first()
      .click({ timeout: 3000 })
      .catch(() => undefined); // asked only where the program would end with the window
    await panel.locator(".name.task").first().waitFor({ timeout: 40_000 });
    const file = traces("endless").at(-1) ?? "";
    const [events, length] = [await eventsIn(panel), readFileSync(file).length];
    await page.waitForTimeout(1500);
    const goesOn = readFileSync(file).length > length;
    console.log(`      the program ${goesOn ? "goes on" : "ended with the window"}`);
    if (goesOn) assert.ok((await eventsIn(panel)) > events, "the timeline stands still");
    if (goesOn) await panel.getByRole("button", { name: "Stop" }).click();
    await panel.getByRole("button", { name: "Run again" }).waitFor();
    await page.waitForTimeout(1500);
    assert.equal(await eventsIn(panel), recordsIn(file));
  });

  it("show child processes beside the one that started them", async () => {
    await trace("family.py");
    await panel.getByText("exit status 0").waitFor();
    await panel.getByText("3 processes").waitFor();
    const all = traces("family");
    assert.equal(all.length, 3);
    const end = Date.now() + 10_000;
    const records = all.map(recordsIn).reduce((a, b) => a + b);
    while ((await eventsIn(panel)) !== records && Date.now() < end) await page.waitForTimeout(100);
    assert.equal(await eventsIn(panel), records);
    await page.screenshot({ path: join(screenshots, "timeline-children.png") });
  });

  it("do in the palette what their keys do", async () => {
    await trace("steady.py");
    await panel.getByText("exit status 0").waitFor();
    await page.locator(".tab", { hasText: "steady.py trace" }).click();
    await runCommand(page, "Awaitscope Timeline: Keys of the Timeline");
    const dialog = panel.getByRole("dialog", { name: "Keys of the timeline" });
    await dialog.waitFor();
    await panel.locator("dialog").press("Escape");
    await dialog.waitFor({ state: "detached" });
    await runCommand(page, "Awaitscope Timeline: Export as SVG");
    const path = join(workbench.folder, "kept.svg");
    const input = page.locator(".quick-input-widget input.input");
    while (!(await input.inputValue()).endsWith(".svg")) await page.waitForTimeout(50); // the name that is proposed
    assert.match(await input.inputValue(), /steady timeline\.svg$/);
    await input.fill(path);
    await page.locator(".quick-input-widget").getByRole("button", { name: "OK" }).click();
    await page.locator(".notification-list-item-message", { hasText: "Saved kept.svg" }).waitFor();
    assert.match(readFileSync(path, "utf8"), /^<svg xmlns=/);
    await page.locator(".notifications-toasts").getByRole("button", { name: /Clear/ }).first().click();
  });

  it("keep their keys from the workbench", async () => {
    await trace("steady.py");
    await panel.getByText("exit status 0").waitFor();
    await panel.locator(".toolbar h1").click();
    const keys = ["w", "s", "a", "d", "0", "f", "z", "t", "[", "]", "m", " ", "/", "Escape", "ArrowDown", "?"];
    for (const key of keys) await page.keyboard.press(key);
    const help = panel.getByRole("dialog", { name: "Keys of the timeline" });
    await help.waitFor();
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "detached" }); // it gives the focus back, which would close what opens next
    assert.equal(await page.locator(".quick-input-widget:visible").count(), 0);
    assert.equal(await page.locator(".tab", { hasText: "steady.py trace" }).count(), 1);
    await page.keyboard.press("Enter"); // opens the code, and leads there
    await page.locator(".monaco-editor.focused").waitFor();
    await page.locator(".tab.active:not(.dirty)", { hasText: /^steady\.py$/ }).waitFor();
  });

  it("are offered for trace files, in their place in the explorer", async () => {
    const source = traces("steady").at(-1) ?? "";
    writeFileSync(join(workbench.folder, "saved.awaitscope"), readFileSync(source));
    assert.ok(existsSync(source));
    await page.keyboard.press("Control+P");
    await typeAndPick(page, "saved.awaitscope");
    await panel.getByText("saved trace").waitFor();
    await whole("steady");
    assert.equal(await panel.getByRole("button", { name: "Run again" }).count(), 0);
    await runCommand(page, "View: Split Editor Right");
    await page.locator("iframe.webview.ready").nth(1).waitFor();
  });
});
