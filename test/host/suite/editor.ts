// What the tests in the extension host share: files in the workspace, hovers as text, waiting, and messages caught
// before they wait for a click.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";

export const extensionId = "awaitscope.awaitscope";

/** Our extension as VS Code knows it. */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(extensionId);
  assert.ok(found, `${extensionId} is not loaded`);
  return found;
}

/** Absolute path of a name in the workspace folder, which is a temporary one. */
export function inWorkspace(name: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "the tests need a workspace folder");
  return join(folder.uri.fsPath, name);
}

/**
 * Writes a file into the workspace and shows it in an editor. VS Code keeps documents for minutes after their tabs are
 * closed: one of that name is shown as it was until a watcher tells of the change, so it is read anew.
 */
export async function openFile(name: string, text: string): Promise<vscode.TextEditor> {
  const path = inWorkspace(name);
  writeFileSync(path, text);
  const editor = await vscode.window.showTextDocument(vscode.Uri.file(path), { viewColumn: vscode.ViewColumn.One });
  const { document } = editor;
  if (document.getText() !== text) await vscode.commands.executeCommand("workbench.action.files.revert");
  await until(
    () => `the text of ${name}, which is ${JSON.stringify(document.getText())}`,
    () => document.getText() === text,
  );
  return editor;
}

/** Sets the interpreter; undefined for none, as it was before the tests. */
export function setPython(path: string | undefined): Thenable<void> {
  const settings = vscode.workspace.getConfiguration("awaitscope");
  return settings.update("pythonPath", path, vscode.ConfigurationTarget.Global);
}

/** Closes every tab; what is unsaved is lost. */
export async function closeAll(): Promise<void> {
  for (const { document } of vscode.window.visibleTextEditors)
    if (document.isDirty) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

/** Where `needle` begins in the document; `skip` characters into it. Throws when it is not there. */
export function find(document: vscode.TextDocument, needle: string, skip = 0): vscode.Position {
  const text = document.getText();
  const offset = text.indexOf(needle);
  const about = `${document.uri.path}, version ${document.version}${document.isDirty ? ", unsaved" : ""}`;
  assert.notEqual(offset, -1, `${JSON.stringify(needle)} is not in ${about}: ${JSON.stringify(text.slice(0, 2000))}`);
  return document.positionAt(offset + skip);
}

/** The hovers at a position as VS Code would show them. */
export function hoversAt(document: vscode.TextDocument, position: vscode.Position): Thenable<vscode.Hover[]> {
  return vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, position);
}

/** The text of the hovers at a position; "" where there is none. */
export async function hoverText(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
  return (await hoversAt(document, position))
    .flatMap((hover) => hover.contents)
    .map((content) => (typeof content === "string" ? content : content.value))
    .join("\n");
}

type Answer<T> = T | undefined | false;

/** Waits until `probe` gives something, asking every 20 ms. Throws with `what` it is then after `limit` milliseconds. */
export async function until<T>(
  what: string | (() => string),
  probe: () => Answer<T> | Promise<Answer<T>>,
  limit = 10_000,
): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() >= end) assert.fail(`waited ${limit} ms in vain: ${typeof what === "string" ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

type Ask = (message: string, ...rest: unknown[]) => Promise<unknown>;
type Asked = "showInformationMessage" | "showWarningMessage" | "showErrorMessage";

/**
 * Runs `body` with the editor's messages caught: each is noted, and answered with `answer` where it offers that.
 * A notification waits for a click that no test makes.
 */
export async function catchingMessages(answer: string | undefined, body: () => Promise<unknown>): Promise<string[]> {
  const messages: string[] = [];
  const window = vscode.window as unknown as Record<Asked, Ask>;
  const names: readonly Asked[] = ["showInformationMessage", "showWarningMessage", "showErrorMessage"];
  const originals = names.map((name) => window[name]);
  for (const name of names)
    window[name] = async (message, ...rest) => {
      messages.push(message);
      return rest.includes(answer) ? answer : undefined;
    };
  try {
    await body();
  } finally {
    names.forEach((name, index) => {
      window[name] = originals[index] as Ask;
    });
  }
  return messages;
}
