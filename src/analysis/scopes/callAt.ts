// The call whose function's name is at an offset, with where it stands.
import {
  type Block,
  type Call,
  contains,
  type Expression,
  ownBlocks,
  ownExpressions,
  type Statement,
  subexpressions,
} from "../code/ast";
import type { FoundNode, SyntaxTree } from "../code/syntax";
import { type Scope, scopeAt, type Where } from "./scope";

export interface PlacedCall {
  readonly call: Call;
  readonly where: Where;
  /** The name that is pointed at. */
  readonly start: number;
  readonly end: number;
}

/** The span of the call whose function's last name is at an offset; from the syntax alone. */
export function callNameAt(
  tree: SyntaxTree,
  offset: number,
): { readonly name: FoundNode; readonly call: FoundNode } | undefined {
  const name = tree.at(offset);
  if (name?.type !== "identifier") return undefined;
  const around = name.parent;
  const callee = around?.type === "attribute" && around.field("attribute")?.start === name.start ? around : name;
  const call = callee.parent;
  const named = call?.type === "call" ? call.field("function") : undefined;
  return call && named?.start === callee.start && named.end === callee.end ? { name, call } : undefined;
}

/** The call that has this span. */
export function placedCall(
  module: Scope,
  { name, call: span }: { readonly name: FoundNode; readonly call: FoundNode },
): PlacedCall | undefined {
  const scope = scopeAt(module, span.start);
  const statement = statementAt(blockOf(scope), span.start);
  const found =
    statement &&
    ownExpressions(statement)
      .map((each) => within(each, span))
      .find((each) => each);
  return found && { call: found, where: { scope, statement }, start: name.start, end: name.end };
}

/** The innermost statement of a scope that holds an offset. */
export function statementIn(scope: Scope, offset: number): Statement | undefined {
  return statementAt(blockOf(scope), offset);
}

/** The block whose statements run around a scope's code. */
function blockOf(scope: Scope): Block | undefined {
  const { node } = scope;
  if (!("kind" in node)) return node;
  if (node.kind === "function" || node.kind === "class") return node.body;
  return scope.parent && blockOf(scope.parent);
}

function statementAt(block: Block | undefined, offset: number): Statement | undefined {
  let found: Statement | undefined;
  for (let at = block; at; ) {
    const next: Statement | undefined = at.statements.find((each) => contains(each, offset));
    if (!next) break;
    found = next;
    at = ownBlocks(next).find((each) => contains(each, offset));
  }
  return found;
}

function within(node: Expression, span: { readonly start: number; readonly end: number }): Call | undefined {
  let at: Expression | undefined = node;
  while (at) {
    if (at.kind === "call" && at.start === span.start && at.end === span.end) return at;
    at = subexpressions(at).find((each) => each.start <= span.start && span.end <= each.end);
  }
  return undefined;
}
