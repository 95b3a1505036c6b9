/** Mistakes in the Python documents that are shown, as diagnostics; each leads to its page. */
import * as vscode from "vscode";
import { type IgnoredName, unknownIgnores } from "./analysis/mistakes/ignore";
import type { Mistake } from "./analysis/mistakes/mistake";
import { mistakesOf } from "./analysis/mistakes/mistakesOf";
import { isRule, pageOf, type RuleName, type Severity } from "./analysis/mistakes/rules";
import { enabledRules, type Severities, severitiesOf } from "./analysis/mistakes/severities";
import { plain } from "./analysis/prose";
import type { Workspace } from "./workspace";

/** How long typing must rest, in ms. */
const rest = 500;

/** Reports mistakes of visible Python documents, and opens the pages of rules. */
export function registerDiagnostics(workspace: Workspace, extension: vscode.Uri): vscode.Disposable {
  return vscode.Disposable.from(
    new Diagnostics(workspace),
    vscode.commands.registerCommand("awaitscope.openRule", (rule: unknown) => openRule(rule, extension)),
  );
}

/** The page as VS Code shows Markdown; as text where that is switched off. */
async function openRule(rule: unknown, extension: vscode.Uri): Promise<void> {
  if (typeof rule !== "string" || !isRule(rule)) return;
  const page = vscode.Uri.joinPath(extension, ...pageOf(rule).split("/"));
  const commands = await vscode.commands.getCommands(true);
  if (commands.includes("markdown.showPreview")) await vscode.commands.executeCommand("markdown.showPreview", page);
  else await vscode.window.showTextDocument(page);
}

class Diagnostics implements vscode.Disposable {
  readonly #workspace: Workspace;
  readonly #collection = vscode.languages.createDiagnosticCollection("awaitscope");
  /** Checks that wait for typing to rest, or run. */
  readonly #pending = new Map<vscode.TextDocument, Pending>();
  readonly #subscriptions: vscode.Disposable;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#subscriptions = vscode.Disposable.from(
      vscode.window.onDidChangeVisibleTextEditors(() => this.#checkVisible()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#schedule(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      // A document lives on for a while after its last tab: its reports should not.
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const { input } of closed) if (input instanceof vscode.TabInputText) this.#drop(input.uri);
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("awaitscope.diagnostics")) this.#checkVisible(true);
      }),
      workspace.onDidChange(() => this.#checkVisible(true)),
    );
    this.#checkVisible();
  }

  dispose(): void {
    for (const document of [...this.#pending.keys()]) this.#cancel(document);
    this.#subscriptions.dispose();
    this.#collection.dispose();
  }

  /** Documents that came into view; all that are in view when something else than their text changed. */
  #checkVisible(again = false): void {
    for (const { document } of vscode.window.visibleTextEditors)
      if (again || !this.#collection.has(document.uri)) this.#schedule(document);
  }

  #schedule(document: vscode.TextDocument): void {
    if (document.languageId !== "python") return;
    this.#cancel(document);
    // Out of sight it is checked when it comes into view.
    if (!isShown(document)) {
      this.#collection.delete(document.uri);
      return;
    }
    const source = new vscode.CancellationTokenSource();
    const timer = setTimeout(() => void this.#check(document, source).catch(silent), rest);
    this.#pending.set(document, { timer, source });
  }

  async #check(document: vscode.TextDocument, { token }: vscode.CancellationTokenSource): Promise<void> {
    const severities = settings(document);
    const wanted = severities ? enabledRules(severities) : [];
    const found =
      severities && wanted.length > 0
        ? await this.#workspace.ask(
            document,
            (tree, source) => [
              ...mistakesOf(tree, source, wanted).map((mistake) => asDiagnostic(mistake, document, severities)),
              ...unknownIgnores(tree).map((name) => asHint(name, document)),
            ],
            token,
          )
        : [];
    if (!found || token.isCancellationRequested) return;
    this.#pending.delete(document);
    this.#collection.set(document.uri, found);
  }

  #forget(document: vscode.TextDocument): void {
    this.#cancel(document);
    this.#collection.delete(document.uri);
  }

  #drop(uri: vscode.Uri): void {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const isOpen = tabs.some(({ input }) => input instanceof vscode.TabInputText && `${input.uri}` === `${uri}`);
    if (!isOpen) this.#collection.delete(uri);
  }

  #cancel(document: vscode.TextDocument): void {
    const pending = this.#pending.get(document);
    if (!pending) return;
    clearTimeout(pending.timer);
    pending.source.cancel();
    pending.source.dispose();
    this.#pending.delete(document);
  }
}

interface Pending {
  readonly timer: ReturnType<typeof setTimeout>;
  readonly source: vscode.CancellationTokenSource;
}

/** The parser could not be loaded: a hover says so. */
const silent = (): void => undefined;

/** Documents of diffs, of version control and the like are not what the user edits. */
function isShown(document: vscode.TextDocument): boolean {
  const isSource = !["git", "output", "vscode-scm", "review", "pr"].includes(document.uri.scheme);
  return isSource && vscode.window.visibleTextEditors.some((editor) => editor.document === document);
}

/** How grave each rule is for a document; undefined where reports are switched off. */
function settings(document: vscode.TextDocument): Severities | undefined {
  const configuration = vscode.workspace.getConfiguration("awaitscope.diagnostics", document.uri);
  if (!configuration.get<boolean>("enabled", true)) return undefined;
  return severitiesOf(configuration.get<Record<string, unknown>>("severity", {}));
}

const severity: Readonly<Record<Exclude<Severity, "off">, vscode.DiagnosticSeverity>> = {
  hint: vscode.DiagnosticSeverity.Hint,
  information: vscode.DiagnosticSeverity.Information,
  warning: vscode.DiagnosticSeverity.Warning,
  error: vscode.DiagnosticSeverity.Error,
};

function asDiagnostic(mistake: Mistake, document: vscode.TextDocument, severities: Severities): vscode.Diagnostic {
  const { rule, message, related } = mistake;
  const grade = severities[rule];
  const diagnostic = new vscode.Diagnostic(
    rangeOf(mistake, document),
    plain(message),
    severity[grade === "off" ? "hint" : grade],
  );
  diagnostic.source = "awaitscope";
  diagnostic.code = { value: rule, target: addressOf(rule) };
  diagnostic.relatedInformation = related.map(
    (each) =>
      new vscode.DiagnosticRelatedInformation(
        new vscode.Location(document.uri, rangeOf(each, document)),
        plain(each.message),
      ),
  );
  return diagnostic;
}

/** A name in an ignoring comment that is no rule's. */
function asHint(name: IgnoredName, document: vscode.TextDocument): vscode.Diagnostic {
  const range = rangeOf(name, document);
  const diagnostic = new vscode.Diagnostic(range, plain(name.message), vscode.DiagnosticSeverity.Hint);
  diagnostic.source = "awaitscope";
  diagnostic.code = "unknown-rule";
  diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
  return diagnostic;
}

function rangeOf(
  { start, end }: { readonly start: number; readonly end: number },
  document: vscode.TextDocument,
): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** What a click on the rule's name opens. */
function addressOf(rule: RuleName): vscode.Uri {
  return vscode.Uri.parse(`command:awaitscope.openRule?${encodeURIComponent(JSON.stringify([rule]))}`);
}
