// Hovers stay true where no watcher tells of changes, as on network drives: by what the disk says at a question.
import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as vscode from "vscode";
import { resolve } from "../../../src/analysis/awaiting/resolve";
import { awaitSites } from "../../../src/analysis/code/awaits";
import { interpreters } from "../../../src/interpreters";
import { nodeFiles, nodeStates } from "../../../src/nodeFiles";
import { Workspace } from "../../../src/workspace";
import { closeAll, extension, inWorkspace, openFile } from "./editor";
import { tell } from "./tell";

const coroutine = "async def work():\n    return 1\n";
const task = "import asyncio\n\nasync def job(): ...\n\ndef work():\n    return asyncio.create_task(job())\n";
const user = (module: string) => `from ${module} import work\n\nasync def main():\n    await work()\n`;

function write(name: string, text: string): void {
  mkdirSync(dirname(inWorkspace(name)), { recursive: true });
  writeFileSync(inWorkspace(name), text);
}

/** A workspace whose watchers never tell anything. */
function unwatched(): Workspace {
  const { workspace } = vscode;
  const original = workspace.createFileSystemWatcher;
  const none = () => new vscode.Disposable(() => undefined);
  const silent = { ...none(), onDidCreate: none, onDidChange: none, onDidDelete: none, dispose: () => undefined };
  (workspace as { createFileSystemWatcher: unknown }).createFileSystemWatcher = () => silent;
  const pythons = interpreters();
  const made = new Workspace(extension().extensionUri, { files: nodeFiles, states: nodeStates, interpreters: pythons });
  restore = () => {
    workspace.createFileSystemWatcher = original;
    pythons.dispose();
    made.dispose();
  };
  return made;
}

let restore = () => {};

describe("changes that no watcher tells of", () => {
  let ours: Workspace;
  before(async () => {
    await extension().activate();
    ours = unwatched();
  });
  after(() => restore());
  afterEach(async () => {
    await closeAll();
    for (const name of ["unsaid", "newly", ".venv"]) rmSync(inWorkspace(name), { recursive: true, force: true });
  });

  /** What kind of thing the document's first await is of, as a hover asks; `alone`: as reports about whole files ask. */
  async function kind(document: vscode.TextDocument, definitions = true): Promise<string | undefined> {
    const { token } = new vscode.CancellationTokenSource();
    return ours.ask(
      document,
      (tree, source) => awaitSites(tree).map((site) => resolve(site, tree, source).kind)[0],
      token,
      { definitions },
    );
  }

  it("are seen in modules that come and go", async () => {
    const { document } = await openFile("user.py", user("newly.made"));
    assert.equal(await kind(document), "unknown");
    write("newly/made.py", coroutine);
    assert.equal(await kind(document, false), "unknown", "a watcher told of it");
    assert.equal(await kind(document), "coroutine");
    renameSync(inWorkspace("newly"), inWorkspace("unsaid"));
    assert.equal(await kind(document), "unknown");
    renameSync(inWorkspace("unsaid"), inWorkspace("newly"));
    assert.equal(await kind(document), "coroutine");
  });

  it("are seen in what modules say, however far away", async () => {
    write("unsaid/far.py", coroutine);
    write("unsaid/near.py", "from .far import work\n");
    const { document } = await openFile("user.py", user("unsaid.near"));
    assert.equal(await kind(document), "coroutine");
    write("unsaid/far.py", task);
    assert.equal(await kind(document, false), "coroutine", "a watcher told of it");
    assert.equal(await kind(document), "task");
    write("unsaid/far.py", coroutine);
    assert.equal(await kind(document), "coroutine");
  });

  it("are seen in virtual environments that appear", async () => {
    const { document } = await openFile("user.py", user("environment.made"));
    assert.equal(await kind(document), "unknown");
    write(".venv/lib/python3.12/site-packages/environment/made.py", coroutine);
    write(".venv/pyvenv.cfg", "home = /nowhere\nversion = 3.12.1\n");
    assert.equal(await kind(document), "coroutine");
  });

  it("cost next to nothing to look for", async () => {
    const names = Array.from({ length: 60 }, (_, at) => `m${at}`);
    for (const name of names) write(`unsaid/${name}.py`, coroutine);
    const imports = names.map((name) => `from unsaid.${name} import work as ${name}`);
    const awaits = ["nowhere", ...names].map((name) => `    await ${name}()`);
    const lines = [...imports, "from unsaid.gone import nowhere", "async def main():", ...awaits];
    const { document } = await openFile("user.py", lines.join("\n"));
    const times: number[] = [];
    for (let round = 0; round < 60; round++) {
      const cpu = process.cpuUsage();
      assert.equal(await kind(document), "unknown");
      const withLook = process.cpuUsage(cpu);
      const again = process.cpuUsage();
      await kind(document, false);
      const without = process.cpuUsage(again);
      times.push((withLook.user + withLook.system - without.user - without.system) / 1000);
    }
    const median = times.sort((a, b) => a - b)[30] ?? 0;
    tell(`      ${median.toFixed(2)} ms of CPU time for 64 files and folders`);
    assert.ok(median < 5, `${median} ms`);
  });
});
