// `npm start`, its last step: opens VS Code with the packaged extension on the sample programs. The desktop's `code`
// where it is on PATH; otherwise the npm host, served on a loopback address until Ctrl+C.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { serveWorkbench } from "./host/serve";
import { root } from "./root";

const vsix = join(root, "awaitscope.vsix");
const sample = join(root, "test", "sample");
const firstFile = join(sample, "1_one_after_another.py");
const windows = process.platform === "win32";

/** Runs the desktop's command line; on Windows it is a script, which needs a shell and quotes. */
function code(args: readonly string[], stdio: "ignore" | "inherit"): number | null {
  const quoted = windows ? args.map((arg) => `"${arg}"`) : args;
  return spawnSync("code", quoted, { stdio, shell: windows }).status;
}

function openDesktop(): void {
  if (code(["--install-extension", vsix, "--force"], "inherit") !== 0) throw new Error("VS Code refuses the extension");
  if (code(["--new-window", sample, "--goto", firstFile], "inherit") !== 0) throw new Error("VS Code did not open");
  console.log("VS Code is open on the sample programs: hover an await, or run “Awaitscope: Trace Current File”.");
}

async function openServed(): Promise<void> {
  console.log("No `code` on PATH: serving VS Code from npm instead");
  const settings = { "editor.hover.delay": 300 };
  const { origin } = await serveWorkbench({ vsix, trusted: true, settings });
  const open = JSON.stringify([["openFile", `vscode-remote://${new URL(origin).host}${firstFile}`]]);
  console.log("\nVS Code with Awaitscope and its sample programs is at\n");
  console.log(`  ${origin}/?folder=${encodeURIComponent(sample)}&payload=${encodeURIComponent(open)}\n`);
  console.log("Open it in a browser: hover an await, or run “Awaitscope: Trace Current File” (F1). Ctrl+C ends it.");
}

async function main(): Promise<void> {
  if (!existsSync(vsix)) throw new Error("There is no awaitscope.vsix: `npm run package` makes it");
  if (code(["--version"], "ignore") === 0) openDesktop();
  else await openServed();
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
