/** "Insert Awaitable Pattern…" and "Open Pattern Example…": the snippets as a list with a preview, fitted to the file. */
import * as vscode from "vscode";
import type { SyntaxTree } from "./analysis/code/syntax";
import type { TextEdit } from "./analysis/edits/fix";
import type { DefinitionSource } from "./analysis/modules";
import { type Fitted, fitted, gapAt } from "./analysis/snippets/insertion";
import { expand } from "./analysis/snippets/tabStops";
import type { Workspace } from "./workspace";

/** A snippet as `snippets/python.json` has it; its title is its key there. */
interface Pattern {
  readonly title: string;
  readonly prefix: string;
  /** What it is, a colon, and when to use it. */
  readonly description: string;
  readonly notWhen: string;
  readonly python?: ">=3.11" | "<3.11";
  readonly body: readonly string[];
}

interface Item extends vscode.QuickPickItem {
  readonly pattern: Pattern;
}

const scheme = "awaitscope-pattern";
const previewed = vscode.Uri.from({ scheme, path: "/Pattern.py" });

/** Registers the two commands. Each takes a prefix, and asks for one where there is none. */
export function registerPatterns(context: vscode.ExtensionContext, workspace: Workspace): vscode.Disposable {
  const patterns = new Patterns(context, workspace);
  return vscode.Disposable.from(
    patterns,
    vscode.commands.registerCommand("awaitscope.insertPattern", (prefix?: unknown) => patterns.insert(prefix)),
    vscode.commands.registerCommand("awaitscope.openPatternExample", (prefix?: unknown) =>
      patterns.openExample(prefix),
    ),
  );
}

class Patterns implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #provider: vscode.Disposable;
  #preview = "";
  #all: readonly Pattern[] | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly workspace: Workspace,
  ) {
    this.#provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: () => this.#preview,
    });
  }

  dispose(): void {
    this.#provider.dispose();
    this.#changed.dispose();
  }

  /** Puts a pattern into the active editor: imports to the others, the rest at module level by the caret. */
  async insert(prefix: unknown): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== "python")
      return void vscode.window.showInformationMessage("Open the Python file that the pattern is for.");
    const pattern = await this.#choose(prefix, editor.document, ({ body }) => Promise.resolve(expand(body.join("\n"))));
    if (!pattern) return;
    const back = await vscode.window.showTextDocument(editor.document, {
      viewColumn: editor.viewColumn ?? vscode.ViewColumn.Active,
      selection: editor.selection,
    });
    await this.#put(back, pattern);
  }

  /** Opens a runnable program that uses a pattern: a copy to change and to trace. */
  async openExample(prefix: unknown): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const pattern = await this.#choose(prefix, document, async (one) => textOf(await this.#example(one)));
    if (!pattern) return;
    const { globalStorageUri, extension } = this.context;
    const version = String(extension.packageJSON.version);
    const copy = vscode.Uri.joinPath(globalStorageUri, "examples", version, fileOf(pattern));
    if (!(await exists(copy))) await vscode.workspace.fs.writeFile(copy, await this.#example(pattern));
    await vscode.window.showTextDocument(copy, { preview: false });
  }

  #example(pattern: Pattern): Thenable<Uint8Array> {
    const file = vscode.Uri.joinPath(this.context.extensionUri, "snippets", "examples", fileOf(pattern));
    return vscode.workspace.fs.readFile(file);
  }

  /** Two edits and the snippet are one step for undo. */
  async #put(editor: vscode.TextEditor, { body }: Pattern): Promise<void> {
    const { document } = editor;
    const pattern = await this.#ask(document, (tree) => fitted(tree, body));
    if (!pattern) return;
    await replace(editor, pattern.imports, true);
    const gap = await this.#ask(document, (tree) => gapHere(tree, editor, pattern));
    if (!gap) return;
    await replace(editor, [{ start: gap.start, end: gap.end, text: gap.before + gap.after }], false);
    const place = document.positionAt(gap.start + gap.before.length);
    const snippet = new vscode.SnippetString(pattern.body);
    await editor.insertSnippet(snippet, place, { undoStopBefore: false, undoStopAfter: true });
    editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  #ask<T>(
    document: vscode.TextDocument,
    work: (tree: SyntaxTree, source: DefinitionSource) => T,
  ): Promise<T | undefined> {
    return this.workspace.ask(document, work, new vscode.CancellationTokenSource().token);
  }

  async #choose(
    prefix: unknown,
    document: vscode.TextDocument | undefined,
    preview: (pattern: Pattern) => Promise<string>,
  ): Promise<Pattern | undefined> {
    this.#all ??= await readPatterns(this.context.extensionUri);
    if (typeof prefix === "string") return this.#all.find((one) => one.prefix === prefix);
    const isPython = document?.languageId === "python";
    const minor = isPython ? await this.#ask(document, (_, source) => source.minor) : undefined;
    return this.#pick(
      this.#all.filter((one) => runsOn(one, minor)),
      preview,
    );
  }

  /** The list; what it stands on is shown beside the editor, and goes with it. */
  async #pick(
    patterns: readonly Pattern[],
    preview: (pattern: Pattern) => Promise<string>,
  ): Promise<Pattern | undefined> {
    const picker = vscode.window.createQuickPick<Item>();
    picker.placeholder = "Which pattern?";
    picker.title = " "; // its place is kept: when not to use what the list stands on
    picker.matchOnDescription = true;
    picker.matchOnDetail = true;
    picker.items = patterns.map(itemOf);
    const chosen = new Promise<Pattern | undefined>((resolve) => {
      picker.onDidAccept(() => resolve(picker.activeItems[0]?.pattern));
      picker.onDidHide(() => resolve(undefined));
    });
    let isOpen = true;
    let shown = Promise.resolve();
    picker.onDidChangeActive(([item]) => {
      if (!item) return;
      picker.title = `Not when ${item.pattern.notWhen}`;
      // One after the other, and none once the list is left: a tab that comes late would stay.
      shown = shown.then(async () => isOpen && this.#show(await preview(item.pattern))).then(nothing, nothing);
    });
    picker.show();
    const pattern = await chosen;
    isOpen = false;
    picker.dispose();
    await shown;
    await closePreview();
    return pattern;
  }

  async #show(text: string): Promise<void> {
    this.#preview = text;
    this.#changed.fire(previewed);
    if (previewTabs().length > 0) return;
    const options = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true };
    await vscode.window.showTextDocument(previewed, options);
  }
}

