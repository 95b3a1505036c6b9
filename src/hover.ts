/** Explains awaits on hover. Keeps the syntax tree of each hovered document and follows its edits. */
import * as vscode from "vscode";
import { awaitAt } from "./analysis/awaits";
import { explain } from "./analysis/explain";
import { type Link, markdown } from "./analysis/markdown";
import { resolve } from "./analysis/resolve";
import { type Edit, loadParser, type PythonParser, type SyntaxTree } from "./analysis/syntax";

/** Registers the hover for Python documents. The parser is loaded at the first hover, not here. */
export function registerHover(extension: vscode.Uri): vscode.Disposable {
  const trees = new Trees(extension);
  const provider: vscode.HoverProvider = {
    async provideHover(document, position, token) {
      const tree = await trees.of(document);
      return token.isCancellationRequested ? undefined : hoverAt(tree, document, position);
    },
  };
  return vscode.Disposable.from(trees, vscode.languages.registerHoverProvider({ language: "python" }, provider));
}

function hoverAt(tree: SyntaxTree, document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
  const site = awaitAt(tree, document.offsetAt(position));
  if (!site) return undefined;
  const text = markdown(explain(site, resolve(site, tree)), linkInto(document.uri));
  const range = new vscode.Range(document.positionAt(site.start), document.positionAt(site.end));
  return new vscode.Hover(new vscode.MarkdownString(text), range);
}

/** Links to lines of the hovered file; an untitled document has no address to link to. */
function linkInto(uri: vscode.Uri): Link {
  return (line) => (uri.scheme === "untitled" ? undefined : uri.with({ fragment: `L${line}` }).toString());
}

interface Parsed {
  readonly tree: SyntaxTree;
  readonly version: number;
  /** The edits since `version`, in order. */
  edits: readonly vscode.TextDocumentContentChangeEvent[];
}

/** A syntax tree for each document that was hovered, until it closes. */
class Trees implements vscode.Disposable {
  private parser: Promise<PythonParser> | undefined;
  private readonly parsed = new Map<vscode.TextDocument, Parsed>();
  private readonly subscription = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const known = this.parsed.get(document);
      if (known) known.edits = [...known.edits, ...contentChanges];
    }),
    vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
  );

  constructor(private readonly extension: vscode.Uri) {}

  /** The tree of the document's current version. It stays this object's to dispose. */
  async of(document: vscode.TextDocument): Promise<SyntaxTree> {
    this.parser ??= load(this.extension);
    const parser = await this.parser;
    const known = this.parsed.get(document);
    if (known?.version === document.version) return known.tree;
    const tree = parser.parse(document.getText(), known?.tree, known?.edits.map(asEdit));
    known?.tree.dispose();
    this.parsed.set(document, { tree, version: document.version, edits: [] });
    return tree;
  }

  dispose(): void {
    this.subscription.dispose();
    for (const document of this.parsed.keys()) this.forget(document);
  }

  private forget(document: vscode.TextDocument): void {
    this.parsed.get(document)?.tree.dispose();
    this.parsed.delete(document);
  }
}

function asEdit(change: vscode.TextDocumentContentChangeEvent): Edit {
  return { start: change.rangeOffset, removed: change.rangeLength, inserted: change.text.length };
}

async function load(extension: vscode.Uri): Promise<PythonParser> {
  const read = (name: string) => vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, "dist", name));
  const [runtime, python] = await Promise.all([read("web-tree-sitter.wasm"), read("tree-sitter-python.wasm")]);
  return loadParser({ runtime, python });
}
