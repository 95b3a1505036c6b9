/**
 * What the user's language server says about where names are defined: the second source, behind our own analysis.
 * Analysis asks without waiting; what is not known is noted, fetched, and asked for again.
 */
import * as vscode from "vscode";
import { addressOfPlace } from "./addresses";
import type { SyntaxTree } from "./analysis/code/syntax";
import type { DefinitionPlace } from "./analysis/modules";

/** Most names that are asked about at a time. */
const mostAtOnce = 16;
/** Milliseconds after which a server that knew nothing may know more: it starts, or reads the project. */
const emptyFor = 10_000;

interface Answer {
  readonly places: readonly vscode.Location[];
  readonly at: number;
}

/** Of one version of a document, by offset. */
interface Answers {
  readonly version: number;
  readonly known: Map<number, Answer>;
  readonly wanted: Set<number>;
  readonly pending: Map<number, Promise<void>>;
}

/** Answers for documents in the editor. They hold until any Python file changes. */
export class Definitions {
  readonly #byDocument = new Map<vscode.TextDocument, Answers>();

  /** @param arrived told of each document about which an answer has come, however late */
  constructor(private readonly arrived: (document: vscode.TextDocument) => void) {}

  /** Where the name at an offset is defined; undefined, and noted, where that was not asked. */
  at(
    document: vscode.TextDocument,
    offset: number,
    treeAt: (address: string) => SyntaxTree | undefined,
  ): readonly DefinitionPlace[] | undefined {
    const answers = this.#of(document);
    const answer = answers.known.get(offset);
    if (!answer) answers.wanted.add(offset);
    return answer?.places.flatMap(({ uri, range }) => {
      const tree = treeAt(addressOfPlace(uri));
      return tree
        ? [{ tree, offset: tree.lines.offset({ line: range.start.line + 1, column: range.start.character }) }]
        : [];
    });
  }

  /**
   * Asks about the names that were noted, those nearest to `near` first, until `limit` ms are over; what comes later
   * is kept. Tells whether to ask analysis again: something has come, or all was forgotten meanwhile.
   */
  async fetch(document: vscode.TextDocument, near: number, limit: number): Promise<boolean> {
    const answers = this.#of(document);
    const before = answers.known.size;
    const nearest = [...answers.wanted].sort((a, b) => Math.abs(a - near) - Math.abs(b - near)).slice(0, mostAtOnce);
    const asked = nearest.map((offset) => this.#ask(document, offset, answers));
    if (asked.length > 0) await Promise.race([Promise.all(asked), delay(limit)]);
    return answers.known.size > before || this.#byDocument.get(document) !== answers;
  }

  /** Forgets that nothing was known, where that is long ago. Tells whether there was any. */
  expire(document: vscode.TextDocument): boolean {
    const known = this.#byDocument.get(document)?.known ?? new Map<number, Answer>();
    const old = [...known].filter(([, { places, at }]) => places.length === 0 && Date.now() - at > emptyFor);
    for (const [offset] of old) known.delete(offset);
    return old.length > 0;
  }

  /** Forgets everything; gives the documents that anything was known about. */
  clear(): vscode.TextDocument[] {
    const known = [...this.#byDocument].filter(([, answers]) => answers.known.size > 0).map(([document]) => document);
    this.#byDocument.clear();
    return known;
  }

  forget(document: vscode.TextDocument): void {
    this.#byDocument.delete(document);
  }

  #of(document: vscode.TextDocument): Answers {
    const known = this.#byDocument.get(document);
    if (known?.version === document.version) return known;
    const fresh = { version: document.version, known: new Map(), wanted: new Set<number>(), pending: new Map() };
    this.#byDocument.set(document, fresh);
    return fresh;
  }

  /** Invariant: never asks again while it waits, so that a provider that asks for hovers cannot lead us in a circle. */
  #ask(document: vscode.TextDocument, offset: number, answers: Answers): Promise<void> {
    const pending = answers.pending.get(offset);
    if (pending) return pending;
    const asked = locations(document, offset).then((places) => {
      answers.pending.delete(offset);
      answers.wanted.delete(offset);
      answers.known.set(offset, { places, at: Date.now() });
      if (this.#byDocument.get(document) === answers) this.arrived(document);
    });
    answers.pending.set(offset, asked);
    return asked;
  }
}

/** A definition as providers give it, of either shape. */
type Given = vscode.Location | vscode.LocationLink;

async function locations(document: vscode.TextDocument, offset: number): Promise<vscode.Location[]> {
  try {
    const position = document.positionAt(offset);
    const found = await vscode.commands.executeCommand<Given[] | undefined>(
      "vscode.executeDefinitionProvider",
      document.uri,
      position,
    );
    return (found ?? []).map(asLocation);
  } catch {
    return []; // a provider that fails knows nothing
  }
}

function asLocation(given: Given): vscode.Location {
  if ("uri" in given) return given;
  return new vscode.Location(given.targetUri, given.targetSelectionRange ?? given.targetRange);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
