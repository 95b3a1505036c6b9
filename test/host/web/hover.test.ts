// The browser build: awaits are explained where nothing can run.
import * as vscode from "vscode";

function same(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

async function hoverText(content: string, line: number, character: number): Promise<string> {
  const { uri } = await vscode.workspace.openTextDocument({ language: "python", content });
  const position = new vscode.Position(line, character);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", uri, position);
  return hovers
    .flatMap((hover) => hover.contents)
    .map((content) => (typeof content === "string" ? content : content.value))
    .join("\n");
}

describe("the browser build", () => {
  before(async () => {
    await vscode.extensions.getExtension("awaitscope.awaitscope")?.activate();
  });

  it("runs in the web worker extension host", () => {
    same(vscode.extensions.getExtension("awaitscope.awaitscope")?.isActive, true);
    same(vscode.extensions.getExtension("awaitscope.awaitscope")?.extensionKind, vscode.ExtensionKind.UI);
  });

  it("explains an await", async () => {
    const text = await hoverText("import asyncio\n\nasync def main():\n    await asyncio.sleep(1)\n", 3, 6);
    if (!/sleep/.test(text)) throw new Error(`no explanation of asyncio.sleep in ${JSON.stringify(text)}`);
  });

  it("shows the steps on a page beside the code", async () => {
    const content = "import asyncio\n\nasync def main():\n    await asyncio.sleep(1)\n";
    const document = await vscode.workspace.openTextDocument({ language: "python", content });
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("awaitscope.explainAwait", document.uri.toString(), 3, 4);
    const labels = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    for (let tries = 0; tries < 50 && !labels().includes("await asyncio.sleep(1)"); tries++)
      await new Promise((done) => setTimeout(done, 100));
    same(labels().includes("await asyncio.sleep(1)"), true);
  });

  it("says nothing of plain code", async () => {
    same(await hoverText("import asyncio\n\nprint(asyncio)\n", 2, 2), "");
  });
});
