// The browser build: awaits are explained where nothing can run.
import * as vscode from "vscode";

function same(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

async function hoverText(content: string, line: number, character: number): Promise<string> {
  const { uri } = await vscode.workspace.openTextDocument({ language: "python", content });
  return hoverTextAt(uri, line, character);
}

async function hoverTextAt(uri: vscode.Uri, line: number, character: number): Promise<string> {
  const position = new vscode.Position(line, character);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", uri, position);
  return hovers
    .flatMap((hover) => hover.contents)
    .map((content) => (typeof content === "string" ? content : content.value))
    .join("\n");
}

/** Writes a file of the workspace through the editor: there is no disk. */
async function write(name: string, text: string): Promise<vscode.Uri> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) throw new Error("the tests need a workspace folder");
  const file = vscode.Uri.joinPath(folder, name);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  return file;
}

async function until(probe: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await probe())) {
    if (Date.now() > end) throw new Error(`in vain: ${probe}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
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

  it("reads the files that a file imports, and follows them", async () => {
    const use = "from package.part import work\n\nasync def main():\n    await work()\n";
    const uri = await write("use.py", use);
    await write("package/__init__.py", "");
    await write("package/part.py", "async def work():\n    return 1\n");
    await until(async () => /Runs `work`/.test(await hoverTextAt(uri, 3, 6)));
    await write("package/part.py", "import asyncio\n\ndef work() -> asyncio.Future[int]: ...\n");
    await until(async () => /Waits until/.test(await hoverTextAt(uri, 3, 6)));
  });

  it("knows the standard library", async () => {
    const use = "from asyncio.subprocess import Process\n\nasync def main(p: Process):\n    await p.communicate()\n";
    await until(async () => /communicate/.test(await hoverText(use, 3, 6)));
  });

  it("says nothing of plain code", async () => {
    same(await hoverText("import asyncio\n\nprint(asyncio)\n", 2, 2), "");
  });
});
