/**
 * The timeline's host side: the tab, its page and its messages. It follows the trace file and sends its bytes when the
 * page asks; what they mean is the page's business (`trace/`). It holds no trace itself, so a hidden or reloaded page
 * just asks again.
 */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs/promises";
import { basename, isAbsolute } from "node:path";
import * as vscode from "vscode";
import type { RunStatus, ToHost, ToView } from "./trace/messages";

/** A trace to show: where its bytes are, how the run goes, and what can be done with it. */
export interface Trace {
  readonly title: string;
  /** Absolute path of the trace file. */
  readonly file: string;
  /** Whether this window started the run: its paths are then the user's own, and it can be stopped. */
  readonly live: boolean;
  readonly status: RunStatus;
  readonly onDidChangeStatus: vscode.Event<RunStatus>;
  stop(): void;
  again(): void;
}

const CHUNK_BYTES = 1 << 20;
/** How often a growing file is looked at. */
const FOLLOW_MS = 40;

/** One tab for each title; a further run of the same file is shown in the tab that is open. */
export class Panels implements vscode.Disposable {
  private readonly open = new Map<string, Panel>();

  constructor(private readonly extension: vscode.Uri) {}

  /** Shows `trace`, beside the code, without taking the focus from it. */
  show(trace: Trace): void {
    const known = this.open.get(trace.title);
    if (known) known.show(trace);
    else this.open.set(trace.title, new Panel(this.extension, trace, () => this.open.delete(trace.title)));
  }

  /** Brings the latest tab to the front, or says how to get one. */
  async reveal(): Promise<void> {
    const last = [...this.open.values()].at(-1);
    if (last) return last.reveal();
    const action = "Trace Current File";
    const choice = await vscode.window.showInformationMessage(
      "There is no timeline yet. Trace a Python file first.",
      action,
    );
    if (choice === action) await vscode.commands.executeCommand("awaitscope.traceFile");
  }

  /** Shows a trace file from disk; asks for it when none is given. */
  async openFile(given?: vscode.Uri): Promise<void> {
    const filters = { "Awaitscope traces": ["awaitscope"] };
    const file = given ?? (await vscode.window.showOpenDialog({ filters, openLabel: "Open Trace" }))?.[0];
    if (!file) return;
    this.show({
      title: basename(file.fsPath),
      file: file.fsPath,
      live: false,
      status: { kind: "ended", exitCode: undefined },
      onDidChangeStatus: () => new vscode.Disposable(() => undefined),
      stop: () => undefined,
      again: () => undefined,
    });
  }

  dispose(): void {
    for (const panel of this.open.values()) panel.dispose();
  }
}

class Panel implements vscode.Disposable {
  private readonly tab: vscode.WebviewPanel;
  private subscription: vscode.Disposable | undefined;
  /** Counts requests for bytes; a pump whose number is not the latest stops. */
  private request = 0;

  constructor(
    extension: vscode.Uri,
    private trace: Trace,
    closed: () => void,
  ) {
    const roots = ["dist", "media"].map((folder) => vscode.Uri.joinPath(extension, folder));
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const options = { enableScripts: true, localResourceRoots: roots };
    this.tab = vscode.window.createWebviewPanel("awaitscope.timeline", `${trace.title} trace`, column, options);
    this.tab.iconPath = vscode.Uri.joinPath(extension, "media", "icon.svg");
    this.tab.webview.onDidReceiveMessage((message: ToHost) => this.receive(message));
    this.tab.onDidDispose(() => {
      this.request++;
      this.subscription?.dispose();
      closed();
    });
    this.tab.webview.html = page(this.tab.webview, extension);
    this.follow(trace);
  }

  show(trace: Trace): void {
    this.follow(trace);
    this.reveal();
    this.greet();
  }

  reveal(): void {
    this.tab.reveal(undefined, true);
  }

  dispose(): void {
    this.tab.dispose();
  }

  private follow(trace: Trace): void {
    this.trace = trace;
    this.subscription?.dispose();
    this.subscription = trace.onDidChangeStatus((status) => this.post({ kind: "status", status }));
  }

