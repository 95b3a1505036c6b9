// What an exception passes on its way out of a function: for a `CancelledError` that is thrown in at an await.
import type { Block, Expression, Handler, Statement, Try } from "../code/ast";
import { contains, ownBlocks } from "../code/ast";
import type { Inference } from "../infer/values";
import type { Scope } from "../scopes/scope";
import { maySwallow } from "./certain";

export type Passing =
  /** A `finally` block runs. */
  | { readonly kind: "finally"; readonly offset: number }
  /** A handler catches it, and (`again`) ends in `raise`. */
  | { readonly kind: "caught"; readonly offset: number; readonly again: boolean }
  /** `except Exception` lets it through: a cancel is a `BaseException`. */
  | { readonly kind: "passed"; readonly offset: number }
  /** A handler of which it cannot be told. */
  | { readonly kind: "unclear"; readonly offset: number }
  /** A `with` is left, which may swallow it. */
  | { readonly kind: "held"; readonly offset: number }
  /** An `async with` is left, which may await. */
  | { readonly kind: "left"; readonly offset: number };

/** What a cancel that is thrown in at an offset passes in the body of a function, from the inside out. */
export function passings(offset: number, body: Block, scope: Scope, infer: Inference): Passing[] {
  const found: Passing[] = [];
  for (let block: Block | undefined = body; block; ) {
    const statement: Statement | undefined = block.statements.find((each) => contains(each, offset));
    if (!statement) break;
    found.unshift(...passing(statement, offset, scope, infer));
    block = ownBlocks(statement).find((each) => contains(each, offset));
  }
  return found;
}

function passing(statement: Statement, offset: number, scope: Scope, infer: Inference): Passing[] {
  if (statement.kind === "with" && contains(statement.body, offset)) {
    const kind = statement.isAsync ? "left" : maySwallow(statement, scope, infer) ? "held" : undefined;
    return kind ? [{ kind, offset: statement.start }] : [];
  }
  if (statement.kind !== "try") return [];
  const caught = contains(statement.body, offset) ? handling(statement, scope, infer) : [];
  const { last } = statement;
  return last && !contains(last, offset) ? [...caught, { kind: "finally", offset: keywordOf(last, scope) }] : caught;
}

/** The first handler that certainly catches it ends the search. */
function handling(statement: Try, scope: Scope, infer: Inference): Passing[] {
  const found: Passing[] = [];
  for (const handler of statement.handlers) {
    const kind = catches(handler, statement, scope, infer);
    if (kind === "caught") return [...found, { kind, offset: handler.start, again: raisesAgain(handler) }];
    if (kind) found.push({ kind, offset: handler.start });
  }
  return found;
}

function catches(
  handler: Handler,
  statement: Statement,
  scope: Scope,
  infer: Inference,
): "caught" | "passed" | "unclear" | undefined {
  if (handler.types.length === 0) return "caught";
  const types = handler.types.flatMap((type) => (type.kind === "display" ? type.elements : [type]));
  const all = types.map((type) => caughtBy(type, statement, scope, infer));
  return (["caught", "unclear", "passed"] as const).find((kind) => all.includes(kind));
}

function caughtBy(
  type: Expression,
  statement: Statement,
  scope: Scope,
  infer: Inference,
): "caught" | "passed" | "unclear" | undefined {
  const value = infer.valueOf(type, { scope, statement });
  const name = value.kind === "builtin" || value.kind === "unknown" || value.kind === "fact" ? value.name : undefined;
  if (name === undefined) return value.kind === "class" ? undefined : "unclear";
  if (/^(builtins\.)?BaseException$|^asyncio\.(exceptions\.)?CancelledError$/.test(name)) return "caught";
  if (/^(builtins\.)?Exception$/.test(name)) return "passed";
  return value.kind === "builtin" ? undefined : "unclear";
}

function raisesAgain(handler: Handler): boolean {
  const last = handler.body.statements.at(-1);
  return last?.kind === "raise" && last.values.length === 0;
}

/** Where the word `finally` stands: the last one before its block. */
function keywordOf(last: Block, scope: Scope): number {
  const before = scope.tree.text.lastIndexOf("finally", last.start);
  return before < 0 ? last.start : before;
}
