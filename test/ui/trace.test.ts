// From a program to its timeline and back to the code, with the packaged extension.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { anyPython } from "../pythons";
import { root } from "../root";
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
  timeline,
  typeAndPick,
  type Workbench,
  wear,
  window,
} from "./workbench";

const command = "Awaitscope: Trace Current File";

/** Milliseconds from the command to the first lane. */
const firstLaneBar = 1500;

const twentyTasks = `import asyncio
import sys


async def child(n):
    await asyncio.sleep(0.02 * n)
    return n


async def main():
    print(sum(await asyncio.gather(*(child(n) for n in range(20)))))


asyncio.run(main())
sys.exit(3)
`;

const endless = `import asyncio


async def main():
    while True:
        await asyncio.sleep(0.01)


asyncio.run(main())
`;

const files = {
  "twenty.py": twentyTasks,
  "endless.py": endless,
  "short.py": endless.replace("while True", "for _ in range(1)").replace("0.01", "0.4"),
  "plain.py": "print('nothing to await')\n",
  "over.txt": "",
};

/** The lanes of tasks whose coroutine has this name, among those in sight. */
function lanesOf(panel: FrameLocator, coroutine: string): Locator {
  return panel.locator(".name.task", { has: panel.locator(".about", { hasText: new RegExp(`^${coroutine}$`) }) });
}

const lane = (panel: FrameLocator, name: string): Locator => panel.locator(".name", { hasText: name }).first();

/** Clicks into a lane at a share of the time axis from 0 to 1. */
async function clickLane(page: Page, panel: FrameLocator, name: string, share: number): Promise<void> {
  const row = await lane(panel, name).boundingBox();
  const plot = await panel.locator(".plot").boundingBox();
  assert.ok(row && plot);
  await page.mouse.click(plot.x + plot.width * share, row.y + row.height / 2);
}

/** Traces a script on the command line, with the very files that the VSIX holds. */
function traceFile(script: string): string {
  const out = `${script}.awaitscope`;
  const cli = join(root, "dist", "cli.js");
  execFileSync(process.execPath, [cli, "trace", "--python", anyPython().path, "--out", out, "--", script]);
  return out;
}

