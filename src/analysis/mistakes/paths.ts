// Which code runs after which: what a check may conclude about two places of one function. Only what is certain counts.
import type { Block, Expression, Statement } from "../code/ast";
import { ownBlocks } from "../code/ast";
import { ancestors, type Found, owners, type Unit } from "./survey";

/** Whether a runs whenever b is reached, before it: a stands, unconditionally, in a block around b or in b's own. */
export function runsBefore(a: Found, b: Found, unit: Unit): boolean {
  const [first, second] = [a.where.statement, b.where.statement];
  if (!first || !second || first === second || !isAlwaysEvaluated(a.node, unit)) return false;
  const around = [second, ...owners(second)].find((statement) => statement.parent === first.parent);
  return around !== undefined && first.index < around.index;
}

/** Whether an expression is evaluated whenever its statement runs. */
export function isAlwaysEvaluated(node: Expression, unit: Unit): boolean {
  let inner = node;
  for (const around of ancestors(node, unit)) {
    if (around.kind === "comprehension" || around.kind === "lambda") return false;
    if (around.kind === "conditional" && inner !== around.test) return false;
    if (around.kind === "boolean" && inner !== around.left) return false;
    inner = around;
  }
  return true;
}

/** The innermost loop around a statement, in its function. */
export function loopAround(statement: Statement): Extract<Statement, { kind: "for" | "while" }> | undefined {
  for (const owner of owners(statement)) if (owner.kind === "for" || owner.kind === "while") return owner;
  return undefined;
}

/** Whether a statement goes elsewhere than to the next one somewhere in it, other than by an exception it does not name. */
export function mayLeave(statement: Statement, inLoop = false): boolean {
  switch (statement.kind) {
    case "return":
    case "raise":
      return true;
    case "jump":
      return statement.keyword === "break" ? !inLoop : statement.keyword === "continue" && !inLoop;
    case "for":
    case "while":
      return (
        statement.body.statements.some((each) => mayLeave(each, true)) ||
        (statement.otherwise?.statements.some((each) => mayLeave(each, inLoop)) ?? false)
      );
    default:
      return ownBlocks(statement).some((block) => mayLeaveBlock(block, inLoop));
  }
}

export function mayLeaveBlock(block: Block, inLoop = false): boolean {
  return block.statements.some((statement) => mayLeave(statement, inLoop));
}

/** Whether the code of a block always goes elsewhere: by return, raise, break or continue. */
export function alwaysLeaves(block: Block): boolean {
  return block.statements.some((statement) => {
    switch (statement.kind) {
      case "return":
      case "raise":
        return true;
      case "jump":
        return statement.keyword !== "pass";
      case "if":
        return (
          statement.otherwise !== undefined &&
          [...statement.branches.map(({ body }) => body), statement.otherwise].every(alwaysLeaves)
        );
      case "with":
        return alwaysLeaves(statement.body);
      case "try":
        return (
          (statement.last !== undefined && alwaysLeaves(statement.last)) ||
          (alwaysLeaves(statement.body) && statement.handlers.every(({ body }) => alwaysLeaves(body)))
        );
      default:
        return false;
    }
  });
}

/** All statements of a block, those of inner blocks included. */
export function* statementsIn(block: Block): Generator<Statement> {
  for (const statement of block.statements) {
    yield statement;
    for (const inner of ownBlocks(statement)) yield* statementsIn(inner);
  }
}
