// Awaited work that begins where it is awaited: a call that makes a coroutine, and what running it touches.

import { suspensionOf } from "../awaiting/suspension";
import type { Await, Call, Expression } from "../code/ast";
import { subexpressions } from "../code/ast";
import { type CoroutineValue, type Inference, present, type Value } from "../infer/values";
import type { Where } from "../scopes/scope";
import { type Footprint, footprint, isInert } from "./footprint";

/** The minor version of Python 3 whose asyncio has task groups first. */
export const taskGroupsSince = 11;

export interface Work {
  readonly await: Await;
  /** The call that makes the coroutine. */
  readonly call: Call;
  readonly footprint: Footprint;
}

/**
 * asyncio's coroutines that are work of their own. The others wait for something that other code does, in an order
 * that matters: a lock, an item of a queue, a pause.
 */
const ownWork: ReadonlySet<string> = new Set([
  "asyncio.create_subprocess_exec",
  "asyncio.create_subprocess_shell",
  "asyncio.open_connection",
  "asyncio.open_unix_connection",
  "asyncio.to_thread",
  "asyncio.wait_for",
]);

/** The work that an expression awaits; undefined where it is not certain that it begins here and takes time. */
export function workOf(
  value: Expression | undefined,
  where: Where,
  infer: Inference,
  fresh?: ReadonlySet<string>,
): Work | undefined {
  const call = value?.kind === "await" && value.operand?.kind === "call" ? value.operand : undefined;
  if (value?.kind !== "await" || !call || !isPlain(call)) return undefined;
  const made = present(infer.valueOf(call, where));
  const all = made.kind === "union" ? made.members : [made];
  if (!all.every(isOwnWork) || suspensionOf(made, infer, call.start).suspends === "never") return undefined;
  if (!argumentsOf(call).every((node) => isForeseeable(node, where, infer))) return undefined;
  const touched = footprint(call, where, infer, fresh);
  return touched.unclear ? undefined : { await: value, call, footprint: touched };
}

function isOwnWork(value: Value): value is CoroutineValue {
  if (value.kind !== "coroutine" || value.type !== "coroutine") return false;
  const { of } = value;
  return of?.kind === "function" ? !of.effects.includes("cache") : of?.kind === "fact" && ownWork.has(of.name);
}

function argumentsOf(call: Call): readonly Expression[] {
  const object = call.callee.kind === "attribute" ? [call.callee.object] : [];
  return [...object, ...call.args.map(({ value }) => value)];
}

/** Whether nothing in an expression awaits, yields or binds a name. */
export function isPlain(node: Expression): boolean {
  if (node.kind === "await" || node.kind === "yield" || node.kind === "walrus") return false;
  if (node.kind === "comprehension" && node.clauses.some((clause) => clause.isAsync)) return false;
  return subexpressions(node).every(isPlain);
}

/** Whether an expression gives the same at any time, as far as other code does not change what it looks at. */
export function isForeseeable(node: Expression, where: Where, infer: Inference): boolean {
  if (node.kind === "lambda" || node.kind === "comprehension") return true;
  if (node.kind === "call" && !isForeseeableCall(node, where, infer)) return false;
  return subexpressions(node).every((part) => isForeseeable(part, where, infer));
}

function isForeseeableCall({ callee }: Call, where: Where, infer: Inference): boolean {
  const value = infer.valueOf(callee, where);
  if (value.kind === "function" || value.kind === "class") return true;
  if (value.kind === "builtin") return !unforeseeable.has(value.name);
  return callee.kind === "attribute" && isPlainText(infer.valueOf(callee.object, where));
}

/** What they give depends on the time, on a user, or on how often they were called. */
const unforeseeable = new Set("next anext input open iter".split(" "));

function isPlainText(value: Value): boolean {
  return value.kind === "plain" && isInert(value);
}
