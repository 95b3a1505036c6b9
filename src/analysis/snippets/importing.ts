// Which imports a file lacks, and where Ruff and isort would put them: `import x` before `from x import`, both sorted, those
// of the standard library in a block of their own before the others.
import type { FromImport, Import, ImportedName, Statement } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { TextEdit } from "../edits/fix";
import { callText, lineEnd, lineStart, newlineOf } from "../edits/layout";
import { isStandard } from "../facts/standardModules";

/** `import asyncio`, or with names `from typing import Any`. */
export interface NeededImport {
  readonly module: string;
  readonly names?: readonly string[];
}

type ImportStatement = Import | FromImport;

/** The edits that bring what a file's module scope does not import yet. */
export function importEdits(tree: SyntaxTree, needed: readonly NeededImport[]): readonly TextEdit[] {
  const header = headerOf(tree);
  const missing = needed.flatMap((one) => lacking(header, one));
  const merged = missing.map((one) => merge(tree, header, one));
  const added = missing.filter((_, index) => merged[index] === undefined);
  const edits = merged.filter((edit) => edit !== undefined);
  return [...edits, ...insertions(tree, header, added)].sort((a, b) => a.start - b.start);
}

/** The imports at module level before the first function or class. */
export function headerOf({ module }: SyntaxTree): readonly ImportStatement[] {
  const end = module.statements.findIndex(({ kind }) => kind === "function" || kind === "class");
  const before = end < 0 ? module.statements : module.statements.slice(0, end);
  return before.filter((one): one is ImportStatement => one.kind === "import" || one.kind === "from-import");
}

/** What of a needed import the header does not give. An import under another name gives nothing. */
function lacking(header: readonly ImportStatement[], { module, names }: NeededImport): readonly NeededImport[] {
  const plain = (imported: ImportedName, name: string) => imported.name === name && (imported.alias ?? name) === name;
  if (!names) {
    const has = header.some((one) => one.kind === "import" && one.names.some((name) => plain(name, module)));
    return has ? [] : [{ module }];
  }
  const given = header.filter((one) => isFrom(one, module)).flatMap((one) => one.names);
  const left = names.filter((name) => !given.some((imported) => imported.name === "*" || plain(imported, name)));
  return left.length > 0 ? [{ module, names: left }] : [];
}

function isFrom(one: ImportStatement, module: string): one is FromImport {
  return one.kind === "from-import" && one.level === 0 && one.module === module;
}

