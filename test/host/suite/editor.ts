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

/** Writes a file into the workspace and shows it in an editor. */
export async function openFile(name: string, text: string): Promise<vscode.TextEditor> {
  const path = inWorkspace(name);
  writeFileSync(path, text);
  return vscode.window.showTextDocument(vscode.Uri.file(path), { viewColumn: vscode.ViewColumn.One });
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
  const offset = document.getText().indexOf(needle);
  assert.notEqual(offset, -1, `${JSON.stringify(needle)} is not in the document`);
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

/** Waits until `probe` gives something, asking every 20 ms. Throws with `what` after `limit` milliseconds. */
export async function until<T>(what: string, probe: () => Answer<T> | Promise<Answer<T>>, limit = 10_000): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    assert.ok(Date.now() < end, `waited ${limit} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

type Ask = (message: string, ...rest: unknown[]) => Promise<unknown>;
type Asked = "showInformationMessage" | "showWarningMessage" | "showErrorMessage";

/**
 * Runs `body` with the editor's messages caught: each is noted, and answered with `answer`.
 * A notification waits for a click that no test makes.
 */
export async function catchingMessages(answer: string | undefined, body: () => Promise<unknown>): Promise<string[]> {
  const messages: string[] = [];
  const window = vscode.window as unknown as Record<Asked, Ask>;
  const names: readonly Asked[] = ["showInformationMessage", "showWarningMessage", "showErrorMessage"];
  const originals = names.map((name) => window[name]);
  for (const name of names)
    window[name] = async (message) => {
      messages.push(message);
      return answer;
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
