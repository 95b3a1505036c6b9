// The fixes that are offered at a place of a file: each file of this folder knows one kind.

import { inferenceFor } from "../awaiting/resolve";
import { type Block, contains, ownBlocks, type Span, type Statement } from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import { type DefinitionSource, noSource } from "../modules";
import { frameOf, type Scope, scopeAt } from "../scopes/scope";
import { awaitMethodFixes } from "./awaitMethod";
import type { Asked, Fix } from "./fix";
import { keptTaskFixes } from "./keptTask";
import { lineEnd, lineStart } from "./layout";
import { missingAwaitFixes } from "./missingAwait";
import { reraisedFixes } from "./reraised";
import { togetherFixes } from "./together";
import { unblockedFixes } from "./unblocked";

const kinds: readonly ((asked: Asked) => Fix[])[] = [
  missingAwaitFixes,
  keptTaskFixes,
  unblockedFixes,
  reraisedFixes,
  awaitMethodFixes,
  togetherFixes,
];

/**
 * The fixes at a caret or for a selection. `minor` is the minor version of Python 3 that the code must run on, where it is
 * known. Never throws; empty in code that does not parse there.
 */
export function fixesAt(
  tree: SyntaxTree,
  span: Span,
  minor: number | undefined,
  source: DefinitionSource = noSource,
): Fix[] {
  const infer = inferenceFor(tree, source);
  const asked = askedAt(tree, span, minor, source);
  return kinds.flatMap((offers) => {
    infer.begin();
    return offers(asked);
  });
}

/** What is at a place, for those who offer fixes there. */
export function askedAt(tree: SyntaxTree, span: Span, minor: number | undefined, source: DefinitionSource): Asked {
  const infer = inferenceFor(tree, source);
  const start = codeStart(tree, span.start);
  const scope = frameOf(scopeAt(infer.moduleScope(tree), start));
  const statement = statementAt(bodyOf(scope), start);
  return { tree, span: { start, end: Math.max(start, span.end) }, infer, scope, statement, minor };
}

/** A caret in the white space around a line's code is at the code. */
function codeStart(tree: SyntaxTree, offset: number): number {
  const line = tree.text.slice(lineStart(tree, offset), lineEnd(tree, offset));
  const first = lineStart(tree, offset) + line.length - line.trimStart().length;
  const last = lineStart(tree, offset) + line.trimEnd().length;
  return Math.max(first, Math.min(offset, last - 1));
}

function bodyOf({ node }: Scope): Block | undefined {
  if (!("kind" in node)) return node;
  return node.kind === "function" || node.kind === "class" ? node.body : undefined;
}

/** The innermost statement around an offset. */
function statementAt(block: Block | undefined, offset: number): Statement | undefined {
  const statement = block?.statements.find((each) => contains(each, offset));
  const inner = statement && ownBlocks(statement).find((each) => contains(each, offset));
  return (inner && statementAt(inner, offset)) ?? statement;
}
