/** What analysis needs of the editor: the tree of a document as it stands, and what other files and others know. */
import * as vscode from "vscode";
import type { SyntaxTree } from "./analysis/code/syntax";
import type { DefinitionSource } from "./analysis/modules";
import { settle } from "./analysis/project/settle";
import { Definitions } from "./definitions";
import { type Desktop, Projects } from "./projects";
import { Trees } from "./trees";

/** What a question may cost. */
export interface Effort {
  /** Whether the user's language server is asked, too, and files are looked at: for one place, not for whole files. */
  readonly definitions?: boolean;
  /** The place that is looked at: names near it are asked about first. */
  readonly near?: vscode.Position;
}

/** Milliseconds that one question waits for the language server, over all rounds. */
const definitionLimit = 400;
/** Milliseconds that one question waits to hear whether files have changed unsaid. */
const lookLimit = 30;
/** How often an answer may lead to further names to ask about, and files to look at. */
const mostRounds = 3;
/** Milliseconds without another change before a change is told. */
const quiet = 300;

/** Answers questions about documents. One for the whole extension; nothing is loaded before the first question. */
export class Workspace implements vscode.Disposable {
  readonly #trees: Trees;
  readonly #definitions = new Definitions((document) => this.#projects.refresh(document));
  readonly #projects: Projects;
  readonly #changed = new vscode.EventEmitter<void>();
  #telling: ReturnType<typeof setTimeout> | undefined;

  /** @param desktop what only a desktop or a server has: files that are read at once, and an interpreter */
  constructor(extension: vscode.Uri, desktop?: Desktop) {
    this.#trees = new Trees(extension);
    this.#projects = new Projects(extension, this.#trees, this.#definitions, desktop, () => this.#tell());
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
    { definitions = false, near }: Effort = {},
  ): Promise<T | undefined> {
    const { version } = document;
    const isOver = () => token.isCancellationRequested || document.version !== version || document.isClosed;
    const [began, end] = [performance.now(), Date.now() + definitionLimit];
    for (let round = 0; ; round++) {
      const answer = await this.#answer(document, work, definitions, isOver);
      if (!definitions || isOver() || round === mostRounds) return isOver() ? undefined : answer;
      const left = end - Date.now();
      const offset = near ? document.offsetAt(near) : 0;
      const news = await Promise.all([
        this.#projects.look(document, began, lookLimit),
        left > 0 && this.#definitions.fetch(document, offset, left),
      ]);
      if (!news.includes(true)) return isOver() ? undefined : answer;
    }
  }

  /** Answers with what is known of definitions, once all files that matter are read. */
  async #answer<T>(
    document: vscode.TextDocument,
    work: (tree: SyntaxTree, source: DefinitionSource) => T,
    definitions: boolean,
    isOver: () => boolean,
  ): Promise<T | undefined> {
    const opened = await this.#projects.open(document);
    if (isOver()) return undefined;
    if (definitions && this.#definitions.expire(document)) this.#projects.refresh(document);
    const ask = () => {
      const tree = opened.tree();
      return work(tree, definitions ? opened.elsewhere : opened.project);
    };
    const answer = await settle(opened.project, ask, (wanted) => this.#projects.load(wanted), isOver);
    opened.project.trim();
    return answer;
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => this.#changed.fire(), quiet);
  }

  dispose(): void {
    clearTimeout(this.#telling);
    this.#projects.dispose();
    this.#trees.dispose();
    this.#changed.dispose();
  }
}
