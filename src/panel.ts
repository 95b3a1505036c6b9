/**
 * The timeline's host side: one page and its messages. It follows the trace's files and sends their bytes when the page
 * asks; what they mean is the page's business (`trace/`). It holds no trace itself, so a hidden, moved or reloaded page
 * just asks again.
 */
import * as vscode from "vscode";
import type { EditorMarks } from "./editor";
import { childrenOf, siblingOf } from "./family";
import { Feed, type Reader } from "./feed";
import { copyText, savePicture } from "./keepsake";
import { openPlace } from "./place";
import type { Sources } from "./source";
import type { RunStatus, ToHost, ToView } from "./trace/messages";

/** A trace to show: where its bytes are, how the run goes, and what can be done with it. */
export interface Trace {
  readonly title: string;
  readonly file: vscode.Uri;
  /** The script that ran; undefined for a trace that was opened from its file. */
  readonly script: vscode.Uri | undefined;
  /** This extension recorded it here: the paths in it are the user's own. */
  readonly own: boolean;
  readonly status: RunStatus;
  readonly onDidChangeStatus: vscode.Event<RunStatus>;
  stop(): void;
  again(): void;
}

/** How often the folder of a trace is looked at for traces of child processes, in ms. */
const FAMILY_MS = 500;
/** Files of child processes that a page may ask for. */
const MOST_FEEDS = 1000;

/** One page that shows a trace, in whatever tab it lies. */
export class Timeline implements vscode.Disposable {
  private readonly feeds = new Map<string, Feed>();
  private readonly subscriptions: vscode.Disposable[];
  private status: vscode.Disposable | undefined;
  private told = "";
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    extension: vscode.Uri,
    readonly tab: vscode.WebviewPanel,
    private trace: Trace,
    private readonly sources: Sources,
    private readonly marks: EditorMarks,
  ) {
    const { webview } = tab;
    const roots = ["dist", "media"].map((folder) => vscode.Uri.joinPath(extension, folder));
    webview.options = { enableScripts: true, localResourceRoots: roots };
    this.subscriptions = [
      webview.onDidReceiveMessage((message: ToHost) => this.receive(message)),
      marks.onDidMoveCaret((caret) => tab.visible && this.post(caret)),
      tab.onDidChangeViewState(() => tab.visible || marks.clear(this)),
    ];
    this.timer = setInterval(() => void this.tellChildren(), FAMILY_MS);
    this.follow(trace);
    webview.html = page(webview, extension);
  }

  /** Shows another trace. */
  show(trace: Trace): void {
    this.follow(trace);
    this.greet();
  }

  private follow(trace: Trace): void {
    this.trace = trace;
    this.status?.dispose();
    this.status = trace.onDidChangeStatus((status) => this.post({ kind: "status", status }));
  }

  /** Does what the action with this id does (`webview/actions.ts`). */
  act(id: string): void {
    void this.post({ kind: "act", id });
  }

  /** The tab is gone. */
  dispose(): void {
    clearInterval(this.timer);
    this.stopFeeds();
    this.marks.clear(this);
    this.status?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private greet(): void {
    this.stopFeeds();
    this.told = "";
    const { title, script, status, file } = this.trace;
    const origin = { trace: file.toString(), script: script?.toString() ?? "" };
    void this.post({ kind: "open", title, live: script !== undefined, status, origin });
  }

  private post(message: ToView): Thenable<boolean> {
    return this.tab.webview.postMessage(message);
  }

  private receive(message: ToHost): void {
    switch (message.kind) {
      case "hello":
        this.greet();
        this.marks.tellCaret();
        break;
      case "from":
        void this.feed(message.file)?.send(message.offset);
        break;
      case "taken":
        this.feeds.get(message.file ?? "")?.acknowledge(message.offset);
        break;
      case "open":
        void openPlace(message, this.trace.own);
        break;
      case "sits":
        if (this.tab.visible) this.marks.show(this, message);
        break;
      case "copy":
        void copyText(message.text);
        break;
      case "save":
        void savePicture(message, this.trace);
        break;
      case "stop":
        this.trace.stop();
        break;
      case "rerun":
        this.trace.again();
        break;
    }
  }

  /** The feed of the trace, or of a child's file beside it; undefined where that may not be opened. */
  private feed(name: string | undefined): Feed | undefined {
    const known = this.feeds.get(name ?? "");
    if (known) return known;
    const file = name === undefined ? this.trace.file : siblingOf(this.trace.file, name);
    if (file === undefined || this.feeds.size > MOST_FEEDS) return undefined;
    const { trace } = this;
    const reader: Reader = {
      post: (message) => this.post(message),
      isRunning: () => trace.status.kind === "running",
      replaced: () => this.greet(),
    };
    const feed = new Feed(this.sources(file), name, reader);
    this.feeds.set(name ?? "", feed);
    return feed;
  }

  private stopFeeds(): void {
    for (const feed of this.feeds.values()) feed.stop();
    this.feeds.clear();
  }

  /** Names the traces of child processes, where there are others than a moment ago. */
  private async tellChildren(): Promise<void> {
    const { trace } = this;
    if (!this.tab.visible || this.feeds.size === 0) return;
    const files = await childrenOf(trace.file);
    if (trace !== this.trace || files.length === 0 || files.join() === this.told) return;
    this.told = files.join();
    void this.post({ kind: "children", files });
  }
}

function page(webview: vscode.Webview, extension: vscode.Uri): string {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
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
<body><div id="app"></div><script type="module" nonce="${nonce}" src="${uri("dist", "webview", "main.js")}"></script></body>
</html>`;
}
