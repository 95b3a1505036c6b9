// The entry that VS Code's web worker extension host calls. A worker has no files, no environment and no modules to
// load, so mocha's browser build and the tests are in this one bundle, and the report is written through the editor.
import * as vscode from "vscode";
import "mocha/mocha.js";
import { reportName } from "../report";

/** One line a test, then mocha's two closing lines. */
function follow(runner: Mocha.Runner): string[] {
  const lines = [""];
  let failures = 0;
  let passes = 0;
  runner.on("pass", (test) => {
    passes += 1;
    lines.push(`  ✔ ${test.fullTitle()}`);
  });
  runner.on("fail", (test, error) => {
    failures += 1;
    lines.push(`  ${failures}) ${test.fullTitle()}`, `     ${error.stack ?? error.message}`);
  });
  runner.on("end", () => lines.push("", `  ${passes} passing`, `  ${failures} failing`, ""));
  return lines;
}

async function write(lines: readonly string[]): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) throw new Error("The web tests need a workspace folder for their report");
  const bytes = new TextEncoder().encode(lines.join("\n"));
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, reportName), bytes);
}

/** Resolves when every test passed, rejects otherwise: VS Code makes that its exit code. */
export async function run(): Promise<void> {
  mocha.setup({ ui: "bdd", reporter: class {} as unknown as Mocha.ReporterConstructor, timeout: 30_000 });
  await import("./savedTrace.test");
  await import("./hover.test");
  await import("./diagnostics.test");
  await import("./patterns.test");
  let lines: string[] = [];
  const failures = await new Promise<number>((resolve) => {
    lines = follow(mocha.run(resolve));
  });
  await write(lines);
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
