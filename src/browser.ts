/** The extension in a browser, where nothing can run: hovers, and timelines of traces from elsewhere. */
import type * as vscode from "vscode";
import { registerDiagnostics } from "./diagnostics";
import { registerFixes } from "./fixes";
import { registerHover } from "./hover";
import { Panels, registerActions } from "./panels";
import { registerPatterns } from "./patterns";
import { editorSource } from "./source";
import { registerSteps } from "./steps";
import { Workspace } from "./workspace";

export function activate(context: vscode.ExtensionContext): void {
  const workspace = new Workspace(context.extensionUri);
  const panels = new Panels(context.extensionUri, editorSource, undefined);
  context.subscriptions.push(
    workspace,
    registerHover(workspace),
    registerFixes(workspace),
    registerDiagnostics(workspace, context.extensionUri),
    registerSteps(context.extensionUri, workspace),
    registerPatterns(context, workspace),
    panels,
    registerActions(context.extension.packageJSON, panels),
  );
}
