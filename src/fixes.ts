/** Offers fixes and rewrites of async code: at the caret, and for what our diagnostics report. Each is undone in one step. */
import * as vscode from "vscode";
import type { SyntaxTree } from "./analysis/code/syntax";
import { answersTo } from "./analysis/edits/answers";
import type { Fix } from "./analysis/edits/fix";
import { fixesAt } from "./analysis/edits/fixesAt";
import { requiredMinor } from "./analysis/edits/required";
import { ignoring } from "./analysis/mistakes/ignore";
import { isRule } from "./analysis/mistakes/rules";
import type { DefinitionSource } from "./analysis/modules";
import type { Workspace } from "./workspace";

const { QuickFix, RefactorRewrite } = vscode.CodeActionKind;
const kinds = { quickfix: QuickFix, "refactor.rewrite": RefactorRewrite } as const;

/** Registers the fixes for Python documents. Nothing is loaded before they are asked for. */
export function registerFixes(workspace: Workspace): vscode.Disposable {
  const required = new RequiredPythons();
  const provider: vscode.CodeActionProvider = {
    async provideCodeActions(document, range, context, token) {
      if (!wants(context, QuickFix) && !wants(context, RefactorRewrite)) return [];
      const minor = await required.of(document);
      const work = (tree: SyntaxTree, source: DefinitionSource) => {
        const known = [minor, source.minor].filter((each) => each !== undefined);
        const oldest = known.length > 0 ? Math.min(...known) : undefined;
        return actionsAt({ document, tree, source, minor: oldest }, range, context);
      };
      return workspace.ask(document, work, token);
    },
  };
  const metadata = { providedCodeActionKinds: [QuickFix, RefactorRewrite] };
  return vscode.Disposable.from(
    required,
    vscode.languages.registerCodeActionsProvider({ language: "python" }, provider, metadata),
  );
}

function wants({ only }: vscode.CodeActionContext, kind: vscode.CodeActionKind): boolean {
  return only === undefined || only.contains(kind) || kind.contains(only);
}

interface Place {
  readonly document: vscode.TextDocument;
  readonly tree: SyntaxTree;
  readonly source: DefinitionSource;
  /** The oldest Python that the code must run on, where it is known. */
  readonly minor: number | undefined;
}

/** What our diagnostics there ask for, then what is offered unasked, then to ignore them. */
function actionsAt(place: Place, range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
  const { document, tree, source, minor } = place;
  const reports = context.diagnostics.filter((diagnostic) => ruleOf(diagnostic) !== undefined);
  const answers = reports.flatMap((report) => {
    const fixes = answersTo(ruleOf(report) ?? "", spanOf(report.range, document), tree, minor, source);
    return fixes.map((fix) => ({ fix, report }));
  });
  const answered = new Set(answers.map(({ fix }) => JSON.stringify(fix.edits)));
  const others = fixesAt(tree, spanOf(range, document), minor, source)
    .filter(({ edits }) => !answered.has(JSON.stringify(edits)))
    .map((fix) => ({ fix, report: undefined }));
  const offered = [...answers, ...others].map(({ fix, report }) => action(fix, document, report));
  const ignored = reports.map((report) => ignore(report, place));
  return [...offered, ...ignored].filter(({ kind }) => kind && wants(context, kind));
}

function ruleOf({ source, code }: vscode.Diagnostic): string | undefined {
  const value = typeof code === "object" ? code.value : code;
  return source === "awaitscope" && typeof value === "string" && isRule(value) ? value : undefined;
}

function spanOf(range: vscode.Range, document: vscode.TextDocument) {
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}

function action(fix: Fix, document: vscode.TextDocument, report?: vscode.Diagnostic): vscode.CodeAction {
  const result = new vscode.CodeAction(fix.title, kinds[fix.kind]);
  result.edit = editOf(fix.edits, document);
  if (fix.preferred) result.isPreferred = true;
  if (report) result.diagnostics = [report];
  return result;
}

function ignore(report: vscode.Diagnostic, { document, tree }: Place): vscode.CodeAction {
  const rule = ruleOf(report) ?? "";
  const result = new vscode.CodeAction(`Ignore ${rule} on this line`, QuickFix);
  const { start } = spanOf(report.range, document);
  result.edit = editOf(isRule(rule) ? [ignoring(tree, { rule, start })] : [], document);
  result.diagnostics = [report];
  return result;
}

/** One edit of the workspace, whatever it is made of: one step to undo. */
function editOf(edits: Fix["edits"], document: vscode.TextDocument): vscode.WorkspaceEdit {
  const all = edits.map(({ start, end, text }) => {
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    return new vscode.TextEdit(range, text);
  });
  const result = new vscode.WorkspaceEdit();
  result.set(document.uri, all);
  return result;
}

/** What the `pyproject.toml` of each workspace folder requires. */
class RequiredPythons implements vscode.Disposable {
  readonly #known = new Map<string, Promise<number | undefined>>();
  #watcher: vscode.FileSystemWatcher | undefined;

  of(document: vscode.TextDocument): Promise<number | undefined> {
    const folder = vscode.workspace.getWorkspaceFolder(document.uri)?.uri;
    if (!folder) return Promise.resolve(undefined);
    this.#watch();
    const known = this.#known.get(folder.toString()) ?? read(vscode.Uri.joinPath(folder, "pyproject.toml"));
    this.#known.set(folder.toString(), known);
    return known;
  }

  #watch(): void {
    if (this.#watcher) return;
    this.#watcher = vscode.workspace.createFileSystemWatcher("**/pyproject.toml");
    const forget = () => this.#known.clear();
    this.#watcher.onDidChange(forget);
    this.#watcher.onDidCreate(forget);
    this.#watcher.onDidDelete(forget);
  }

  dispose(): void {
    this.#watcher?.dispose();
  }
}

async function read(file: vscode.Uri): Promise<number | undefined> {
  try {
    return requiredMinor(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
  } catch {
    return undefined; // most folders have none
  }
}
