/** The syntax trees of open documents: the parser is loaded for the first one asked for, and edits are followed. */
import * as vscode from "vscode";
import { type Edit, loadParser, type PythonParser, type SyntaxTree } from "./analysis/code/syntax";

interface Parsed {
  readonly tree: SyntaxTree;
  readonly version: number;
  /** The edits since `version`, in order. */
  edits: readonly vscode.TextDocumentContentChangeEvent[];
}

/** A syntax tree for each document that was asked about, until it closes. */
export class Trees implements vscode.Disposable {
  #parser: Promise<PythonParser> | undefined;
  readonly #parsed = new Map<vscode.TextDocument, Parsed>();
  readonly #documents = new WeakMap<SyntaxTree, vscode.TextDocument>();
  readonly #subscription = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const known = this.#parsed.get(document);
      if (known) known.edits = [...known.edits, ...contentChanges];
    }),
    vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
  );

  constructor(private readonly extension: vscode.Uri) {}

  /** The parser, loaded once. */
  parser(): Promise<PythonParser> {
    this.#parser ??= load(this.extension).catch((error: Error) => {
      this.#parser = undefined; // the disk may answer next time
      throw error;
    });
    return this.#parser;
  }

  /** The tree of the document's current version. It stays this object's to dispose. */
  of(document: vscode.TextDocument, parser: PythonParser): SyntaxTree {
    const known = this.#parsed.get(document);
    if (known?.version === document.version) return known.tree;
    const tree = parser.parse(document.getText(), known?.tree, known?.edits.map(asEdit));
    known?.tree.dispose();
    this.#documents.set(tree, document);
    if (document.isClosed)
      this.#parsed.delete(document); // nobody will say when to forget it
    else this.#parsed.set(document, { tree, version: document.version, edits: [] });
    return tree;
  }

  /** The document's last tree, whatever its version. */
  known(document: vscode.TextDocument): SyntaxTree | undefined {
    return this.#parsed.get(document)?.tree;
  }

  /** The document that a tree is of; undefined for files that are not open. */
  documentOf(tree: SyntaxTree): vscode.TextDocument | undefined {
    return this.#documents.get(tree);
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const document of this.#parsed.keys()) this.#forget(document);
  }

  #forget(document: vscode.TextDocument): void {
    this.#parsed.get(document)?.tree.dispose();
    this.#parsed.delete(document);
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
