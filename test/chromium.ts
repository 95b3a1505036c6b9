// Finds a Chromium to drive, and starts it the one way that all browser tests use.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];

const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** Path of a Chromium-based browser: `CHROMIUM` where set, else PATH, else the usual places. Undefined: none. */
function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const ending = process.platform === "win32" ? ".exe" : "";
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name + ending)));
  return [process.env.CHROMIUM, ...onPath, ...elsewhere].find(
    (path) => path !== undefined && path !== "" && existsSync(path),
  );
}

/** As `findChromium`, but throws with what to do where there is none. */
export function requireChromium(): string {
  const path = findChromium();
  if (path === undefined)
    throw new Error("These tests drive Chromium, and none was found: apt-get install chromium, or set CHROMIUM to one");
  return path;
}

/** Starts headless Chromium. `--no-sandbox`: containers run as root, and only our own pages are opened. */
export function launchChromium(...more: readonly string[]): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", ...more];
  return chromium.launch({ executablePath: requireChromium(), args });
}
