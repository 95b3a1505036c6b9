/**
 * What editors show of a trace: behind each await the tasks that are there at the timeline's cursor. And the other way: the
 * timeline hears at which line the caret is.
 *
 * Invariant: only files that are open in an editor are decorated; none is opened for it, whatever a trace names.
 */
import * as vscode from "vscode";
import type { Sit, SitState, ToView } from "./trace/messages";
import { sitText } from "./trace/sits";

/** Where tasks are, as one timeline says it. */
export interface Sits {
  /** Epoch seconds: a file that was written later does not say what ran. */
  readonly began: number;
  readonly sits: readonly Sit[];
}

type Caret = ToView & { kind: "caret" };

const CARET_MS = 100;
const DRAW_MS = 50;
/** Later than any trace. Not infinite: messages are JSON. */
const NEVER = Number.MAX_SAFE_INTEGER;
/** Clocks of files are coarse, in seconds. */
const SAME_SECONDS = 2;

const COLORS: Readonly<Record<SitState | "drifted", string>> = {
  running: "charts.green",
  ready: "charts.yellow",
  suspended: "editorCodeLens.foreground",
  drifted: "editorCodeLens.foreground",
};
const KINDS = Object.keys(COLORS) as (keyof typeof COLORS)[];

export class EditorMarks implements vscode.Disposable {
  private readonly types = new Map(KINDS.map((kind) => [kind, decorationType(COLORS[kind])]));
  private readonly caretMoved = new vscode.EventEmitter<Caret>();
  readonly onDidMoveCaret = this.caretMoved.event;
  private readonly subscriptions: vscode.Disposable[];
  /** The timeline that spoke last, and what it said. */
  private shown: (Sits & { readonly by: object }) | undefined;
  private caretTimer: ReturnType<typeof setTimeout> | undefined;
  private drawTimer: ReturnType<typeof setTimeout> | undefined;
  private drawing = 0;

  constructor() {
    const draw = () => this.draw();
    this.subscriptions = [
      vscode.window.onDidChangeVisibleTextEditors(draw),
      vscode.workspace.onDidSaveTextDocument(draw),
      vscode.workspace.onDidChangeTextDocument(({ contentChanges }) => {
        if (contentChanges.length > 0) draw();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.followCaret(textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => editor && this.followCaret(editor)),
      this.caretMoved,
    ];
  }

  dispose(): void {
    clearTimeout(this.caretTimer);
    clearTimeout(this.drawTimer);
    for (const type of this.types.values()) type.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Shows what the timeline `by` says, in place of what any other said before. */
  show(by: object, said: Sits): void {
    this.shown = said.sits.length > 0 ? { by, began: said.began, sits: said.sits } : undefined;
    this.draw();
  }

  /** The timeline `by` is gone or out of sight. */
  clear(by: object): void {
    if (this.shown?.by !== by) return;
    this.shown = undefined;
    this.draw();
  }

  /** Says where the caret is, to a timeline that has come into sight. */
  tellCaret(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor) this.followCaret(editor);
  }

  private draw(): void {
    this.drawTimer ??= setTimeout(() => {
      this.drawTimer = undefined;
      const turn = ++this.drawing;
      for (const editor of vscode.window.visibleTextEditors) void this.drawIn(editor, turn);
    }, DRAW_MS);
  }

  private async drawIn(editor: vscode.TextEditor, turn: number): Promise<void> {
    const { document } = editor;
    const sits = this.shown?.sits.filter(({ file }) => isFile(document, file)) ?? [];
    const drifted = sits.length > 0 && (await savedAt(document)) > (this.shown?.began ?? 0) + SAME_SECONDS;
    if (turn !== this.drawing) return;
    const options = new Map(KINDS.map((kind) => [kind, [] as vscode.DecorationOptions[]]));
    if (drifted)
      options.get("drifted")?.push(behind(document, 1, "This file changed since the trace: no tasks are shown."));
    else
      for (const sit of sits)
        if (sit.line <= document.lineCount) options.get(sit.state)?.push(behind(document, sit.line, sitText(sit)));
    for (const [kind, type] of this.types) editor.setDecorations(type, options.get(kind) ?? []);
  }

  private followCaret(editor: vscode.TextEditor): void {
    clearTimeout(this.caretTimer);
    this.caretTimer = setTimeout(() => void this.sendCaret(editor), CARET_MS);
  }

  private async sendCaret({ document, selection }: vscode.TextEditor): Promise<void> {
    const line = selection.active.line + 1;
    const known = document.languageId === "python" && document.uri.scheme === "file";
    const saved = known ? (await savedAt(document)) - SAME_SECONDS : NEVER;
    this.caretMoved.fire(
      known ? { kind: "caret", file: document.uri.fsPath, line, saved } : { kind: "caret", line: 0, saved },
    );
  }
}

function decorationType(color: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor(color), margin: "0 0 0 2em" },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

/** A text behind the end of a line (from 1). */
function behind(document: vscode.TextDocument, line: number, contentText: string): vscode.DecorationOptions {
  const { end } = document.lineAt(line - 1).range;
  return { range: new vscode.Range(end, end), renderOptions: { after: { contentText } } };
}

function isFile({ uri }: vscode.TextDocument, path: string): boolean {
  return uri.scheme === "file" && (uri.fsPath === path || vscode.Uri.file(path).fsPath === uri.fsPath);
}

/** When what the editor shows was written, epoch seconds; NEVER where it is not written yet, or nobody knows. */
async function savedAt({ uri, isDirty }: vscode.TextDocument): Promise<number> {
  if (isDirty) return NEVER;
  try {
    return (await vscode.workspace.fs.stat(uri)).mtime / 1000;
  } catch {
    return NEVER;
  }
}
