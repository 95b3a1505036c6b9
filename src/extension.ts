/** The extension on a desktop or a remote: wires hovers, traces and the timeline together. */
import * as vscode from "vscode";
import { registerDiagnostics } from "./diagnostics";
import { diskSource } from "./disk";
import { registerFixes } from "./fixes";
import { registerHover } from "./hover";
import { interpreters } from "./interpreters";
import { nodeFiles, nodeStates } from "./nodeFiles";
import { Panels, registerActions } from "./panels";
import { registerPatterns } from "./patterns";
import { Runner } from "./runner";
import { registerSteps } from "./steps";
import { Workspace } from "./workspace";

export function activate(context: vscode.ExtensionContext): void {
  const tracer = vscode.Uri.joinPath(context.extensionUri, "dist", "tracer", "awaitscope").fsPath;
  const runner = new Runner(tracer, context.storageUri ?? context.globalStorageUri, (trace) => panels.show(trace));
  const panels = new Panels(context.extensionUri, diskSource, (trace, script) => runner.recall(trace, script));
  const pythons = interpreters();
  const workspace = new Workspace(context.extensionUri, {
    files: nodeFiles,
    states: nodeStates,
    interpreters: pythons,
  });
  const command = vscode.commands.registerCommand;
  context.subscriptions.push(
    pythons,
    workspace,
    registerHover(workspace),
    registerFixes(workspace),
    registerDiagnostics(workspace, context.extensionUri),
    registerSteps(context.extensionUri, workspace),
    registerPatterns(context, workspace),
    panels,
    registerActions(context.extension.packageJSON, panels),
    runner,
    command("awaitscope.traceFile", (script?: vscode.Uri) => runner.traceFile(script)),
    command("awaitscope.stopTrace", () => runner.stop()),
    command("awaitscope.showTimeline", () => panels.reveal()),
    command("awaitscope.openTrace", (file?: vscode.Uri) => panels.openFile(file)),
  );
}
