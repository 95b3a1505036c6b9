// Runs the tests of `suite/` inside VS Code's real extension host, and those of `web/` in its web worker host,
// served by the npm host and opened in headless Chromium. Exit codes: 0 passed, 1 failed or the host died, 124 hung.
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium } from "../chromium";
import { root } from "../root";
import { describeHost, ensureHost } from "./install";
import { reportName, reportVariable } from "./report";
import { serveExtensionHost } from "./serve";

interface Suite {
  readonly title: string;
  /** The bundle that exports `run()`, without its ending. */
  readonly tests: string;
  /** `web`: the browser build, in the web worker extension host. */
  readonly kind: "node" | "web";
  /** The name of another extension that is loaded beside ours, of those in this folder. */
  readonly beside?: string;
  /** The names of folders that are open, instead of a single one. */
  readonly folders?: readonly string[];
  /** Milliseconds until the suite counts as hung. */
  readonly limit: number;
}

const suites: readonly Suite[] = [
  { title: "extension host", tests: "out/test/host/suite/index", kind: "node", limit: 300_000 },
  {
    title: "extension host, with two folders",
    tests: "out/test/host/folders/index",
    kind: "node",
    folders: ["a", "b"],
    limit: 120_000,
  },
  {
    title: "extension host, with Pyright",
    tests: "out/test/host/agreement/index",
    kind: "node",
    beside: "pyright",
    limit: 600_000,
  },
  { title: "web worker extension host", tests: "out/test/host/web/index", kind: "web", limit: 120_000 },
];

/** Our manifest asks for the workspace's side, which a browser alone does not have, but this one, with a server, has. */
const inWorker = { "remote.extensionKind": { "awaitscope.awaitscope": ["web"] } };

/** What is open, as the page's address says it. */
function openedIn(workspace: string, { folders }: Suite): string {
  if (folders === undefined) return `folder=${encodeURIComponent(workspace)}`;
  for (const each of folders) mkdirSync(join(workspace, each));
  const file = join(workspace, "several.code-workspace");
  writeFileSync(file, JSON.stringify({ folders: folders.map((path) => ({ path })) }));
  return `workspace=${encodeURIComponent(file)}`;
}

/** The page that loads our extension and the tests, as `code --extensionTestsPath` would. */
function address(origin: string, opened: string, extensions: string, { tests, kind }: Suite): string {
  const remote = (path: string): string => `vscode-remote://${new URL(origin).host}${path}`;
  const payload = [
    ["extensionDevelopmentPath", remote(extensions)],
    ["extensionTestsPath", remote(join(root, tests))],
    ["skipWelcome", "true"],
    ...(kind === "web" ? [["extensionDevelopmentKind", "web"]] : []),
  ];
  return `${origin}/?${opened}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/** The folder that VS Code loads extensions from: ours, or one that holds ours and the one beside it. */
function extensionsOf({ beside }: Suite, folder: string): string {
  if (beside === undefined) return root;
  const all = join(folder, "extensions");
  mkdirSync(join(all, beside), { recursive: true });
  symlinkSync(root, join(all, "awaitscope"));
  copyFileSync(join(root, "test", "host", beside, "package.json"), join(all, beside, "package.json"));
  symlinkSync(join(root, "out", "test", "host", beside, "extension.js"), join(all, beside, "extension.js"));
  return all;
}

/** Opens the page and waits for the exit code that VS Code reports when the tests are over. */
async function drive(url: string, suite: Suite, workbenchLog: string): Promise<number> {
  const browser = await launchChromium();
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    const ended = new Promise<number>((resolve) => {
      page.on("crash", () => {
        console.error("The page crashed");
        resolve(1);
      });
      setTimeout(() => resolve(124), suite.limit).unref();
      void page.exposeFunction("codeAutomationExit", resolve);
    });
    await page.exposeFunction("codeAutomationLog", (kind: string, args: unknown[]) =>
      appendFileSync(workbenchLog, `${kind} ${args.join(" ")}\n`),
    );
    await page.goto(url);
    return await ended;
  } finally {
    await browser.close();
  }
}

/** Copies what is appended to `file` to our stdout until told to stop. */
function follow(file: string): () => void {
  let shown = 0;
  const show = (): void => {
    const bytes = readFileSync(file);
    process.stdout.write(bytes.subarray(shown));
    shown = bytes.length;
  };
  const timer = setInterval(show, 100);
  return () => {
    clearInterval(timer);
    show();
  };
}

async function runSuite(suite: Suite): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "awaitscope-suite-"));
  const workspace = mkdtempSync(join(folder, "workspace-"));
  const report = join(workspace, reportName);
  const workbenchLog = join(folder, "workbench.log");
  writeFileSync(report, "");
  writeFileSync(workbenchLog, "");
  const stopFollowing = follow(report);
  const served = await serveExtensionHost({ [reportVariable]: report }, suite.kind === "web" ? inWorker : {});
  try {
    console.log(`\nIn the ${suite.title}:`);
    const url = address(served.origin, openedIn(workspace, suite), extensionsOf(suite, folder), suite);
    const code = await drive(url, suite, workbenchLog);
    if (code === 124) console.error(`The tests in the ${suite.title} did not end within ${suite.limit / 1000} s`);
    const spoke = /\d+ (passing|failing)/.test(readFileSync(report, "utf8"));
    if (code !== 0 && !spoke) console.error(readFileSync(workbenchLog, "utf8").slice(-4000), served.log());
    if (code === 0 && !spoke) console.error("No test reported anything");
    return code === 0 && !spoke ? 1 : code;
  } finally {
    served.stop();
    stopFollowing();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  await ensureHost();
  console.log(`Host: ${describeHost()}`);
  const chosen = suites.filter(({ tests }) => process.argv[2] === undefined || tests.includes(`/${process.argv[2]}/`));
  if (chosen.length === 0) throw new Error(`No suite is called ${process.argv[2]}`);
  for (const suite of chosen) process.exitCode = (await runSuite(suite)) || process.exitCode || 0;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
