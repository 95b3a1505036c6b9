// A handler that swallows a cancel: the task goes on though it was told to end, and whoever cancelled it waits in vain.
import {
  type Block,
  contains,
  type Expression,
  type Handler,
  ownBlocks,
  ownExpressions,
  type Statement,
  subexpressions,
  type Try,
} from "../code/ast";
import type { SyntaxTree } from "../code/syntax";
import { present } from "../infer/values";
import type { Scope } from "../scopes/scope";
import { dottedName } from "./dotted";
import type { Asked, Fix, TextEdit } from "./fix";
import { moduleName } from "./imports";
import { indentAt, isAlone, lineEnd, newlineOf } from "./layout";

export function reraisedFixes(asked: Asked): Fix[] {
  const { scope, span, tree } = asked;
  const isAsync = "kind" in scope.node && scope.node.kind === "function" && scope.node.isAsync;
  const owner = isAsync ? tryAround(asked.statement, span.start) : undefined;
  const handler = owner?.handlers.find((each) => contains(each, span.start));
  if (!owner || !handler || !isReached(owner, handler, scope)) return [];
  if (mayRaise(handler.body) || !awaitsOwnWork(owner.body, asked)) return [];
  const kind = kindOf(handler, scope, tree);
  const fix = kind === "cancel" ? raisedAtEnd(handler, tree) : kind && inFront(handler, kind, asked);
  return fix ? [fix] : [];
}

/** The `try` whose handler is at the offset: the statement there, or the one that its block belongs to. */
function tryAround(statement: Statement | undefined, offset: number): Try | undefined {
  for (let at = statement; at; at = at.parent.owner)
    if (at.kind === "try" && at.handlers.some((handler) => contains(handler, offset))) return at;
  return undefined;
}

/** `cancel`: this handler is for it alone. `among`: for it and others. `all`: whatever is raised. */
type Kind = "cancel" | "among" | "all";

function kindOf({ types, ...handler }: Handler, scope: Scope, tree: SyntaxTree): Kind | undefined {
  if (/^except\s*\*/.test(tree.slice(handler))) return undefined;
  const [type] = types;
  if (!type) return "all";
  if (isCancelledError(type, scope)) return "cancel";
  if (type.kind === "name" && type.id === "BaseException") return "all";
  return elementsOf(type).some((each) => isCancelledError(each, scope)) ? "among" : undefined;
}

function elementsOf(type: Expression): readonly Expression[] {
  return type.kind === "display" && type.type === "tuple" ? type.elements : [];
}

function isCancelledError(node: Expression, scope: Scope): boolean {
  const name = dottedName(node, scope);
  return name === "asyncio.CancelledError" || name === "asyncio.exceptions.CancelledError";
}

/** A handler before it may take the cancel first. */
function isReached({ handlers }: Try, handler: Handler, scope: Scope): boolean {
  const before = handlers.slice(0, handlers.indexOf(handler));
  return !before.some(({ types }) =>
    types.some((type) => [type, ...elementsOf(type)].some((each) => isCancelledError(each, scope))),
  );
}

function mayRaise(block: Block): boolean {
  return block.statements.some((statement) => statement.kind === "raise" || ownBlocks(statement).some(mayRaise));
}

/** Awaiting a task that one has cancelled oneself ends in its cancel: that one is to be swallowed. */
function awaitsOwnWork(block: Block, asked: Pick<Asked, "infer" | "scope">): boolean {
  const { infer, scope } = asked;
  const isOwn = (node: Expression, statement: Statement): boolean => {
    if (node.kind === "lambda") return false;
    if (node.kind === "await" && node.operand?.kind === "call") {
      const value = present(infer.valueOf(node.operand, { scope, statement }));
      if (value.kind === "coroutine") return true;
    }
    return subexpressions(node).some((part) => isOwn(part, statement));
  };
  return block.statements.some(
    (statement) =>
      ((statement.kind === "with" || statement.kind === "for") && statement.isAsync) ||
      ownExpressions(statement).some((node) => isOwn(node, statement)) ||
      ownBlocks(statement).some((inner) => awaitsOwnWork(inner, asked)),
  );
}

// ---- the two ways

function raisedAtEnd({ body }: Handler, tree: SyntaxTree): Fix | undefined {
  const last = body.statements.at(-1);
  if (!last) return undefined;
  const isWayOut = last.kind === "return" || last.kind === "jump";
  const kind = { kind: "refactor.rewrite", preferred: true, rule: "cancel-swallowed" } as const;
  if (isWayOut && isPlainWayOut(last)) {
    const what = tree.slice(last);
    const title =
      what === "pass"
        ? "Raise the cancel again: the task then ends as cancelled"
        : `Raise the cancel again instead of ${what}: the task then ends as cancelled`;
    return { ...kind, title, edits: [{ start: last.start, end: last.end, text: "raise" }] };
  }
  if (isWayOut || !isAlone(tree, { start: last.start, end: last.end })) return undefined;
  const text = `${newlineOf(tree)}${indentAt(tree, last.start)}raise`;
  const end = lineEnd(tree, last.end);
  return {
    ...kind,
    title: "Raise the cancel again at the end: the task then ends as cancelled",
    edits: [{ start: end, end, text }],
  };
}

/** A `return` of something that may do work stays. */
function isPlainWayOut(statement: Statement): boolean {
  return (
    statement.kind === "jump" ||
    (statement.kind === "return" &&
      (statement.value === undefined || statement.value.kind === "literal" || statement.value.kind === "name"))
  );
}

/** A handler of its own for the cancel, in front of one that is for others, too. */
function inFront(handler: Handler, kind: "among" | "all", { tree, scope }: Asked): Fix | undefined {
  const [type] = handler.types;
  const cancel = elementsOf(type ?? { kind: "other", start: 0, end: 0, children: [] }).find((each) =>
    isCancelledError(each, scope),
  );
  const asyncio = cancel ? undefined : moduleName("asyncio", scope);
  const name = cancel ? tree.slice(cancel) : asyncio && `${asyncio.name}.CancelledError`;
  const isFirst = tree.text.slice(handler.start - tree.place(handler.start).column, handler.start).trim() === "";
  const first = handler.body.statements[0];
  const indent = indentAt(tree, handler.start);
  const inner = first && indentAt(tree, first.start);
  if (name === undefined || !isFirst || !inner?.startsWith(indent) || inner === indent) return undefined;
  const newline = newlineOf(tree);
  const text = `except ${name}:${newline}${inner}raise${newline}${indent}`;
  const others = kind === "among" && type ? [withoutCancel(type, cancel, tree)] : [];
  return {
    title: "Raise the cancel again in a handler of its own: the task then ends as cancelled",
    kind: "refactor.rewrite",
    edits: [...(asyncio?.edits ?? []), { start: handler.start, end: handler.start, text }, ...others],
    preferred: true,
    rule: "cancel-swallowed",
  };
}

/** `(A, CancelledError, B)` becomes `(A, B)`, and what is left alone needs no tuple. */
function withoutCancel(type: Expression, cancel: Expression | undefined, tree: SyntaxTree): TextEdit {
  const left = elementsOf(type)
    .filter((each) => each !== cancel)
    .map((each) => tree.slice(each));
  const [only] = left;
  return {
    start: type.start,
    end: type.end,
    text: left.length === 1 && only !== undefined ? only : `(${left.join(", ")})`,
  };
}
