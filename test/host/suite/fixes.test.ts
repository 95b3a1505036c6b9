// Fixes, asked for as VS Code asks for them, applied, and undone in one step.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, extension, find, inWorkspace, openFile, until } from "./editor";

const program = `import asyncio


async def fetch(url: str) -> str:
    await asyncio.sleep(0.1)
    return url


async def main() -> None:
    first = await fetch("a")
    second = await fetch("b")
    fetch("c")
    print(first, second)


asyncio.run(main())
`;

const inGroup = `import asyncio


async def fetch(url: str) -> str:
    await asyncio.sleep(0.1)
    return url


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        first_task = group.create_task(fetch("a"))
        second_task = group.create_task(fetch("b"))
    first = first_task.result()
    second = second_task.result()
    fetch("c")
    print(first, second)


asyncio.run(main())
`;

/** What is offered at a needle, of one kind or of all. */
function actionsAt(document: vscode.TextDocument, needle: string, kind?: vscode.CodeActionKind) {
  const at = find(document, needle, 1);
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    new vscode.Range(at, at),
    kind?.value,
    20,
  );
}

async function offered(document: vscode.TextDocument, needle: string, title: RegExp): Promise<vscode.CodeAction> {
  const all = await actionsAt(document, needle);
  return all.find((action) => title.test(action.title)) ?? assert.fail(all.map((action) => action.title).join("\n"));
}

async function apply({ edit }: vscode.CodeAction): Promise<void> {
  assert.ok(edit, "the action has no edit");
  assert.ok(await vscode.workspace.applyEdit(edit, { isRefactoring: true }));
}

async function requirePython(python: string): Promise<void> {
  const text = `[project]\nname = "x"\nrequires-python = "${python}"\n`;
  await vscode.workspace.fs.writeFile(vscode.Uri.file(inWorkspace("pyproject.toml")), new TextEncoder().encode(text));
}

describe("fixes", () => {
  before(() => extension().activate());
  afterEach(closeAll);
  after(() => vscode.workspace.fs.delete(vscode.Uri.file(inWorkspace("pyproject.toml"))));

  it("wraps awaits in a task group, undone in one step", async () => {
    await requirePython(">=3.11");
    const { document } = await openFile("fixes.py", program);
    const group = await until("a project for Python 3.11", async () => {
      const all = await actionsAt(document, 'await fetch("a")');
      return all.find(({ title }) => title.startsWith("Run both in a task group"));
    });
    assert.equal(group.kind?.value, "refactor.rewrite");
    assert.ok(group.isPreferred);
    await apply(group);
    assert.equal(document.getText(), inGroup);
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), program);
  });

  it("offers only gather where the project runs on Pythons without task groups", async () => {
    await requirePython(">=3.9");
    const { document } = await openFile("older.py", program);
    const titles = await until("a project for Python 3.9", async () => {
      const all = (await actionsAt(document, 'await fetch("a")')).map(({ title }) => title);
      return all.some((title) => title.startsWith("Run both in a task group")) ? undefined : all;
    });
    assert.ok(
      titles.some((title) => title.startsWith("Run both with gather")),
      titles.join("\n"),
    );
  });

  it("adds a missing await as a quick fix, and keeps rewrites out of quick fixes", async () => {
    const { document } = await openFile("missing.py", program);
    const fix = await offered(document, 'fetch("c")', /^Add the missing await/);
    assert.equal(fix.kind?.value, "quickfix");
    await apply(fix);
    assert.match(document.getText(), / {4}await fetch\("c"\)\n/);
    const quick = await actionsAt(document, 'await fetch("a")', vscode.CodeActionKind.QuickFix);
    assert.deepEqual(
      quick.filter(({ title }) => title.startsWith("Run both")),
      [],
    );
  });

  it("answers a report, and lets it be ignored", async () => {
    const { document } = await openFile(
      "reported.py",
      program.replace('    fetch("c")\n', '    text = f"{fetch(1)}"\n'),
    );
    const reports = () => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === "awaitscope");
    await until("the report", () => reports().length > 0);
    const all = await actionsAt(document, "fetch(1)");
    assert.deepEqual(
      all.map(({ title }) => title),
      ["Add the missing await: the call only makes a coroutine", "Ignore coroutine-in-text on this line"],
    );
    await apply(all[1] ?? assert.fail());
    assert.match(document.getText(), /\{fetch\(1\)\}" {2}# awaitscope: ignore\[coroutine-in-text\]\n/);
    await until("the report to go", () => reports().length === 0);
  });

  it("offers nothing elsewhere, nor in code that does not parse", async () => {
    const { document } = await openFile("nothing.py", program);
    assert.deepEqual(
      (await actionsAt(document, "print(first")).map(({ title }) => title),
      [],
    );
    const broken = await openFile("broken.py", "async def main(:\n    await (\n");
    assert.deepEqual(await actionsAt(broken.document, "await"), []);
  });
});
