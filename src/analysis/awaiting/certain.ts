// Whether code surely runs: in every call of its function that returns, and what stops it where it does not. Exceptions
// that leave the function do not count; those that a handler or a context manager may swallow before it do.
import type { Block, Expression, Handler, Span, Statement, Try, With } from "../code/ast";
import { contains, ownBlocks, subexpressions } from "../code/ast";
import { memberFact } from "../facts/knowledge";
import { classMember } from "../infer/classes";
import type { Inference, Value } from "../infer/values";
import type { Scope } from "../scopes/scope";

/** What may keep code from being reached. The first one on the way down from the function's first statement. */
export type Hindrance =
  /** The statement before it that may leave: `return`, `break`, `continue`. */
  | { readonly kind: "leaves"; readonly at: Statement }
  /** The branch that it is in runs only when `test` is true, or (`whenFalse`) false. */
  | { readonly kind: "branch"; readonly test: Expression; readonly whenFalse: boolean }
  /** A loop's body: it runs while `test` is true, or not at all where there is nothing to iterate over. */
  | { readonly kind: "while"; readonly test: Expression }
  | { readonly kind: "for"; readonly iterable: Expression }
  | { readonly kind: "handler"; readonly at: Handler }
  /** Anything else: a `case`, an operand that another one decides about, an exception that may be swallowed before it. */
  | { readonly kind: "other" };

/** Whether `node`, an expression of the function whose body and scope these are, is evaluated in each call that returns. */
export function isCertain(node: Span, body: Block, scope: Scope, infer: Inference): boolean {
  return hindrance(node, body, scope, infer) === undefined;
}

/** What may keep `node` from being evaluated in a call that returns. */
export function hindrance(node: Span, body: Block, scope: Scope, infer: Inference): Hindrance | undefined {
  for (const statement of body.statements) {
    if (node.start < statement.end) {
      if (surelyEvaluated(statement).some((value) => isEvaluated(node, value))) return undefined;
      const sure = surelyRun(statement, scope, infer).find((block) => contains(block, node.start));
      return sure ? hindrance(node, sure, scope, infer) : condition(node, statement);
    }
    if (statement.kind === "raise") return { kind: "other" };
    const leaving = wayOut(statement);
    if (leaving) return { kind: "leaves", at: leaving };
  }
  return { kind: "other" };
}

/** On what it depends that `node`, which is inside the statement, is reached from the statement's beginning. */
function condition(node: Span, statement: Statement): Hindrance {
  const isIn = (block: Block | undefined) => block !== undefined && contains(block, node.start);
  switch (statement.kind) {
    case "if": {
      const branch = statement.branches.find(({ body }) => isIn(body));
      if (branch) return { kind: "branch", test: branch.test, whenFalse: false };
      const test = isIn(statement.otherwise) && statement.branches.length === 1 && statement.branches[0]?.test;
      return test ? { kind: "branch", test, whenFalse: true } : { kind: "other" };
    }
    case "while":
      return isIn(statement.body) ? { kind: "while", test: statement.test } : { kind: "other" };
    case "for":
      return isIn(statement.body) ? { kind: "for", iterable: statement.iterable } : { kind: "other" };
    case "try": {
      const at = statement.handlers.find(({ body }) => isIn(body));
      return at ? { kind: "handler", at } : { kind: "other" };
    }
    default:
      return { kind: "other" };
  }
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
export function maySwallow(statement: With, scope: Scope, infer: Inference): boolean {
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

function mayLeaveBlock(block: Block): boolean {
  return wayOutOf(block) !== undefined;
}

function wayOutOf({ statements }: Block, inLoop = false): Statement | undefined {
  for (const statement of statements) {
    const leaving = wayOut(statement, inLoop);
    if (leaving) return leaving;
  }
  return undefined;
}

/** The first statement, of this one and those in it, that may go elsewhere than to the next, other than by an exception. */
function wayOut(statement: Statement, inLoop = false): Statement | undefined {
  switch (statement.kind) {
    case "return":
      return statement;
    case "jump":
      return statement.keyword !== "pass" && !inLoop ? statement : undefined;
    case "for":
    case "while":
      return (
        wayOutOf(statement.body, true) ?? (statement.otherwise ? wayOutOf(statement.otherwise, inLoop) : undefined)
      );
    default:
      for (const block of ownBlocks(statement)) {
        const leaving = wayOutOf(block, inLoop);
        if (leaving) return leaving;
      }
      return undefined;
  }
}
