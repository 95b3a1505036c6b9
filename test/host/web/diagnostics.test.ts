// The browser build reports mistakes, too.
import * as vscode from "vscode";

const program = "import asyncio\n\nasync def main():\n    job = asyncio.sleep(1)\n    await job\n    await job\n";

describe("the browser build's diagnostics", () => {
  it("tell of a mistake, and open its page", async () => {
    await vscode.extensions.getExtension("awaitscope.awaitscope")?.activate();
    const document = await vscode.workspace.openTextDocument({ language: "python", content: program });
    await vscode.window.showTextDocument(document);
    const found = await first(document.uri);
    if (typeof found.code !== "object" || found.code.value !== "awaited-twice")
      throw new Error(`expected awaited-twice, got ${JSON.stringify(found)}`);
    await vscode.commands.executeCommand("awaitscope.openRule", "awaited-twice");
    await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes("awaited-twice"));
  });
});

function first(uri: vscode.Uri): Promise<vscode.Diagnostic> {
  return until(() => vscode.languages.getDiagnostics(uri).find(({ source }) => source === "awaitscope"));
}

async function until<T>(probe: () => T | undefined | false): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    const value = probe();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("waited in vain");
}
