// Snippets and patterns in the real editor: prefixes typed, suggestions taken, tab stops walked, files saved.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-nodejs";
import * as vscode from "vscode";
import { root } from "../../root";
import { expand, pieces } from "../../snippets/expand";
import { closeAll, extension, find, inWorkspace, openFile, until } from "./editor";
import { tell } from "./tell";

const snippets = Object.values(
  JSON.parse(readFileSync(join(root, "snippets/python.json"), "utf8")) as Record<
    string,
    { prefix: string; body: string[] }
  >,
);
const ruff = new Workspace(
  { "line-length": 88, "target-version": "py39", lint: { select: ["E", "F", "W", "I", "B", "UP"] } },
  PositionEncoding.Utf16,
);
const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(command, ...args);
const textOf = (path: string): string => readFileSync(path, "utf8");

/** The defaults by tab stop, in the order in which Tab visits them. */
function stopsOf(body: string): readonly (readonly [number, string])[] {
  const shown = new Map<number, string>();
  for (const piece of pieces(body))
    if (piece.kind === "stop" && piece.stop > 0) shown.set(piece.stop, shown.get(piece.stop) ?? piece.shows ?? "");
  return [...shown].sort(([a], [b]) => a - b);
}

/** Another name of the same length, so that lines break at the same places. */
const renamed = (name: string): string => (/^[A-Z]/.test(name) ? "Q" : "q") + name.slice(1);

/** Types a prefix and takes the suggestion, as Enter does. The list may need a moment. */
async function typePrefix(editor: vscode.TextEditor, prefix: string): Promise<void> {
  await run("type", { text: prefix });
  await until(`the suggestion of ${prefix}`, async () => {
    if (editor.document.getText() !== prefix) return true;
    await run("editor.action.triggerSuggest");
    await new Promise((resolve) => setTimeout(resolve, 60));
    await run("acceptSelectedSuggestion");
    return editor.document.getText() !== prefix;
  });
}

/** Goes through the tab stops and renames the first; each shows its default. */
async function walk(editor: vscode.TextEditor, stops: readonly (readonly [number, string])[]): Promise<void> {
  for (const [stop, shows] of stops) {
    await until(`tab stop ${stop}`, () => editor.document.getText(editor.selection) === shows);
    if (stop === 1) await run("type", { text: renamed(shows) });
    await run("jumpToNextSnippetPlaceholder");
  }
}

describe("snippets", function () {
  this.timeout(90_000);
  before(() => extension().activate());
  afterEach(closeAll);

  it("are inserted by their prefixes, walked through, and saved as Ruff would lay them out", async () => {
    const began = performance.now();
    for (const { prefix, body } of snippets) {
      const name = `${prefix}.py`;
      const editor = await openFile(name, "");
      await until("its language", () => editor.document.languageId === "python");
      const text = body.join("\n");
      const stops = stopsOf(text);
      await typePrefix(editor, prefix);
      await walk(editor, stops);
      const before = expand(text.slice(0, text.indexOf("$0")), { 1: renamed(stops[0]?.[1] ?? "") });
      const { selection } = editor;
      assert.ok(selection.isEmpty, `${prefix}: nothing is selected in the end`);
      assert.equal(editor.document.offsetAt(selection.active), before.length, `${prefix}: the final cursor`);
      await editor.document.save();
      const saved = textOf(inWorkspace(name));
      assert.equal(saved, expand(text, { 1: renamed(stops[0]?.[1] ?? "") }), prefix);
      assert.equal(ruff.format(saved), saved);
      const reports = ruff.check(saved) as { message: string }[];
      assert.deepEqual(
        reports.map(({ message }) => message),
        [],
      );
      assert.doesNotMatch(saved, /\$\{?\d/);
      await run("workbench.action.closeActiveEditor");
    }
    tell(`      ${snippets.length} snippets in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  });
});

const program = `import asyncio
from typing import Any


async def main(value: Any) -> None:
    await asyncio.sleep(value)


asyncio.run(main(1))
`;

describe("inserting a pattern", () => {
  before(() => extension().activate());
  afterEach(closeAll);

  it("puts its imports to the others and itself before the function at the caret, as one step", async () => {
    const editor = await openFile("mine.py", program);
    const caret = find(editor.document, "await asyncio");
    editor.selection = new vscode.Selection(caret, caret);
    await run("awaitscope.insertPattern", "aw-once");
    const text = editor.document.getText();
    assert.equal(ruff.format(text), text);
    assert.deepEqual(
      (ruff.check(text) as { message: string }[]).map(({ message }) => message),
      [],
      text,
    );
    assert.match(
      text,
      /^import asyncio\nfrom collections\.abc import Awaitable, Callable, Generator\nfrom typing import Any, Generic/,
    );
    assert.match(text, /return self\._run\.result\(\)\n\n\nasync def main/);
    assert.equal(editor.document.getText(editor.selection), "Once");
    await run("undo");
    assert.equal(editor.document.getText(), program);
  });

  it("lists the patterns with a preview that goes with the list", async () => {
    const editor = await openFile("mine.py", program);
    const previews = () =>
      vscode.window.visibleTextEditors.filter(({ document }) => document.uri.scheme === "awaitscope-pattern");
    const inserted = run("awaitscope.insertPattern");
    await until("the preview", () => previews()[0]?.document.getText().includes("class Operation") === true);
    await run("workbench.action.quickOpenSelectNext");
    await until("the next preview", () => previews()[0]?.document.getText().includes("class Timed") === true);
    await run("workbench.action.acceptSelectedQuickOpenItem");
    await inserted;
    await until("the preview's end", () => previews().length === 0);
    assert.match(editor.document.getText(), /^class Timed\(Generic\[T\]\):$/m);
    assert.equal(vscode.window.activeTextEditor?.document, editor.document);
  });

  it("leaves no preview behind, however quickly one is chosen", async () => {
    await openFile("mine.py", program);
    for (let round = 0; round < 8; round++) {
      let isOpen = true;
      const opened = Promise.resolve(run("awaitscope.openPatternExample")).then(() => {
        isOpen = false;
      });
      while (isOpen) await run("workbench.action.acceptSelectedQuickOpenItem");
      await opened;
      await new Promise((resolve) => setTimeout(resolve, 200));
      const left = vscode.window.tabGroups.all.flatMap(({ tabs }) =>
        tabs.filter(({ label }) => label === "Pattern.py"),
      );
      assert.equal(left.length, 0, `round ${round}`);
      await closeAll();
    }
  });

  it("does nothing when the list is left", async () => {
    const { document } = await openFile("mine.py", program);
    const inserted = run("awaitscope.insertPattern");
    await until("the preview", () =>
      vscode.window.visibleTextEditors.some(({ document: { uri } }) => uri.scheme === "awaitscope-pattern"),
    );
    await run("workbench.action.closeQuickOpen");
    await inserted;
    assert.equal(document.getText(), program);
  });

  it("opens an example that can be run", async () => {
    await openFile("mine.py", program);
    await run("awaitscope.openPatternExample", "aw-retry");
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, "file");
    assert.equal(document?.getText(), textOf(join(root, "snippets/examples/aw_retry.py")));
  });
});
