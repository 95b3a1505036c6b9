// What to say of a definition: which pattern a class with `__await__` is, and what is wrong with it. For the hover on
// `class`, on `def __await__` and on their names.

import { inferenceFor } from "../awaiting/resolve";
import type { ClassDef, FunctionDef, Span } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import { classMember } from "../infer/classes";
import type { ClassValue, Inference } from "../infer/values";
import { type DefinitionSource, noSource } from "../modules";
import { code, type Prose, prose, strong, words } from "../prose";
import { type Scope, scopeAt } from "../scopes/scope";
import type { Pattern } from "./catalog";
import type { Defect } from "./defect";
import { defectsOf } from "./defects";
import { patternOfClass, patternOfFunction } from "./recognise";

export interface PatternAnswer extends Span {
  /** Undefined where no pattern fits, but something is wrong. */
  readonly pattern?: Pattern;
  /** Gravest first. */
  readonly defects: readonly Defect[];
  /** What is shown, one sentence or two each. */
  readonly sentences: readonly Prose[];
}

interface Definition extends Span {
  readonly node: ClassDef | FunctionDef;
  readonly scope: Scope;
}

/** The answer for the definition whose keyword or name is at an offset; undefined where there is nothing to say. */
export function patternAt(
  tree: SyntaxTree,
  offset: number,
  source: DefinitionSource = noSource,
): PatternAnswer | undefined {
  const infer = inferenceFor(tree, source);
  const found = definitionAt(infer.moduleScope(tree), offset);
  if (!found) return undefined;
  const { node, scope } = found;
  const of = node.kind === "class" ? asClass(node, scope) : methodOwner(node, scope);
  const answer = of ? ofClass(of, infer) : node.kind === "function" ? ofFunction(node, scope, infer) : undefined;
  return answer && { start: found.start, end: found.end, ...answer };
}

/** The class whose `__await__` is defined at an offset, and the span of the definition's keyword and name. */
export function awaitMethodAt(
  tree: SyntaxTree,
  offset: number,
  source: DefinitionSource = noSource,
): (Span & { readonly of: ClassValue }) | undefined {
  const found = definitionAt(inferenceFor(tree, source).moduleScope(tree), offset);
  const of = found?.node.kind === "function" ? methodOwner(found.node, found.scope) : undefined;
  return found && of && { start: found.start, end: found.end, of };
}

function ofClass(of: ClassValue, infer: Inference): Omit<PatternAnswer, keyof Span> | undefined {
  const has = (name: string) => {
    const member = classMember(of, name, infer);
    return member !== undefined && "owner" in member;
  };
  if (!has("__await__") && !has("__call__")) return undefined;
  const pattern = patternOfClass(of, infer);
  const defects = defectsOf(of, infer);
  return told(pattern, defects, has("__await__"));
}

function ofFunction(node: FunctionDef, scope: Scope, infer: Inference): Omit<PatternAnswer, keyof Span> | undefined {
  const pattern = patternOfFunction(node, { scope, statement: node }, infer);
  return pattern && told(pattern, [], true);
}

function told(
  pattern: Pattern | undefined,
  defects: readonly Defect[],
  isAwaited: boolean,
): Omit<PatternAnswer, keyof Span> | undefined {
  if (!pattern && defects.length === 0) return undefined;
  const what = pattern && prose`${strong(pattern.title)}: ${lower(words(pattern.what))}`;
  const verdict =
    defects.length > 0
      ? prose`A correct one: type ${code(pattern?.prefix ?? "aw-class")}.`
      : isAwaited
        ? prose`None of its known defects is here.`
        : undefined;
  const sentences = [what, ...defects.map(({ message }) => message), verdict].filter((each) => each !== undefined);
  return { ...(pattern && { pattern }), defects, sentences };
}

/** A sentence behind a colon. */
function lower([first, ...rest]: Prose): Prose {
  return typeof first === "string" ? [first.charAt(0).toLowerCase() + first.slice(1), ...rest] : [first ?? "", ...rest];
}

// ---- which definition

function definitionAt(module: Scope, offset: number): Definition | undefined {
  // A name just before the body: the innermost scope there is the one that holds the definition.
  for (let scope: Scope | undefined = scopeAt(module, offset); scope; scope = scope.parent)
    for (const node of scope.inner.keys()) {
      if (!("kind" in node) || (node.kind !== "class" && node.kind !== "function")) continue;
      const start = keywordOf(node, scope.tree);
      if (start <= offset && offset <= node.nameSpan.end) return { node, scope, start, end: node.nameSpan.end };
    }
  return undefined;
}

/** Where `class`, `def` or `async def` begins, behind the decorators. */
function keywordOf(node: ClassDef | FunctionDef, tree: SyntaxTree): number {
  const before = tree.text.slice(Math.max(node.start, node.nameSpan.start - 200), node.nameSpan.start);
  const keyword = /(?:async\s+def|def|class)\s*$/.exec(before);
  return keyword ? node.nameSpan.start - keyword[0].length : node.nameSpan.start;
}

function asClass(definition: ClassDef, scope: Scope): ClassValue {
  return { kind: "class", definition, where: { scope, statement: definition } };
}

/** The class of an `__await__`. */
function methodOwner(node: FunctionDef, scope: Scope): ClassValue | undefined {
  if (node.name !== "__await__" || scope.kind !== "class" || !scope.parent) return undefined;
  return asClass(scope.node as ClassDef, scope.parent);
}
