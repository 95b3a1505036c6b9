// A workspace of several folders: each has an interpreter of its own, and modules of the others are found.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { closeAll, extension, find, hoverText, until } from "../suite/editor";

const user = (module: string) => `from ${module} import work\n\nasync def main():\n    await work()\n`;
const coroutine = "async def work():\n    return 1\n";
const future =
  "import asyncio\n\ndef work() -> asyncio.Future[int]:\n    return asyncio.get_running_loop().create_future()\n";

function pathIn(name: string, path: string): string {
  const folder = vscode.workspace.workspaceFolders?.find((each) => each.name === name);
  assert.ok(folder, `no folder ${name} is open`);
  return join(folder.uri.fsPath, path);
}

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Makes a program that answers as an interpreter that finds `chosen`, and chooses it for the folder. */
async function choose(name: string, chosen: string): Promise<void> {
  const library = dirname(write(pathIn(name, `library-of-${name}/chosen.py`), chosen));
  const answer = { minor: 12, platform: "linux", sysPath: [library] };
  const program = write(pathIn(name, "python"), `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
  chmodSync(program, 0o755);
  const settings = vscode.workspace.getConfiguration("awaitscope", vscode.Uri.file(program));
  await settings.update("pythonPath", program, vscode.ConfigurationTarget.WorkspaceFolder);
}

async function hoverBecomes(path: string, wanted: RegExp): Promise<void> {
  const document = await vscode.workspace.openTextDocument(path);
  let told = "";
  await until(
    () => `${wanted} in ${path}: ${told}`,
    async () => {
      told = await hoverText(document, find(document, "await "));
      return wanted.test(told);
    },
  );
}

describe("several folders", () => {
  before(async () => {
    await extension().activate();
    assert.deepEqual(
      vscode.workspace.workspaceFolders?.map(({ name }) => name),
      ["a", "b"],
    );
  });
  after(closeAll);

  it("have an interpreter each", async () => {
    await choose("a", coroutine);
    await choose("b", future);
    await hoverBecomes(write(pathIn("a", "user.py"), user("chosen")), /Runs `work`/);
    await hoverBecomes(write(pathIn("b", "user.py"), user("chosen")), /Waits until/);
    await choose("b", coroutine);
    rmSync(pathIn("b", "library-of-b/chosen.py"));
    await hoverBecomes(pathIn("b", "user.py"), /`chosen`, which is not found/);
    await hoverBecomes(pathIn("a", "user.py"), /Runs `work`/);
  });

  it("find each other's modules, their own first", async () => {
    write(pathIn("a", "shared.py"), future);
    const path = write(pathIn("b", "shares.py"), user("shared"));
    await hoverBecomes(path, /Waits until/);
    write(pathIn("b", "shared.py"), coroutine);
    await hoverBecomes(path, /Runs `work`/);
  });

  it("go, and what is in them is explained by itself", async () => {
    const path = pathIn("b", "shares.py");
    assert.ok(vscode.workspace.updateWorkspaceFolders(1, 1));
    await until("its end", () => vscode.workspace.workspaceFolders?.length === 1);
    await hoverBecomes(path, /Runs `work`/);
  });
});
