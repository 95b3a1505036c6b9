// A person at the workbench: opens files, hovers words, types, runs commands, reads what is shown.
import { cpSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { launchChromium } from "../chromium";
import { type Served, serveWorkbench } from "../host/serve";
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
  readonly served: Served;
  close(): Promise<void>;
}

/** Opens VS Code with the VSIX on a copy of the sample programs, in a window of 1280 x 800. */
export async function openWorkbench({ trusted }: { trusted: boolean }): Promise<Workbench> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "awaitscope-folder-")));
  cpSync(join(root, "test", "sample"), folder, { recursive: true });
  const settings = { "awaitscope.pythonPath": anyPython().path };
  const served = await serveWorkbench({ vsix, trusted, settings });
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    served.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(15_000);
    await page.goto(`${served.origin}/?folder=${encodeURIComponent(folder)}`);
    await page
      .locator(".monaco-workbench .explorer-folders-view .monaco-list-row")
      .first()
      .waitFor({ timeout: 60_000 });
    return { page, folder, served, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The editor that shows a file of the opened folder. */
export function editor(page: Page, name: string): Locator {
  return page.locator(`.editor-instance .monaco-editor[data-uri$="/${name}"]`);
}

/** Opens a file from the explorer, as a Python file where its name says so. */
export async function openFile(page: Page, name: string): Promise<Locator> {
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).dblclick();
  const opened = editor(page, name);
  await opened.locator(".view-line").first().waitFor();
  if (name.endsWith(".py")) await page.locator(".part.statusbar").getByText("Python", { exact: true }).waitFor();
  return opened;
}

/** Runs a command by its title from the palette. `beforeEnter` is called at the last moment. */
export async function runCommand(page: Page, title: string, beforeEnter: () => void = () => undefined): Promise<void> {
  await page.keyboard.press("F1");
  const input = page.locator(".quick-input-widget input.input");
  await input.fill(`>${title}`);
  await page.locator(".quick-input-widget .monaco-list-row", { hasText: title }).first().waitFor();
  beforeEnter();
  await page.keyboard.press("Enter");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
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
