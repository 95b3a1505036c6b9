/** What analysis needs of the editor: the tree of a document as it stands, and what other files and others know. */
import * as vscode from "vscode";
import { type DefinitionSource, noSource } from "./analysis/modules";
import type { SyntaxTree } from "./analysis/syntax";
import { Trees } from "./trees";

/** What a question may cost. */
export interface Effort {
  /** Whether the user's language server is asked, too: for one place that is looked at, not for whole files. */
  readonly definitions?: boolean;
}

/** Answers questions about documents. One for the whole extension; nothing is loaded before the first question. */
export class Workspace implements vscode.Disposable {
  readonly #trees: Trees;
  readonly #changed = new vscode.EventEmitter<void>();

  constructor(extension: vscode.Uri) {
    this.#trees = new Trees(extension);
  }

  /** What is known of other files may have changed: what was shown about whole documents is out of date. */
  readonly onDidChange: vscode.Event<void> = this.#changed.event;

  /**
   * Runs `work` with the document's tree and its source; again when it asked for what had to be fetched first. `work`
   * keeps neither. Undefined when it was cancelled, or the document was edited or closed meanwhile.
   */
  async ask<T>(
    document: vscode.TextDocument,
    work: (tree: SyntaxTree, source: DefinitionSource) => T,
    token: vscode.CancellationToken,
    _effort: Effort = {},
  ): Promise<T | undefined> {
    const { version } = document;
    const parser = await this.#trees.parser();
    if (token.isCancellationRequested || document.version !== version || document.isClosed) return undefined;
    return work(this.#trees.of(document, parser), noSource);
  }

  dispose(): void {
    this.#trees.dispose();
    this.#changed.dispose();
  }
}
