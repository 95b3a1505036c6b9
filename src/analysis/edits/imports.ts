// The name that a module has where code is put in, and the import that gives it one.
import type { Statement } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import type { Scope } from "../scopes/scope";
import { mentions } from "../scopes/uses";
import type { TextEdit } from "./fix";
import { lineEnd, lineStart, newlineOf } from "./layout";

export interface ModuleName {
  readonly name: string;
  /** The import to add; none where there is one. */
  readonly edits: readonly TextEdit[];
}

/** What to write for a module in the code of a scope; undefined where its name means something else there. */
export function moduleName(module: string, scope: Scope): ModuleName | undefined {
  const known = importedAs(module, scope);
  if (known !== undefined) return { name: known, edits: [] };
  if (isTaken(module, scope)) return undefined;
  return { name: module, edits: [importEdit(module, scope.tree)] };
}

/** The name of an import that the scope sees; one in a function of its own counts there. */
function importedAs(module: string, from: Scope): string | undefined {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent)
    for (const [name, bindings] of scope.bindings) {
      const isAll = bindings.every((each) => each.kind === "import" && each.module === module);
      if (isAll && !isShadowed(name, from, scope)) return name;
    }
  return undefined;
}

function isShadowed(name: string, from: Scope, until: Scope): boolean {
  for (let scope: Scope | undefined = from; scope && scope !== until; scope = scope.parent)
    if (scope.bindings.has(name) || scope.outer.has(name)) return true;
  return false;
}

/** Whether the name is bound to anything anywhere around; an import of it in another function does no harm. */
function isTaken(name: string, from: Scope): boolean {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) if (scope.bindings.has(name)) return true;
  return false;
}

/** A new import: before the first one, else behind the docstring and what comes from `__future__`. */
function importEdit(module: string, tree: SyntaxTree): TextEdit {
  const newline = newlineOf(tree);
  const { statements } = tree.module;
  const head = statements.findLastIndex((each, index) => isHead(each, index, tree));
  const next = statements[head + 1];
  const text = `import ${module}${newline}`;
  if (next?.kind === "import" || next?.kind === "from-import") {
    const at = lineStart(tree, next.start);
    return { start: at, end: at, text };
  }
  const last = statements[head];
  if (last) {
    const at = lineEnd(tree, last.end);
    return { start: at, end: at, text: `${newline}${newline}import ${module}` };
  }
  const at = next ? lineStart(tree, next.start) : tree.text.length;
  const isDefinition = next?.kind === "function" || next?.kind === "class";
  return { start: at, end: at, text: `${text}${newline}${isDefinition ? newline : ""}` };
}

/** Where the docstring and imports at the head of a file end; undefined where it begins with other code. */
export function importEnd(tree: SyntaxTree): number | undefined {
  const { statements } = tree.module;
  const other = statements.findIndex(
    (each, index) => each.kind !== "import" && each.kind !== "from-import" && !isHead(each, index, tree),
  );
  const last = statements[(other < 0 ? statements.length : other) - 1];
  return last && lineEnd(tree, last.end);
}

/** Docstring and `from __future__`: what must stay first. */
function isHead(statement: Statement, index: number, tree: SyntaxTree): boolean {
  const [only] = statement.kind === "expression" ? statement.values : [];
  if (index === 0 && only?.kind === "literal" && only.type === "str") return true;
  return /^from\s+__future__\b/.test(tree.slice(statement));
}

/** A name like `base` that the file does not use yet. */
export function freshName(base: string, tree: SyntaxTree, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base}_${count}`;
    if (!taken.has(name) && !mentions(tree.text, name)) return name;
  }
}
