// The only file that names the parser. It loads it from bytes, keeps its trees, and hands out Python code as `ast.ts`
// describes it. Invariant: nothing here throws on any text; what does not parse is left out or becomes `other`.
import { Language, type Node, Parser, Edit as ParserEdit, type Tree, type TreeCursor } from "web-tree-sitter";
import type { Block, Expression, Span } from "./ast";
import { convertModule } from "./convert";
import { Lines, type Place } from "./source";
import { applicable, type Target } from "./stubs";

/** The two WebAssembly modules as bytes: `web-tree-sitter.wasm` and `tree-sitter-python.wasm`, both in `dist/`. */
export interface ParserBytes {
  readonly runtime: Uint8Array;
  readonly python: Uint8Array;
}

/**
 * One replacement in a text: `removed` and `inserted` are lengths in UTF-16 code units. Several apply in order, each
 * to the text that the one before left, as VS Code's content changes do.
 */
export interface Edit {
  readonly start: number;
  readonly removed: number;
  readonly inserted: number;
}

/** A node with everything below it, as plain data: what `convert.ts` works on. */
export interface RawNode extends Span {
  readonly type: string;
  /** The role that the grammar gives the node in its parent, or "". */
  readonly field: string;
  readonly named: boolean;
  /** Those of a function's or class's body are read when first asked for. */
  readonly children: readonly RawNode[];
}

/** A node that was searched for; its surroundings are read as they are asked for. */
export interface FoundNode extends Span {
  readonly type: string;
  readonly named: boolean;
  readonly children: readonly FoundNode[];
  readonly parent: FoundNode | undefined;
  field(name: string): FoundNode | undefined;
}

/** Longer texts are not parsed: they have no await sites. The parser takes some 60 bytes of memory for one of text. */
export const longestText = 16_000_000;
/** Deeper nodes are cut off. CPython itself gives up at 200 brackets. */
const deepestNode = 400;

/** Options of the WebAssembly loader: the one that is used here. The package's types only name their type. */
interface LoaderOptions {
  readonly wasmBinary: Uint8Array;
}

let runtime: Promise<void> | undefined;

/** Loads the parser. Rejects only when the bytes are not the two modules. */
export async function loadParser(bytes: ParserBytes): Promise<PythonParser> {
  const options: LoaderOptions = { wasmBinary: bytes.runtime };
  runtime ??= Parser.init(options);
  await runtime;
  const parser = new Parser();
  // A copy: the loader knows only arrays of its own realm, and another's come from tests and webviews.
  const language = await Language.load(new Uint8Array(bytes.python));
  parser.setLanguage(language);
  return new PythonParser(parser, kindsOf(language));
}

export class PythonParser {
  readonly kinds: Kinds;
  readonly #parser: Parser;

  constructor(parser: Parser, kinds: Kinds) {
    this.#parser = parser;
    this.kinds = kinds;
  }

  /**
   * Parses a text. With the tree of the text before and the edits that led from there to here, only what changed is
   * parsed again; the earlier tree stays valid. The caller disposes of each tree.
   */
  parse(text: string, previous?: SyntaxTree, edits: readonly Edit[] = []): SyntaxTree {
    if (text.length > longestText) return new SyntaxTree(text, undefined, this);
    const old = previous?.edited(text, edits);
    const tree = this.raw(text, old);
    old?.delete();
    return new SyntaxTree(text, tree, this);
  }

  /** Parses a `.pyi` file for one version and platform. */
  parseStub(text: string, target: Target): SyntaxTree {
    return new SyntaxTree(text, text.length > longestText ? undefined : this.raw(text), this, target);
  }

  /** The parser's own tree, for a `SyntaxTree`. */
  raw(text: string, old?: Tree): Tree | undefined {
    return this.#parser.parse(withoutLoneReturns(text), old ?? null) ?? undefined;
  }
}

/** A parsed text. It holds memory outside of JavaScript until `dispose`; afterwards it reads as an empty file. */
export class SyntaxTree {
  readonly text: string;
  readonly lines: Lines;
  readonly #parser: PythonParser;
  readonly #target: Target | undefined;
  #tree: Tree | undefined;
  #isResting = false;
  #module: Block | undefined;

  constructor(text: string, tree: Tree | undefined, parser: PythonParser, target?: Target) {
    this.text = text;
    this.#target = target;
    this.lines = new Lines(text);
    this.#tree = tree;
    this.#parser = parser;
  }

