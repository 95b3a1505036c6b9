// Hovers across files: they follow what lies around the document, whoever changes it.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { closeAll, extension, find, hoverText, inWorkspace, openFile } from "./editor";

const isCoroutine = /Runs `work`/;
const isFuture = /Waits until/;

/** Writes files into the workspace, as another program would. */
function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(inWorkspace(name)), { recursive: true });
    writeFileSync(inWorkspace(name), text);
  }
}

/** Waits until the hover over the document's first await says something; file watchers take their time. */
async function hoverBecomes(document: vscode.TextDocument, wanted: RegExp, limit = 10_000): Promise<void> {
  const end = Date.now() + limit;
  for (;;) {
    const text = await hoverText(document, find(document, "await "));
    if (wanted.test(text)) return;
    if (Date.now() >= end)
      assert.fail(`in vain for ${wanted}: ${text}\nin ${document.getText()}\nbeside ${filesThere()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function filesThere(): string {
  return readdirSync(inWorkspace("."), { recursive: true, encoding: "utf8" }).sort().join(" ");
}

async function edit(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const change = new vscode.WorkspaceEdit();
  const start = find(document, from);
  change.replace(document.uri, new vscode.Range(start, start.translate(0, from.length)), to);
  assert.ok(await vscode.workspace.applyEdit(change));
}

const coroutine = "async def work():\n    return 1\n";
const future =
  "import asyncio\n\ndef work() -> asyncio.Future[int]:\n    return asyncio.get_running_loop().create_future()\n";
const user = (module: string) => `from ${module} import work\n\nasync def main():\n    await work()\n`;

describe("the hover across files", () => {
  before(() => extension().activate());
  afterEach(async () => {
    await closeAll();
    for (const name of ["across", "src", "fresh.py", ".venv", "user.py"])
      rmSync(inWorkspace(name), { recursive: true, force: true });
  });

  it("reads the module that is imported", async () => {
    write({ "across/one.py": coroutine });
    const { document } = await openFile("user.py", user("across.one"));
    await hoverBecomes(document, isCoroutine);
  });

  it("reads the standard library's stubs", async () => {
    const text = "import asyncio.subprocess as s\n\nasync def main(p: s.Process):\n    await p.communicate()\n";
    const { document } = await openFile("user.py", text);
    await hoverBecomes(document, /Runs `asyncio\.subprocess\.Process\.communicate`/);
  });

  it("takes what is not saved yet before what is", async () => {
    write({ "across/two.py": coroutine });
    const { document } = await openFile("user.py", user("across.two"));
    await hoverBecomes(document, isCoroutine);
    const other = await vscode.workspace.openTextDocument(inWorkspace("across/two.py"));
    await edit(other, other.getText().trimEnd().split("\n")[0] ?? "", "def work() -> 'asyncio.Future[int]':");
    await edit(other, "def work", "import asyncio\ndef work");
    await hoverBecomes(document, isFuture, 0);
    assert.ok(other.isDirty);
    await vscode.window.showTextDocument(other);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await hoverBecomes(document, isCoroutine);
  });

  it("follows a file that another program writes, makes and deletes", async () => {
    write({ "across/three.py": coroutine });
    const { document } = await openFile("user.py", user("across.three"));
    await hoverBecomes(document, isCoroutine);
    write({ "across/three.py": future });
    await hoverBecomes(document, isFuture);
    rmSync(inWorkspace("across/three.py"));
    await hoverBecomes(document, /another file|unknown/);
    write({ "across/three.py": coroutine });
    await hoverBecomes(document, isCoroutine);
  });

  it("follows folders that are moved", async () => {
    write({ "across/old/four.py": coroutine });
    const { document } = await openFile("user.py", user("across.new.four"));
    await hoverBecomes(document, /another file|unknown/);
    renameSync(inWorkspace("across/old"), inWorkspace("across/new"));
    await hoverBecomes(document, isCoroutine);
    renameSync(inWorkspace("across/new"), inWorkspace("across/old"));
    await hoverBecomes(document, /another file|unknown/);
  });

  it("follows files that the editor renames", async () => {
    write({ "across/five.py": coroutine });
    const { document } = await openFile("user.py", user("across.renamed"));
    await hoverBecomes(document, /another file|unknown/);
    const change = new vscode.WorkspaceEdit();
    const uri = (name: string) => vscode.Uri.file(inWorkspace(name));
    change.renameFile(uri("across/five.py"), uri("across/renamed.py"));
    assert.ok(await vscode.workspace.applyEdit(change));
    await hoverBecomes(document, isCoroutine);
  });

  it("finds modules of a src layout", async () => {
    write({ "src/laid/__init__.py": "", "src/laid/out.py": coroutine });
    const { document } = await openFile("user.py", user("laid.out"));
    await hoverBecomes(document, isCoroutine);
  });

  it("finds the packages of a virtual environment that appears", async () => {
    const { document } = await openFile("user.py", user("installed.here"));
    await hoverBecomes(document, /another file|unknown/);
    write({
      ".venv/lib/python3.12/site-packages/installed/__init__.py": "",
      ".venv/lib/python3.12/site-packages/installed/here.py": coroutine,
      ".venv/pyvenv.cfg": "home = /nowhere\nversion = 3.12.1\n",
    });
    await hoverBecomes(document, isCoroutine);
  });

  it("asks the interpreter of the settings, and the next one when it is switched", async () => {
    const settings = vscode.workspace.getConfiguration("awaitscope");
    write({ "across/a/chosen.py": coroutine, "across/b/chosen.py": future });
    const { document } = await openFile("user.py", user("chosen"));
    try {
      await settings.update("pythonPath", fakePython("a"), vscode.ConfigurationTarget.Workspace);
      await hoverBecomes(document, isCoroutine);
      await settings.update("pythonPath", fakePython("b"), vscode.ConfigurationTarget.Workspace);
      await hoverBecomes(document, isFuture);
    } finally {
      await settings.update("pythonPath", undefined, vscode.ConfigurationTarget.Workspace);
      rmSync(inWorkspace(".vscode"), { recursive: true, force: true });
    }
  });

  /** A program that answers as an interpreter that finds modules in `across/NAME`. */
  function fakePython(name: string): string {
    const path = inWorkspace(`across/${name}/python`);
    const answer = { minor: 12, platform: "linux", sysPath: [join(inWorkspace("across"), name)] };
    writeFileSync(path, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
    chmodSync(path, 0o755);
    return path;
  }
});

describe("the hover in documents that are no files", () => {
  before(() => extension().activate());
  afterEach(async () => {
    await closeAll();
    rmSync(inWorkspace("across"), { recursive: true, force: true });
  });

  it("finds the workspace's modules from a buffer without a name", async () => {
    write({ "across/six.py": coroutine });
    const document = await vscode.workspace.openTextDocument({ language: "python", content: user("across.six") });
    await hoverBecomes(document, isCoroutine);
  });

  it("finds them from a version that git keeps", async () => {
    write({ "across/seven.py": coroutine, "across/now.py": "" });
    const content = { provideTextDocumentContent: () => user(".seven") };
    const registration = vscode.workspace.registerTextDocumentContentProvider("versions", content);
    const uri = vscode.Uri.file(inWorkspace("across/now.py")).with({ scheme: "versions", query: '{"ref":"a/b"}' });
    const document = await vscode.workspace.openTextDocument(uri);
    await hoverBecomes(document, isCoroutine);
    registration.dispose();
  });

  it("explains a notebook's cells, each by itself", async () => {
    write({ "across/eight.py": coroutine });
    const cell = (text: string) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, "python");
    const data = new vscode.NotebookData([
      cell("import asyncio\nawait asyncio.sleep(1)\n"),
      cell("from across.eight import work\nawait work()\n"),
    ]);
    const notebook = await vscode.workspace.openNotebookDocument("jupyter-notebook", data);
    const [first, second] = notebook.getCells().map((each) => each.document);
    assert.ok(first && second);
    await hoverBecomes(first, /sleep/);
    await hoverBecomes(second, isCoroutine);
  });

  it("reads files that only the editor can read, and follows them", async () => {
    const memory = new MemoryFiles({ "/lib.py": coroutine, "/pkg/__init__.py": "", "/pkg/part.py": user("..lib") });
    const registration = vscode.workspace.registerFileSystemProvider("memory", memory, { isCaseSensitive: true });
    memory.write("/user.py", user("pkg.other"));
    memory.write("/pkg/other.py", "from .part import work\n");
    memory.write("/pkg/part.py", "from lib import work\n");
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse("memory:/user.py"));
    await hoverBecomes(document, isCoroutine);
    registration.dispose();
  });

  it("says so where a document is too long for it", async () => {
    const { document } = await openFile("huge.py", `async def main():\n    await work()\n${"#".repeat(16_000_000)}\n`);
    assert.match(await hoverText(document, find(document, "await ", 1)), /^Not explained: .*16,000,000 characters/);
    assert.equal(await hoverText(document, find(document, "work", 1)), "");
    rmSync(inWorkspace("huge.py"));
  });

  it("says nothing, and breaks nothing, where there is no code at all", async () => {
    const noise = Array.from({ length: 20_000 }, (_, at) => String.fromCharCode((at * 7919) % 0x3000)).join("");
    const content = `${noise}\nawait x\n${"\0".repeat(1000)}`;
    const document = await vscode.workspace.openTextDocument({ language: "python", content });
    const began = performance.now();
    for (let at = 0; at < 5; at++) await hoverText(document, document.positionAt(at * 4000));
    await hoverText(document, find(document, "await x", 1));
    assert.ok(performance.now() - began < 5_000, "it hangs");
    const bytes = Uint8Array.from({ length: 4096 }, (_, at) => (at * 31) % 256);
    writeFileSync(inWorkspace("binary.py"), bytes);
    writeFileSync(inWorkspace("user.py"), user("binary"));
    const importer = await vscode.workspace.openTextDocument(inWorkspace("user.py"));
    await hoverBecomes(importer, /`work`/);
    rmSync(inWorkspace("binary.py"));
  });

  it("stays quick in a huge document", async () => {
    const line = "    await asyncio.sleep(1)\n";
    const huge = `import asyncio\n\nasync def main():\n${line.repeat(40_000)}`;
    const { document } = await openFile("huge.py", huge);
    await hoverText(document, find(document, "await "));
    let took = Number.POSITIVE_INFINITY; // the quickest of five: others use this machine, too
    for (let times = 0; times < 5; times++) {
      const began = performance.now();
      assert.match(await hoverText(document, find(document, "await ", 1)), /sleep/);
      took = Math.min(took, performance.now() - began);
    }
    assert.ok(took < 200, `a warm hover took ${took.toFixed(0)} ms`);
    rmSync(inWorkspace("huge.py"));
  });
});

/** Files that no disk has. */
class MemoryFiles implements vscode.FileSystemProvider {
  readonly #texts: Map<string, string>;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;

  constructor(texts: Readonly<Record<string, string>>) {
    this.#texts = new Map(Object.entries(texts));
  }

  write(path: string, text: string): void {
    this.#texts.set(path, text);
  }

  stat({ path }: vscode.Uri): vscode.FileStat {
    const text = this.#texts.get(path);
    const isFolder = [...this.#texts.keys()].some((each) => each.startsWith(path === "/" ? "/" : `${path}/`));
    if (text === undefined && !isFolder) throw vscode.FileSystemError.FileNotFound(path);
    const type = text === undefined ? vscode.FileType.Directory : vscode.FileType.File;
    return { type, ctime: 0, mtime: 0, size: text?.length ?? 0 };
  }

  readDirectory({ path }: vscode.Uri): [string, vscode.FileType][] {
    const start = path === "/" ? "/" : `${path}/`;
    const inside = [...this.#texts.keys()]
      .filter((each) => each.startsWith(start))
      .map((each) => each.slice(start.length));
    const names = new Map(
      inside.map((rest) => [
        rest.split("/")[0] ?? "",
        rest.includes("/") ? vscode.FileType.Directory : vscode.FileType.File,
      ]),
    );
    return [...names];
  }

  readFile({ path }: vscode.Uri): Uint8Array {
    const text = this.#texts.get(path);
    if (text === undefined) throw vscode.FileSystemError.FileNotFound(path);
    return new TextEncoder().encode(text);
  }

  watch = () => new vscode.Disposable(() => undefined);
  createDirectory = () => undefined;
  writeFile = () => undefined;
  delete = () => undefined;
  rename = () => undefined;
}
