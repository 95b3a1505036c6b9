/** The extension in a browser, where nothing can run: hovers only (the snippets need no code). */
import type * as vscode from "vscode";
import { registerHover } from "./hover";

export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(registerHover(context.extensionUri));
}
