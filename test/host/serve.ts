// Serves the npm host on a loopback port with data folders of its own, in two ways:
// `serveExtensionHost` for tests that run inside the extension host, `serveWorkbench` for a user's editor with a VSIX.
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { kill, run, start } from "../processes";
import { ensureHost, type Host } from "./install";

export type Settings = Readonly<Record<string, unknown>>;

/** A running VS Code server. */
export interface Served {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Its data folder: settings, extensions, and what extensions keep. */
  readonly data: string;
  /** Everything the server printed so far. */
  log(): string;
  /** Ends the server, the extension hosts and terminals it started, and deletes its data. */
  stop(): void;
}

/** Settings of a quiet editor: no welcome page, no extras, steady pictures. */
const quietSettings: Settings = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "chat.disableAIFeatures": true,
  "editor.hover.delay": 100,
  "editor.cursorBlinking": "solid",
  "files.autoSave": "off",
  "git.enabled": false,
  "terminal.integrated.gpuAcceleration": "off", // its text is then in the page
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
};

const dataFolders = new Set<string>();

function removeDataFolder(folder: string): void {
  dataFolders.delete(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

// After the servers are gone: `processes.ts` was loaded, and so listens, before us.
process.on("exit", () => [...dataFolders].forEach(removeDataFolder));

/** A data folder that no other run uses. Its path is short: sockets in it may have 107 characters at most. */
function makeDataFolder(settings: Settings): string {
  const folder = mkdtempSync(join(tmpdir(), "awaitscope-"));
  dataFolders.add(folder);
  // Settings of the machine, an interpreter's path for one, are read where the extension host is.
  for (const place of ["User", "Machine"]) mkdirSync(join(folder, "user", place), { recursive: true });
  writeFileSync(join(folder, "user", "User", "settings.json"), JSON.stringify({ ...quietSettings, ...settings }));
  writeFileSync(join(folder, "user", "Machine", "settings.json"), JSON.stringify(settings));
  return folder;
}

/** Waits until the server prints the line that `pattern` matches; its group is the port. */
function waitForPort(server: ChildProcess, pattern: RegExp, log: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`VS Code's server ${why}:\n${log()}`));
    const timer = setTimeout(() => fail("did not listen within 60 s"), 60_000);
    const look = (): void => {
      const port = pattern.exec(log())?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    server.stdout?.on("data", look);
    server.once("error", (error) => fail(`did not start, ${error.message}`));
    server.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}

/**
 * The environment of a server: ours, less what would make it believe it runs inside another VS Code.
 * It keeps its sockets and what else is temporary in its data folder.
 */
function serverEnvironment(data: string, extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|PORT$|PASSWORD$)/.test(name));
  return { ...Object.fromEntries(inherited), XDG_RUNTIME_DIR: data, TMPDIR: data, ...extra };
}

interface Launch {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly listening: RegExp;
  readonly data: string;
}

async function serve(host: Host, { args, cwd, env, listening, data }: Launch): Promise<Served> {
  let printed = "";
  const server = start(host.node, args, { cwd, env: serverEnvironment(data, env), stdio: ["ignore", "pipe", "pipe"] });
  const log = (): string => printed;
  const stop = (): void => {
    kill(server);
    removeDataFolder(data);
  };
  for (const pipe of [server.stdout, server.stderr])
    pipe?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  try {
    const port = await waitForPort(server, listening, log);
    return { origin: `http://127.0.0.1:${port}`, data, log, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/**
 * VS Code's server alone, told to take test switches from the page's address (see `run.ts`).
 * `env` is seen by the extension host.
 */
export async function serveExtensionHost(env: NodeJS.ProcessEnv, settings: Settings = {}): Promise<Served> {
  const host = await ensureHost();
  const data = makeDataFolder(settings);
  const args = [
    host.server,
    ...["--host", "127.0.0.1", "--port", "0", "--without-connection-token", "--accept-server-license-terms"],
    ...["--enable-smoke-test-driver", "--disable-telemetry", "--disable-workspace-trust"],
    ...["--server-data-dir", data, "--user-data-dir", join(data, "user"), "--extensions-dir", join(data, "extensions")],
  ];
  const listening = /Extension host agent listening on (\d+)/;
  return serve(host, { args, cwd: dirname(dirname(host.server)), env, listening, data });
}

export interface Workbench {
  /** The packaged extension to install. */
  readonly vsix: string;
  /** False: folders open in Restricted Mode, as on a person's first visit. */
  readonly trusted: boolean;
  /** Beside the quiet ones. */
  readonly settings?: Settings;
  readonly env?: NodeJS.ProcessEnv;
  /** 0, the default: any free port. */
  readonly port?: number;
}

/** By VSIX, the folder of extensions in which it is installed: once for all workbenches, which change nothing there. */
const installed = new Map<string, Promise<string>>();

async function install(host: Host, vsix: string): Promise<string> {
  const data = makeDataFolder({});
  const extensions = join(data, "extensions");
  const args = [...entryOf(host, data, extensions), "--install-extension", vsix];
  const { code, output } = await run(host.node, args, { cwd: data, env: serverEnvironment(data, {}), limit: 120_000 });
  if (code !== 0) throw new Error(`VS Code refuses the VSIX:\n${output}`);
  return extensions;
}

/** The arguments of every call of the entry. */
function entryOf(host: Host, data: string, extensions: string): string[] {
  const config = join(data, "config.yaml");
  writeFileSync(config, ""); // otherwise it makes one in the home folder
  return [host.entry, "--config", config, "--user-data-dir", join(data, "user"), "--extensions-dir", extensions];
}

/** The whole workbench, as a user has it, with a VSIX installed. */
export async function serveWorkbench({ vsix, trusted, settings, env, port }: Workbench): Promise<Served> {
  const host = await ensureHost();
  const installing = installed.get(vsix) ?? install(host, vsix);
  installed.set(vsix, installing);
  const extensions = await installing;
  const data = makeDataFolder(settings ?? {});
  const args = [
    ...entryOf(host, data, extensions),
    ...["--auth", "none", "--bind-addr", `127.0.0.1:${port ?? 0}`],
    ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override", "--ignore-last-opened"],
    ...(trusted ? ["--disable-workspace-trust"] : []),
  ];
  const listening = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/;
  return serve(host, { args, cwd: data, env: env ?? {}, listening, data });
}