  /** The file's statements. Bodies of functions and classes are read when first asked for. */
  get module(): Block {
    const root = () => (this.#target ? applicable(this.#root(), this.text, this.#target) : this.#root());
    this.#module ??= convertModule(root(), this.text);
    return this.#module;
  }

  /** A `.pyi` file: what it says of types holds, but bodies in it are no code. */
  get isStub(): boolean {
    return this.#target !== undefined;
  }

  /** Whether all of the text parsed. */
  get isWhole(): boolean {
    const tree = this.#awake();
    return tree !== undefined && !tree.rootNode.hasError;
  }

  /** Nodes of these types of the grammar, keywords among them, in the order of the text. */
  find(types: readonly string[], inside?: Span): FoundNode[] {
    const root = this.#awake()?.rootNode;
    const within = inside ? root?.descendantForIndex(inside.start, inside.end) : root;
    return (within?.descendantsOfType([...types]) ?? []).map((node) => new LiveNode(node));
  }

  /** The smallest node around an offset. */
  at(offset: number): FoundNode | undefined {
    const node = this.#awake()?.rootNode.descendantForIndex(offset, offset);
    return node ? new LiveNode(node) : undefined;
  }

  slice(span: Span): string {
    return this.text.slice(span.start, span.end);
  }

  place(offset: number): Place {
    return this.lines.place(offset);
  }

  /** Parses the text of a forward reference such as `"asyncio.Task[int]"`. Its spans mean nothing in this file. */
  parseExpression(text: string): Expression | undefined {
    const tree = this.#parser.parse(`(${text})`);
    const statement = tree.module.statements[0];
    tree.dispose();
    return statement?.kind === "expression" ? statement.values[0] : undefined;
  }

  /** A copy of the parser's tree that knows of the edits; undefined where they cannot be followed. */
  edited(text: string, edits: readonly Edit[]): Tree | undefined {
    const tree = this.#awake();
    if (!tree || hasLoneReturn(text) || hasLoneReturn(this.text)) return undefined;
    const edit = coveringEdit(edits, this, text);
    const copy = edit && tree.copy();
    if (copy && edit) copy.edit(edit);
    return copy;
  }

  dispose(): void {
    this.#tree?.delete();
    this.#tree = undefined;
    this.#isResting = false;
  }

  /** Holds memory outside of JavaScript now. */
  get isAwake(): boolean {
    return this.#tree !== undefined;
  }

  /** Gives that memory back; the text is parsed again when more is asked of it. Nodes that were found are void. */
  rest(): void {
    if (!this.#tree) return;
    this.dispose();
    this.#isResting = true;
  }

  #awake(): Tree | undefined {
    if (this.#isResting) this.#tree = this.#parser.raw(this.text);
    this.#isResting = false;
    return this.#tree;
  }

  #root(): RawNode {
    const cursor = this.#awake()?.walk();
    if (!cursor) return { type: "module", field: "", named: true, start: 0, end: this.text.length, children: [] };
    const root = readNode(cursor, 0, { kinds: this.#parser.kinds, tree: () => this.#awake() });
    cursor.delete();
    return root;
  }
}

/** What the grammar says of a type of node. */
interface NodeKind {
  readonly type: string;
  readonly named: boolean;
  /** Punctuation that no reader of the code needs. */
  readonly isIdle: boolean;
  /** A definition, whose body is left for later. */
  readonly isDeferred: boolean;
}

/** By the parser's number of a type: to ask for the number takes one step, for its name and the rest of it several. */
type Kinds = readonly NodeKind[];

const idle = new Set(["(", ")", "[", "]", "{", "}", ",", ":", ".", "->", "=", ";"]);
const deferred = new Set(["function_definition", "class_definition"]);
const error: NodeKind = { type: "ERROR", named: true, isIdle: false, isDeferred: false };

function kindsOf(language: Language): Kinds {
  return Array.from({ length: language.nodeTypeCount }, (_, id) => {
    const type = language.nodeTypeForId(id) ?? error.type;
    const named = language.nodeTypeIsNamed(id);
    return { type, named, isIdle: !named && idle.has(type), isDeferred: named && deferred.has(type) };
  });
}

/** What reading takes. `tree` gives the parser's tree as long as there is one: another after a rest. */
interface Reading {
  readonly kinds: Kinds;
  readonly tree: () => Tree | undefined;
}

/** Reads the node under the cursor and what is below it, bodies of functions and classes aside. */
function readNode(cursor: TreeCursor, depth: number, reading: Reading): RawNode {
  const kind = kindAt(cursor, reading);
  const field = cursor.currentFieldName ?? "";
  const { startIndex: start, endIndex: end } = cursor;
  const children: RawNode[] = [];
  if (depth < deepestNode && cursor.gotoFirstChild()) {
    do {
      if (kindAt(cursor, reading).isIdle) continue;
      const isBody = kind.isDeferred && cursor.currentFieldName === "body";
      children.push(isBody ? deferredBody(cursor.currentNode, reading) : readNode(cursor, depth + 1, reading));
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return { type: kind.type, field, named: kind.named, start, end, children };
}

function kindAt(cursor: TreeCursor, { kinds }: Reading): NodeKind {
  return kinds[cursor.nodeTypeId] ?? error;
}

function deferredBody(node: Node, reading: Reading): RawNode {
  const origin = reading.tree();
  const { type, startIndex: start, endIndex: end } = node;
  let children: readonly RawNode[] | undefined;
  return {
    type: "block",
    field: "body",
    named: true,
    start,
    end,
    get children() {
      if (children) return children;
      const now = reading.tree();
      const cursor = now && (now === origin ? node : nodeOf(now, type, start, end))?.walk();
      if (!cursor) return [];
      children = readNode(cursor, 0, reading).children;
      cursor.delete();
      return children;
    },
  };
}

/** The node of that type with that very span. */
function nodeOf(tree: Tree, type: string, start: number, end: number): Node | undefined {
  let node = tree.rootNode.descendantForIndex(start, end);
  while (node && (node.type !== type || node.startIndex !== start || node.endIndex !== end)) node = node.parent;
  return node ?? undefined;
}

/** The parser's node behind an interface that names nothing of the parser. */
class LiveNode implements FoundNode {
  readonly #node: Node;
  readonly type: string;
  readonly named: boolean;
  readonly start: number;
  readonly end: number;

  constructor(node: Node) {
    this.#node = node;
    this.type = node.type;
    this.named = node.isNamed;
    this.start = node.startIndex;
    this.end = node.endIndex;
  }

  get children(): readonly FoundNode[] {
    return this.#node.children.map((child) => new LiveNode(child));
  }

  get parent(): FoundNode | undefined {
    return this.#node.parent ? new LiveNode(this.#node.parent) : undefined;
  }

  field(name: string): FoundNode | undefined {
    const child = this.#node.childForFieldName(name);
    return child ? new LiveNode(child) : undefined;
  }
}

function hasLoneReturn(text: string): boolean {
  return text.includes("\r") && /\r(?!\n)/.test(text);
}

/** Python ends a line at a lone `\r` too, the grammar does not. The length stays, and so do all offsets. */
function withoutLoneReturns(text: string): string {
  return hasLoneReturn(text) ? text.replace(/\r(?!\n)/g, "\n") : text;
}

/** One edit that covers them all, as the parser wants it; undefined where they do not lead to `text`. */
function coveringEdit(edits: readonly Edit[], before: SyntaxTree, text: string): ParserEdit | undefined {
  const [first, ...others] = edits;
  if (!first) return undefined;
  let { start } = first;
  let oldEnd = start + first.removed;
  let newEnd = start + first.inserted;
  for (const edit of others) {
    const end = edit.start + edit.removed;
    oldEnd += Math.max(0, end - newEnd);
    newEnd = Math.max(end, newEnd) + edit.inserted - edit.removed;
    start = Math.min(start, edit.start);
  }
  const leads = before.text.length + newEnd - oldEnd === text.length;
  if (!leads || start < 0 || oldEnd > before.text.length || start > Math.min(oldEnd, newEnd)) return undefined;
  const startPosition = point(before.place(start));
  const oldEndPosition = point(before.place(oldEnd));
  const newEndPosition = point(new Lines(text).place(newEnd));
  return new ParserEdit({
    startIndex: start,
    oldEndIndex: oldEnd,
    newEndIndex: newEnd,
    startPosition,
    oldEndPosition,
    newEndPosition,
  });
}

function point(place: Place): { row: number; column: number } {
  return { row: place.line - 1, column: place.column };
}