/** Names put into a `from` import that is there already; one with comments in it is left as it is. */
function merge(tree: SyntaxTree, header: readonly ImportStatement[], needed: NeededImport): TextEdit | undefined {
  const { module, names } = needed;
  if (!names) return undefined;
  const found = header.find((one) => isFrom(one, module) && !/[#\\]/.test(tree.slice(one)));
  if (!found) return undefined;
  const texts = found.names.map(({ name, alias }) => (alias === undefined ? name : `${name} as ${alias}`));
  const text = statementText(tree, { module, names: [...texts, ...names] });
  return { start: found.start, end: found.end, text };
}

function statementText(tree: SyntaxTree, { module, names }: NeededImport): string {
  if (!names) return `import ${module}`;
  const sorted = [...names].sort(byKind);
  const flat = `from ${module} import ${sorted.join(", ")}`;
  if (flat.length <= 88) return flat;
  const newline = newlineOf(tree);
  const broken = callText("import ", sorted, `from ${module} `, "", { indent: "", step: "    ", newline });
  // A call that fits on a line of its own gets no comma at its end; an import does, one name on each line.
  return broken.includes(",\n)") || broken.includes(",\r\n)")
    ? broken
    : [`from ${module} import (`, ...sorted.map((name) => `    ${name},`), ")"].join(newline);
}

/** CONSTANTS, then Classes, then the rest, each by the alphabet: isort's `order-by-type`. */
function byKind(a: string, b: string): number {
  const rank = (name: string) => (/^[A-Z][A-Z0-9_]+$/.test(name) ? 0 : /^[A-Z]/.test(name) ? 1 : 2);
  return rank(a) - rank(b) || compare(a.toLowerCase(), b.toLowerCase());
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Orders imports as isort does: plain ones first. */
function order(a: NeededImport, b: NeededImport): number {
  const rank = ({ names }: NeededImport) => (names ? 1 : 0);
  return rank(a) - rank(b) || compare(a.module.toLowerCase(), b.module.toLowerCase());
}

function neededOf(one: ImportStatement): NeededImport {
  return one.kind === "import" ? { module: one.names[0]?.name ?? "" } : { module: one.module, names: [] };
}

function insertions(
  tree: SyntaxTree,
  header: readonly ImportStatement[],
  added: readonly NeededImport[],
): readonly TextEdit[] {
  if (added.length === 0) return [];
  const sorted = [...added].sort(order);
  const standard = header.filter((one) => isLocal(one) === false && isStandard(neededOf(one).module));
  if (standard.length > 0) return amidst(tree, standard, sorted);
  const newline = newlineOf(tree);
  const text = sorted.map((one) => statementText(tree, one)).join(newline);
  const [first] = header;
  if (first) return [insertAt(lineStart(tree, first.start), `${text}${newline}${newline}`)];
  return [atTop(tree, text)];
}

const isLocal = (one: ImportStatement): boolean => one.kind === "from-import" && one.level > 0;
const insertAt = (offset: number, text: string): TextEdit => ({ start: offset, end: offset, text });

/** Each where it belongs among the imports of the standard library. */
function amidst(
  tree: SyntaxTree,
  standard: readonly ImportStatement[],
  added: readonly NeededImport[],
): readonly TextEdit[] {
  const newline = newlineOf(tree);
  const texts = new Map<number, string>();
  for (const one of added) {
    const text = statementText(tree, one);
    const next = standard.find((other) => order(neededOf(other), one) >= 0);
    const last = standard.at(-1) as ImportStatement;
    const offset = next ? lineStart(tree, next.start) : lineEnd(tree, last.end);
    texts.set(offset, (texts.get(offset) ?? "") + (next ? `${text}${newline}` : `${newline}${text}`));
  }
  return [...texts].map(([offset, text]) => insertAt(offset, text));
}

/** Above all code, behind the file's first comments, its docstring and `__future__`. */
function atTop(tree: SyntaxTree, text: string): TextEdit {
  const newline = newlineOf(tree);
  const { statements } = tree.module;
  const future = statements
    .filter((one) => /^from\s+__future__\b/.test(tree.text.slice(one.start, one.start + 100)))
    .at(-1);
  const above = future ?? docstringOf(tree);
  const comments = /^(?:[ \t]*#.*(?:\r\n|\r|\n|$))*/.exec(tree.text)?.[0] ?? "";
  const start = (above ? tree.text.slice(0, lineEnd(tree, above.end)) : comments).trimEnd().length;
  const rest = tree.text.slice(start);
  const blank = /^(?:[ \t]*(?:\r\n|\r|\n))*/.exec(rest)?.[0].length ?? 0;
  const next = statements.find((one) => one.start >= start + blank);
  const isDefinition = next?.kind === "function" || next?.kind === "class";
  const lines = rest.trim() === "" ? 1 : isDefinition ? 3 : 2;
  const end = lines === 1 ? tree.text.length : start + blank;
  return { start, end, text: (start > 0 ? newline + newline : "") + text + newline.repeat(lines) };
}

/** The statement that is a file's docstring. */
export function docstringOf({ module }: SyntaxTree): Statement | undefined {
  const [first] = module.statements;
  const value = first?.kind === "expression" ? first.values[0] : undefined;
  return value?.kind === "literal" && value.type === "str" ? first : undefined;
}
