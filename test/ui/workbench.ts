// A person at the workbench: opens files, hovers words, types, runs commands, reads what is shown.
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { launchChromium } from "../chromium";
import { serveWorkbench } from "../host/serve";
import { anyPython } from "../pythons";
import { root } from "../root";

/** The packaged extension, which `npm run package` makes. */
export const vsix = join(root, "awaitscope.vsix");

/** Where pictures go: kept as build artefacts, looked at by people. */
export const screenshots = join(root, "out", "screenshots");

export interface Workbench {
  readonly page: Page;
  /** The opened folder: a copy of the sample programs, to be changed at will. */
  readonly folder: string;
  /** What VS Code and its extensions keep. */
  readonly data: string;
  close(): Promise<void>;
}

interface Setup {
  readonly trusted: boolean;
  /** Texts by name, beside the sample programs: the explorer may overlook what appears while it opens. */
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The window's size in pixels. */
export const window = { width: 1280, height: 800 };

/** Opens VS Code with the VSIX on a copy of the sample programs. */
export async function openWorkbench({ trusted, files = {}, settings: more = {} }: Setup): Promise<Workbench> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "awaitscope-folder-")));
  cpSync(join(root, "test", "sample"), folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const settings = { "awaitscope.pythonPath": anyPython().path, ...more };
  const served = await serveWorkbench({ vsix, trusted, settings });
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    served.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    browser = await launchChromium();
    const page = await browser.newPage({ viewport: window });
    page.setDefaultTimeout(15_000);
    await page.goto(`${served.origin}/?folder=${encodeURIComponent(folder)}`);
    await page
      .locator(".monaco-workbench .explorer-folders-view .monaco-list-row")
      .first()
      .waitFor({ timeout: 60_000 });
    return { page, folder, data: served.data, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The themes that people wear, by their name in VS Code's list, and the class that each gives to the workbench. */
export const themes = [
  { title: "light", name: "Light 2026", base: "vs" },
  { title: "dark", name: "Dark 2026", base: "vs-dark" },
  { title: "high-contrast-dark", name: "Dark High Contrast", base: "hc-black" },
  { title: "high-contrast-light", name: "Light High Contrast", base: "hc-light" },
] as const;

/** Chooses a colour theme as a person does. */
export async function wear(page: Page, { name, base }: (typeof themes)[number]): Promise<void> {
  await runCommand(page, "Preferences: Color Theme");
  await page.locator('.quick-input-widget input.input[placeholder*="Color Theme"]').waitFor();
  await typeAndPick(page, name);
  await page.locator(`.monaco-workbench.${base}`).waitFor();
}

/** The editor that shows a file of the opened folder. */
export function editor(page: Page, name: string): Locator {
  return page.locator(`.editor-instance .monaco-editor[data-uri$="/${name}"]`);
}

/** Opens a file of the folder by its name, without the explorer, in the group that is active. */
export async function openPath(page: Page, name: string): Promise<void> {
  await retry(page, async () => {
    await page.keyboard.press("Control+P");
    await typeAndPick(page, name, { limit: 3_000 });
  });
  await editor(page, name).waitFor();
}

/** Opens a file from the explorer, as a Python file where its name says so. */
export async function openFile(page: Page, name: string): Promise<Locator> {
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).dblclick();
  const opened = editor(page, name);
  await opened.locator(".view-line").first().waitFor();
  if (name.endsWith(".py")) await page.locator(".part.statusbar").getByText("Python", { exact: true }).waitFor();
  return opened;
}

interface Pick {
  /** A part of the row's text; what was typed, where it is the same. */
  readonly row?: string;
  /** Milliseconds until the row must be there. */
  readonly limit?: number;
  /** Called at the last moment. */
  readonly beforeClick?: (() => void) | undefined;
}

/** Types into the list that is open and clicks the row that then comes. */
export async function typeAndPick(
  page: Page,
  text: string,
  { row = text, limit, beforeClick }: Pick = {},
): Promise<void> {
  const timeout = limit ?? 15_000;
  await page.locator(".quick-input-widget input.input").fill(text, { timeout });
  const found = page.locator(".quick-input-widget .monaco-list-row", { hasText: row }).first();
  await found.waitFor({ timeout });
  beforeClick?.();
  await found.click({ timeout });
}

/**
 * Runs a command by its title from the palette. An editor that takes the focus a moment after it was shown closes the
 * palette again; a person, too, then presses F1 once more.
 */
export async function runCommand(page: Page, title: string, beforeClick?: () => void): Promise<void> {
  await retry(page, async () => {
    await page.keyboard.press("F1");
    await typeAndPick(page, `>${title}`, { row: title, limit: 3_000, beforeClick });
  });
}

/** Tries up to three times what begins with opening a list: an editor that gets its focus late closes it. */
export async function retry(page: Page, body: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await body();
    } catch (error) {
      if (tries === 3) throw error;
      await page.keyboard.press("Escape");
    }
  }
}

/**
 * Points at a word and reads the hover. The editor opens it a moment after the mouse came to rest and takes it back
 * when anything moves, so the mouse leaves and comes again until it stands.
 */
export async function hoverOn(page: Page, line: Locator, word: string): Promise<Locator> {
  const target = line.locator("span span", { hasText: word }).first();
  const hover = page.locator(".monaco-hover:not(.hidden) .monaco-hover-content", { hasNotText: "Loading..." });
  for (let tries = 0; tries < 10; tries++) {
    await target.hover();
    const shown = await hover.waitFor({ timeout: 1_500 }).then(
      () => true,
      () => false,
    );
    if (shown) return hover;
    await page.mouse.move(5, 5);
  }
  throw new Error(`No hover appeared on ${word}`);
}

/** The lines of an editor that contain a text. */
export function lines(opened: Locator, text: string): Locator {
  return opened.locator(".view-line", { hasText: text });
}

/** "Ln 12, Col 5" of the status bar. */
export function cursor(page: Page): Locator {
  return page.locator(".part.statusbar").getByText(/^Ln \d+, Col \d+/);
}

/** The tab of a trace. */
export function timelineTab(page: Page, name: string): Locator {
  return page.locator(`.tab[data-resource-name*="${name} trace"], .tab:has-text("${name} trace")`).first();
}

/** The document inside the timeline's webview. */
export function timeline(page: Page): FrameLocator {
  return page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
}

/** The texts of the notifications that are open. */
export function notification(page: Page, text: string | RegExp): Locator {
  return page.locator(".notification-list-item-message", { hasText: text });
}

/**
 * Waits until the browser has kept a text of the window's state, as it does every few seconds: what came last is lost
 * where the page goes before that.
 */
export async function stateKept(page: Page, text: string): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await page.evaluate(isKept, text))) {
    if (Date.now() > end) throw new Error(`The window's state is kept without ${text}`);
    await page.waitForTimeout(200);
  }
}

async function isKept(text: string): Promise<boolean> {
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const databases = (await indexedDB.databases()).map(({ name }) => name ?? "");
  for (const name of databases.filter((each) => each.startsWith("vscode-web-state-db"))) {
    const database = await done(indexedDB.open(name));
    const values = await done(database.transaction("ItemTable").objectStore("ItemTable").getAll());
    database.close();
    if (values.some((value) => String(value).replaceAll("\\", "").includes(text))) return true; // JSON in JSON
  }
  return false;
}
