/** Opens the places in code that a trace names, beside the timeline. */
import * as vscode from "vscode";

/** `line` from 1; `column` in UTF-8 bytes from 0, or -1 for the line's first word. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const ABSOLUTE = /^(?:[\\/]|[A-Za-z]:[\\/])/;

/**
 * Shows a place in an editor.
 *
 * Invariant: a path out of a trace that this window did not record is opened only inside the workspace, or after the
 * user said so.
 */
export async function openPlace(place: Place, own: boolean): Promise<void> {
  if (!ABSOLUTE.test(place.file))
    return void vscode.window.showInformationMessage(`${place.file} is not a file on disk.`);
  const uri = vscode.Uri.file(place.file);
  if (!own && !vscode.workspace.getWorkspaceFolder(uri) && !(await confirmed(place.file))) return;
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    const position = positionOf(document, place.line, place.column);
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    const viewColumn = shown?.viewColumn ?? vscode.ViewColumn.One;
    await vscode.window.showTextDocument(document, { viewColumn, selection: new vscode.Range(position, position) });
  } catch {
    void vscode.window.showWarningMessage(`${place.file} cannot be opened. Was it moved since the trace was made?`);
  }
}

async function confirmed(file: string): Promise<boolean> {
  const options = { modal: true, detail: file };
  const question = "Open this file? The trace names it, and it is outside the workspace.";
  return (await vscode.window.showWarningMessage(question, options, "Open")) === "Open";
}

function positionOf(document: vscode.TextDocument, line: number, column: number): vscode.Position {
  const { text, lineNumber, firstNonWhitespaceCharacterIndex } = document.lineAt(
    Math.min(Math.max(line, 1), document.lineCount) - 1,
  );
  const character =
    column < 0
      ? firstNonWhitespaceCharacterIndex
      : new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, column)).length;
  return new vscode.Position(lineNumber, character);
}
