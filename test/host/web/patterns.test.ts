// The browser build: patterns are listed from the extension's own files, and put into a file.
import * as vscode from "vscode";

function holds(text: string, ...parts: readonly string[]): void {
  for (const part of parts) if (!text.includes(part)) throw new Error(`${JSON.stringify(part)} is not in ${text}`);
}

describe("patterns in the browser build", () => {
  before(async () => {
    await vscode.extensions.getExtension("awaitscope.awaitscope")?.activate();
  });

  it("are inserted with their imports", async () => {
    const content = "import asyncio\n\n\nasync def main() -> None:\n    await asyncio.sleep(1)\n";
    const document = await vscode.workspace.openTextDocument({ language: "python", content });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(4, 4, 4, 4);
    await vscode.commands.executeCommand("awaitscope.insertPattern", "aw-timed");
    holds(document.getText(), "import asyncio\nfrom collections.abc import Generator\n", "class Timed(Generic[T]):");
  });

  it("have examples to open", async () => {
    await vscode.commands.executeCommand("awaitscope.openPatternExample", "aw-timed");
    holds(vscode.window.activeTextEditor?.document.getText() ?? "", '"""aw-timed: ', "asyncio.run(main())");
  });
});
