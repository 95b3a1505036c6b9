// Where else the code uses a variable.
import {
  contains,
  type Expression,
  ownBlocks,
  ownExpressions,
  type Span,
  type Statement,
  subexpressions,
} from "../code/ast";
import { reachingBefore } from "./flow";
import type { Scope } from "./scope";

/** Whether a function, lambda or class inside a function mentions a name. */
export function isCaptured(name: string, scope: Scope): boolean {
  return [...scope.inner.keys()].some(
    (node) => "kind" in node && node.kind !== "comprehension" && mentions(scope.tree.slice(node), name),
  );
}

export function mentions(text: string, name: string): boolean {
  return text.includes(name) && new RegExp(`(?<![\\w.])${name}(?!\\w)`, "u").test(text);
}

/** Whether code of the function outside of `span` may see what is bound to `name` inside of it. */
export function isUsedAfter(name: string, span: Span, scope: Scope): boolean {
  const { node } = scope;
  const body = "kind" in node && node.kind === "function" ? node.body.statements : [];
  return isCaptured(name, scope) || scope.outer.has(name) || body.some((each) => sees(each, name, span, scope));
}

function sees(statement: Statement, name: string, span: Span, scope: Scope): boolean {
  if (statement.start >= span.start && statement.end <= span.end) return false;
  if (!mentions(scope.tree.slice(statement), name)) return false;
  const uses = ownExpressions(statement).flatMap((value) => usesIn(value, name));
  const isReached = uses.some((offset) =>
    reachingBefore(scope, name, statement, offset).bindings.some((binding) => contains(span, binding.span.start)),
  );
  return (
    isReached || ownBlocks(statement).some((block) => block.statements.some((each) => sees(each, name, span, scope)))
  );
}

function usesIn(node: Expression, name: string): number[] {
  if (node.kind === "name") return node.id === name ? [node.start] : [];
  return subexpressions(node).flatMap((part) => usesIn(part, name));
}

/** Whether an expression uses the name. */
export function uses(node: Expression, name: string): boolean {
  return usesIn(node, name).length > 0;
}
