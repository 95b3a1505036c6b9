// Whether code surely runs: in every call of its function that returns. Exceptions that leave the function do not count;
// those that a handler or a context manager may swallow before it do.
import type { Block, Expression, Span, Statement, Try, With } from "./ast";
import { ownBlocks, subexpressions } from "./ast";
import { classMember } from "./classes";
import { memberFact } from "./knowledge";
import type { Scope } from "./scope";
import type { Inference, Value } from "./values";

/** Whether `node`, an expression of the function whose body and scope these are, is evaluated in each call that returns. */
export function isCertain(node: Span, body: Block, scope: Scope, infer: Inference): boolean {
  for (const statement of body.statements) {
    if (node.start < statement.end) {
      if (surelyEvaluated(statement).some((value) => isEvaluated(node, value))) return true;
      return surelyRun(statement, scope, infer).some((block) => isCertain(node, block, scope, infer));
    }
    if (statement.kind === "raise" || mayLeave(statement)) return false;
  }
  return false;
}

/** Expressions of a statement's own line that are evaluated whenever it runs. */
function surelyEvaluated(statement: Statement): readonly (Expression | undefined)[] {
  switch (statement.kind) {
    case "expression":
      return statement.values.slice(0, 1);
    case "assign":
      return [statement.value, ...statement.targets];
    case "augment":
      return [statement.target, statement.value];
    case "return":
      return [statement.value];
    case "delete":
      return statement.targets;
    case "if":
      return [statement.branches[0]?.test];
    case "while":
      return [statement.test];
    case "for":
      return [statement.iterable];
    case "with":
      return [statement.items[0]?.value];
    case "match":
      return statement.subjects;
    default:
      return [];
  }
}

/** Whether `node` is evaluated whenever `value`, which is or holds it, is. */
function isEvaluated(node: Span, value: Expression | undefined): boolean {
  return value !== undefined && (value === node || surelyEvaluatedIn(value).some((part) => isEvaluated(node, part)));
}

function surelyEvaluatedIn(value: Expression): readonly (Expression | undefined)[] {
  switch (value.kind) {
    case "conditional":
      return [value.test];
    case "boolean":
      return [value.left];
    case "comprehension":
      return [value.clauses[0]?.iterable];
    case "operation":
      // `a < b < c` looks at `c` only when `a < b`.
      return value.operands.slice(0, 2);
    case "lambda":
    case "other":
      return [];
    default:
      return subexpressions(value);
  }
}

/** Blocks of a statement that run whenever it does, from their first statement on and with no exception lost. */
function surelyRun(statement: Statement, scope: Scope, infer: Inference): readonly Block[] {
  switch (statement.kind) {
    case "while":
      return isTrue(statement.test) ? [statement.body] : [];
    case "with":
      return maySwallow(statement, scope, infer) ? [] : [statement.body];
    case "try":
      return [...(mayLose(statement) ? [] : [statement.body]), statement.last].filter((block) => block !== undefined);
    default:
      return [];
  }
}

function isTrue(test: Expression): boolean {
  return test.kind === "literal" && test.type === "bool" && test.end - test.start === "True".length;
}

/** Whether an exception of the body may end in the `try`: in a handler that does not raise, or by a way out of `finally`. */
function mayLose(statement: Try): boolean {
  const { handlers, last } = statement;
  const isKept = (body: Block) => body.statements.at(-1)?.kind === "raise" && !mayLeaveBlock(body);
  return !handlers.every(({ body }) => isKept(body)) || (last !== undefined && mayLeaveBlock(last));
}

/** Whether one of the context managers may swallow an exception: `contextlib.suppress` does, most are not known. */
function maySwallow(statement: With, scope: Scope, infer: Inference): boolean {
  const exit = statement.isAsync ? "__aexit__" : "__exit__";
  return !statement.items.every(({ value }) => letsThrough(infer.valueOf(value, { scope, statement }), exit, infer));
}

function letsThrough(manager: Value, exit: string, infer: Inference): boolean {
  switch (manager.kind) {
    case "plain":
      return manager.exact && manager.type === "file";
    case "instance": {
      const known = memberFact(manager.name, exit)?.fact;
      return known?.is === "coroutine" && known.gives === "None";
    }
    case "object": {
      const found = manager.exact ? classMember(manager.of, exit, infer) : undefined;
      if (!found || !("owner" in found) || found.value.kind !== "function") return false;
      const { returns } = infer.scopeOf(found.value.definition, found.value.where);
      return returns.every(({ node }) => node.value === undefined || isFalse(node.value));
    }
    default:
      return false;
  }
}

function isFalse(value: Expression): boolean {
  return value.kind === "literal" && (value.type === "None" || (value.type === "bool" && !isTrue(value)));
}

function mayLeaveBlock({ statements }: Block, inLoop = false): boolean {
  return statements.some((statement) => mayLeave(statement, inLoop));
}

/** Whether a statement may go elsewhere than to the next one, other than by an exception. */
function mayLeave(statement: Statement, inLoop = false): boolean {
  switch (statement.kind) {
    case "return":
      return true;
    case "jump":
      return statement.keyword !== "pass" && !inLoop;
    case "for":
    case "while":
      return (
        mayLeaveBlock(statement.body, true) ||
        (statement.otherwise !== undefined && mayLeaveBlock(statement.otherwise, inLoop))
      );
    default:
      return ownBlocks(statement).some((block) => mayLeaveBlock(block, inLoop));
  }
}
