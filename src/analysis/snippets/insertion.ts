// Where a pattern goes in a file that is being written: its imports to the others, its definitions at module level before
// the function or class that the caret is in, with the blank lines that Ruff and Black want around them.
import type { Statement } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { TextEdit } from "../edits/fix";
import { lineEnd, lineStart, newlineOf } from "../edits/layout";
import { docstringOf, headerOf, importEdits, type NeededImport } from "./importing";

/** A snippet's text in two: what it imports, and what is left. Tab stops may be in the rest. */
interface Parts {
  readonly imports: readonly NeededImport[];
  readonly rest: readonly string[];
}

/** A pattern for one file: edits for its imports, and the snippet without them and without what the file has. */
export interface Fitted {
  readonly imports: readonly TextEdit[];
  readonly body: string;
}

/** Fits a snippet's body to a file. Type variables that the file defines alike, and imports that it has, are left out. */
export function fitted(tree: SyntaxTree, body: readonly string[]): Fitted {
  const { imports, rest } = partsOf(body);
  const kept = rest.filter((line) => !(variable.test(line) && hasLine(tree, line)));
  const text = kept.join("\n").trim();
  const used = imports.flatMap((one) => stillUsed(one, text));
  return { imports: importEdits(tree, used), body: text };
}

const variable = /^\w+ = TypeVar\(/;

function hasLine(tree: SyntaxTree, line: string): boolean {
  return tree.text.split(/\r\n|\r|\n/).includes(line);
}

function partsOf(body: readonly string[]): Parts {
  const end = body.findIndex((line) => !/^(import|from) /.test(line));
  return { imports: body.slice(0, end).flatMap(importOf), rest: body.slice(end) };
}

function importOf(line: string): readonly NeededImport[] {
  const [, module, names] = /^from ([\w.]+) import (.+)$/.exec(line) ?? [];
  if (module !== undefined && names !== undefined) return [{ module, names: names.split(", ") }];
  const [, plain] = /^import ([\w.]+)$/.exec(line) ?? [];
  return plain === undefined ? [] : [{ module: plain }];
}

function stillUsed({ module, names }: NeededImport, text: string): readonly NeededImport[] {
  const isUsed = (name: string) => new RegExp(`\\b${name}\\b`).test(text);
  if (!names) return isUsed(module) ? [{ module }] : [];
  const used = names.filter(isUsed);
  return used.length > 0 ? [{ module, names: used }] : [];
}

/** The gap that a pattern takes: its text goes between `before` and `after`, which replace the white space there. */
export interface Gap {
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

/**
 * Where the definitions go, for a caret at `offset`. `starts` is the first line of what comes: a variable stands nearer to
 * the imports than a function or class does.
 */
export function gapAt(tree: SyntaxTree, offset: number, starts: string): Gap {
  const newline = newlineOf(tree);
  const at = boundary(tree, offset);
  const above = tree.text.slice(0, at).trimEnd();
  const below = tree.text.slice(at);
  const start = above.length;
  const end = at + (below.length - below.replace(/^\s*[\r\n]/, "").length);
  const isFirst = above === "";
  const blanks = isFirst ? 0 : /^(?:@|class |def |async def |if )/.test(starts) || !endsSimply(tree, start) ? 3 : 2;
  const isLast = tree.text.slice(end).trim() === "";
  return {
    start,
    end: isLast ? tree.text.length : end,
    before: newline.repeat(blanks),
    after: newline.repeat(isLast ? 1 : 3),
  };
}

/** Whether an import or another statement of one line ends there: such may stand close together. */
function endsSimply(tree: SyntaxTree, end: number): boolean {
  const last = tree.module.statements.filter((one) => one.end <= end).at(-1);
  return last !== undefined && isSimple(last);
}

const simple: ReadonlySet<string> = new Set<Statement["kind"]>(["import", "from-import", "expression", "assign"]);

const isSimple = ({ kind }: Statement): boolean => simple.has(kind);

/** The start of the line before which the definitions go: at module level, never among the file's imports. */
function boundary(tree: SyntaxTree, offset: number): number {
  const caret = lineStart(tree, offset);
  const header = headerOf(tree).at(-1);
  const least = header ? nextLine(tree, header.end) : behindDocstring(tree);
  const around = tree.module.statements.find((one) => startOf(tree, one) <= offset && offset <= lineEnd(tree, one.end));
  if (!around) return Math.max(least, commentsAbove(tree, caret));
  if (isSimple(around)) return Math.max(least, nextLine(tree, around.end));
  return Math.max(least, commentsAbove(tree, startOf(tree, around)));
}

function behindDocstring(tree: SyntaxTree): number {
  const docstring = docstringOf(tree);
  return docstring ? nextLine(tree, docstring.end) : 0;
}

/** The line on which a statement begins, with its decorators. */
function startOf(tree: SyntaxTree, statement: Statement): number {
  const decorators = statement.kind === "function" || statement.kind === "class" ? statement.decorators : [];
  return lineStart(tree, Math.min(statement.start, ...decorators.map(({ start }) => start)));
}

function nextLine(tree: SyntaxTree, offset: number): number {
  const end = lineEnd(tree, offset);
  return end + (/^(?:\r\n|\r|\n)/.exec(tree.text.slice(end, end + 2))?.[0].length ?? 0);
}

/** Comments right above a line belong to what follows them. */
function commentsAbove(tree: SyntaxTree, line: number): number {
  let top = line;
  while (top > 0) {
    const above = lineStart(tree, top - 1);
    if (!/^[ \t]*#/.test(tree.text.slice(above, top))) break;
    top = above;
  }
  return top;
}
