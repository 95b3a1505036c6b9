// How code that is put in lies in the text around it: indentation, line ends, and lines of at most 88 columns, broken as
// Ruff and Black break them.
import type { Call, Span, Statement } from "../code/ast";
import type { FoundNode, SyntaxTree } from "../code/syntax";

/** The line length of Ruff and Black, unless told otherwise. */
const widest = 88;

export function newlineOf(tree: SyntaxTree): string {
  return /\r\n|\r|\n/.exec(tree.text)?.[0] ?? "\n";
}

/** The white space that the line of an offset begins with. */
export function indentAt(tree: SyntaxTree, offset: number): string {
  const start = lineStart(tree, offset);
  return /^[ \t\f]*/.exec(tree.text.slice(start, offset))?.[0] ?? "";
}

export function lineStart(tree: SyntaxTree, offset: number): number {
  return offset - tree.place(offset).column;
}

/** Where the line of an offset ends, before its line break. */
export function lineEnd(tree: SyntaxTree, offset: number): number {
  const rest = /[\r\n]/g;
  rest.lastIndex = offset;
  return rest.exec(tree.text)?.index ?? tree.text.length;
}

/** What one level of indentation is where a statement stands: a tab, or so many spaces. */
export function stepAt(tree: SyntaxTree, statement: Statement): string {
  const own = indentAt(tree, statement.start);
  if (own.includes("\t")) return "\t";
  const outer = statement.parent.owner ? indentAt(tree, statement.parent.owner.start) : "";
  const step = own.startsWith(outer) ? own.slice(outer.length) : "";
  return step !== "" && step.length <= 8 && statement.parent.owner ? step : guessed(tree, own);
}

/** The first indented line of the file shows it. */
function guessed(tree: SyntaxTree, own: string): string {
  return /(?:^|[\r\n])([ \t]+)\S/.exec(tree.text)?.[1] ?? (own || "    ");
}

/** Whether nothing but white space is before a statement on its line, and nothing but a comment behind it. */
export function isAlone(tree: SyntaxTree, { start, end }: Span): boolean {
  const before = tree.text.slice(lineStart(tree, start), start);
  return before.trim() === "" && /^[ \t]*;?[ \t]*(#.*)?$/.test(tree.text.slice(end, lineEnd(tree, end)));
}

/** Columns of a line: a tab counts for four. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter === "\t" ? 4 : 1), 0);
}

export function fits(text: string): boolean {
  return widthOf(text) <= widest && !/[\r\n]/.test(text);
}

/** The text of a span with its later lines moved from one indentation to another. Lines inside of strings stay. */
export function moved(tree: SyntaxTree, span: Span, from: string, to: string): string {
  const text = tree.slice(span);
  if (from === to || !/[\r\n]/.test(text)) return text;
  const strings = tree.find(["string"], span);
  return text.replace(/(\r\n|\r|\n)([ \t]*)(?=[^\r\n \t])/g, (whole, newline: string, indent: string, at: number) => {
    const offset = span.start + at;
    const isInString = strings.some(({ start, end }) => start < offset && offset < end);
    return isInString || !indent.startsWith(from) ? whole : `${newline}${to}${indent.slice(from.length)}`;
  });
}

/** A call as its parts, where they can be laid out anew: no comments, no line breaks inside of them. */
interface Parts {
  readonly callee: string;
  readonly args: readonly string[];
}

function partsOf(tree: SyntaxTree, call: Call): Parts | undefined {
  const list = argumentList(tree, call);
  if (!list || list.children.some((child) => child.type === "comment")) return undefined;
  const isKept = /,\s*\)$/.test(tree.slice(list)) && /[\r\n]/.test(tree.slice(list));
  const callee = tree.text.slice(call.start, list.start);
  const args = list.children.filter((child) => child.named).map((child) => tree.slice(child));
  return isKept || [callee, ...args].some((part) => /[\r\n]/.test(part)) ? undefined : { callee, args };
}

export function argumentList(tree: SyntaxTree, call: Call): FoundNode | undefined {
  const list = tree.at(call.end - 1)?.parent;
  return list?.type === "argument_list" && list.end === call.end ? list : undefined;
}

/**
 * A call as it stands behind `head` on a line that is indented by `to`, with `tail` behind it. `from` is its indentation in
 * the text.
 */
export function laidOut(tree: SyntaxTree, call: Call, head: string, tail: string, from: Margin, to: Margin): string {
  const parts = partsOf(tree, call);
  return parts
    ? callText(parts.callee, parts.args, head, tail, to)
    : `${head}${moved(tree, call, from.indent, to.indent)}${tail}`;
}

/** Where lines begin, one step of it, and how they end. */
export interface Margin {
  readonly indent: string;
  readonly step: string;
  readonly newline: string;
}

export function deeper({ indent, step, newline }: Margin): Margin {
  return { indent: indent + step, step, newline };
}

/** `head callee(args) tail` on one line, else with all arguments on one line of their own, else one on each. */
export function callText(
  callee: string,
  args: readonly string[],
  head: string,
  tail: string,
  { indent, step, newline }: Margin,
): string {
  const flat = `${head}${callee}(${args.join(", ")})${tail}`;
  if (args.length === 0 || fits(indent + flat)) return flat;
  const inner = `${indent}${step}`;
  const together = `${inner}${args.join(", ")}`;
  const lines = fits(together) ? [together] : args.map((arg) => `${inner}${arg},`);
  return [`${head}${callee}(`, ...lines, `${indent})${tail}`].join(newline);
}