async function readPatterns(extension: vscode.Uri): Promise<readonly Pattern[]> {
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, "snippets", "python.json"));
  const all = JSON.parse(textOf(bytes)) as Readonly<Record<string, Omit<Pattern, "title">>>;
  return Object.entries(all).map(([title, rest]) => ({ title, ...rest }));
}

/** A list without its preview is still a list. */
const nothing = (): void => {};

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const fileOf = ({ prefix }: Pattern): string => `${prefix.replaceAll("-", "_")}.py`;

/** Where the interpreter is not known, both forms are offered; they say which Python they are for. */
function runsOn({ python }: Pattern, minor: number | undefined): boolean {
  return python === undefined || minor === undefined || (python === ">=3.11") === minor >= 11;
}

function itemOf(pattern: Pattern): Item {
  const [, useWhen = ""] = /: (use .+)\.$/.exec(pattern.description) ?? [];
  return {
    label: pattern.title,
    description: pattern.prefix,
    detail: `${useWhen.charAt(0).toUpperCase()}${useWhen.slice(1)}`,
    pattern,
  };
}

function gapHere(tree: SyntaxTree, { document, selection }: vscode.TextEditor, { body }: Fitted) {
  return gapAt(tree, document.offsetAt(selection.active), body);
}

async function replace(editor: vscode.TextEditor, edits: readonly TextEdit[], undoStopBefore: boolean): Promise<void> {
  const { document } = editor;
  const rangeOf = ({ start, end }: TextEdit) => new vscode.Range(document.positionAt(start), document.positionAt(end));
  const apply = (builder: vscode.TextEditorEdit) => {
    for (const edit of edits) builder.replace(rangeOf(edit), edit.text);
  };
  await editor.edit(apply, { undoStopBefore, undoStopAfter: false });
}

function previewTabs(): readonly vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === scheme);
}

async function closePreview(): Promise<void> {
  await vscode.window.tabGroups.close(previewTabs());
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