  private greet(): void {
    this.request++;
    const { title, live, status } = this.trace;
    void this.post({ kind: "open", title, live, status });
  }

  private post(message: ToView): Thenable<boolean> {
    return this.tab.webview.postMessage(message);
  }

  private receive(message: ToHost): void {
    switch (message.kind) {
      case "hello":
        this.greet();
        break;
      case "from":
        void this.pump(message.offset);
        break;
      case "open":
        void openCode(message, this.trace.live);
        break;
      case "stop":
        this.trace.stop();
        break;
      case "rerun":
        this.trace.again();
        break;
    }
  }

  /** Sends the file from `offset` to its end, and on while the program runs; until asked anew or the page is gone. */
  private async pump(offset: number): Promise<void> {
    const request = ++this.request;
    const { trace } = this;
    let at = offset;
    while (request === this.request) {
      const ended = trace.status.kind !== "running";
      const bytes = await readFrom(trace.file, at).catch((error: NodeJS.ErrnoException) => error);
      if (request !== this.request) return;
      if (bytes instanceof Error && (ended || bytes.code !== "ENOENT")) return this.fail(bytes);
      if (!(bytes instanceof Error) && bytes.byteLength > 0) {
        if (!(await this.post({ kind: "bytes", offset: at, bytes }))) return; // hidden: the page asks when it is back
        at += bytes.byteLength;
      } else if (ended) {
        return;
      } else {
        await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS));
      }
    }
  }

  private fail(error: NodeJS.ErrnoException): void {
    const missing = this.trace.live
      ? "The program ended before it could be traced. See its terminal."
      : `There is no trace file ${this.trace.file}.`;
    const message = error.code === "ENOENT" ? missing : `The trace cannot be read: ${error.message}`;
    void this.post({ kind: "status", status: { kind: "failed", message } });
  }
}

/** Up to one chunk of the file's bytes from `offset`, in a buffer of exactly that size; empty at the end. */
async function readFrom(file: string, offset: number): Promise<ArrayBuffer> {
  const handle = await fs.open(file, "r");
  try {
    const buffer = new Uint8Array(Math.min(CHUNK_BYTES, Math.max(0, (await handle.stat()).size - offset)));
    const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, offset);
    return bytesRead === buffer.byteLength ? buffer.buffer : buffer.buffer.slice(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * Opens a place that a trace names, beside the timeline.
 *
 * Invariant: a path out of a trace that this window did not record is opened only inside the workspace, or after the
 * user said so.
 */
async function openCode(place: { file: string; line: number; column: number }, live: boolean): Promise<void> {
  const uri = vscode.Uri.file(place.file);
  if (!isAbsolute(place.file)) return void vscode.window.showInformationMessage(`${place.file} is not a file on disk.`);
  if (!live && !vscode.workspace.getWorkspaceFolder(uri) && !(await confirmed(place.file))) return;
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

/** @param line from 1; @param column in UTF-8 bytes from 0, or -1 for the line's first word */
function positionOf(document: vscode.TextDocument, line: number, column: number): vscode.Position {
  const { text, lineNumber, firstNonWhitespaceCharacterIndex } = document.lineAt(
    Math.min(Math.max(line, 1), document.lineCount) - 1,
  );
  const character =
    column < 0 ? firstNonWhitespaceCharacterIndex : Buffer.from(text).subarray(0, column).toString().length;
  return new vscode.Position(lineNumber, character);
}

function page(webview: vscode.Webview, extension: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const uri = (...path: string[]) => webview.asWebviewUri(vscode.Uri.joinPath(extension, ...path));
  const source = webview.cspSource;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${source}; font-src ${source}; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Awaitscope timeline</title>
<link rel="stylesheet" href="${uri("dist", "codicon.css")}">
<link rel="stylesheet" href="${uri("media", "panel.css")}">
</head>
<body><div id="app"></div><script nonce="${nonce}" src="${uri("dist", "webview.js")}"></script></body>
</html>`;
}
