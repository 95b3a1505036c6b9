// The built panel in a real browser: a page with the host's strict policy and the editor's theme variables.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import type { ToHost, ToView } from "../../src/trace/messages";
import { launchChromium } from "../chromium";
import { root } from "../root";
import { THEMES, type Theme } from "./themes";

const NONCE = "dGVzdA";
const FILES: Readonly<Record<string, string>> = {
  "/codicon.css": "text/css",
  "/codicon.ttf": "font/ttf",
  "/panel.css": "text/css",
};

function html(origin: string): string {
  const policy = `default-src 'none'; style-src ${origin}; font-src ${origin}; script-src 'nonce-${NONCE}'`;
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"><title>Awaitscope timeline</title>
<link rel="stylesheet" href="codicon.css"><link rel="stylesheet" href="panel.css"></head>
<body><div id="app"></div><script type="module" nonce="${NONCE}" src="webview/main.js"></script></body></html>`;
}

function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").replace(/\?.*/, "");
    const type = FILES[path] ?? (/^\/webview\/[\w-]+\.js$/.test(path) ? "text/javascript" : undefined);
    if (path === "/") response.setHeader("content-type", "text/html").end(html(`http://${request.headers.host}`));
    else if (type === undefined) response.writeHead(404).end();
    else
      response
        .setHeader("content-type", type)
        .end(readFileSync(join(root, path === "/panel.css" ? "media" : "dist", path)));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

export interface Stand {
  browser: Browser;
  server: Server;
}

export async function openStand(launch = launchChromium): Promise<Stand> {
  return { browser: await launch(), server: await serve() };
}

export async function closeStand({ browser, server }: Stand): Promise<void> {
  await browser.close();
  server.close();
}

/** Bytes of the page's script, gzipped: what it draws with, and what it loads behind that. */
export function scriptSizes(): { first: number; rest: number } {
  const folder = join(root, "dist", "webview");
  const source = readFileSync(join(folder, "main.js"), "utf8");
  const needed = new Set(["main.js", ...[...source.matchAll(/from\s*"\.\/([\w-]+\.js)"/g)].map(([, name]) => name)]);
  const sizes = { first: 0, rest: 0 };
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".js")))
    sizes[needed.has(name) ? "first" : "rest"] += gzipSync(readFileSync(join(folder, name)), { level: 9 }).length;
  return sizes;
}

/** One open panel. `problems`: console errors, policy violations and page errors; must stay empty. */
export interface Panel {
  readonly page: Page;
  readonly problems: string[];
  post(message: ToView): Promise<void>;
  /** What the page sent to the host so far, but for where tasks are at the cursor. */
  sent(): Promise<ToHost[]>;
  /** Where tasks are at the cursor, as the page told last. */
  sits(): Promise<(ToHost & { kind: "sits" }) | undefined>;
  close(): Promise<void>;
}

export interface Options {
  theme?: Theme["name"];
  width?: number;
  height?: number;
  ratio?: number;
}

/**
 * For a suite: opens panels in a browser of its own. Each is closed after its test, and nothing may have been on its
 * console.
 */
export function opener(): (options?: Options) => Promise<Panel> {
  let stand: Stand;
  let panels: Panel[] = [];
  before(async () => {
    stand = await openStand();
  });
  after(() => closeStand(stand));
  afterEach(async () => {
    const opened = panels;
    panels = [];
    await Promise.all(opened.map((panel) => panel.close()));
    const problems = opened.flatMap((panel) => panel.problems);
    assert.deepEqual(problems, [], "nothing on the console, no policy violated");
  });
  return async (options) => {
    const panel = await openPanel(stand, options);
    panels.push(panel);
    return panel;
  };
}

type Window_ = Window & { sent: ToHost[] };

export async function openPanel({ browser, server }: Stand, options: Options = {}): Promise<Panel> {
  const { theme = "dark", width = 1200, height = 800, ratio = 1 } = options;
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: ratio });
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  await page.addInitScript(standIn);
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await setTheme(page, theme);
  await page.waitForSelector("body:has(.spoken[role=status])", { state: "attached" }); // all of its script is there
  return {
    page,
    problems,
    post: (message) => post(page, message),
    sits: async () => {
      const all = await page.evaluate(() => (window as unknown as Window_).sent);
      return all.findLast((message): message is ToHost & { kind: "sits" } => message.kind === "sits");
    },
    sent: () => page.evaluate(() => (window as unknown as Window_).sent.filter(({ kind }) => kind !== "sits")),
    close: () => page.close(),
  };
}

/** Runs in the page before its script: the host's side of the message channel. */
function standIn(): void {
  const sent: unknown[] = [];
  Object.assign(window, {
    sent,
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => sent.push(structuredClone(message)),
      getState: () => JSON.parse(sessionStorage.getItem("state") ?? "null") ?? undefined,
      setState: (state: unknown) => sessionStorage.setItem("state", JSON.stringify(state)),
    }),
  });
  document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`),
  );
}

/** As the editor does: variables on the root element, the kind of theme on the body. */
export async function setTheme(page: Page, name: string): Promise<void> {
  const theme = THEMES.find((each) => each.name === name);
  if (theme === undefined) throw new Error(`no theme ${name}`);
  await page.evaluate(({ body, variables }) => {
    document.documentElement.removeAttribute("style");
    for (const [key, value] of Object.entries(variables))
      document.documentElement.style.setProperty(`--vscode-${key}`, value);
    document.body.className = body;
  }, theme);
}

/** Bytes cross to the page as base64: the driver's own channel takes no buffers. */
async function post(page: Page, message: ToView): Promise<void> {
  const { bytes, ...rest } = message as { bytes?: ArrayBuffer };
  const text = bytes ? Buffer.from(bytes).toString("base64") : undefined;
  await page.evaluate(
    ([message, text]) => {
      const bytes = text === undefined ? {} : { bytes: Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer };
      window.dispatchEvent(new MessageEvent("message", { data: { ...(message as object), ...bytes } }));
    },
    [rest, text] as const,
  );
}

/** The bytes of a buffer as a message's `bytes`. */
export function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

/** Shows a whole trace of a run that ended. */
export async function showTrace(panel: Panel, bytes: Uint8Array, message: Partial<ToView & { kind: "open" }> = {}) {
  const status = { kind: "ended", exitCode: 0 } as const;
  await panel.post({ kind: "open", title: "crawler.py", live: true, status, ...message });
  await panel.post({ kind: "size", size: bytes.length });
  if (bytes.length > 0) await panel.post({ kind: "bytes", offset: 0, bytes: exact(bytes) });
  await settle(panel.page);
}

/** Waits until what was asked for is drawn. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
      ),
  );
}
