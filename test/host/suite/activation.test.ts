// The extension costs nothing until Python is in sight. mocha runs this file first, in a fresh host.
// (What activation costs then is VS Code's own figure, read in test/ui.)
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { extension, openFile, until } from "./editor";

const commands = ["awaitscope.openTrace", "awaitscope.showTimeline", "awaitscope.stopTrace", "awaitscope.traceFile"];

describe("activation", () => {
  it("waits for Python", async () => {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "json", content: "{}" }));
    assert.equal(extension().isActive, false);
  });

  it("registers its commands", async () => {
    await extension().activate();
    const registered = await vscode.commands.getCommands(true);
    assert.deepEqual(registered.filter((name) => name.startsWith("awaitscope.")).sort(), commands);
  });

  it("declares each of them, with a title", () => {
    const declared: { command: string; title: string }[] = extension().packageJSON.contributes.commands;
    assert.deepEqual(declared.map(({ command }) => command).sort(), commands);
    for (const { title } of declared) assert.match(title, /^[A-Z]/);
  });

  it("is asked for by Python files", async () => {
    assert.ok(extension().packageJSON.activationEvents.includes("onLanguage:python"));
    const { document } = await openFile("first.py", "x = 1\n");
    await until("the language of first.py", () => document.languageId === "python");
  });
});
