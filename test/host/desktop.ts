// `npm run test:desktop`: the same suite in VS Code's desktop build, which @vscode/test-electron downloads.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { root } from "../root";

async function main(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), "awaitscope-"));
  try {
    await runTests({
      version: process.argv[2] ?? "stable",
      extensionDevelopmentPath: root,
      extensionTestsPath: join(root, "out", "test", "host", "suite", "index"),
      launchArgs: [workspace, "--disable-workspace-trust", "--disable-extensions"],
    });
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
