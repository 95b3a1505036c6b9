/**
 * "Explain step by step": the long form of a hover, on a page beside the code. There is one page; it follows the caret from
 * await to await, and the text as it is edited. It has no scripts: its links are commands of ours.
 */
import * as vscode from "vscode";
import { type AwaitSite, awaitAt, awaitSites } from "./analysis/code/awaits";
import type { SyntaxTree } from "./analysis/code/syntax";
import { escaped, storyHtml } from "./analysis/explain/html";
import type { Link } from "./analysis/explain/markdown";
import { type Story, storyOf } from "./analysis/explain/story";
import { code, line, oneLine, type Prose, prose } from "./analysis/prose";
import { commandLink, explainCommand, revealCommand, targetOf } from "./links";
import type { Workspace } from "./workspace";

/** Milliseconds that the caret must rest before the page follows it. */
const rest = 150;

/** What the page shows. */
interface Shown {
  readonly document: vscode.TextDocument;
  /** The column of the editor that it was asked from: links open there. */
  readonly column: vscode.ViewColumn;
  /** Where the keyword begins; moved along with edits before it. */
  offset: number;
}

/** Registers the commands and the page behind them. */
export function registerSteps(extension: vscode.Uri, workspace: Workspace): vscode.Disposable {
  const steps = new Steps(extension, workspace);
  const command = vscode.commands.registerCommand;
  return vscode.Disposable.from(
    steps,
    command(explainCommand, (uri?: unknown, row?: unknown, character?: unknown) => steps.ask(uri, row, character)),
    command(revealCommand, (uri: unknown, row: unknown) => steps.reveal(uri, row)),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => steps.follow(textEditor)),
    vscode.workspace.onDidChangeTextDocument((change) => steps.edited(change)),
    workspace.onDidChange(() => steps.refresh()),
  );
}

class Steps implements vscode.Disposable {
  #page: vscode.WebviewPanel | undefined;
  #shown: Shown | undefined;
  /** Where the caret came to since. */
  #caret: Shown | undefined;
  #isStale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #question = new vscode.CancellationTokenSource();

  constructor(
    private readonly extension: vscode.Uri,
    private readonly workspace: Workspace,
  ) {}

  /** The command: at a place, or at the caret of the active editor. */
  async ask(uri: unknown, row: unknown, character: unknown): Promise<void> {
    const editor = await editorOf(uri);
    if (!editor) return void vscode.window.showInformationMessage("Open a Python file and put the caret on an await.");
    const isPlace = typeof row === "number" && typeof character === "number";
    const position = isPlace ? new vscode.Position(row, character) : editor.selection.active;
    const column = editor.viewColumn ?? vscode.ViewColumn.One;
    const { document } = editor;
    const shown = await this.#show({ document, column, offset: document.offsetAt(position) }, nearestSite);
    if (!shown) void vscode.window.showInformationMessage("There is no await at the caret.");
  }

  /** The caret came to another place: when it is at an await, that one is shown. */
  follow({ document, selection, viewColumn }: vscode.TextEditor): void {
    if (!this.#page?.visible || document.languageId !== "python") return;
    const column = viewColumn ?? vscode.ViewColumn.One;
    this.#caret = { document, column, offset: document.offsetAt(selection.active) };
    this.#later();
  }

  /** The text changed: the await may have moved, and what it does. */
  edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const shown = this.#shown;
    if (shown?.document !== document) return;
    for (const { rangeOffset, rangeLength, text } of contentChanges)
      if (rangeOffset + rangeLength <= shown.offset) shown.offset += text.length - rangeLength;
    this.refresh();
  }

