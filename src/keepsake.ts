/** What a person takes from a timeline: text in the clipboard, a picture in a file. */
import * as vscode from "vscode";
import { stemOf } from "./family";
import type { ToHost } from "./trace/messages";

/** Texts are cut here: a trace from a stranger must not fill the clipboard. */
const MOST_TEXT = 1 << 20;

export async function copyText(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text.slice(0, MOST_TEXT));
  vscode.window.setStatusBarMessage("Copied", 2000);
}

/** What a picture is named after, and where it is first offered to be saved. */
interface Subject {
  readonly file: vscode.Uri;
  readonly script: vscode.Uri | undefined;
}

/** Asks where, and writes the picture there. */
export async function savePicture({ format, bytes }: ToHost & { kind: "save" }, subject: Subject): Promise<void> {
  const filters = format === "png" ? { "PNG image": ["png"] } : { "SVG image": ["svg"] };
  const from = subject.script ?? subject.file;
  const name = stemOf(from.path.slice(from.path.lastIndexOf("/") + 1)).replace(/\.pyw?$/, "");
  const defaultUri = vscode.Uri.joinPath(from, "..", `${name} timeline.${format}`);
  const target = await vscode.window.showSaveDialog({ filters, defaultUri, saveLabel: "Export" });
  if (target === undefined) return;
  try {
    await vscode.workspace.fs.writeFile(target, new Uint8Array(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`The picture could not be written to ${target.fsPath}: ${reason}`);
    return;
  }
  const open = "Open";
  const said = `Saved ${vscode.workspace.asRelativePath(target)}`;
  if ((await vscode.window.showInformationMessage(said, open)) === open)
    await vscode.commands.executeCommand("vscode.open", target);
}
