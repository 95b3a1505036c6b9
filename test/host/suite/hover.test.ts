// Hovers, asked for as VS Code asks for them.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, extension, find, hoversAt, hoverText, openFile } from "./editor";

const program = `import asyncio


async def fetch(url: str) -> str:
    await asyncio.sleep(0.1)
    return url


async def numbers():
    yield 1


async def main(lock: asyncio.Lock) -> None:
    text = await fetch("a")
    async for number in numbers():
        print(number, text)
    async with lock:
        pass


asyncio.run(main(asyncio.Lock()))
`;

async function untitled(content: string): Promise<vscode.TextDocument> {
  return vscode.workspace.openTextDocument({ language: "python", content });
}

describe("the hover", () => {
  before(() => extension().activate());
  afterEach(closeAll);

  it("explains an await", async () => {
    const { document } = await openFile("hover.py", program);
    const text = await hoverText(document, find(document, "await fetch", 2));
    assert.match(text, /fetch/);
    assert.match(text, /await/);
  });

  it("covers the keyword, from its first letter to its last", async () => {
    const document = await untitled(program);
    const start = find(document, "await fetch");
    const [hover] = await hoversAt(document, start);
    assert.ok(hover?.range, "the hover has no range");
    assert.ok(hover.range.contains(start));
    assert.notEqual(await hoverText(document, start.translate(0, 4)), "");
  });

  it("explains async for", async () => {
    const document = await untitled(program);
    assert.match(await hoverText(document, find(document, "async for", 2)), /numbers/);
  });

  it("explains async with", async () => {
    const document = await untitled(program);
    assert.match(await hoverText(document, find(document, "async with", 2)), /lock/i);
  });

  it("leaves everything else to others", async () => {
    const document = await untitled(program);
    for (const needle of ["import asyncio", "def main", "print", "sleep", "numbers()", "text ="])
      assert.equal(await hoverText(document, find(document, needle, 1)), "", `on ${needle}`);
  });

  it("leaves await in strings and comments alone", async () => {
    const document = await untitled('# await a\ntext = "await b"\n');
    assert.equal(await hoverText(document, find(document, "await a", 1)), "");
    assert.equal(await hoverText(document, find(document, "await b", 1)), "");
  });

  it("works in a file with a syntax error", async () => {
    const document = await untitled("import asyncio\n\nasync def main():\n    await asyncio.sleep(1)\n    x = = 3\n");
    assert.match(await hoverText(document, find(document, "await", 1)), /sleep/);
  });

  it("follows edits", async () => {
    const { document } = await openFile("edited.py", program);
    assert.match(await hoverText(document, find(document, "await fetch", 1)), /fetch/);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), "# é 🐍 two new lines\n\n");
    edit.replace(document.uri, document.getWordRangeAtPosition(find(document, 'fetch("a")')) ?? assert.fail(), "load");
    edit.replace(document.uri, document.getWordRangeAtPosition(find(document, "fetch(url")) ?? assert.fail(), "load");
    assert.ok(await vscode.workspace.applyEdit(edit));
    const text = await hoverText(document, find(document, "await load", 1));
    assert.match(text, /load/);
    assert.doesNotMatch(text, /fetch/);
    assert.equal(await hoverText(document, new vscode.Position(0, 3)), "");
  });

  it("follows a key typed in the middle of an await", async () => {
    const { document } = await openFile("typed.py", "async def main(job):\n    await job\n");
    assert.notEqual(await hoverText(document, find(document, "await", 1)), "");
    const at = find(document, "await", 2);
    const type = async (change: (edit: vscode.TextEditorEdit) => void): Promise<void> => {
      assert.ok(await vscode.window.activeTextEditor?.edit(change));
    };
    await type((edit) => edit.insert(at, "x")); // "awxait job": no Python, and no await
    assert.equal(await hoverText(document, find(document, "awxait", 1)), "");
    await type((edit) => edit.delete(new vscode.Range(at, at.translate(0, 1))));
    assert.notEqual(await hoverText(document, find(document, "await", 1)), "");
  });

  it("tells the steps, too, where the setting says so", async () => {
    const settings = vscode.workspace.getConfiguration("awaitscope");
    const document = await untitled(program);
    const at = find(document, "await fetch", 2);
    assert.doesNotMatch(await hoverText(document, at), /It wakes up/);
    await settings.update("hover.detail", "steps", vscode.ConfigurationTarget.Global);
    try {
      assert.match(await hoverText(document, at), /Before anything runs.*It wakes up.*StopIteration/s);
    } finally {
      await settings.update("hover.detail", undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it("speaks of calls that start something, on their names", async () => {
    const document = await untitled(program);
    assert.match(await hoverText(document, find(document, "run(main", 1)), /Runs an event loop.*main/);
    assert.equal(await hoverText(document, find(document, "main(asyncio", 1)), "");
  });

  it("makes no markup of what the program says", async () => {
    const document = await untitled('async def main():\n    await f("<img src=x>", "[a](command:b)", "`**c**`")\n');
    const [hover] = await hoversAt(document, find(document, "await", 1));
    assert.ok(hover);
    for (const content of hover.contents) {
      const { isTrusted, supportHtml, value } = content as vscode.MarkdownString;
      assert.deepEqual(isTrusted, { enabledCommands: ["awaitscope.explainAwait"] });
      assert.ok(!supportHtml);
      const outsideCode = value.replace(/(`+)[\s\S]*?[^`]\1(?!`)/g, "");
      assert.doesNotMatch(outsideCode, /\]\(command:|<img|\*\*c/);
      assert.deepEqual(outsideCode.match(/command:[\w.]*/g), ["command:awaitscope.explainAwait"]);
    }
  });
});
