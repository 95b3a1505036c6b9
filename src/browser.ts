/** The extension in a browser, where nothing can run: hovers, and timelines of traces from elsewhere. */
import type * as vscode from "vscode";
import { registerHover } from "./hover";
import { Panels, registerActions } from "./panels";
import { editorSource } from "./source";

export function activate(context: vscode.ExtensionContext): void {
  const panels = new Panels(context.extensionUri, editorSource, undefined);
  context.subscriptions.push(
    registerHover(context.extensionUri),
    panels,
    registerActions(context.extension.packageJSON, panels),
  );
}