describe("tracing in the workbench", () => {
  let workbench: Workbench;
  let page: Page;
  let panel: FrameLocator;
  const write = (name: string, text: string): void => writeFileSync(join(workbench.folder, name), text);

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    workbench = await openWorkbench({ trusted: true, files });
    page = workbench.page;
    panel = timeline(page);
  });
  after(() => workbench?.close());
  afterEach(async function () {
    const { state, title = "" } = this.currentTest ?? {};
    const picture = `failed-${title.replaceAll(/\W+/g, "-")}.png`;
    if (state === "failed") await page.screenshot({ path: join(screenshots, picture) });
    await runCommand(page, "View: Close All Editors");
  });

  /** Runs the command on the file in sight; milliseconds until the first lane stands in the timeline. */
  async function timeToFirstLane(): Promise<number> {
    let began = 0;
    await runCommand(page, command, () => {
      began = performance.now();
    });
    await panel.locator(".name.task").first().waitFor();
    return performance.now() - began;
  }

  /** Waits until the overview counts so many. */
  async function tasksInAll(count: string): Promise<void> {
    await panel.getByRole("tab", { name: "Overview" }).click();
    await panel.getByRole("heading", { name: count }).waitFor();
  }

  it("is started from the run button of the editor", async () => {
    await openFile(page, "2_queue_workers.py");
    await page.locator(".editor-actions").getByRole("button", { name: "Trace Current File" }).first().click();
    await lane(panel, "worker 1").waitFor();
    await panel.getByText("exit status 0").waitFor();
  });

  it(`shows the first lane of a program of 20 tasks within ${firstLaneBar} ms of the command`, async () => {
    await openFile(page, "twenty.py");
    const times: number[] = [];
    for (let run = 0; run < 3; run++) {
      times.push(await timeToFirstLane());
      await panel.getByText("exit status 3").waitFor();
      await page
        .locator(".tab", { hasText: "twenty.py trace" })
        .getByRole("button", { name: /^Close/ })
        .click();
    }
    console.log(`      ${times.map((time) => time.toFixed(0)).join(", ")} ms from the command to the first lane`);
    assert.ok(Math.min(...times) <= firstLaneBar); // the best: others may use this machine
  });

  it("shows every task, and what the program printed", async () => {
    await openFile(page, "twenty.py");
    await runCommand(page, command);
    await panel.getByText("exit status 3").waitFor();
    await tasksInAll("23 tasks"); // asyncio.run makes three of its own
    await panel.getByRole("treegrid", { name: "Lanes" }).press("L"); // unfolds all
    await page.locator(".xterm-rows", { hasText: "190" }).first().waitFor();
    await page.setViewportSize({ width: 1280, height: 1900 }); // only lanes in sight are in the page
    await lanesOf(panel, "child").nth(19).waitFor();
    assert.equal(await lanesOf(panel, "child").count(), 20);
    await page.setViewportSize(window);
  });

  it("fits the room it has", async () => {
    await openFile(page, "2_queue_workers.py");
    await runCommand(page, command);
    await panel.getByText("exit status 0").waitFor();
    const room = await page.locator("iframe.webview.ready").boundingBox();
    for (const part of [".toolbar", ".plot", ".details", ".status"]) {
      const box = await panel.locator(part).boundingBox();
      assert.ok(room && box);
      assert.ok(box.x + box.width <= room.x + room.width + 1, `${part} is cut off at the right`);
    }
  });

  it("opens the code of the segment that is clicked", async () => {
    await openFile(page, "short.py");
    await runCommand(page, command);
    await panel.getByText("exit status 0").waitFor();
    await clickLane(page, panel, "Task-1", 0.5);
    await cursor(page).getByText("Ln 6, Col 9").waitFor();
    const details = panel.getByRole("complementary", { name: "Details" });
    await details.getByText("asyncio.sleep").first().waitFor();
    await editor(page, "short.py").locator(".view-line", { hasText: "await asyncio.sleep(0.4)" }).waitFor();
  });

  it("goes through the lanes by keyboard", async () => {
    await openFile(page, "short.py");
    await runCommand(page, command);
    await panel.getByText("exit status 0").waitFor();
    await panel.getByRole("treegrid", { name: "Lanes" }).focus();
    for (const [key, spoken] of [
      ["ArrowDown", /^Task-1: ready .*line 4$/],
      ["ArrowRight", /^Task-1: running .*line 4$/],
      ["ArrowRight", /^Task-1: suspended .*line 6$/],
    ] as const) {
      await page.keyboard.press(key);
      await panel.getByRole("status").filter({ hasText: spoken }).waitFor({ state: "attached" });
    }
    await page.keyboard.press("Enter");
    await cursor(page).getByText("Ln 6, Col 9").waitFor();
  });

  it("grows while the program runs, and stops it", async () => {
    await openFile(page, "endless.py");
    await runCommand(page, command);
    const facts = panel.locator(".facts");
    const events = async (): Promise<number> =>
      Number(/^([\d,]+) event/.exec((await facts.textContent()) ?? "")?.[1]?.replaceAll(",", "") ?? 0);
    await lane(panel, "Task-1").waitFor();
    const before = await events();
    await page.waitForTimeout(500);
    assert.ok((await events()) > before + 10, "the timeline stands still");
    await panel.getByText("running", { exact: false }).first().waitFor();
    await panel.getByRole("button", { name: "Stop" }).click();
    await panel.getByRole("button", { name: "Run again" }).waitFor();
    let after = -1; // the last events may come after the news that the program ended
    for (let seen = await events(); seen !== after; seen = await events()) {
      after = seen;
      await page.waitForTimeout(300);
    }
  });

  it("runs again from the timeline", async () => {
    await openFile(page, "twenty.py");
    await runCommand(page, command);
    await panel.getByText("exit status 3").waitFor();
    write("twenty.py", twentyTasks.replace("exit(3)", "exit(4)"));
    await panel.getByRole("button", { name: "Run again" }).click();
    await panel.getByText("exit status 4").waitFor();
    await tasksInAll("23 tasks");
    assert.equal(await page.locator(".tab", { hasText: "twenty.py trace" }).count(), 1);
  });

  it("is whole again after it was hidden", async () => {
    await openFile(page, "2_queue_workers.py");
    await runCommand(page, command);
    await tasksInAll("6 tasks");
    await page.locator(".tab", { hasText: "2_queue_workers.py trace" }).click();
    await openPath(page, "over.txt");
    await page.locator("iframe.webview.ready").waitFor({ state: "hidden" });
    await page.locator(".tab", { hasText: "2_queue_workers.py trace" }).click();
    await tasksInAll("6 tasks");
    await lane(panel, "worker 1").waitFor();
  });

  it("asks where to keep a buffer that is no file, then traces it", async () => {
    await runCommand(page, "File: New Untitled Text File");
    await runCommand(page, "Change Language Mode");
    await typeAndPick(page, "Python");
    await page.locator(".part.statusbar").getByText("Python", { exact: true }).waitFor();
    await page.keyboard.type("import asyncio; asyncio.run(asyncio.sleep(0.1))");
    await runCommand(page, command);
    const path = join(workbench.folder, "kept.py");
    const input = page.locator(".quick-input-widget input.input");
    while (!(await input.inputValue()).endsWith(".py")) await page.waitForTimeout(50); // the name that is proposed
    await input.fill(path);
    await page.locator(".quick-input-widget").getByRole("button", { name: "OK" }).click();
    await page.locator(".tab", { hasText: "kept.py trace" }).waitFor(); // else the last run's status is seen
    await panel.getByText("exit status 0").waitFor();
    assert.match(readFileSync(path, "utf8"), /asyncio\.sleep\(0\.1\)/);
  });

  it("says what is wrong with a program that runs no event loop", async () => {
    await openFile(page, "plain.py");
    await runCommand(page, command);
    await panel.getByText("This program ran no asyncio event loop.").waitFor();
  });

  it("says what is wrong with a trace file, and shows what can be shown", async () => {
    const whole = readFileSync(traceFile(join(workbench.folder, "4_custom_awaitable.py")));
    const open = async (name: string, bytes: Uint8Array): Promise<void> => {
      writeFileSync(join(workbench.folder, name), bytes);
      await runCommand(page, "Awaitscope: Open Trace");
      await typeAndPick(page, join(workbench.folder, name), { row: name });
    };
    await open("cut.awaitscope", whole.subarray(0, whole.length - 40));
    await lane(panel, "Ada").waitFor();
    await panel.getByText(/ends in the middle of a record/).waitFor();
    await runCommand(page, "View: Close All Editors");
    await open("other.awaitscope", Buffer.from("PK\u0003\u0004 something else"));
    await panel.getByText("This is not an Awaitscope trace").waitFor();
    await runCommand(page, "View: Close All Editors");
    await open("empty.awaitscope", Buffer.alloc(0));
    await panel.getByRole("status").filter({ hasText: /\w/ }).first().waitFor();
  });

  it("can be looked at in every theme", async () => {
    await openFile(page, "2_queue_workers.py");
    await runCommand(page, command);
    await panel.getByText("exit status 0").waitFor();
    await runCommand(page, "View: Hide Panel");
    await page.setViewportSize({ width: 1600, height: 900 });
    await clickLane(page, panel, "worker 2", 0.5);
    await cursor(page)
      .getByText(/^Ln 1[2-5], /)
      .waitFor();
    for (const theme of themes) {
      await wear(page, theme);
      await page.mouse.move(5, 400);
      await page.waitForTimeout(500); // colours fade in
      await page.screenshot({ path: join(screenshots, `panel-${theme.title}.png`) });
      const line = lines(editor(page, "2_queue_workers.py"), "job = await jobs.get()");
      await hoverOn(page, line, "await");
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(screenshots, `hover-${theme.title}.png`) });
    }
    await page.setViewportSize(window);
  });
});