  /** What is shown may not be so any more. */
  refresh(): void {
    this.#isStale = this.#shown !== undefined;
    if (this.#isStale) this.#later();
  }

  /** Shows a line of a file where the explained code is. */
  async reveal(uri: unknown, row: unknown): Promise<void> {
    if (typeof uri !== "string" || typeof row !== "number") return;
    const start = new vscode.Position(Math.max(row, 1) - 1, 0);
    const options = {
      viewColumn: this.#shown?.column ?? vscode.ViewColumn.One,
      selection: new vscode.Range(start, start),
    };
    try {
      await vscode.window.showTextDocument(vscode.Uri.parse(uri, true), options);
    } catch {
      void vscode.window.showWarningMessage(`${uri} cannot be opened.`);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#question.cancel();
    this.#page?.dispose();
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#update(), rest);
  }

  /** Shows the await at the caret, if it came to one; else what is shown once more, if that may have changed. */
  async #update(): Promise<void> {
    const caret = this.#caret;
    this.#caret = undefined;
    if (caret && (await this.#show(caret, awaitAt))) return;
    if (this.#isStale && this.#shown) await this.#show(this.#shown, awaitAt);
  }

  /** Whether there is an await to show. An earlier question that is still open is given up. */
  async #show(shown: Shown, find: typeof nearestSite): Promise<boolean> {
    this.#question.cancel();
    this.#question = new vscode.CancellationTokenSource();
    const { token } = this.#question;
    const tell = (tree: SyntaxTree, source: Parameters<typeof storyOf>[2]) => {
      const site = find(tree, shown.offset);
      return site && { site, story: storyOf(site, tree, source) };
    };
    const near = shown.document.positionAt(shown.offset);
    const told = await this.workspace.ask(shown.document, tell, token, { definitions: true, near });
    if (!told) return token.isCancellationRequested;
    this.#shown = { ...shown, offset: told.site.start };
    this.#isStale = false;
    this.#paint(told.story, told.site, this.#shown);
    return true;
  }

  #paint(story: Story, site: AwaitSite, { document }: Shown): void {
    this.#page ??= this.#open();
    const operand = oneLine(site.operands[0]?.text ?? "");
    this.#page.title = `${site.form} ${operand.length > 24 ? `${operand.slice(0, 23)}…` : operand}`;
    const link: Link = (row, file) => {
      const target = targetOf(document.uri, file);
      return target && commandLink(revealCommand, target.toString(), row);
    };
    const name = document.uri.path.split("/").at(-1) ?? "";
    const place: Prose = prose`${line(site.place.line)} of ${code(name)}`;
    this.#page.webview.html = this.#document(this.#page.webview, storyHtml(story, place, link));
  }

  #open(): vscode.WebviewPanel {
    const show = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const media = vscode.Uri.joinPath(this.extension, "media");
    const page = vscode.window.createWebviewPanel("awaitscope.steps", "Await", show, {
      enableScripts: false,
      enableCommandUris: [revealCommand],
      enableFindWidget: true,
      localResourceRoots: [media],
    });
    page.iconPath = vscode.Uri.joinPath(media, "icon.svg");
    page.onDidDispose(() => {
      this.#page = undefined;
      this.#shown = undefined;
    });
    return page;
  }

  #document(webview: vscode.Webview, body: string): string {
    const css = webview.asWebviewUri(vscode.Uri.joinPath(this.extension, "media", "steps.css"));
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped("Await, step by step")}</title>
<link rel="stylesheet" href="${css}">
</head>
<body>
<main>
${body}
</main>
</body>
</html>`;
  }
}

/** The editor of a document that a link names, or the active one if it shows Python. */
async function editorOf(uri: unknown): Promise<vscode.TextEditor | undefined> {
  const active = vscode.window.activeTextEditor;
  if (typeof uri !== "string") return active?.document.languageId === "python" ? active : undefined;
  const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri);
  return shown ?? vscode.window.showTextDocument(vscode.Uri.parse(uri, true));
}

/** The await at an offset, or the first one of its line, or the one around it. */
function nearestSite(tree: SyntaxTree, offset: number): AwaitSite | undefined {
  const at = awaitAt(tree, offset);
  if (at) return at;
  const row = tree.place(offset).line;
  const sites = awaitSites(tree);
  const onLine = sites.filter(({ place }) => place.line === row);
  return onLine.findLast(({ start }) => start <= offset) ?? onLine[0] ?? sites.findLast((site) => holds(site, offset));
}

function holds({ start, operands }: AwaitSite, offset: number): boolean {
  return start <= offset && offset <= (operands.at(-1)?.end ?? start);
}
