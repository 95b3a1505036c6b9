// The calls of a statement's own line, each with what is around it: where an `await` may be put, and what it would bind.
import { type Call, type Expression, ownExpressions, type Span, type Statement, subexpressions } from "../code/ast";

export interface PlacedCall {
  readonly call: Call;
  /** The expression that it is a part of; undefined for the whole of one. */
  readonly around: Expression | undefined;
}

/** Calls that run where the statement does: those in lambdas and generator expressions run elsewhere. */
export function callsOf(statement: Statement): PlacedCall[] {
  const found: PlacedCall[] = [];
  const visit = (node: Expression, around: Expression | undefined) => {
    if (node.kind === "call") found.push({ call: node, around });
    if (node.kind === "lambda" || node.kind === "comprehension") return;
    for (const part of subexpressions(node)) visit(part, node);
  };
  const isDefinition = statement.kind === "function" || statement.kind === "class";
  for (const node of isDefinition ? [] : ownExpressions(statement)) visit(node, undefined);
  return found;
}

/** The calls that a selection touches, the innermost first; all of the line's where only the line is meant. */
export function callsAt(statement: Statement, span: Span): PlacedCall[] {
  const all = callsOf(statement);
  const touched = all.filter(({ call }) => call.start <= span.end && span.start <= call.end);
  return (touched.length > 0 ? touched : all).sort((a, b) => a.call.end - a.call.start - (b.call.end - b.call.start));
}

/** Whether `await` in front of the call would take in what follows: then it needs parentheses. */
export function needsParentheses({ call, around }: PlacedCall): boolean {
  switch (around?.kind) {
    case "attribute":
      return around.object === call;
    case "subscript":
      return around.object === call;
    case "call":
      return around.callee === call;
    default:
      return false;
  }
}
